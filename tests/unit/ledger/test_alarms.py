"""Alarms: each stands for as long as its cause does, and says what to do about it."""

from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from ledger.executor import Executor
from ledger.ledger import Ledger
from plants.flow.proposal import Status
from tests.ledger_ports import FILLER, FakeClock, Line, OnWrite, Past, submitted
from tests.unit.ledger.test_record import decided, unguarded


def standing(ledger: Ledger) -> list[tuple[str, str]]:
    """Kind and subject of each alarm."""
    return [(str(alarm.kind), alarm.subject) for alarm in ledger.alarms()]


async def test_nothing_is_the_matter_with_a_ledger_at_work(ledger: Ledger, executor: Executor) -> None:
    """A change under way is no alarm, a person's hold is none, a review in time is none."""
    proposal = await submitted(ledger)
    ledger.approve(
        proposal.id,
        "kim",
        plan_hash=proposal.plan_hash,
        emergency=True,
        comment="bottles break",
        authenticated_at=ledger.book._clock.now(),
    )
    await executor.step()
    ledger.hold("all", "lee", "smoke")

    assert ledger.alarms() == ()


async def test_an_unknown_change_is_an_alarm_until_a_person_resolves_it(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock
) -> None:
    """Told once in the log as an error, and shown since it ended until somebody says what he found."""
    line.answers[FILLER] = OnWrite.CLAMPS
    proposal = await submitted(ledger)
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)

    with capture_logs() as logs:
        await executor.step()
    (alarm,), reason = ledger.alarms(), ledger.proposal(proposal.id).reason
    errors = [(entry["event"], entry["proposal"]) for entry in logs if entry["log_level"] == "error"]
    clock.move(60)
    ledger.resolve(proposal.id, "kim", Status.NOT_APPLIED, "the panel shows 600")

    assert errors == [("a change ended unknown: a person must look", proposal.id)]
    assert (str(alarm.kind), alarm.subject) == ("unknown", proposal.id)
    assert alarm.text == reason
    assert alarm.since is not None
    assert alarm.since <= clock.now() - timedelta(seconds=60)
    assert f"jayul proposals resolve {proposal.id}" in alarm.do
    assert ledger.alarms() == ()


async def test_a_change_that_ends_well_is_not_told_as_an_error(ledger: Ledger, executor: Executor) -> None:
    """An alarm that rings for everything is none."""
    proposal = await submitted(ledger)
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    ledger.hold("all", "lee", "smoke")

    with capture_logs() as logs:
        await executor.step()

    assert [entry for entry in logs if entry["log_level"] == "error"] == []


def test_a_clock_that_stepped_back_is_an_alarm_until_it_is_released(ledger: Ledger, clock: FakeClock) -> None:
    """Nothing is written meanwhile."""
    ledger.hold("agents", "kim", "x")
    clock.wall -= timedelta(seconds=30)
    ledger.release("agents", "kim")
    found = standing(ledger)
    ledger.release("all", "lead", "set by NTP")

    assert found == [("clock", "ledger")]
    assert ledger.alarms() == ()


async def test_a_broken_record_is_an_alarm(ledger: Ledger, tmp_path: Path) -> None:
    """With the first row that is wrong."""
    await decided(ledger)
    unguarded(tmp_path, "UPDATE audit SET actor = 'lee' WHERE seq = 1")
    ledger.verify()

    (alarm,) = ledger.alarms()

    assert (str(alarm.kind), alarm.since) == ("record", None)
    assert "row 1 was changed" in alarm.text


@pytest.mark.parametrize("late", [False, True])
async def test_a_review_that_is_not_made_in_time_is_an_alarm(
    ledger: Ledger, clock: FakeClock, past: Past, late: bool
) -> None:
    """Eight hours after the emergency, until somebody else has reviewed it."""
    proposal = await submitted(ledger)
    more = {"emergency": True, "comment": "bottles break", "authenticated_at": clock.now()}
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash, **more)  # type: ignore[arg-type]
    clock.move(ledger.policy.review_wall_s - (0.0 if late else 0.1))

    found = standing(ledger)
    ledger.review(proposal.id, "park", "it was right")

    assert found == ([("review", proposal.id)] if late else [])
    assert ledger.alarms() == ()
