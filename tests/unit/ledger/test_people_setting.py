"""Parameters that people set at the machine: proposed and approved like any other, done by hand, seen in the data."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from ledger.errors import GateRefused
from ledger.executor import Executor
from ledger.ledger import Ledger
from plants.flow.change import SetParameter
from plants.flow.draft import Draft
from plants.flow.proposal import Proposal, Status
from plants.model.change_policy import ChangePolicy
from plants.model.tags import tags_of
from tests.ledger_ports import FILLER, LABELLER, FakeClock, Line, Past, draft, plant_with, submitted

PLANT = plant_with(ChangePolicy(by_people=(FILLER,)))
TARGET = 570.0


@pytest.fixture
def manned(tmp_path: Path, clock: FakeClock, past: Past) -> Iterator[Ledger]:
    """A ledger of a line whose filler is set by hand."""
    opened = Ledger.at(tmp_path / "manned.db", PLANT, clock, past)
    yield opened
    opened.close()


@pytest.fixture
async def foreman(manned: Ledger, line: Line, past: Past, clock: FakeClock) -> AsyncIterator[Executor]:
    """Its executor."""
    running = Executor(manned, line, past, clock, PLANT)
    yield running
    await running.close()


def by_hand(value: float = TARGET, *others: SetParameter) -> Draft:
    """The filler at another speed."""
    return draft(changes=(SetParameter(alias=FILLER, value=value), *others), plant=PLANT)


async def taken_on(ledger: Ledger, executor: Executor) -> Proposal:
    """Approved, on the work list, and taken on."""
    proposal = await submitted(ledger, by_hand())
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    await executor.step()
    return ledger.acknowledge(proposal.id, "park")


async def test_from_the_work_list_to_verified(manned: Ledger, foreman: Executor, line: Line) -> None:
    """Nothing is written; a value on the way is held against nobody; the promise is measured from when it is seen."""
    proposal = await submitted(manned, by_hand())
    manned.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    await foreman.step()
    [task] = manned.work_list()
    manned.acknowledge(proposal.id, "park")
    line.take(FILLER, 585.0)
    await foreman.step()
    on_its_way = manned.proposal(proposal.id).status
    line.plant_time_s += 100
    line.take(FILLER, TARGET)
    await foreman.step()
    seen = manned.proposal(proposal.id).status
    line.plant_time_s += 2_700
    await foreman.step()

    assert task.text == "Set filler.speed_per_min to 570 1/min (it stands at 600 1/min)."
    assert (on_its_way, seen) == (Status.ACKNOWLEDGED, Status.OBSERVED)
    assert manned.proposal(proposal.id).status is Status.VERIFIED
    assert line.written == []
    assert manned.verify().ok


async def test_the_tag_is_read_and_never_written(manned: Ledger) -> None:
    """Not by a plan, and not under a standing authorisation."""
    assert not next(tag for tag in tags_of(PLANT) if tag.alias == FILLER).writable
    assert next(tag for tag in tags_of(PLANT) if tag.alias == LABELLER).writable


async def test_what_people_do_goes_in_one_step_and_by_itself(manned: Ledger) -> None:
    """A step too large is refused and not staged; what Jayul writes is handed in by itself."""
    far = 600.0 - PLANT.parameters[FILLER].max_step - 1.0

    with pytest.raises(GateRefused, match="is the largest step"):
        await submitted(manned, by_hand(far))
    with pytest.raises(GateRefused, match="handed in by itself"):
        await submitted(manned, by_hand(TARGET, SetParameter(alias=LABELLER, value=660.0)))


async def test_what_is_not_seen_in_time_ends_unknown_with_what_the_machine_holds(
    manned: Ledger, foreman: Executor, line: Line, clock: FakeClock
) -> None:
    """Four hours after it was taken on."""
    proposal = await taken_on(manned, foreman)
    line.take(FILLER, 590.0)
    clock.move(14_399)
    await foreman.step()
    still = manned.proposal(proposal.id).status
    clock.move(1)
    await foreman.step()

    found = manned.proposal(proposal.id)
    assert (still, found.status) == (Status.ACKNOWLEDGED, Status.UNKNOWN)
    assert "not seen in the data in time; filler.speed_per_min holds 590 1/min." in found.reason


@pytest.mark.parametrize("how", ["bad", "no time"])
async def test_data_that_tell_nothing_are_waited_for(
    manned: Ledger, foreman: Executor, line: Line, past: Past, how: str
) -> None:
    """Nothing is concluded from a value that is not good, or while plant time is not known."""
    proposal = await taken_on(manned, foreman)
    line.take(FILLER, TARGET)
    if how == "bad":
        line.bad.add(FILLER)
    else:
        past.known = False
    await foreman.step()
    waiting = manned.proposal(proposal.id).status
    line.bad.clear()
    past.known = True
    await foreman.step()

    assert (waiting, manned.proposal(proposal.id).status) == (Status.ACKNOWLEDGED, Status.OBSERVED)
