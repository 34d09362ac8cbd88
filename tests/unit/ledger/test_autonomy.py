"""How far Jayul may go: set by people, on record, in force at once; and changes that people have put back."""

import sqlite3
from pathlib import Path

import pytest

from ledger.executor import Executor
from ledger.ledger import Ledger
from ledger.policy import Autonomy
from plants.errors import Refused
from plants.flow.proposal import Proposal, Status
from tests.ledger_ports import FILLER, PLANT, FakeClock, Line, OnWrite, Past, submitted


async def approved(ledger: Ledger) -> Proposal:
    """Approved by kim."""
    proposal = await submitted(ledger)
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    return proposal


@pytest.mark.parametrize("level", [Autonomy.OBSERVE, Autonomy.ADVISE])
async def test_below_approve_nothing_is_written_and_approvals_are_void(
    ledger: Ledger, executor: Executor, line: Line, level: Autonomy
) -> None:
    """At once, also for what was approved before; and nothing new is approved."""
    proposal = await approved(ledger)
    ledger.set_autonomy(level, "lead", "audit week")

    await executor.step()

    assert ledger.autonomy() is level
    assert ledger.proposal(proposal.id).status is Status.WITHDRAWN
    assert f"lead set the line to '{level}'" in ledger.proposal(proposal.id).reason
    assert line.written == []


async def test_what_is_under_way_goes_on_when_the_level_falls(ledger: Ledger, executor: Executor, line: Line) -> None:
    """It is watched, and put back if need be: leaving it half done would be worse."""
    proposal = await approved(ledger)
    await executor.step()
    ledger.set_autonomy(Autonomy.OBSERVE, "lead", "audit week")
    await executor.step()
    line.plant_time_s += 2_700
    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.VERIFIED


async def test_the_level_outlives_a_restart(tmp_path: Path, ledger: Ledger, clock: FakeClock, past: Past) -> None:
    """What a person has set counts, not what the service was started with."""
    ledger.set_autonomy(Autonomy.ADVISE, "lead", "audit week")
    ledger.close()

    again = Ledger.at(tmp_path / "ledger.db", ledger.plant, clock, past)

    assert again.autonomy() is Autonomy.ADVISE
    assert [row.text for row in again.events("line")] == ["lead sets the line from 'approve' to 'advise': audit week."]
    again.close()


async def test_an_agent_does_not_set_it(ledger: Ledger, tmp_path: Path) -> None:
    """Nor does the schema take its name."""
    with pytest.raises(Refused, match="An agent does not set"):
        ledger.set_autonomy(Autonomy.BOUNDED_AUTO, "agent:solver", "I know better")
    raw = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute("INSERT INTO autonomy VALUES (1, 'bounded_auto', 'agent:solver', 'x', '2026')")
    raw.close()

    assert ledger.autonomy() is Autonomy.APPROVE


async def test_a_person_has_a_watched_change_put_back(ledger: Ledger, executor: Executor, line: Line) -> None:
    """One word, carried out at the executor's next step, under that person's name."""
    proposal = await approved(ledger)
    await executor.step()
    await executor.step()

    ledger.roll_back(proposal.id, "park", "caps fly off")
    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.ROLLED_BACK
    assert "park has it put back: caps fly off." in ledger.proposal(proposal.id).reason
    assert line.written == [(FILLER, 570.0), (FILLER, 600.0)]


@pytest.mark.parametrize("answer", [OnWrite.IGNORES, OnWrite.LATE])
async def test_a_change_that_is_still_followed_is_accounted_for_before_it_is_put_back(
    ledger: Ledger, executor: Executor, line: Line, answer: OnWrite
) -> None:
    """A value that the machine may yet take up is not left behind by a decision that came too early."""
    line.answers[FILLER] = answer
    proposal = await approved(ledger)
    await executor.step()
    ledger.roll_back(proposal.id, "park", "caps fly off")
    await executor.step()
    waiting = ledger.proposal(proposal.id).status
    line.answers[FILLER] = OnWrite.TAKES
    line.catch_up()
    line.plant_time_s += 1_000
    await executor.step()

    ended = ledger.proposal(proposal.id)
    assert waiting is Status.SENT
    assert ended.status is (Status.NOT_APPLIED if answer is OnWrite.IGNORES else Status.ROLLED_BACK)
    assert line.values[FILLER] == 600.0


async def test_what_is_put_back_is_under_way_and_asked_for_once_by_a_person(ledger: Ledger, executor: Executor) -> None:
    """Everything else is told what to do instead."""
    waiting = await submitted(ledger)
    with pytest.raises(Refused, match="is judged: only a change that is under way"):
        ledger.roll_back(waiting.id, "park", "no")
    ledger.approve(waiting.id, "kim", plan_hash=waiting.plan_hash)
    await executor.step()
    with pytest.raises(Refused, match="An agent never has a change put back"):
        ledger.roll_back(waiting.id, "agent:solver", "no")
    ledger.roll_back(waiting.id, "park", "no")
    with pytest.raises(Refused, match="The record refuses it"):
        ledger.roll_back(waiting.id, "lee", "no")


class Standing(FakeClock):
    """A process that stands still for two seconds whenever it looks at its watch."""

    def monotonic(self) -> float:
        """Two seconds later each time."""
        self.elapsed_s += 2.0
        return self.elapsed_s


async def test_after_standing_still_nothing_leaves(tmp_path: Path, line: Line, past: Past) -> None:
    """Between the intent and its bytes; what was read just before is no longer just before."""
    clock = Standing()
    ledger = Ledger.at(tmp_path / "still.db", PLANT, clock, past)
    executor = Executor(ledger, line, past, clock, PLANT)
    proposal = await approved(ledger)

    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.NOT_APPLIED
    assert "this process stood still for" in ledger.proposal(proposal.id).reason
    assert line.written == []
    await executor.close()
    ledger.close()


async def test_a_hold_that_comes_after_the_claim_stops_the_first_write(
    ledger: Ledger, executor: Executor, line: Line
) -> None:
    """The last word before the intent is stored."""
    proposal = await approved(ledger)
    live = {alias: line.sample(alias) for alias in line.values}
    claimed = executor._journal.claim(proposal, live, 3_600.0)
    ledger.hold("all", "lee", "smoke")
    assert claimed is not None

    await executor._carrier.begin(claimed, 3_600.0)

    assert ledger.proposal(proposal.id).status is Status.NOT_APPLIED
    assert "Stopped: all writing is held by lee" in ledger.proposal(proposal.id).reason
    assert line.written == []
