"""Putting back: through a session of its own, each value once, followed like any other write, and told as it is."""

from pathlib import Path

import pytest

from ledger.executor import Executor
from ledger.ledger import Ledger
from plants.flow.change import Resequence, SetParameter
from plants.flow.proposal import Proposal, Status
from plants.model.change_policy import ChangePolicy, Interlock
from plants.model.tags import ORDER_SEQUENCE, PLANT_TIME, interlock_alias
from tests.ledger_ports import (
    FILLER,
    LABELLER,
    PLANT,
    FakeClock,
    Line,
    OnWrite,
    Past,
    approved,
    draft,
    plant_with,
    running,
)
from tests.unit.ledger.test_ramps import FAR, RAMPED, runs_at

REACH_S = PLANT.parameters[FILLER].reach_s
TWO = (SetParameter(alias=FILLER, value=570.0), SetParameter(alias=LABELLER, value=640.0))


async def at_the_end_of_a_broken_promise(ledger: Ledger, executor: Executor, line: Line, past: Past) -> Proposal:
    """A change whose window is over and whose promise was broken: the next step puts it back."""
    proposal = await approved(ledger)
    past.value = 1_000.0
    await executor.step()
    await executor.step()
    line.plant_time_s += 2_700.0
    return proposal


async def ramp_to_put_back(ledger: Ledger, executor: Executor, line: Line, past: Past) -> Proposal:
    """A ramp of three stages, the last of which is put back; the machine has stayed where it was."""
    proposal = await approved(ledger, FAR)
    past.value = 1_000.0
    await executor.step()
    await executor.step()
    line.plant_time_s += 2_700.0
    line.follows = False
    await executor.step()
    assert len(line.written) == 4
    return proposal


async def test_it_goes_through_a_session_opened_for_it(
    ledger: Ledger, executor: Executor, line: Line, past: Past
) -> None:
    """So that nothing queued in the old one can still leave."""
    await at_the_end_of_a_broken_promise(ledger, executor, line, past)
    before = (line.opened, line.closed)

    await executor.step()

    assert before == (1, 0)
    assert (line.opened, line.closed) == (2, 2)
    assert line.written[-1] == (FILLER, 600.0)


@pytest.mark.parametrize(("after_s", "status"), [(REACH_S, Status.WATCHING), (REACH_S + 1.0, Status.UNKNOWN)])
async def test_a_machine_has_its_whole_reach_to_take_it_up(
    ledger: Ledger, executor: Executor, line: Line, past: Past, after_s: float, status: Status
) -> None:
    """Exactly `reach_s` is within it."""
    proposal = await at_the_end_of_a_broken_promise(ledger, executor, line, past)
    line.answers[FILLER] = OnWrite.LATE
    await executor.step()
    line.plant_time_s += after_s
    await executor.step()

    assert ledger.proposal(proposal.id).status is status


async def test_while_plant_time_cannot_be_read_it_is_followed(
    ledger: Ledger, executor: Executor, line: Line, past: Past
) -> None:
    """Whether its reach is over cannot be told; what it holds then still counts."""
    proposal = await at_the_end_of_a_broken_promise(ledger, executor, line, past)
    line.answers[FILLER] = OnWrite.LATE
    await executor.step()
    line.bad.add(PLANT_TIME)
    await executor.step()
    followed = ledger.proposal(proposal.id).status
    line.catch_up()
    await executor.step()

    assert followed is Status.WATCHING
    assert ledger.proposal(proposal.id).status is Status.ROLLED_BACK


async def test_following_it_takes_the_executor_no_time(
    ledger: Ledger, executor: Executor, line: Line, past: Past, clock: FakeClock
) -> None:
    """The first look waits a moment for the machine; the later ones are one reading each."""
    await at_the_end_of_a_broken_promise(ledger, executor, line, past)
    line.answers[FILLER] = OnWrite.LATE
    await executor.step()
    after_first = clock.monotonic()
    await executor.step()

    assert after_first > 0.0
    assert clock.monotonic() == after_first


async def test_following_a_write_takes_the_executor_no_time_either(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock
) -> None:
    """The same on the way there."""
    line.answers[FILLER] = OnWrite.LATE
    await approved(ledger)
    await executor.step()
    after_first = clock.monotonic()
    await executor.step()

    assert after_first > 0.0
    assert clock.monotonic() == after_first


async def test_a_machine_with_hardly_any_time_is_still_followed_for_it(tmp_path: Path, line: Line, past: Past) -> None:
    """A reach of a second is one."""
    plant = plant_with(reach_s=1.0)
    async with running(tmp_path, plant, line, past) as (ledger, executor):
        proposal = await approved(ledger, draft(plant=plant))
        past.value = 1_000.0
        await executor.step()
        await executor.step()
        line.plant_time_s += 2_700.0
        line.answers[FILLER] = OnWrite.LATE
        await executor.step()

        assert ledger.proposal(proposal.id).status is Status.WATCHING


async def test_a_sequence_that_does_not_come_back_is_told_at_once(
    ledger: Ledger, executor: Executor, line: Line, past: Past
) -> None:
    """It has no machine behind it that would need time."""
    waiting = line.values[ORDER_SEQUENCE]
    assert isinstance(waiting, tuple)
    proposal = await approved(ledger, draft(changes=(Resequence(orders=(*waiting[1:], waiting[0])),)))
    past.value = 1_000.0
    await executor.step()
    await executor.step()
    watched = ledger.proposal(proposal.id).status
    line.plant_time_s += 2_700.0
    line.answers[ORDER_SEQUENCE] = OnWrite.IGNORES
    await executor.step()

    assert watched is Status.WATCHING
    assert ledger.proposal(proposal.id).status is Status.UNKNOWN
    assert "It was to be put back, but line.order_sequence was sent" in ledger.proposal(proposal.id).reason


async def test_a_link_lost_just_before_is_told_and_waited_for(
    ledger: Ledger, executor: Executor, line: Line, past: Past
) -> None:
    """The watch could still read; the way back could not."""
    proposal = await at_the_end_of_a_broken_promise(ledger, executor, line, past)
    readings = iter((True, False))
    line.before_read = lambda: setattr(line, "link", next(readings, line.link))
    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.WATCHING
    [row] = ledger.events("link")
    assert (row.action, row.text) == ("link_lost", "The writing link was lost: The line does not answer.")


async def test_a_process_that_stood_still_before_the_bytes_left_has_sent_nothing(
    ledger: Ledger,
    executor: Executor,
    line: Line,
    past: Past,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is told at once and not followed, since nothing is on its way."""
    proposal = await at_the_end_of_a_broken_promise(ledger, executor, line, past)
    monkeypatch.setattr("ledger.restore.reach", lambda point: clock.move(1.1) if point == "restore_sent" else None)
    await executor.step()

    assert line.written == [(FILLER, 570.0)]
    assert ledger.proposal(proposal.id).status is Status.UNKNOWN
    assert "stood still for 1.1 s before the bytes left" in ledger.proposal(proposal.id).reason


async def test_a_clock_that_has_run_for_long_is_no_pause(
    ledger: Ledger, executor: Executor, line: Line, past: Past, clock: FakeClock
) -> None:
    """What counts is the time between the stored intent and its bytes."""
    clock.move(5_000.0)
    await at_the_end_of_a_broken_promise(ledger, executor, line, past)

    await executor.step()

    assert line.written == [(FILLER, 570.0), (FILLER, 600.0)]


@pytest.mark.parametrize(("mode", "writes"), [("production", 2), ("maintenance", 1), ("unreadable", 1)])
async def test_only_a_machine_in_production_is_written_back(
    ledger: Ledger, executor: Executor, line: Line, past: Past, mode: str, writes: int
) -> None:
    """A mode that cannot be read counts as none."""
    await at_the_end_of_a_broken_promise(ledger, executor, line, past)
    line.values["filler.unit_mode"] = 2 if mode == "maintenance" else 1
    line.bad = {"filler.unit_mode"} if mode == "unreadable" else set()
    await executor.step()

    assert len(line.written) == writes


async def test_one_tag_that_cannot_be_put_back_does_not_keep_the_others(
    ledger: Ledger, executor: Executor, line: Line, past: Past
) -> None:
    """The labeller refuses, the filler comes back; both are told."""
    proposal = await approved(ledger, draft(changes=TWO))
    past.value = 1_000.0
    await executor.step()
    await executor.step()
    line.plant_time_s += 2_700.0
    line.answers[LABELLER] = OnWrite.REFUSES
    await executor.step()

    ended = ledger.proposal(proposal.id)
    assert ended.status is Status.UNKNOWN
    assert line.written[2:] == [(FILLER, 600.0)]
    assert "labeller.speed_per_min was sent 675 1/min" in ended.reason


async def test_an_interlock_alone_forbids_it(tmp_path: Path, clock: FakeClock, past: Past) -> None:
    """As it forbids any other write, and with its reason."""
    plant = plant_with(ChangePolicy(interlocks=(Interlock(id="guard", because="the guard is open"),)))
    line = Line(clock, plant)
    line.values[interlock_alias("guard")] = True
    past = Past(line)
    async with running(tmp_path, plant, line, past) as (ledger, executor):
        proposal = await approved(ledger, draft(plant=plant))
        past.value = 1_000.0
        await executor.step()
        await executor.step()
        line.plant_time_s += 2_700.0
        line.values[interlock_alias("guard")] = False
        await executor.step()

        assert "the interlock 'guard' forbids it (the guard is open)" in ledger.proposal(proposal.id).reason
        assert line.written == [(FILLER, 570.0)]


# A ramp --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("after_s", "status"), [(180.0, Status.WATCHING), (181.0, Status.UNKNOWN)])
async def test_between_its_stages_the_machine_has_its_whole_reach(
    tmp_path: Path, line: Line, past: Past, after_s: float, status: Status
) -> None:
    """Counted from the stage that was put back last."""
    async with running(tmp_path, RAMPED, line, past) as (ledger, executor):
        proposal = await ramp_to_put_back(ledger, executor, line, past)
        line.plant_time_s += after_s
        await executor.step()

        assert ledger.proposal(proposal.id).status is status


async def test_between_its_stages_patience_ends_when_plant_time_stands_still(
    tmp_path: Path, line: Line, past: Past, clock: FakeClock
) -> None:
    """Whether its reach is over cannot be told then."""
    async with running(tmp_path, RAMPED, line, past) as (ledger, executor):
        proposal = await ramp_to_put_back(ledger, executor, line, past)
        clock.move(299.0)
        await executor.step()
        waiting = ledger.proposal(proposal.id).status
        clock.move(2.0)
        await executor.step()

        assert waiting is Status.WATCHING
        assert ledger.proposal(proposal.id).status is Status.UNKNOWN
        assert "the machine of filler.speed_per_min does not follow" in ledger.proposal(proposal.id).reason


@pytest.mark.parametrize(
    ("actual", "goes_on"), [(550.0, False), (566.0, False), (566.3, True), (584.0, True), (None, True)]
)
async def test_the_next_stage_leaves_when_the_machine_is_within_one_of_it(
    tmp_path: Path, line: Line, past: Past, actual: float | None, goes_on: bool
) -> None:
    """From 583.3 it was 16.7 large, with a tolerance of 0.5; a machine that cannot be seen is not waited for."""
    async with running(tmp_path, RAMPED, line, past) as (ledger, executor):
        await ramp_to_put_back(ledger, executor, line, past)
        line.bad = {f"{FILLER}.actual"} if actual is None else set()
        runs_at(line, actual or 0.0)
        await executor.step()

        assert (len(line.written) > 4) is goes_on


async def test_a_ramp_of_two_stages_waits_for_its_machine_too(tmp_path: Path, line: Line, past: Past) -> None:
    """As one of three does."""
    async with running(tmp_path, RAMPED, line, past) as (ledger, executor):
        made = draft(changes=(SetParameter(alias=FILLER, value=565.0),), plant=RAMPED)
        await approved(ledger, made)
        past.value = 1_000.0
        await executor.step()
        await executor.step()
        line.plant_time_s += 2_700.0
        line.follows = False
        await executor.step()

        assert [value for _, value in line.written] == [582.5, 565.0, 582.5]


async def test_a_change_in_one_step_waits_for_no_machine(
    ledger: Ledger, executor: Executor, line: Line, past: Past
) -> None:
    """It is put back from wherever the machine has gone meanwhile."""
    await at_the_end_of_a_broken_promise(ledger, executor, line, past)
    line.values[f"{FILLER}.actual"] = 500.0
    await executor.step()

    assert line.written == [(FILLER, 570.0), (FILLER, 600.0)]
