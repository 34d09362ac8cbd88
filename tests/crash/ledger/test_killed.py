"""`kill -9` at each named point of carrying out, and again during recovery: record and equipment agree afterwards.

A child process carries out one proposal against a line that lives in files (what was written to it survives the child),
and kills itself at a point. Another process starts on the same files, recovers and finishes. Nothing is sent twice,
everything sent is accounted for, the chain verifies.
"""

import asyncio
import json
import multiprocessing
import os
import random
import signal
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from ledger import points
from ledger.executor import Executor
from ledger.ledger import Ledger
from ledger.points import Point
from plants.flow.change import SetParameter
from plants.flow.proposal import FINAL, Proposal, Status
from plants.flow.sample import Value
from tests.ledger_ports import FILLER, LABELLER, PLANT, START, FakeClock, Line, OnWrite, Past, draft, submitted

BEFORE = {FILLER: 600.0, LABELLER: 675.0}
TARGET = {FILLER: 570.0, LABELLER: 640.0}
WRITING = [Point.CLAIMED, Point.SENT, Point.WRITTEN, Point.READ_BACK, Point.RECEIPTED]
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
    """One instance: recover, hand in and approve if nothing is there yet, then step until nothing is open."""
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
        proposal = await submitted(ledger, draft(changes=changes))
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


def aftermath(folder: Path) -> tuple[Proposal, dict[str, Value], list[tuple[str, Value]]]:
    """The proposal, the values on the equipment, and what was written to it; the chain must verify."""
    clock = FakeClock()
    clock.wall = START + timedelta(seconds=100)
    line = FiledLine(clock, folder)
    ledger = Ledger.at(folder / "ledger.db", PLANT, clock, Past(line))
    report = ledger.verify()
    proposal = ledger.proposals()[0]
    sent = [row for row in ledger.events(proposal.id) if row.action == "sent"]
    log = folder / "written.log"
    written = [tuple(json.loads(text)) for text in log.read_text().splitlines()] if log.exists() else []
    ledger.close()
    assert report.ok, report.problem
    assert len(written) <= len(sent), "something was written that is not in the chain"
    return proposal, line.values, written


CASES = [(name, point) for name, story in STORIES.items() for point in story.points]


@pytest.mark.parametrize(("name", "point"), CASES, ids=[f"{name}, {point}" for name, point in CASES])
@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (3, 4, 5))])
def test_after_a_kill_and_a_restart_record_and_equipment_agree(
    tmp_path: Path, name: str, point: str, seed: int
) -> None:
    """Killed once at a point, and with the second seed once more during recovery; then left to finish."""
    story, rng = STORIES[name], random.Random(f"{seed} {name} {point}")
    again = rng.choice(["recovering", "settling", "applied", "watching", "decided", "restore_written", "ended"])

    first = lived(tmp_path, story, 0, point)
    second = lived(tmp_path, story, 1, again) if seed > 1 else 0
    last = lived(tmp_path, story, 2)

    proposal, values, written = aftermath(tmp_path)
    held = {alias: values[alias] for alias in story.aliases}
    assert (first, last) == (-signal.SIGKILL, 0)
    assert second in (0, -signal.SIGKILL)
    assert max(Counter(written).values(), default=0) <= 1, "a write was sent twice"
    assert proposal.status in FINAL
    assert proposal.status in (story.ends, Status.NOT_APPLIED, Status.ROLLED_BACK, Status.UNKNOWN)
    if proposal.status in (Status.NOT_APPLIED, Status.ROLLED_BACK):
        assert held == {alias: BEFORE[alias] for alias in story.aliases}
    if proposal.status is Status.VERIFIED:
        assert held == {alias: TARGET[alias] for alias in story.aliases}


@pytest.mark.parametrize(
    ("point", "status", "writes"),
    [
        ("claimed", Status.NOT_APPLIED, 0),
        ("sent", Status.NOT_APPLIED, 0),
        ("written", Status.VERIFIED, 1),
        ("read_back", Status.VERIFIED, 1),
        ("receipted", Status.VERIFIED, 1),
        ("applied", Status.VERIFIED, 1),
        ("watching", Status.VERIFIED, 1),
        ("decided", Status.VERIFIED, 1),
        ("ended", Status.VERIFIED, 1),
    ],
)
def test_where_it_was_killed_decides_how_it_ends(tmp_path: Path, point: str, status: Status, writes: int) -> None:
    """Before the bytes: not applied, nothing written. After them: written once, watched to the end."""
    lived(tmp_path, STORIES["kept"], 0, point)
    lived(tmp_path, STORIES["kept"], 1)

    proposal, _, written = aftermath(tmp_path)
    assert (proposal.status, len(written)) == (status, writes)


@pytest.mark.parametrize("name", STORIES)
def test_without_a_kill_the_story_ends_as_told(tmp_path: Path, name: str) -> None:
    """The stories themselves, so that the points above are points of something real."""
    code = lived(tmp_path, STORIES[name], 0)

    assert code == 0
    assert aftermath(tmp_path)[0].status is STORIES[name].ends


def test_every_point_is_crashed_at() -> None:
    """A new point must be put into a story."""
    covered = {point.split(":")[0] for story in STORIES.values() for point in story.points}

    assert covered | {"recovering", "settling"} == set(Point)


@pytest.mark.parametrize("point", ["recovering", "settling"])
def test_recovery_itself_may_be_killed_and_run_again(tmp_path: Path, point: str) -> None:
    """Three times killed while recovering, then left to finish: still one write."""
    lived(tmp_path, STORIES["kept"], 0, "written")
    codes = [lived(tmp_path, STORIES["kept"], run, point) for run in (1, 2, 3)]

    lived(tmp_path, STORIES["kept"], 4)

    proposal, _, written = aftermath(tmp_path)
    assert codes == [-signal.SIGKILL] * 3
    assert (proposal.status, written) == (Status.VERIFIED, [(FILLER, 570.0)])


def test_a_second_instance_is_refused_while_the_first_is_alive_and_not_after_it_was_killed(tmp_path: Path) -> None:
    """The lease belongs to a process; the operating system gives it back when the process is gone."""
    context = multiprocessing.get_context("fork")
    holding, done = context.Event(), context.Event()

    def hold() -> None:
        clock = FakeClock()
        line = FiledLine(clock, tmp_path)
        ledger = Ledger.at(tmp_path / "ledger.db", PLANT, clock, Past(line))
        Executor(ledger, line, Past(line), clock, PLANT, holder="first")
        holding.set()
        done.wait(30)

    first = context.Process(target=hold)
    first.start()
    assert holding.wait(30)
    assert first.pid is not None
    os.kill(first.pid, signal.SIGSTOP)
    refused = lived(tmp_path, STORIES["kept"], 1)
    os.kill(first.pid, signal.SIGKILL)
    first.join(30)
    taken = lived(tmp_path, STORIES["kept"], 2)

    assert (refused, taken) == (1, 0)
    assert aftermath(tmp_path)[0].status is Status.VERIFIED
