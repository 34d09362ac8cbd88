"""Between the steps of a plan: what is waited for, for how long, and what is told of it."""

from pathlib import Path

import pytest

from ledger.executor import Executor
from ledger.ledger import Ledger
from plants.flow.change import SetParameter
from plants.flow.proposal import Proposal, Status
from plants.model.change_policy import ChangePolicy
from plants.model.tags import PLANT_TIME, REMOTE
from tests.ledger_ports import FILLER, LABELLER, FakeClock, Line, OnWrite, Past, approved, draft, plant_with, running
from tests.unit.ledger.test_ramps import FAR, RAMPED, runs_at

REACH_S = RAMPED.parameters[FILLER].reach_s
TWO = (SetParameter(alias=FILLER, value=570.0), SetParameter(alias=LABELLER, value=640.0))
MODE = "filler.unit_mode"


async def at_stage_one(ledger: Ledger, executor: Executor, line: Line) -> Proposal:
    """A ramp whose first stage is written, with a machine that stays where it was."""
    line.follows = False
    proposal = await approved(ledger, FAR)
    await executor.step()
    assert len(line.written) == 1
    return proposal


@pytest.mark.parametrize(
    ("answer", "written"), [(OnWrite.REFUSES, []), (OnWrite.IGNORES, [FILLER]), (OnWrite.CLAMPS, [FILLER])]
)
async def test_after_a_write_that_did_not_take_nothing_more_of_the_plan_is_sent(
    ledger: Ledger, executor: Executor, line: Line, answer: OnWrite, written: list[str]
) -> None:
    """All or nothing: the second tag is not even tried."""
    line.answers[FILLER] = answer
    proposal = await approved(ledger, draft(changes=TWO))
    await executor.step()
    line.plant_time_s += 1_000.0
    await executor.step()

    assert [alias for alias, _ in line.written] == written
    assert ledger.proposal(proposal.id).status in (Status.NOT_APPLIED, Status.UNKNOWN)
    assert "1 of 2 writes were not sent" in ledger.proposal(proposal.id).reason
    assert "interrupted" not in ledger.proposal(proposal.id).reason


async def test_two_tags_do_not_wait_for_each_others_machines(ledger: Ledger, executor: Executor, line: Line) -> None:
    """Only the stages of one ramp do: each starts from where the machine is."""
    line.follows = False
    await approved(ledger, draft(changes=TWO))

    await executor.step()

    assert line.written == [(FILLER, 570.0), (LABELLER, 640.0)]


@pytest.mark.parametrize(("waited_s", "status"), [(REACH_S, Status.SENT), (REACH_S + 1.0, Status.ROLLED_BACK)])
async def test_a_machine_on_its_way_has_its_whole_reach(
    tmp_path: Path, line: Line, past: Past, waited_s: float, status: Status
) -> None:
    """Exactly `reach_s` is within it, counted from when the stage was read back."""
    async with running(tmp_path, RAMPED, line, past) as (ledger, executor):
        proposal = await at_stage_one(ledger, executor, line)
        line.plant_time_s += waited_s
        await executor.step()

        assert ledger.proposal(proposal.id).status is status


async def test_each_stage_has_a_reach_of_its_own(tmp_path: Path, line: Line, past: Past) -> None:
    """The time that the first stage took is not counted against the second."""
    async with running(tmp_path, RAMPED, line, past) as (ledger, executor):
        proposal = await at_stage_one(ledger, executor, line)
        for stage in (0, 1):
            line.plant_time_s += REACH_S - 1.0
            runs_at(line, float(line.written[stage][1]))  # type: ignore[arg-type]  # a number
            await executor.step()
        line.plant_time_s += REACH_S - 1.0
        await executor.step()

        assert len(line.written) == 3
        assert ledger.proposal(proposal.id).status is Status.APPLIED


@pytest.mark.parametrize("how", ["stands still", "cannot be read"])
async def test_without_a_plant_time_that_goes_on_patience_ends_the_waiting(
    tmp_path: Path, line: Line, past: Past, clock: FakeClock, how: str
) -> None:
    """Not at once, and not never: five wall minutes without anything new."""
    async with running(tmp_path, RAMPED, line, past) as (ledger, executor):
        proposal = await at_stage_one(ledger, executor, line)
        if how == "cannot be read":
            line.bad.add(PLANT_TIME)
        await executor.step()
        clock.move(299.0)
        await executor.step()
        waiting = ledger.proposal(proposal.id).status
        clock.move(2.0)
        await executor.step()

        assert waiting is Status.SENT
        assert ledger.proposal(proposal.id).status is not Status.SENT
        assert "Stopped before step 2 of 3" in ledger.proposal(proposal.id).reason


async def test_without_plant_time_no_time_has_passed(tmp_path: Path, line: Line, past: Past) -> None:
    """Also for a machine that has hardly any to follow in: it is waited for until plant time can be read again."""
    at_once = plant_with(ChangePolicy(drift_steps=3.0), max_step=20.0, max_stages=3, reach_s=0.001)
    async with running(tmp_path, at_once, line, past) as (ledger, executor):
        proposal = await approved(ledger, draft(changes=FAR.changes, plant=at_once))
        line.on_written = lambda _: line.bad.add(PLANT_TIME)
        await executor.step()
        waiting = (ledger.proposal(proposal.id).status, len(line.written))
        line.on_written = lambda _: None
        line.bad.clear()
        await executor.step()

        assert waiting == (Status.SENT, 1)
        assert ledger.proposal(proposal.id).status is Status.APPLIED
        assert len(line.written) == 3


async def test_all_that_passes_by_itself_may_come_together(tmp_path: Path, line: Line, past: Past) -> None:
    """A machine on its way, one under repair and data that are late, all at once, are waited for."""
    async with running(tmp_path, RAMPED, line, past) as (ledger, executor):
        proposal = await at_stage_one(ledger, executor, line)
        line.values[MODE] = 2
        line.bad.add(PLANT_TIME)
        await executor.step()

        assert ledger.proposal(proposal.id).status is Status.SENT


async def test_what_does_not_pass_by_itself_is_not_waited_for_beside_what_does(
    tmp_path: Path, line: Line, past: Past
) -> None:
    """A selector on local stops the plan though the machine is also on its way."""
    async with running(tmp_path, RAMPED, line, past) as (ledger, executor):
        proposal = await at_stage_one(ledger, executor, line)
        line.values[REMOTE] = False
        await executor.step()

        assert ledger.proposal(proposal.id).status is not Status.SENT
        assert "Stopped before step 2 of 3" in ledger.proposal(proposal.id).reason


async def test_a_link_lost_between_two_stages_is_told_once_each_way(tmp_path: Path, line: Line, past: Past) -> None:
    """When it is noticed, and when a stage can be looked at again."""
    async with running(tmp_path, RAMPED, line, past) as (ledger, executor):
        await at_stage_one(ledger, executor, line)
        line.link = False
        await executor.step()
        await executor.step()
        lost = [row.action for row in ledger.events("link")]
        line.link = True
        await executor.step()

        assert lost == ["link_lost"]
        assert [row.action for row in ledger.events("link")] == ["link_lost", "link_back"]


async def test_where_the_machine_stays_is_told(tmp_path: Path, line: Line, past: Past) -> None:
    """Both the stage that it was set to and where it is."""
    async with running(tmp_path, RAMPED, line, past) as (ledger, executor):
        proposal = await at_stage_one(ledger, executor, line)
        runs_at(line, 585.0)
        line.plant_time_s += REACH_S + 1.0
        await executor.step()

        said = "the machine does not follow (filler.speed_per_min was set to 583.333 1/min, it is at 585 1/min)"
        assert said in ledger.proposal(proposal.id).reason


async def test_a_read_back_without_plant_time_leaves_the_time_that_was_known(
    ledger: Ledger, executor: Executor, line: Line
) -> None:
    """The change counts as applied when it was last known what time it was."""
    proposal = await approved(ledger)
    line.on_written = lambda _: line.bad.add(PLANT_TIME)

    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.APPLIED
    assert "Applied at 3600 s of plant time" in ledger.events(proposal.id)[-1].text


async def test_a_machine_with_hardly_any_time_is_still_followed_for_it(tmp_path: Path, line: Line, past: Past) -> None:
    """A reach of a second is one."""
    plant = plant_with(reach_s=1.0)
    async with running(tmp_path, plant, line, past) as (ledger, executor):
        line.answers[FILLER] = OnWrite.LATE
        proposal = await approved(ledger, draft(plant=plant))
        await executor.step()

        assert ledger.proposal(proposal.id).status is Status.SENT


async def test_a_clock_that_has_run_for_long_is_no_pause(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock
) -> None:
    """What counts is the time between the stored intent and its bytes."""
    clock.move(5_000.0)
    await approved(ledger)

    await executor.step()

    assert line.written == [(FILLER, 570.0)]


@pytest.mark.parametrize(("paused_s", "left"), [(1.0, True), (1.1, False)])
async def test_a_process_that_stood_still_before_its_bytes_left_sends_nothing(
    ledger: Ledger,
    executor: Executor,
    line: Line,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    paused_s: float,
    left: bool,
) -> None:
    """More than a second after the intent was stored it is too late: surely not sent, and told so."""
    proposal = await approved(ledger)
    monkeypatch.setattr("ledger.carrier.reach", lambda point: clock.move(paused_s) if point == "sent" else None)

    await executor.step()

    ended = ledger.proposal(proposal.id)
    assert bool(line.written) is left
    assert ended.status is (Status.APPLIED if left else Status.NOT_APPLIED)
    assert ("stood still for 1.1 s before the bytes left" in ended.reason) is not left


async def test_another_plan_that_was_only_claimed_is_not_gone_on_with(tmp_path: Path, line: Line, past: Past) -> None:
    """What this instance still knows of a plan that it has put back says nothing of the next one."""
    async with running(tmp_path, RAMPED, line, past) as (ledger, executor):
        first = await at_stage_one(ledger, executor, line)
        ledger.roll_back(first.id, "park", "it rattles")
        await executor.step()
        line.plant_time_s += 3_600.0
        second = await approved(ledger, draft("draft-0002", FAR.changes, plant=RAMPED))
        live = {sample.alias: sample for sample in await line.read(tuple(line.values))}
        claimed = executor._journal.claim(second, live, line.plant_time_s)
        before = len(line.written)
        await executor.step()

        assert claimed is not None
        assert ledger.proposal(first.id).status is Status.ROLLED_BACK
        assert ledger.proposal(second.id).status is Status.NOT_APPLIED
        assert len(line.written) == before
