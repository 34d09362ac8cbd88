"""A test session that is not run but kept: which test runs which line of `ledger`, and single tests in a forked child.

Loads everything once, runs every test once while it notes the lines, then forks for each mutant: the child puts the
mutant's body in place and runs only the tests that come by the changed line, the quickest first, to the first failure.
"""

import gc
import os
import resource
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FunctionType

import coverage
import pytest

from tests.mutation.patch import functions_of, put_in_place

LONGEST_PROCESSOR_S = 30
"""A mutant whose tests take more processor time than this does not end: it is noticed, too."""
LONGEST_WALL_S = 900.0
"""The same for one that waits for ever, long enough for a machine that has other things to do."""
MOST_TESTS = 200
"""Tests that a mutant meets, at most: the quickest that come by its line. What only others notice counts as missed."""
FAILED = "failed.number"
"""File in which a child leaves the number of the test that failed."""
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of ours is made in it


class Session:
    """Collected tests, each with the lines that it runs, and the functions of the modules that are changed."""

    def __init__(
        self,
        items: list[pytest.Item],
        lines: dict[str, dict[int, list[int]]],
        took_s: dict[int, float],
        functions: dict[str, list[FunctionType]],
    ) -> None:
        self._items = items
        self._lines = lines
        self._took_s = took_s
        self._functions = functions
        self._noticed: Counter[int] = Counter()

    def tests_of(self, file: str, line: int) -> list[int]:
        """Numbers of the quickest tests that come by a line of a file, those first that have noticed most so far."""
        quickest = self._lines.get(file, {}).get(line, [])[:MOST_TESTS]
        return sorted(quickest, key=lambda number: -self._noticed[number])

    def ids_of(self, file: str) -> list[str]:
        """Names of the tests that come by any line of a file, the quickest first."""
        numbers = {number for tests in self._lines.get(file, {}).values() for number in tests}
        return [self._items[number].nodeid for number in sorted(numbers, key=self._took_s.__getitem__)[:MOST_TESTS]]

    def minds(self, module: str, was: CodeType, mutant: CodeType, tests: list[int]) -> bool | None:
        """Whether some test fails, or does not end; None when the mutant cannot be put in place of what is loaded."""
        folder = Path(tempfile.mkdtemp(dir=_MEMORY if _MEMORY.is_dir() else None, prefix="jayul-mutant-"))
        try:
            child = os.fork()
            if child == 0:
                os._exit(self._in_child(module, was, mutant, tests, folder))
            verdict = _verdict(child)
            self._noticed.update(int(told.read_text()) for told in folder.glob(FAILED))
            return verdict
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _in_child(self, module: str, was: CodeType, mutant: CodeType, tests: list[int], folder: Path) -> int:
        """0 when every test passes, 1 when one fails, 2 when the mutant does not fit."""
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_PROCESSOR_S, LONGEST_PROCESSOR_S))
        try:
            if not put_in_place(self._functions[module], was, mutant):
                return 2
            failed = next((number for number in tests if not passes(self._items[number], folder)), None)
            if failed is not None:
                (folder / FAILED).write_text(str(failed))
            return int(failed is not None)
        except BaseException:
            return 1


def passes(item: pytest.Item, folder: Path) -> bool:
    """Run one test."""
    item.config._tmp_path_factory._basetemp = folder  # type: ignore[attr-defined]  # a folder that is gone afterwards
    noted = Noted()
    item.config.pluginmanager.register(noted)
    try:
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    finally:
        item.config.pluginmanager.unregister(noted)
    return not noted.failed


class Noted:
    """Whether a test failed."""

    def __init__(self) -> None:
        self.failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Listen."""
        self.failed = self.failed or report.failed


class Kept:
    """A plugin: instead of running the tests one after the other, hand them to somebody."""

    def __init__(self, files: list[str], use: Callable[[Session], None]) -> None:
        self._files = files
        self._use = use

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the session over."""
        with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None, prefix="jayul-lines-") as folder:
            lines, took_s = _lines(session.items, self._files, Path(folder))
        functions = functions_of(f"ledger.{Path(file).stem}" for file in self._files)
        gc.collect()
        gc.freeze()  # so that no child copies the whole memory when it collects its own garbage
        self._use(Session(session.items, lines, took_s, functions))
        return True


def _lines(
    items: list[pytest.Item], files: list[str], folder: Path
) -> tuple[dict[str, dict[int, list[int]]], dict[int, float]]:
    """Which tests come by which line, and how long each takes, by one run of each under coverage.

    Raises:
        SystemExit: a test fails without any change.
    """
    measured = coverage.Coverage(data_file=None, include=files, config_file=False)
    measured.start()
    took_s: dict[int, float] = {}
    for number, item in enumerate(items):
        measured.switch_context(str(number))
        began_s = time.perf_counter()
        if not passes(item, folder):
            raise SystemExit(f"{item.nodeid} fails without any change: put that right first")
        took_s[number] = time.perf_counter() - began_s
    measured.stop()
    data = measured.get_data()
    found: dict[str, dict[int, list[int]]] = {}
    for file in files:
        by_line = data.contexts_by_lineno(file)
        found[file] = {n: sorted({int(c) for c in who if c}, key=took_s.__getitem__) for n, who in by_line.items()}
    return found, took_s


def _verdict(child: int) -> bool | None:
    """Wait for a child: whether it failed or did not end; None when it says that the mutant does not fit."""
    until = time.monotonic() + LONGEST_WALL_S
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            return None if code == 2 else code != 0
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True
