"""`python -m tests.mutation.run`: change gate and executor in one place at a time; does a test mind?

    --only NAME     one module of the list, such as carrier
    --every N       every N-th mutant only
    --budget S      stop after so many seconds; what was not run is said

Each mutant runs in a process of its own, forked from one that has loaded everything but the ledger; its tests stop at
the first failure. The file as it is runs first: its tests must pass. Exit code 1 when the score is below 90 %.
"""

import argparse
import contextlib
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from tests.mutation.mutants import Mutant, mutants_of

ROOT = Path(__file__).parents[2]
ENOUGH = 0.9
LONGEST_WALL_S = 120.0
_UNIT = "tests/unit/ledger/"
_GATE = ("test_gate", "test_four_eyes", "test_state_moved", "test_ramps", "test_people", "test_heartbeat")
_CARRYING = (
    "test_carrying_out",
    "test_recovery",
    "test_ramps",
    "test_taken_up_late",
    "test_autonomy",
    "test_checkpoints",
    "test_begun_anew",
    "test_people",
    "test_heartbeat",
    "test_four_eyes",
)
TARGETS: dict[str, tuple[str, ...]] = {
    "gate": _GATE,
    "rules_of_record": _GATE,
    "rules_of_tags": _GATE,
    "rules_of_equipment": _GATE,
    "basis": _GATE[2:3] + _GATE[:2],
    "risk": _GATE[1:4],
    "executor": _CARRYING,
    "carrier": _CARRYING,
}
"""Modules of `ledger` that are changed, each with the tests that should mind, the likeliest first."""


_OPTIONS = ("-x", "-q", "--assert=plain", "-W", "ignore", *("-p", "no:xdist"), *("-p", "no:cacheprovider"))


@dataclass
class Tally:
    """What became of the mutants of one module."""

    name: str
    killed: int = 0
    survived: list[Mutant] = field(default_factory=list)
    left: int = 0

    @property
    def told(self) -> str:
        """In one line."""
        run = self.killed + len(self.survived)
        share = self.killed / run if run else 1.0
        left = f", {self.left} not run" if self.left else ""
        return f"{self.name:<20}{run:>5} mutants{self.killed:>6} killed{share:>8.1%}{left}"


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


def killed(name: str, mutant: Mutant) -> bool:
    """Whether some test fails, or does not end, with a mutant in place of its module."""
    child = os.fork()
    if child == 0:
        os._exit(_tests_fail(name, mutant))
    until = time.monotonic() + LONGEST_WALL_S
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status) != 0
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _tests_fail(name: str, mutant: Mutant) -> int:
    """In the child: 0 when every test passes."""
    sys.meta_path.insert(0, Changed(f"ledger.{name}", mutant.source))
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    import pytest

    files = [f"{_UNIT}{test}.py" for test in TARGETS[name]]
    try:
        return int(pytest.main([*_OPTIONS, *files]))
    except BaseException:
        return 1


def _preloaded() -> None:
    """Load what every child needs, and not the ledger."""
    for name in ("pytest", "pydantic", "structlog", "cryptography.hazmat.primitives.asymmetric.ed25519"):
        importlib.import_module(name)
    from plants.loader.load import load_plant

    load_plant("bottling")
    assert not any(name.startswith("ledger") for name in sys.modules), "the ledger was loaded before its mutants"


def _run(name: str, every: int, until: float) -> Iterator[Tally]:
    tally = Tally(name)
    source = (ROOT / "ledger" / f"{name}.py").read_text(encoding="utf-8")
    if killed(name, Mutant(0, "nothing", source)):
        raise SystemExit(f"the tests of ledger/{name}.py fail without any change: put that right first")
    for mutant in list(mutants_of(source))[::every]:
        if time.monotonic() > until:
            tally.left += 1
        elif killed(name, mutant):
            tally.killed += 1
        else:
            tally.survived.append(mutant)
            sys.stdout.write(f"  survived: ledger/{name}.py:{mutant.line}: {mutant.what}\n")
            sys.stdout.flush()
    yield tally


def main(argv: list[str]) -> int:
    """The command line; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation.run", description=__doc__.split("\n")[0])
    parser.add_argument("--only", choices=sorted(TARGETS))
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--budget", type=float, default=float("inf"))
    given = parser.parse_args(argv)
    with contextlib.chdir(ROOT):
        _preloaded()
        until, tallies = time.monotonic() + given.budget, []
        for name in [given.only] if given.only else TARGETS:
            for tally in _run(name, given.every, until):
                sys.stdout.write(f"{tally.told}\n")
                sys.stdout.flush()
                tallies.append(tally)
    run, dead = sum(t.killed + len(t.survived) for t in tallies), sum(t.killed for t in tallies)
    score = dead / run if run else 0.0
    sys.stdout.write(f"{'all':<20}{run:>5} mutants{dead:>6} killed{score:>8.1%}; {ENOUGH:.0%} are asked for\n")
    return 0 if score >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
