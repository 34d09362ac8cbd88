"""A setpoint that its machine takes up later: the time to follow and the watch window begin then, not at the write."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from ledger.executor import Executor
from ledger.ledger import Ledger
from ledger.moment import MOST_WAIT_S, effect_s, told_moment
from plants.flow.plan import WriteStep
from plants.flow.proposal import Status
from plants.flow.sample import Value
from plants.model.connection import TagPath, TakesEffect
from plants.model.plant import Plant
from tests.ledger_ports import FILLER, LABELLER, PLANT, FakeClock, Line, Past, draft, submitted

WRITTEN_S = 3_600.0
REACH_S = PLANT.parameters[FILLER].reach_s
ORDER, COUNT, ACTUAL = "filler.order", "filler.processed", f"{FILLER}.actual"
STEP = WriteStep(alias=FILLER, before=600.0, target=570.0, tolerance=0.5, actual_alias=ACTUAL, reach_s=REACH_S)


def taking(effect: TakesEffect) -> Plant:
    """The bottling line with a filler that takes its speed up then."""
    described = PLANT.model_dump(mode="json")
    return Plant.model_validate({**described, "tags": (TagPath(alias=FILLER, takes_effect=effect),)})


@pytest.mark.parametrize(
    ("effect", "recorded", "since_s"),
    [
        (TakesEffect.NOW, {}, 1_000.0),
        (TakesEffect.NEXT_PART, {COUNT: [(990, 24), (1_000, 48), (1_003, 72), (1_005, 96)]}, 1_003.0),
        (TakesEffect.NEXT_PART, {COUNT: [(1_003, 72), (1_003.5, 72)]}, None),
        (TakesEffect.ORDER_START, {ORDER: [(10, "o01"), (1_400, ""), (1_410, "o01"), (1_900, "o02")]}, 1_900.0),
        (TakesEffect.ORDER_START, {ORDER: [(10, "o01"), (990, ""), (1_100, "o02"), (1_900, "o03")]}, 1_100.0),
        (TakesEffect.ORDER_START, {ORDER: [(10, "o01"), (1_100, "o01")]}, None),
        (TakesEffect.ORDER_START, {ORDER: []}, None),
        (TakesEffect.CHANGEOVER, {ORDER: [(10, "o01"), (1_100, "o05"), (1_900, "o02")]}, 1_900.0),
        (TakesEffect.CHANGEOVER, {ORDER: [(10, "o01"), (1_100, "o05"), (1_900, "not known")]}, None),
    ],
)
def test_the_moment_is_that_of_the_part_the_order_or_the_product(
    line: Line, effect: TakesEffect, recorded: dict[str, list[tuple[float, Value]]], since_s: float | None
) -> None:
    """Orders o01 and o05 are of one product; an empty station is at no order, and goes on with the one it had."""
    past = Past(line)
    past.recorded = {ACTUAL: [(1_200, 600.0)], **recorded}

    assert effect_s(taking(effect), past, STEP, 1_000.0, 2_000.0) == since_s


@pytest.mark.parametrize(("actual_alias", "since_s"), [(ACTUAL, 1_700.0), (None, None)])
def test_where_no_moment_was_seen_the_machine_itself_tells(
    line: Line, actual_alias: str | None, since_s: float | None
) -> None:
    """From when it ran at the value; bad values tell nothing."""
    past = Past(line)
    past.recorded = {ORDER: [], ACTUAL: [(1_200, 600.0), (1_700, 570.1), (1_800, 570.0)]}
    step = STEP.model_copy(update={"actual_alias": actual_alias})

    assert effect_s(taking(TakesEffect.ORDER_START), past, step, 1_000.0, 2_000.0) == since_s


def test_only_what_is_taken_up_later_is_told() -> None:
    """A tag that says nothing takes effect at once."""
    plant = taking(TakesEffect.CHANGEOVER)

    assert (told_moment(plant, FILLER), told_moment(plant, LABELLER)) == ("the next changeover", "")


@pytest.fixture
def ledger(tmp_path: Path, clock: FakeClock, past: Past) -> Iterator[Ledger]:
    """A ledger of a line whose filler takes its speed up at the start of an order."""
    opened = Ledger.at(tmp_path / "ledger.db", taking(TakesEffect.ORDER_START), clock, past)
    yield opened
    opened.close()


@pytest.fixture
async def executor(ledger: Ledger, line: Line, past: Past, clock: FakeClock) -> AsyncIterator[Executor]:
    """The one instance that writes to it."""
    running = Executor(ledger, line, past, clock, taking(TakesEffect.ORDER_START))
    yield running
    await running.close()


@pytest.fixture
async def waiting(ledger: Ledger, executor: Executor, line: Line, past: Past) -> str:
    """A change that is held by the machine, which runs on as before; id of its proposal."""
    line.follows = False
    past.recorded = {ORDER: [(100.0, "o01")], ACTUAL: []}
    proposal = await submitted(ledger, draft(plant=taking(TakesEffect.ORDER_START)))
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    await executor.step()
    return proposal.id


async def _at(executor: Executor, line: Line, plant_s: float) -> None:
    line.plant_time_s = plant_s
    await executor.step()


async def test_before_its_moment_a_setpoint_has_all_the_time(
    ledger: Ledger, executor: Executor, line: Line, waiting: str
) -> None:
    """Far beyond its reach nothing is put back, and the record says what it waits for."""
    await _at(executor, line, WRITTEN_S + 100 * REACH_S)

    assert ledger.proposal(waiting).status is Status.APPLIED
    assert "takes effect at the start of the next order" in [r.text for r in ledger.events(waiting)][-1]


async def test_the_watch_window_begins_at_the_moment(
    ledger: Ledger, executor: Executor, line: Line, past: Past, waiting: str
) -> None:
    """The order starts two hours later; the window is measured from there, not from the write."""
    start_s = WRITTEN_S + 7_200.0
    past.recorded[ORDER].append((start_s, "o02"))
    line.follows = True
    line.take(FILLER, 570.0)
    await _at(executor, line, start_s + 20.0)
    watched = ledger.proposal(waiting).status
    promise = ledger.proposal(waiting).plan.promise
    await _at(executor, line, start_s + promise.settle_s + promise.window_s)

    assert watched is Status.WATCHING
    assert past.asked == [(start_s + promise.settle_s, start_s + promise.settle_s + promise.window_s)]
    assert ledger.proposal(waiting).status is Status.VERIFIED
    assert any(f"with effect from {start_s:.0f} s" in row.text for row in ledger.events(waiting))


async def test_a_machine_that_does_not_follow_after_its_moment_is_put_back(
    ledger: Ledger, executor: Executor, line: Line, past: Past, waiting: str
) -> None:
    """Its reach counts from the start of the order."""
    start_s = WRITTEN_S + 7_200.0
    past.recorded[ORDER].append((start_s, "o02"))
    await _at(executor, line, start_s + REACH_S)
    within = ledger.proposal(waiting).status
    await _at(executor, line, start_s + REACH_S + 1)

    assert within is Status.APPLIED
    assert ledger.proposal(waiting).status is Status.ROLLED_BACK
    assert f"after {REACH_S + 1:.0f} plant seconds" in ledger.proposal(waiting).reason


async def test_a_machine_that_follows_although_no_moment_was_seen_is_watched_from_then(
    ledger: Ledger, executor: Executor, line: Line, past: Past, waiting: str
) -> None:
    """What it runs at is the better witness."""
    line.follows = True
    line.take(FILLER, 570.0)
    await _at(executor, line, WRITTEN_S + 40.0)
    before_it_is_on_record = ledger.proposal(waiting).status
    past.recorded[ACTUAL] = [(WRITTEN_S + 50.0, 570.0)]
    await _at(executor, line, WRITTEN_S + 55.0)

    assert before_it_is_on_record is Status.APPLIED
    assert ledger.proposal(waiting).status is Status.WATCHING
    assert any("with effect from 3650 s" in row.text for row in ledger.events(waiting))


async def test_a_moment_that_does_not_come_in_a_day_is_for_a_person(
    ledger: Ledger, executor: Executor, line: Line, waiting: str
) -> None:
    """No order starts any more: the setpoint stands, and somebody is told."""
    await _at(executor, line, WRITTEN_S + MOST_WAIT_S)
    within = ledger.proposal(waiting).status
    await _at(executor, line, WRITTEN_S + MOST_WAIT_S + 1)

    assert within is Status.APPLIED
    assert ledger.proposal(waiting).status is Status.UNKNOWN
    assert "has not come in 86400 s" in ledger.proposal(waiting).reason
