"""`python -m tests.mutation.whole MODULE FILE TEST...`: run tests with a file's text in place of a module of `ledger`.

For changes outside of functions, which only loading the module anew brings about. Exit code 0 when every test passes;
one that does not end in time fails.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

OPTIONS = ("-x", "-q", "--assert=plain", "-W", "ignore", *("-p", "no:xdist"), *("-p", "no:cacheprovider"))


LONGEST_TEST_S = 60
"""Wall seconds after which a test that does not end has failed; the longest takes three on a busy machine."""


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives a mutant for one module, everything else as it is."""

    def __init__(self, module: str, source: str) -> None:
        self._module = module
        self._code = compile(source, f"<mutant of {module}>", "exec")

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - the protocol's
        target: ModuleType | None = None,  # noqa: ARG002 - the protocol's
    ) -> importlib.machinery.ModuleSpec | None:
        """The mutant's, for its module only."""
        return importlib.util.spec_from_loader(fullname, self) if fullname == self._module else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the mutant."""
        exec(self._code, module.__dict__)  # noqa: S102 - that is what a mutant is for


def main(argv: list[str]) -> int:
    """The command line; the exit code."""
    module, file, *tests = argv
    sys.meta_path.insert(0, Changed(module, Path(file).read_text(encoding="utf-8")))
    return int(pytest.main([*OPTIONS, f"--timeout={LONGEST_TEST_S}", *tests]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
