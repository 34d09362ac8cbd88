"""Watching: what a reading of the line says, what is waited for, and what ends the watch."""

import pytest

from ledger.executor import Executor
from ledger.ledger import Ledger
from plants.flow.change import Resequence, SetParameter
from plants.flow.proposal import Proposal, Status
from plants.model.tags import ORDER_SEQUENCE, PLANT_TIME
from tests.ledger_ports import FILLER, LABELLER, FakeClock, Line, OnWrite, Past, approved, draft

TWO = (SetParameter(alias=FILLER, value=570.0), SetParameter(alias=LABELLER, value=640.0))


async def watched(ledger: Ledger, executor: Executor) -> Proposal:
    """A change whose window runs."""
    proposal = await approved(ledger)
    await executor.step()
    await executor.step()
    assert ledger.proposal(proposal.id).status is Status.WATCHING
    return proposal


def status(ledger: Ledger, proposal: Proposal) -> Status:
    """Where it stands."""
    return ledger.proposal(proposal.id).status


async def test_a_watch_of_hours_is_no_silence(ledger: Ledger, executor: Executor, line: Line, clock: FakeClock) -> None:
    """As long as plant time goes on, however much wall time passes."""
    proposal = await watched(ledger, executor)
    for _ in range(5):
        clock.move(290.0)
        line.plant_time_s += 100.0
        await executor.step()

    assert status(ledger, proposal) is Status.WATCHING


@pytest.mark.parametrize("applied", [True, False])
async def test_a_tag_that_cannot_be_read_is_silence_although_plant_time_goes_on(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock, applied: bool
) -> None:
    """What is watched is the tag: after five minutes a person is asked, while the machine is awaited and later."""
    proposal = await approved(ledger)
    await executor.step()
    if not applied:
        await executor.step()
    line.bad.add(FILLER)
    for _ in range(3):
        await executor.step()
        clock.move(100.5)
        line.plant_time_s += 10.0
    still = status(ledger, proposal)
    await executor.step()

    assert still is (Status.APPLIED if applied else Status.WATCHING)
    assert status(ledger, proposal) is Status.UNKNOWN
    assert "told nothing new for too long" in ledger.proposal(proposal.id).reason


async def test_nothing_is_judged_while_the_tag_cannot_be_read(ledger: Ledger, executor: Executor, line: Line) -> None:
    """Whether the value still stands is looked at first, whatever the history says."""
    proposal = await watched(ledger, executor)
    line.plant_time_s += 2_700.0
    line.bad.add(FILLER)
    await executor.step()
    blind = status(ledger, proposal)
    line.bad.clear()
    await executor.step()

    assert (blind, status(ledger, proposal)) == (Status.WATCHING, Status.VERIFIED)


async def test_what_was_overridden_is_told_also_after_a_long_silence(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock
) -> None:
    """The value at the panel says more than that nothing was heard."""
    proposal = await watched(ledger, executor)
    clock.move(1_000.0)
    line.values[FILLER] = 550.0
    await executor.step()

    assert status(ledger, proposal) is Status.UNKNOWN
    assert "was overridden at the panel" in ledger.proposal(proposal.id).reason


async def test_each_tag_of_a_plan_is_looked_at(ledger: Ledger, executor: Executor, line: Line) -> None:
    """The second one, too."""
    proposal = await approved(ledger, draft(changes=TWO))
    await executor.step()
    await executor.step()
    line.values[LABELLER] = 700.0
    await executor.step()

    assert "labeller.speed_per_min was overridden at the panel" in ledger.proposal(proposal.id).reason
    assert line.written == [(FILLER, 570.0), (LABELLER, 640.0)]


async def test_a_link_lost_while_watching_is_told_once_each_way(ledger: Ledger, executor: Executor, line: Line) -> None:
    """And the watch goes on."""
    proposal = await watched(ledger, executor)
    line.link = False
    await executor.step()
    await executor.step()
    lost = [row.action for row in ledger.events("link")]
    line.link = True
    await executor.step()

    assert lost == ["link_lost"]
    assert [row.action for row in ledger.events("link")] == ["link_lost", "link_back"]
    assert status(ledger, proposal) is Status.WATCHING


async def test_a_sequence_has_no_machine_to_wait_for(ledger: Ledger, executor: Executor, line: Line) -> None:
    """It is watched as soon as it was read back."""
    waiting = line.values[ORDER_SEQUENCE]
    assert isinstance(waiting, tuple)
    proposal = await approved(ledger, draft(changes=(Resequence(orders=(*waiting[1:], waiting[0])),)))
    await executor.step()
    await executor.step()

    assert status(ledger, proposal) is Status.WATCHING


async def test_without_plant_time_a_machine_is_not_late(ledger: Ledger, executor: Executor, line: Line) -> None:
    """How long it has been waited for cannot be told."""
    line.follows = False
    proposal = await approved(ledger)
    await executor.step()
    line.plant_time_s += 181.0
    line.bad.add(PLANT_TIME)
    await executor.step()
    blind = status(ledger, proposal)
    line.bad.clear()
    await executor.step()

    assert (blind, status(ledger, proposal)) == (Status.APPLIED, Status.ROLLED_BACK)


async def test_a_machine_that_cannot_be_seen_does_not_follow(ledger: Ledger, executor: Executor, line: Line) -> None:
    """Its setpoint alone proves nothing; after its reach the change is put back, and both are told."""
    proposal = await approved(ledger)
    await executor.step()
    line.bad.add(f"{FILLER}.actual")
    await executor.step()
    waiting = status(ledger, proposal)
    line.plant_time_s += 181.0
    await executor.step()

    assert (waiting, status(ledger, proposal)) == (Status.APPLIED, Status.ROLLED_BACK)
    assert "the machine is at nothing readable after 181 plant seconds" in ledger.proposal(proposal.id).reason


async def test_of_two_machines_the_one_that_is_late_is_named(ledger: Ledger, executor: Executor, line: Line) -> None:
    """The other one follows; both tags are put back."""
    proposal = await approved(ledger, draft(changes=TWO))
    await executor.step()
    line.values[f"{LABELLER}.actual"] = 675.0
    line.plant_time_s += 181.0
    await executor.step()

    assert "labeller.speed_per_min holds 640 1/min, but the machine is at 675" in ledger.proposal(proposal.id).reason
    assert line.written[2:] == [(LABELLER, 675.0), (FILLER, 600.0)]


async def test_what_the_watch_decides_to_put_back_is_not_decided_anew(
    ledger: Ledger, executor: Executor, line: Line, past: Past
) -> None:
    """While it is followed, the promise that was broken stays the reason, whatever is measured meanwhile."""
    proposal = await watched(ledger, executor)
    past.value = 1_000.0
    line.plant_time_s += 2_700.0
    line.answers[FILLER] = OnWrite.LATE
    await executor.step()
    past.value = 1_450.0
    line.catch_up()
    await executor.step()

    outcome = await ledger.of(proposal.id)
    assert outcome is not None
    assert outcome.measured is not None
    assert (outcome.status, outcome.measured.value, outcome.kept) == (Status.ROLLED_BACK, 1_000.0, False)
