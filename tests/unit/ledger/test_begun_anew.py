"""Plant time begins anew, as on a new production day or after a restart of the equipment.

Nothing waits for a time that does not come, and nothing is hurried.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.elapsed import elapsed_s
from ledger.executor import Executor
from ledger.ledger import Ledger
from plants.errors import Refused
from plants.flow.change import SetParameter
from plants.flow.proposal import Proposal, Status
from plants.model.tags import PLANT_TIME
from tests.ledger_ports import FILLER, FakeClock, Line, draft, submitted

MOMENTS = st.floats(0.0, 1e6)


async def written(ledger: Ledger, executor: Executor, value: float = 570.0, number: int = 1) -> Proposal:
    """A change that was written and is watched."""
    made = draft(f"draft-{number:04d}", (SetParameter(alias=FILLER, value=value),))
    proposal = await submitted(ledger, made)
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    await executor.step()
    return proposal


@pytest.mark.parametrize("steps", [0, 1])
async def test_a_change_on_its_way_ends_unknown_and_stands(
    ledger: Ledger, executor: Executor, line: Line, steps: int
) -> None:
    """Its window lies in a plant time that no longer comes; before and after the machine has followed."""
    proposal = await written(ledger, executor)
    for _ in range(steps):
        await executor.step()
    line.plant_time_s = 12.0

    await executor.step()

    outcome = await ledger.of(proposal.id)
    assert outcome is not None
    assert outcome.status is Status.UNKNOWN
    assert "started anew: plant time is 12 s, the change was applied at 3600 s" in outcome.explanation
    assert line.written == [(FILLER, 570.0)]


async def test_cool_down_is_counted_from_the_new_beginning(ledger: Ledger, executor: Executor, line: Line) -> None:
    """Not from yesterday's write, which would shut the parameter until the same hour today."""
    await written(ledger, executor)
    line.plant_time_s = 599.0
    await executor.step()
    ledger.resolve("p-00001", "lee", Status.VERIFIED, "it runs at 570")

    with pytest.raises(Refused, match=r"was changed 599 plant seconds ago; wait until 600 s have passed"):
        await written(ledger, executor, 580.0, number=2)
    line.plant_time_s = 600.0

    assert (await written(ledger, executor, 580.0, number=3)).status is Status.JUDGED


async def test_the_newest_write_counts_and_not_the_one_of_the_latest_hour(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock
) -> None:
    """Yesterday's write at a later hour does not hide today's."""
    await written(ledger, executor)
    line.plant_time_s = 700.0
    await executor.step()
    ledger.resolve("p-00001", "lee", Status.VERIFIED, "it runs at 570")
    clock.move(60.0)
    await written(ledger, executor, 580.0, number=2)
    line.plant_time_s = 900.0

    with pytest.raises(Refused, match="was changed 200 plant seconds ago"):
        await written(ledger, executor, 590.0, number=3)


async def test_without_a_plant_time_nothing_is_concluded(ledger: Ledger, executor: Executor, line: Line) -> None:
    """A plant time that cannot be read is not one that began anew."""
    proposal = await written(ledger, executor)
    line.bad.add(PLANT_TIME)

    await executor.step()

    assert ledger.proposal(proposal.id).status in (Status.APPLIED, Status.WATCHING)


async def test_changes_older_than_the_window_do_not_add_up(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock
) -> None:
    """Yesterday's evening counts in the morning, and no longer after eight hours of the new day."""
    line.take(FILLER, 660.0)
    line.plant_time_s = 80_000.0
    for number, value in ((1, 560.0), (2, 440.0)):
        await written(ledger, executor, value, number)
        await executor.step()
        line.plant_time_s += 2_700.0
        await executor.step()
        clock.move(60.0)

    line.plant_time_s = 20_000.0
    with pytest.raises(Refused, match="would add up to 250 1/min"):
        await written(ledger, executor, 410.0, number=3)
    line.plant_time_s = 29_000.0

    assert (await written(ledger, executor, 410.0, number=4)).status is Status.JUDGED


@given(since=MOMENTS, now=MOMENTS, more=st.floats(0.0, 1e5))
def test_time_on_record_never_passes_faster_than_time(since: float, now: float, more: float) -> None:
    """And is never negative."""
    before, after = elapsed_s(since, now), elapsed_s(since, now + more)

    assert before >= 0.0
    assert after <= before + more + 1e-6
