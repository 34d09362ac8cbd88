"""`python -m tests.mutation.run`: change gate and executor in one place at a time; does a test mind?

    --only NAME...  some modules of the list, such as carrier
    --tests FILE... some tests only: quicker, and what they notice the others would notice with them
    --every N       every N-th mutant only
    --budget S      stop after so many seconds; what was not run is said
    --tally         write the figures of what was run into docs/reliability.md

A mutant meets the tests that come by its line, in a fork of a session that has loaded everything (`session`). A change
outside of functions meets those that come by its module, in a process of its own (`whole`). Exit code 1 when the score
of a module is below 90 %.
"""

import argparse
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from tests.mutation import page
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.session import Kept, Session
from tests.mutation.whole import OPTIONS

ROOT = Path(__file__).parents[2]
ENOUGH = 0.9
TESTS = ("tests/unit/ledger",)
TARGETS = (
    "gate",
    "rules_of_record",
    "rules_of_tags",
    "rules_of_combination",
    "rules_of_equipment",
    "basis",
    "risk",
    "executor",
    "session",
    "carrier",
    "readback",
    "conclude",
    "restore",
    "watcher",
    "watch",
    "people",
    "heartbeat",
    "patience",
    "elapsed",
    "values",
)
"""Modules of `ledger` that are changed."""
EQUIVALENT: dict[tuple[str, str], str] = {
    ("rules_of_tags", "goes_on and before is not None -> goes_on and goes_on"): "a stage goes on only after another",
    (
        "rules_of_tags",
        "before is not None and before.stage == before.stages -> "
        "before.stage == before.stages and before.stage == before.stages",
    ): "a plan has at least one step",
    (
        "executor",
        "claimed is not None and plant_s is not None -> claimed is not None and claimed is not None",
    ): "without plant time the gate says no, so nothing is claimed",
    (
        "carrier",
        "not against and now_s is not None and _runs_at(before, step, live) -> "
        "not against and _runs_at(before, step, live)",
    ): "without plant time the check for fresh data is against it",
    (
        "carrier",
        "w.receipt and w.receipt.sent is Sent.APPLIED -> "
        "w.receipt.sent is Sent.APPLIED and w.receipt.sent is Sent.APPLIED",
    ): "each write has its receipt by then",
    ("heartbeat", "0.0 -> 1.0"): "a pause of 0 or of 1 s may leave; what is asked is whether another instance is newer",
    ("people", "True -> False"): "a sequence holds as many orders as the one before: the gate has seen to it",
    (
        "people",
        "task.done_by_at is not None and self._journal.late(task.done_by_at) -> "
        "self._journal.late(task.done_by_at) and self._journal.late(task.done_b",
    ): "what was taken on has a time until which it shall be done",
}
"""Mutants that mean the same as what they change, by module and change, each with why; they do not count."""


@dataclass
class Tally:
    """What became of the mutants of one module."""

    name: str
    killed: int = 0
    survived: list[Mutant] = field(default_factory=list)
    equivalent: int = 0
    left: int = 0

    @property
    def run(self) -> int:
        """How many were run, and count."""
        return self.killed + len(self.survived)

    @property
    def share(self) -> float:
        """How many of them were noticed, 0 to 1; 1 when none was run."""
        return self.killed / self.run if self.run else 1.0

    @property
    def told(self) -> str:
        """In one line."""
        return (
            f"{self.name:<20}{self.run:>5} mutants{self.killed:>6} noticed{self.share:>8.1%}  {self.remarks()}".rstrip()
        )

    def remarks(self, *more: str) -> str:
        """What else is to be said."""
        counted = (f"{n} {what}" for n, what in ((self.equivalent, "equivalent"), (self.left, "not run")) if n)
        return ", ".join(filter(None, (*counted, *more)))


@dataclass
class Campaign:
    """All mutants of some modules, against one session of tests."""

    names: tuple[str, ...]
    every: int
    until: float
    told: Callable[[Tally], None]
    """Called with each module's tally when its mutants have been run."""
    tallies: list[Tally] = field(default_factory=list)

    @property
    def files(self) -> list[str]:
        """What is changed."""
        return [str(ROOT / "ledger" / f"{name}.py") for name in self.names]

    def use(self, session: Session) -> None:
        """Run it."""
        for name, file in zip(self.names, self.files, strict=True):
            tally = Tally(name)
            self.tallies.append(tally)
            for mutant in list(mutants_of(Path(file).read_text(encoding="utf-8")))[:: self.every]:
                self._meet(session, file, mutant, tally)
            self.told(tally)

    def _meet(self, session: Session, file: str, mutant: Mutant, tally: Tally) -> None:
        if (tally.name, mutant.what) in EQUIVALENT:
            tally.equivalent += 1
        elif time.monotonic() > self.until:
            tally.left += 1
        elif noticed(session, tally.name, file, mutant):
            tally.killed += 1
        else:
            tally.survived.append(mutant)
            _say(f"  survived: ledger/{tally.name}.py:{mutant.line}: {mutant.what}")


def noticed(session: Session, name: str, file: str, mutant: Mutant) -> bool:
    """Whether a test minds a mutant."""
    was = compile(Path(file).read_text(encoding="utf-8"), file, "exec")
    minds = session.minds(f"ledger.{name}", was, mutant.code(file), session.tests_of(file, mutant.line))
    return _whole(name, mutant, session.ids_of(file)) if minds is None else minds


def _whole(name: str, mutant: Mutant, tests: list[str]) -> bool:
    """The same in a process of its own, with the module loaded anew."""
    with tempfile.NamedTemporaryFile("w", suffix=".py", encoding="utf-8") as file:
        file.write(mutant.source)
        file.flush()
        command = [sys.executable, "-m", "tests.mutation.whole", f"ledger.{name}", file.name, *tests]
        return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode != 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _tell(tally: Tally, every: int, *, write: bool) -> None:
    """Say what became of a module's mutants; into the page, too, when that is asked for and some were run."""
    _say(tally.told)
    if write and tally.run:
        sample = "" if every == 1 else f"each {every}. only"
        page.write({tally.name: page.row(tally.name, tally.run, tally.killed, tally.remarks(sample))})


def main(argv: list[str]) -> int:
    """The command line; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation.run", description=__doc__.split("\n")[0])
    parser.add_argument("--only", choices=TARGETS, nargs="+")
    parser.add_argument("--tests", nargs="+", default=TESTS)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--budget", type=float, default=float("inf"))
    parser.add_argument("--tally", action="store_true")
    given = parser.parse_args(argv)
    told = partial(_tell, every=given.every, write=given.tally)
    campaign = Campaign(tuple(given.only or TARGETS), given.every, time.monotonic() + given.budget, told)
    with contextlib.chdir(ROOT):
        pytest.main([*OPTIONS, "-s", *given.tests], plugins=[Kept(campaign.files, campaign.use)])
    run, dead = sum(t.run for t in campaign.tallies), sum(t.killed for t in campaign.tallies)
    _say(f"{'all':<20}{run:>5} mutants{dead:>6} noticed; {ENOUGH:.0%} are asked for in each module")
    return 0 if run and all(t.share >= ENOUGH for t in campaign.tallies) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
