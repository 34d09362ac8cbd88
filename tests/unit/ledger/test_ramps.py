"""Large steps go in stages, each sent once and verified before the next; undone in stages, too."""

from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from ledger.errors import GateRefused
from ledger.executor import Executor
from ledger.ledger import Ledger
from plants.flow.change import SetParameter
from plants.flow.proposal import Proposal, Status
from plants.flow.sample import Value
from plants.model.change_policy import ChangePolicy
from tests.ledger_ports import FILLER, LABELLER, FakeClock, Line, OnWrite, Past, draft, plant_with, submitted

RAMPED = plant_with(ChangePolicy(drift_steps=3.0), max_step=20.0, max_stages=3, reach_s=180.0)
FAR = draft(changes=(SetParameter(alias=FILLER, value=550.0),), plant=RAMPED)


@pytest.fixture
def ramped(tmp_path: Path, clock: FakeClock, past: Past) -> Iterator[Ledger]:
    """A ledger of a line whose parameters go in up to three stages of 20."""
    opened = Ledger.at(tmp_path / "ramped.db", RAMPED, clock, past)
    yield opened
    opened.close()


@pytest.fixture
async def ramping(ramped: Ledger, line: Line, past: Past, clock: FakeClock) -> AsyncIterator[Executor]:
    """Its executor."""
    running = Executor(ramped, line, past, clock, RAMPED)
    yield running
    await running.close()


async def approved(ledger: Ledger, clock: FakeClock, of: object = FAR) -> Proposal:
    """Approved by two people, as a ramp asks for."""
    proposal = await submitted(ledger, of)  # type: ignore[arg-type]  # a draft
    for who in ("kim", "lee"):
        ledger.approve(proposal.id, who, plan_hash=proposal.plan_hash, authenticated_at=clock.now())
    return proposal


def runs_at(line: Line, value: float) -> None:
    """The machine has reached a value."""
    line.values[f"{FILLER}.actual"] = value


async def test_a_large_step_is_planned_in_equal_stages(ramped: Ledger) -> None:
    """From the present value to the target, none larger than the largest step; of high risk."""
    proposal = await submitted(ramped, FAR)

    steps = proposal.plan.steps
    assert [(s.stage, s.stages) for s in steps] == [(1, 3), (2, 3), (3, 3)]
    assert [s.before for s in steps] == [600.0, pytest.approx(583.33, abs=0.01), pytest.approx(566.67, abs=0.01)]
    assert steps[-1].target == 550.0
    assert all(a.target == b.before for a, b in pairwise(steps))
    assert proposal.plan.risk == "high"


@pytest.mark.parametrize("value", [539.0, 500.0])
async def test_more_stages_than_the_parameter_allows_are_refused(ramped: Ledger, value: float) -> None:
    """Then it is one step, and that is too large."""
    with pytest.raises(GateRefused, match="20 is the largest step"):
        await submitted(ramped, draft(changes=(SetParameter(alias=FILLER, value=value),), plant=RAMPED))


async def test_a_ramp_does_not_exceed_what_changes_may_add_up_to(tmp_path: Path, clock: FakeClock, past: Past) -> None:
    """Stages of one plan add up like changes of several."""
    plant = plant_with(ChangePolicy(drift_steps=2.0), max_step=20.0, max_stages=3)
    ledger = Ledger.at(tmp_path / "drift.db", plant, clock, past)

    with pytest.raises(GateRefused, match=r"the stages of filler.speed_per_min add up to 50 1/min, 40 is the most"):
        await submitted(ledger, draft(changes=(SetParameter(alias=FILLER, value=550.0),), plant=plant))

    ledger.close()


async def test_each_stage_waits_until_the_machine_runs_at_the_one_before(
    ramped: Ledger, ramping: Executor, line: Line, clock: FakeClock
) -> None:
    """One write, then nothing until the actual value has come; at the end the whole is applied and watched."""
    line.follows = False
    proposal = await approved(ramped, clock)
    await ramping.step()
    await ramping.step()
    one, waiting = list(line.written), ramped.proposal(proposal.id).status

    runs_at(line, float(one[0][1]))  # type: ignore[arg-type]  # a number
    line.plant_time_s += 60
    await ramping.step()
    two = list(line.written)
    runs_at(line, float(two[1][1]))  # type: ignore[arg-type]  # a number
    line.plant_time_s += 60
    await ramping.step()
    runs_at(line, 550.0)
    await ramping.step()

    assert (len(one), len(two), waiting) == (1, 2, Status.SENT)
    assert line.written[-1] == (FILLER, 550.0)
    assert [alias for alias, _ in line.written] == [FILLER] * 3
    assert ramped.proposal(proposal.id).status is Status.WATCHING


async def test_a_machine_that_follows_at_once_is_ramped_within_one_step(
    ramped: Ledger, ramping: Executor, line: Line, clock: FakeClock
) -> None:
    """Nothing waits without a reason."""
    proposal = await approved(ramped, clock)

    await ramping.step()

    assert len(line.written) == 3
    assert ramped.proposal(proposal.id).status is Status.APPLIED


async def test_a_ramp_that_the_machine_does_not_follow_is_put_back(
    ramped: Ledger, ramping: Executor, line: Line, clock: FakeClock
) -> None:
    """After `reach_s` of waiting for the first stage."""
    line.follows = False
    proposal = await approved(ramped, clock)
    await ramping.step()
    line.plant_time_s += 181
    await ramping.step()

    ended = ramped.proposal(proposal.id)
    assert ended.status is Status.ROLLED_BACK
    assert (
        "Stopped before step 2 of 3: step_and_rate: filler.speed_per_min would move the machine by 33.3333 1/min"
        in ended.reason
    )
    assert line.values[FILLER] == 600.0
    assert len(line.written) == 2


@pytest.mark.parametrize(
    ("happens", "says", "status"),
    [
        (lambda _, ledger: ledger.hold("all", "park", "smoke"), "held by park", Status.UNKNOWN),
        (lambda line, _: line.values.update({"line.remote": False}), "is on local", Status.UNKNOWN),
        (lambda line, _: line.values.update({FILLER: 590.0}), "holds 590 1/min", Status.UNKNOWN),
    ],
)
async def test_what_happens_between_two_stages_stops_the_ramp(
    ramped: Ledger, ramping: Executor, line: Line, clock: FakeClock, happens: object, says: str, status: Status
) -> None:
    """A hold, the selector, a hand at the panel: no further stage, and nothing is written over them."""
    line.follows = False
    proposal = await approved(ramped, clock)
    await ramping.step()
    happens(line, ramped)  # type: ignore[operator]  # a function
    runs_at(line, float(line.written[0][1]))  # type: ignore[arg-type]  # a number

    await ramping.step()

    ended = ramped.proposal(proposal.id)
    assert ended.status is status
    assert says in ended.reason
    assert len(line.written) == 1


async def test_a_machine_under_repair_between_two_stages_is_waited_for(
    ramped: Ledger, ramping: Executor, line: Line, clock: FakeClock
) -> None:
    """As before the first one, for as long as the machine has to follow."""
    line.follows = False
    proposal = await approved(ramped, clock)
    await ramping.step()
    line.values["filler.unit_mode"] = 2
    runs_at(line, float(line.written[0][1]))  # type: ignore[arg-type]  # a number
    await ramping.step()
    waiting = (ramped.proposal(proposal.id).status, len(line.written))
    line.values["filler.unit_mode"] = 1
    await ramping.step()

    assert waiting == (Status.SENT, 1)
    assert len(line.written) == 2


async def test_a_link_that_is_cut_between_two_stages_is_waited_for_and_not_for_ever(
    ramped: Ledger, ramping: Executor, line: Line, clock: FakeClock
) -> None:
    """Then what was applied is put back, which cannot be done either: unknown, and said."""
    line.follows = False
    proposal = await approved(ramped, clock)
    await ramping.step()
    line.link = False
    await ramping.step()
    waiting = ramped.proposal(proposal.id).status
    clock.move(301)
    await ramping.step()
    await ramping.step()

    assert waiting is Status.SENT
    assert ramped.proposal(proposal.id).status is Status.UNKNOWN
    assert "could not be reached" in ramped.proposal(proposal.id).reason


async def test_a_ramp_is_undone_in_stages_each_once_the_machine_has_come(
    ramped: Ledger, ramping: Executor, line: Line, past: Past, clock: FakeClock
) -> None:
    """The way back is no larger step than the way there."""
    proposal = await approved(ramped, clock)
    past.value = 1_000.0
    await ramping.step()
    await ramping.step()
    line.plant_time_s += 2_700
    line.follows = False
    await ramping.step()
    first = len(line.written)
    runs_at(line, float(line.written[-1][1]))  # type: ignore[arg-type]  # a number
    await ramping.step()
    second = len(line.written)
    line.plant_time_s += 60
    runs_at(line, float(line.written[-1][1]))  # type: ignore[arg-type]  # a number
    await ramping.step()

    back = [value for _, value in line.written[3:]]
    assert (first, second) == (4, 5)
    assert back == [pytest.approx(566.67, abs=0.01), pytest.approx(583.33, abs=0.01), 600.0]
    assert ramped.proposal(proposal.id).status is Status.ROLLED_BACK
    assert "Put back and read back: filler.speed_per_min = 600 1/min" in ramped.proposal(proposal.id).reason


async def test_a_machine_that_does_not_come_back_with_the_stages_ends_unknown(
    ramped: Ledger, ramping: Executor, line: Line, past: Past, clock: FakeClock
) -> None:
    """After `reach_s` more, with what is left undone said."""
    proposal = await approved(ramped, clock)
    past.value = 1_000.0
    await ramping.step()
    await ramping.step()
    line.plant_time_s += 2_700
    line.follows = False
    await ramping.step()
    line.plant_time_s += 181
    await ramping.step()

    ended = ramped.proposal(proposal.id)
    assert ended.status is Status.UNKNOWN
    assert "the machine of filler.speed_per_min does not follow" in ended.reason
    assert len(line.written) == 4


async def test_a_ramp_that_was_interrupted_is_put_back_and_not_gone_on_with(
    ramped: Ledger, ramping: Executor, line: Line, past: Past, clock: FakeClock
) -> None:
    """Another instance sends none of the stages that are left."""
    line.follows = False
    proposal = await approved(ramped, clock)
    await ramping.step()
    await ramping.close()

    after = Executor(ramped, line, past, clock, RAMPED, holder="after restart")
    await after.recover()
    await after.close()

    ended = ramped.proposal(proposal.id)
    assert ended.status is Status.ROLLED_BACK
    assert "Writing was interrupted" in ended.reason
    assert line.values[FILLER] == 600.0
    assert len(line.written) == 2


async def test_a_person_has_a_ramp_put_back_in_the_middle(
    ramped: Ledger, ramping: Executor, line: Line, clock: FakeClock
) -> None:
    """By the executor's next step, on record under that person's name."""
    line.follows = False
    proposal = await approved(ramped, clock)
    await ramping.step()

    ramped.roll_back(proposal.id, "park", "it rattles")
    await ramping.step()

    ended = ramped.proposal(proposal.id)
    assert ended.status is Status.ROLLED_BACK
    assert "park has it put back: it rattles." in ended.reason
    assert line.values[FILLER] == 600.0


async def test_a_machine_that_is_near_and_does_not_settle_is_not_ramped_further(
    ramped: Ledger, ramping: Executor, line: Line, clock: FakeClock
) -> None:
    """Within one step of the next stage, and not at the one before."""
    line.follows = False
    proposal = await approved(ramped, clock)
    await ramping.step()
    runs_at(line, 585.0)
    await ramping.step()
    waiting = (ramped.proposal(proposal.id).status, len(line.written))
    line.plant_time_s += 181
    await ramping.step()

    assert waiting == (Status.SENT, 1)
    assert "the machine does not follow (filler.speed_per_min was set to 583.333" in ramped.proposal(proposal.id).reason
    assert ramped.proposal(proposal.id).status is Status.ROLLED_BACK


async def test_the_machine_must_be_where_its_setpoint_says(
    ramped: Ledger, ramping: Executor, line: Line, clock: FakeClock
) -> None:
    """A step from the setpoint may be a larger one from where the machine truly is."""
    proposal = await approved(ramped, clock)
    runs_at(line, 640.0)

    await ramping.step()

    assert ramped.proposal(proposal.id).status is Status.NOT_APPLIED
    assert "from its actual 640" in ramped.proposal(proposal.id).reason
    assert line.written == []


async def test_a_setpoint_that_holds_no_number_is_not_ramped(ramped: Ledger, line: Line) -> None:
    """Nor changed at all."""
    line.values[FILLER] = "fast"

    with pytest.raises(GateRefused, match="fast is not a Double"):
        await submitted(ramped, FAR)


async def test_tags_are_written_in_the_order_that_the_plant_declares(
    tmp_path: Path, clock: FakeClock, past: Past, line: Line
) -> None:
    """Whatever the order of the proposal; put back in reverse when the second is refused."""
    plant = plant_with(ChangePolicy(write_order=(LABELLER, FILLER)))
    ledger = Ledger.at(tmp_path / "order.db", plant, clock, past)
    executor = Executor(ledger, line, past, clock, plant)
    changes = (SetParameter(alias=FILLER, value=570.0), SetParameter(alias=LABELLER, value=640.0))
    proposal = await submitted(ledger, draft(changes=changes, plant=plant))
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    line.answers[FILLER] = OnWrite.REFUSES

    await executor.step()

    wanted: list[tuple[str, Value]] = [(LABELLER, 640.0), (LABELLER, 675.0)]
    assert line.written == wanted
    assert ledger.proposal(proposal.id).status is Status.ROLLED_BACK
    await executor.close()
    ledger.close()


async def test_more_tags_than_the_plant_allows_at_once_are_refused(
    tmp_path: Path, clock: FakeClock, past: Past
) -> None:
    """One tag at a time, on this line."""
    plant = plant_with(ChangePolicy(max_simultaneous=1))
    ledger = Ledger.at(tmp_path / "one.db", plant, clock, past)
    changes = (SetParameter(alias=FILLER, value=570.0), SetParameter(alias=LABELLER, value=640.0))

    with pytest.raises(GateRefused, match="2 tags would be written by one plan, 1 are the most"):
        await submitted(ledger, draft(changes=changes, plant=plant))

    ledger.close()


async def test_an_approval_does_not_outlive_its_time_between_claim_and_nothing(
    ramped: Ledger, ramping: Executor, line: Line, clock: FakeClock
) -> None:
    """A ramp that began in time goes on after the approval's end: it was spent when it was claimed."""
    line.follows = False
    proposal = await approved(ramped, clock)
    await ramping.step()
    clock.move(660.0)
    line.plant_time_s += 60
    runs_at(line, float(line.written[0][1]))  # type: ignore[arg-type]  # a number

    await ramping.step()

    assert len(line.written) == 2
    assert ramped.proposal(proposal.id).status is Status.SENT
