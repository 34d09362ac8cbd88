"""A process that carries out one proposal against a line that lives in files, and kills itself at a named point.

What was written to the line survives the process. Another process starts on the same files, recovers and finishes.
"""

import asyncio
import json
import multiprocessing
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from ledger import points
from ledger.executor import Executor
from ledger.ledger import Ledger
from ledger.points import Point
from plants.flow.change import SetParameter
from plants.flow.proposal import Proposal, Status
from plants.flow.sample import Value
from tests.ledger_ports import FILLER, LABELLER, PLANT, START, FakeClock, Line, OnWrite, Past, draft, submitted

BEFORE = {FILLER: 600.0, LABELLER: 675.0}
TARGET = {FILLER: 570.0, LABELLER: 640.0}
WRITING = [Point.APPROVING, Point.APPROVED, Point.CLAIMED, Point.SENT, Point.WRITTEN, Point.READ_BACK, Point.RECEIPTED]
RESTORING = [Point.ROLLING_BACK, Point.RESTORE_SENT, Point.RESTORE_WRITTEN, Point.RESTORE_RECEIPTED]


@dataclass(frozen=True)
class Story:
    """What happens when nothing crashes, and the points on the way."""

    value: float
    aliases: tuple[str, ...]
    refuses: tuple[str, ...]
    ends: Status
    points: tuple[str, ...]


STORIES = {
    "kept": Story(
        1_450.0,
        (FILLER,),
        (),
        Status.VERIFIED,
        (*WRITING, Point.APPLIED, Point.WATCHING, Point.DECIDED, Point.ENDED),
    ),
    "broken": Story(
        1_000.0,
        (FILLER,),
        (),
        Status.ROLLED_BACK,
        (*WRITING, Point.APPLIED, Point.WATCHING, Point.DECIDED, *RESTORING, Point.ENDED),
    ),
    "two writes, broken": Story(
        1_000.0,
        (FILLER, LABELLER),
        (),
        Status.ROLLED_BACK,
        ("sent:2", "written:2", "read_back:2", "receipted:2", "restore_sent:2", "restore_written:2", "ended"),
    ),
    "second write refused": Story(
        1_450.0,
        (FILLER, LABELLER),
        (LABELLER,),
        Status.ROLLED_BACK,
        ("written:2", "receipted:2", *RESTORING),
    ),
}


class FiledLine(Line):
    """A line whose values, and a log of the writes it received, are files: it outlives whoever writes to it."""

    def __init__(self, clock: FakeClock, folder: Path) -> None:
        super().__init__(clock)
        self._file, self._log = folder / "line.json", folder / "written.log"
        if self._file.exists():
            stored = json.loads(self._file.read_text())
            self.plant_time_s = stored.pop("plant_time_s")
            self.values |= stored

    async def write(self, alias: str, value: Value) -> str:
        """Log it, then take it."""
        if self.answers.get(alias) is not OnWrite.REFUSES:
            with self._log.open("a") as log:
                log.write(json.dumps([alias, value]) + "\n")
        return await super().write(alias, value)

    def take(self, alias: str, value: Value) -> None:
        """Take it and keep it."""
        super().take(alias, value)
        self.save()

    def save(self) -> None:
        """Put the values on disk, whole."""
        numbers = {a: v for a, v in self.values.items() if a.split(".actual")[0] in BEFORE}
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps({"plant_time_s": self.plant_time_s, **numbers}))
        fresh.replace(self._file)


async def live_through(folder: Path, story: Story, run: int) -> None:
    """One instance: recover, hand in and approve what is not there yet, then step until nothing is open."""
    clock = FakeClock()
    clock.wall = START + timedelta(seconds=20 * run)
    line = FiledLine(clock, folder)
    line.answers = dict.fromkeys(story.refuses, OnWrite.REFUSES)
    past = Past(line)
    past.value = story.value
    ledger = Ledger.at(folder / "ledger.db", PLANT, clock, past)
    executor = Executor(ledger, line, past, clock, PLANT, holder=f"run {run}")
    await executor.recover()
    if not ledger.proposals():
        changes = tuple(SetParameter(alias=alias, value=TARGET[alias]) for alias in story.aliases)
        await submitted(ledger, draft(changes=changes))
    (proposal,) = ledger.proposals()
    if proposal.status is Status.JUDGED:
        ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    for _ in range(8):
        await executor.step()
        line.plant_time_s += 1_000
        line.save()
        if not await ledger.open():
            break
    await executor.close()
    ledger.close()


def instance(folder: Path, story: Story, run: int, crash_at: str) -> None:
    """Body of the child process."""
    points._reached.clear()  # a fork starts with what its parent counted
    os.environ["JAYUL_CRASH_AT"] = crash_at
    asyncio.run(live_through(folder, story, run))


def lived(folder: Path, story: Story, run: int, crash_at: str = "") -> int:
    """Run an instance as a process of its own; its exit code."""
    child = multiprocessing.get_context("fork").Process(target=instance, args=(folder, story, run, crash_at))
    child.start()
    child.join(timeout=30)
    assert child.exitcode is not None, "the instance did not end"
    return child.exitcode


@dataclass(frozen=True)
class Aftermath:
    """What record and equipment say when all is over."""

    proposal: Proposal
    """The one proposal."""
    approvals: int
    """How many the chain tells of; the one that was given must be among what is stored, too."""
    values: dict[str, Value]
    """On the equipment."""
    written: list[tuple[str, Value]]
    """All that was written to it, by its own log."""


def aftermath(folder: Path) -> Aftermath:
    """Look at the files; the chain must verify, and tell of everything that was written."""
    clock = FakeClock()
    clock.wall = START + timedelta(seconds=100)
    line = FiledLine(clock, folder)
    ledger = Ledger.at(folder / "ledger.db", PLANT, clock, Past(line))
    report = ledger.verify()
    (proposal,) = ledger.proposals()
    rows = [str(row.action) for row in ledger.events(proposal.id)]
    stored = ledger.approval(proposal.id)
    log = folder / "written.log"
    written = [tuple(json.loads(text)) for text in log.read_text().splitlines()] if log.exists() else []
    ledger.close()
    assert report.ok, report.problem
    assert len(written) <= rows.count("sent"), "something was written that is not in the chain"
    assert rows.count("approved") == (stored is not None), "the chain tells of another number of approvals"
    return Aftermath(proposal, rows.count("approved"), line.values, written)
