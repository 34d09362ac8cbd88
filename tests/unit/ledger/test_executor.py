"""The executor's cadence: when it opens and ends its session, waits, approves ahead, and verifies the chain."""

from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from ledger.executor import Executor
from ledger.ledger import Ledger
from ledger.policy import Autonomy, Policy
from plants.flow.approval import StandingAuthorisation
from plants.flow.proposal import Status
from plants.model.tags import HEARTBEAT
from tests.ledger_ports import FILLER, PLANT, START, FakeClock, Line, Past, approved, draft, running, submitted
from tests.unit.ledger.test_heartbeat import BEATING, beats, standing
from tests.unit.ledger.test_record import unguarded

MODE = "filler.unit_mode"


# The session ---------------------------------------------------------------------------------------------------------


async def test_a_session_lasts_as_long_as_a_change_is_under_way(ledger: Ledger, executor: Executor, line: Line) -> None:
    """Opened for it, kept while it is watched, ended with it; an idle executor holds none."""
    proposal = await approved(ledger)
    await executor.step()
    await executor.step()
    watching = (line.opened, line.closed)
    line.plant_time_s += 2_700.0
    await executor.step()

    assert watching == (1, 0)
    assert ledger.proposal(proposal.id).status is Status.VERIFIED
    assert (line.opened, line.closed) == (1, 1)


async def test_closing_ends_the_session_and_gives_up_the_lease(
    ledger: Ledger, executor: Executor, line: Line, past: Past, clock: FakeClock
) -> None:
    """Nothing in flight is hurried: the next instance goes on with it."""
    proposal = await approved(ledger)
    await executor.step()
    await executor.close()

    after = Executor(ledger, line, past, clock, PLANT, holder="next")

    assert (line.opened, line.closed) == (1, 1)
    assert ledger.proposal(proposal.id).status is Status.APPLIED
    assert after.epoch == executor.epoch + 1
    await after.close()


async def test_a_change_goes_through_a_session_opened_for_it_beside_the_heartbeats(
    tmp_path: Path, clock: FakeClock
) -> None:
    """The one that beats stays open; what is written is not sent through it, nor through what was queued in it."""
    line = Line(clock, BEATING)
    line.values[HEARTBEAT] = 0
    async with running(tmp_path, BEATING, line, Past(line)) as (ledger, executor):
        ledger.grant(standing())
        await beats(executor, clock, line, 3.0)
        beating = (line.opened, line.closed)
        await approved(ledger, draft(plant=BEATING))
        await executor.step()

        assert beating == (1, 0)
        assert (line.opened, line.closed) == (2, 1)


# Waiting and approving ahead -----------------------------------------------------------------------------------------


async def test_what_the_gate_made_wait_is_tried_again_a_second_later(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock
) -> None:
    """And not on each step in between: the line is not read without need."""
    await approved(ledger)
    line.values[MODE] = 2
    await executor.step()
    line.values[MODE] = 1
    clock.move(0.5)
    await executor.step()
    early = list(line.written)
    clock.move(0.5)
    await executor.step()

    assert early == []
    assert line.written == [(FILLER, 570.0)]


async def test_what_was_carried_out_leaves_no_pause_behind(ledger: Ledger, executor: Executor, line: Line) -> None:
    """Only what waits is waited for: what ended is followed by the next one at once."""
    first = await approved(ledger)
    line.values["line.remote"] = False
    await executor.step()
    line.values["line.remote"] = True
    await approved(ledger, draft("draft-0002"))
    await executor.step()

    assert ledger.proposal(first.id).status is Status.NOT_APPLIED
    assert line.written == [(FILLER, 570.0)]


async def test_what_is_covered_ahead_is_approved_and_written(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock
) -> None:
    """Once the authorisation has left people the time it states."""
    ledger.grant(
        StandingAuthorisation(
            id="standing-1",
            author="lead",
            plant=PLANT.plant,
            aliases=(FILLER,),
            after_s=60.0,
            created_at=START,
            expires_at=START + timedelta(hours=8),
            meaning="small speed changes in the night shift",
        )
    )
    ledger.set_autonomy(Autonomy.BOUNDED_AUTO, "lead", "night shift")
    proposal = await submitted(ledger)
    await executor.step()
    early = ledger.proposal(proposal.id).status
    clock.move(60.0)
    await executor.step()

    approval = ledger.approval(proposal.id)
    assert early is Status.JUDGED
    assert approval is not None
    assert approval.standing_id == "standing-1"
    assert line.written == [(FILLER, 570.0)]


async def test_what_nobody_decides_expires_while_the_executor_runs(
    ledger: Ledger, executor: Executor, clock: FakeClock
) -> None:
    """Silence is no."""
    proposal = await submitted(ledger)
    clock.move(1_800.0)
    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.EXPIRED


# The chain -----------------------------------------------------------------------------------------------------------


def found_wrong(logs: list[EventDict]) -> list[str]:
    """What the log says is wrong with the chain."""
    return [entry["problem"] for entry in logs if entry["event"] == "the audit chain does not verify"]


SPOILT = "UPDATE audit SET actor = 'eve' WHERE action = 'held'"
RIGHT = "UPDATE audit SET actor = 'kim' WHERE action = 'held'"


async def spoilt(ledger: Ledger, folder: Path) -> None:
    """A row by kim, which somebody has changed."""
    ledger.hold("agents", "kim", "look")
    unguarded(folder, SPOILT)


async def test_a_chain_that_does_not_verify_is_told_at_the_start(
    ledger: Ledger, executor: Executor, tmp_path: Path
) -> None:
    """And a sound one is not."""
    with capture_logs() as sound:
        await executor.recover()
    await spoilt(ledger, tmp_path)
    with capture_logs() as logs:
        await executor.recover()

    assert found_wrong(sound) == []
    assert found_wrong(logs) == ["row 2 was changed after it was written"]


async def test_the_chain_is_looked_at_after_an_hour_and_then_each_hour(
    ledger: Ledger, executor: Executor, tmp_path: Path, clock: FakeClock
) -> None:
    """A short chain is one look; what is wrong is found at the next round, not before."""
    found: list[str] = []
    for at_s in (0.0, 3_599.9, 3_600.0, 7_199.9, 7_200.0):
        clock.move(at_s - clock.monotonic())
        if at_s == 7_199.9:
            await spoilt(ledger, tmp_path)
        await executor.step()
        found.append(ledger.book._rotten)

    assert [bool(problem) for problem in found] == [False, False, False, False, True]


async def test_a_chain_is_gone_through_second_by_second(tmp_path: Path, line: Line, past: Past) -> None:
    """So many rows at a time; then nothing for an hour."""
    ledger = Ledger.at(tmp_path / "ledger.db", PLANT, line.clock, past, policy=Policy(verify_rows=2))
    executor = Executor(ledger, line, past, line.clock, PLANT)
    for number in range(5):
        ledger.hold("agents", "kim", f"{number}")
    rows: list[int] = []
    line.clock.move(3_600.0)
    for _ in range(5):
        await executor.step()
        rows.append(ledger.book._round.seq)
        line.clock.move(0.5)

    assert rows == [2, 2, 4, 4, 0]
    await executor.close()
    ledger.close()


async def test_what_is_found_wrong_is_told_once_until_it_is_right_again(
    ledger: Ledger, executor: Executor, tmp_path: Path, clock: FakeClock
) -> None:
    """Not each hour anew; what was put right and is wrong once more is told once more."""
    told: list[int] = []
    ledger.hold("agents", "kim", "look")
    for statement in (SPOILT, SPOILT, RIGHT, SPOILT):
        unguarded(tmp_path, statement)
        ledger.verify()
        clock.move(3_600.0)
        with capture_logs() as logs:
            await executor.step()
        told.append(len(found_wrong(logs)))

    assert told == [1, 0, 0, 1]


@pytest.mark.parametrize("rows", [0, 3])
async def test_a_sound_chain_is_told_of_by_nobody(
    ledger: Ledger, executor: Executor, clock: FakeClock, rows: int
) -> None:
    """No row, or some."""
    for number in range(rows):
        ledger.hold("agents", "kim", f"{number}")
    with capture_logs() as logs:
        for _ in range(3):
            clock.move(3_600.0)
            await executor.step()

    assert found_wrong(logs) == []
