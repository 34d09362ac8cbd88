"""A machine that takes a value up later than `late_wall_s`: followed for its `reach_s`, then told as it is."""

from collections.abc import Callable

import pytest

from ledger.executor import Executor
from ledger.ledger import Ledger
from plants.flow.change import Resequence
from plants.flow.proposal import Status
from plants.model.tags import ORDER_SEQUENCE, PLANT_TIME
from tests.ledger_ports import FILLER, PLANT, FakeClock, Line, OnWrite, Past, approved, draft, submitted

REACH_S = PLANT.parameters[FILLER].reach_s


@pytest.mark.parametrize("after_s", [10.0, REACH_S])
async def test_what_is_taken_up_late_is_applied(ledger: Ledger, executor: Executor, line: Line, after_s: float) -> None:
    """And watched from when it was seen, not from when it was sent."""
    line.answers[FILLER] = OnWrite.LATE
    proposal = await approved(ledger)
    await executor.step()
    followed = ledger.proposal(proposal.id).status
    line.catch_up()
    line.plant_time_s += after_s
    await executor.step()

    assert followed is Status.SENT
    assert ledger.proposal(proposal.id).status is Status.APPLIED
    assert f"Applied at {3_600 + after_s:.0f} s" in [r.text for r in ledger.events(proposal.id)][-1]
    assert line.written == [(FILLER, 570.0)]


async def test_after_its_reach_it_is_not_applied(ledger: Ledger, executor: Executor, line: Line) -> None:
    """Within it nothing is said yet."""
    line.answers[FILLER] = OnWrite.LATE
    proposal = await approved(ledger)
    await executor.step()
    line.plant_time_s += REACH_S
    await executor.step()
    within = ledger.proposal(proposal.id).status
    line.plant_time_s += 1
    await executor.step()

    assert within is Status.SENT
    assert ledger.proposal(proposal.id).status is Status.NOT_APPLIED
    assert len(line.written) == 1


async def test_another_instance_follows_it_on(
    ledger: Ledger, executor: Executor, line: Line, past: Past, clock: FakeClock
) -> None:
    """Killed while it was followed: what the machine takes up meanwhile is applied, and nothing is sent again."""
    line.answers[FILLER] = OnWrite.LATE
    proposal = await approved(ledger)
    await executor.step()
    await executor.close()
    after = Executor(ledger, line, past, clock, PLANT, holder="after restart")
    await after.recover()
    followed = ledger.proposal(proposal.id).status
    line.catch_up()
    await after.step()

    assert followed is Status.SENT
    assert ledger.proposal(proposal.id).status is Status.APPLIED
    assert len(line.written) == 1
    await after.close()


async def test_a_line_that_tells_nothing_new_ends_it_unknown(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock
) -> None:
    """Plant time stands still: whether its reach is over cannot be told."""
    line.answers[FILLER] = OnWrite.LATE
    proposal = await approved(ledger)
    await executor.step()
    clock.move(301)
    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.UNKNOWN


async def test_while_plant_time_cannot_be_read_it_is_followed(ledger: Ledger, executor: Executor, line: Line) -> None:
    """Not for ever: the silence ends it, as above."""
    line.answers[FILLER] = OnWrite.LATE
    proposal = await approved(ledger)
    await executor.step()
    line.bad.add(PLANT_TIME)
    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.SENT


@pytest.mark.parametrize(
    ("happens", "status"),
    [(lambda line: line.take(FILLER, 585.0), Status.UNKNOWN), (lambda line: line.take(FILLER, 570.0), Status.APPLIED)],
)
async def test_a_hand_at_the_panel_meanwhile_is_seen(
    ledger: Ledger, executor: Executor, line: Line, happens: Callable[[Line], object], status: Status
) -> None:
    """Another value ends it unknown; the same one is what was wanted."""
    line.answers[FILLER] = OnWrite.LATE
    proposal = await approved(ledger)
    await executor.step()
    happens(line)
    await executor.step()

    assert ledger.proposal(proposal.id).status is status


async def test_a_sequence_is_not_followed(ledger: Ledger, executor: Executor, line: Line) -> None:
    """It has no machine behind it that would need time."""
    waiting = line.values[ORDER_SEQUENCE]
    assert isinstance(waiting, tuple)
    line.answers[ORDER_SEQUENCE] = OnWrite.IGNORES
    proposal = await submitted(ledger, draft(changes=(Resequence(orders=tuple(reversed(waiting))),)))
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)

    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.NOT_APPLIED


async def test_a_silent_line_ends_putting_back_unknown(
    ledger: Ledger, executor: Executor, line: Line, past: Past, clock: FakeClock
) -> None:
    """Plant time stands still while a restoring write is followed."""
    proposal = await approved(ledger)
    past.value = 1_000.0
    await executor.step()
    await executor.step()
    line.plant_time_s += 2_700
    line.answers[FILLER] = OnWrite.LATE
    await executor.step()
    clock.move(301)
    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.UNKNOWN
    assert len(line.written) == 2


@pytest.mark.parametrize("taken_up", [False, True])
async def test_what_is_put_back_late_is_followed_too(
    ledger: Ledger, executor: Executor, line: Line, past: Past, taken_up: bool
) -> None:
    """Put back when the machine takes it up in time; unknown, with both values, when it does not."""
    proposal = await approved(ledger)
    past.value = 1_000.0
    await executor.step()
    await executor.step()
    line.plant_time_s += 2_700
    line.answers[FILLER] = OnWrite.LATE
    await executor.step()
    followed = ledger.proposal(proposal.id).status
    if taken_up:
        line.catch_up()
    line.plant_time_s += REACH_S + 1
    await executor.step()

    assert followed is Status.WATCHING
    assert ledger.proposal(proposal.id).status is (Status.ROLLED_BACK if taken_up else Status.UNKNOWN)
    assert len(line.written) == 2
