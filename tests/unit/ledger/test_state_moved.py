"""An approval is void when the line as a whole has moved from the state that was judged, beyond stated tolerances."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.basis import left
from ledger.executor import Executor
from ledger.ledger import Ledger
from plants.flow.plan import Basis, Plan
from plants.flow.proposal import Status
from plants.flow.sample import Quality, Sample, Value
from plants.model.change_policy import ChangePolicy, StateTolerance
from plants.model.tags import ORDER_SEQUENCE
from tests.ledger_ports import (
    FILLER,
    LABELLER,
    PLANT,
    START,
    FakeClock,
    Line,
    Past,
    approved,
    draft,
    plant_with,
    submitted,
)

BUFFER = f"{PLANT.buffers[0].id}.level"


MOVES: list[tuple[str, Callable[[Line], object], str]] = [
    ("another setpoint", lambda line: line.take(LABELLER, 680.0), "labeller.speed_per_min was 675 when it was judged"),
    (
        "orders rearranged",
        lambda line: line.take(ORDER_SEQUENCE, tuple(reversed(line.values[ORDER_SEQUENCE]))),  # type: ignore[arg-type]
        "line.order_sequence was",
    ),
    ("hours gone by", lambda line: setattr(line, "plant_time_s", 3_600.0 + 28_801.0), "is 28801 plant seconds old"),
]


@pytest.mark.parametrize(("what", "moves", "says"), MOVES, ids=[what for what, _, _ in MOVES])
async def test_what_the_change_itself_does_not_touch_voids_it_all_the_same(
    ledger: Ledger, executor: Executor, line: Line, what: str, moves: Callable[[Line], object], says: str
) -> None:
    """The verdict was given on a line that is no more."""
    proposal = await approved(ledger)
    moves(line)

    await executor.step()

    ended = ledger.proposal(proposal.id)
    assert ended.status is Status.WITHDRAWN
    assert "the line has moved from the state that was judged" in ended.reason
    assert says in ended.reason
    assert line.written == []


@pytest.mark.parametrize(
    "moves",
    [
        lambda line: line.take(LABELLER, 675.4),
        lambda line: line.take(ORDER_SEQUENCE, line.values[ORDER_SEQUENCE][2:]),
        lambda line: line.values.update({BUFFER: 30}),
        lambda line: line.values.update({"labeller.processed": 999}),
        lambda line: setattr(line, "plant_time_s", 3_600.0 + 28_800.0),
    ],
)
async def test_what_lies_within_its_tolerance_or_moves_by_itself_voids_nothing(
    ledger: Ledger, executor: Executor, line: Line, moves: Callable[[Line], object]
) -> None:
    """Read-back tolerances, orders that began as planned, levels and counters, a shift."""
    proposal = await approved(ledger)
    moves(line)

    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.APPLIED


async def test_another_machine_under_repair_is_waited_for(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock
) -> None:
    """A breakdown elsewhere is no reason to ask the operator again; nothing is written before it is over."""
    proposal = await approved(ledger)
    line.values["labeller.unit_mode"] = 2
    await executor.step()
    waiting = ledger.proposal(proposal.id).status
    written = list(line.written)
    line.values["labeller.unit_mode"] = 1
    clock.move(1)
    await executor.step()

    assert (waiting, written) == (Status.APPROVED, [])
    assert ledger.proposal(proposal.id).status is Status.APPLIED
    told = [
        row.text for row in ledger.events(proposal.id) if "labeller, which produced when this was judged" in row.text
    ]
    assert len(told) == 1


async def test_a_repair_that_was_under_way_when_it_was_judged_may_end(
    ledger: Ledger, executor: Executor, line: Line
) -> None:
    """The twin foresaw its end."""
    line.values["labeller.unit_mode"] = 2
    proposal = await approved(ledger)
    line.values["labeller.unit_mode"] = 1

    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.APPLIED


async def test_a_figure_of_the_state_that_cannot_be_read_is_waited_for(
    ledger: Ledger, executor: Executor, line: Line
) -> None:
    """It neither voids nor passes."""
    proposal = await approved(ledger)
    line.bad.add(LABELLER)
    await executor.step()
    waiting = ledger.proposal(proposal.id).status
    line.bad.clear()
    executor._again_at = 0.0

    await executor.step()

    assert waiting is Status.APPROVED
    assert ledger.proposal(proposal.id).status is Status.APPLIED


async def test_levels_count_where_the_plant_says_so(tmp_path: Path, clock: FakeClock, past: Past, line: Line) -> None:
    """Within a share of the buffer's capacity."""
    plant = plant_with(ChangePolicy(state=StateTolerance(buffer_share=0.1)))
    ledger = Ledger.at(tmp_path / "levels.db", plant, clock, past)
    made = draft(plant=plant)
    proposal = await submitted(ledger, made)
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    line.values[BUFFER] = 0.1 * plant.buffers[0].capacity + 1

    executor = Executor(ledger, line, past, clock, plant)
    await executor.step()

    assert f"{BUFFER} was 0 when it was judged" in ledger.proposal(proposal.id).reason
    await executor.close()
    ledger.close()


@pytest.mark.parametrize(
    ("held", "tolerance", "now", "near"),
    [
        (10.0, 1.0, 11.0, True),
        (10.0, 1.0, 11.1, False),
        (10.0, 1.0, 8.9, False),
        (10.0, 1.0, "ten", False),
        (1, 0.0, 1, True),
        (1, 0.0, 2, False),
        ("o1", 0.0, "o1", True),
        ("o1", 0.0, "o2", False),
        (("a", "b", "c"), 1.0, ("a", "b", "c"), True),
        (("a", "b", "c"), 1.0, ("b", "c"), True),
        (("a", "b", "c"), 1.0, ("c",), False),
        (("a", "b", "c"), 1.0, ("a", "c"), False),
        (("b", "c"), 1.0, ("a", "b", "c"), False),
        (("a", "b"), 1.0, 5.0, False),
    ],
)
async def test_near_is_what_the_tolerance_says(
    ledger: Ledger, held: Value, tolerance: float, now: Value, near: bool
) -> None:
    """Numbers by ±, names exactly, sequences by how many have begun at their front."""
    plan: Plan = (await submitted(ledger)).plan
    judged = plan.model_copy(update={"basis": (Basis(alias="line.x", value=held, tolerance=tolerance),)})
    sample = Sample(alias="line.x", value=now, quality=Quality.GOOD, received_at=START)

    assert (left(judged, {"line.x": sample}, 3_600.0, 100.0) == "") is near


async def test_without_plant_time_the_age_of_the_state_is_not_told_here(ledger: Ledger) -> None:
    """That plant time is missing is another check's no."""
    plan = (await submitted(ledger)).plan

    assert left(plan, {}, None, 0.0) == ""
    assert FILLER in {held.alias for held in plan.basis}
