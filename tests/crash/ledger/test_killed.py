"""`kill -9` at each named point of deciding and carrying out, and again during recovery: nothing lost, nothing twice.

`python -m tests.crash.ledger.campaign` runs every point with five seeds and tells the figures.
"""

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from ledger.executor import Executor
from ledger.ledger import Ledger
from ledger.points import Point
from plants.flow.proposal import Status
from tests.crash.ledger.instance import STORIES, FiledLine, aftermath, lived
from tests.crash.ledger.kill import CASES, DECIDED_WALL_S, killed
from tests.ledger_ports import FILLER, PLANT, FakeClock, Past

EVERY_POINT = {point.split(":")[0]: (name, point) for name, point in CASES}
"""One case a point, for `make test`."""
SEEDS = [(case, seed) for seed in (1, 2, 3, 4, 5) for case in CASES]
QUICK = {(case, 2) for case in EVERY_POINT.values()}


@pytest.mark.parametrize(
    ("case", "seed"),
    [
        pytest.param(
            case, seed, id=f"{', '.join(case)}, {seed}", marks=() if (case, seed) in QUICK else pytest.mark.slow
        )
        for case, seed in SEEDS
    ],
)
def test_after_a_kill_and_a_restart_record_and_equipment_agree(
    tmp_path: Path, case: tuple[str, str], seed: int
) -> None:
    """Killed at a point, and from the second seed on once more during recovery; then left to finish."""
    found = killed(tmp_path, *case, seed)

    assert not found.problem
    assert found.kills >= 1
    assert found.lost == 0, "an approval was lost"
    assert found.doubled == 0, "a write was sent twice"
    assert found.decided_wall_s <= DECIDED_WALL_S


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

    found = aftermath(tmp_path)
    assert (found.proposal.status, len(found.written)) == (status, writes)


@pytest.mark.parametrize("name", STORIES)
def test_without_a_kill_the_story_ends_as_told(tmp_path: Path, name: str) -> None:
    """The stories themselves, so that the points above are points of something real."""
    code = lived(tmp_path, STORIES[name], 0)

    assert code == 0
    assert aftermath(tmp_path).proposal.status is STORIES[name].ends


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

    found = aftermath(tmp_path)
    assert codes == [-signal.SIGKILL] * 3
    assert (found.proposal.status, found.written) == (Status.VERIFIED, [(FILLER, 570.0)])


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
    assert aftermath(tmp_path).proposal.status is Status.VERIFIED
