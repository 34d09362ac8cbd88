"""The lifecycle: the table in Python and the trigger in SQL say the same, pair by pair."""

import sqlite3
from itertools import product
from pathlib import Path

import pytest

from ledger.ledger import Ledger
from ledger.lifecycle import ALLOWED, IN_FLIGHT, OPEN, check_step
from plants.errors import Refused
from plants.flow.proposal import FINAL, Status
from tests.ledger_ports import submitted

PAIRS = list(product(Status, Status))


def test_every_status_is_in_the_table_and_only_final_ones_are_not_open() -> None:
    """Nothing is forgotten."""
    assert set(ALLOWED) == set(Status)
    assert set(OPEN) == set(Status) - FINAL
    assert set(IN_FLIGHT) < set(OPEN)


def test_only_a_person_leads_out_of_a_final_status() -> None:
    """Final statuses have no step, except that UNKNOWN is resolved."""
    assert {status for status in FINAL if ALLOWED[status]} == {Status.UNKNOWN}


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_a_step_is_refused_unless_the_table_holds_it(before: Status, after: Status) -> None:
    """The Python side."""
    if after in ALLOWED[before]:
        check_step(before, after)
    else:
        with pytest.raises(Refused, match=f"a proposal that is {before} cannot become {after}"):
            check_step(before, after)


async def test_the_trigger_allows_exactly_the_pairs_of_the_table(ledger: Ledger, tmp_path: Path) -> None:
    """The SQL side, with the other rules about a status lifted, so that only the table decides."""
    await submitted(ledger)
    ledger.close()
    raw = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    for other in (
        "proposals_approved",
        "proposals_claimed",
        "proposals_sent",
        "proposals_instructed",
        "proposals_acknowledged",
        "proposals_observed",
    ):
        raw.execute(f"DROP TRIGGER {other}")

    allowed = {(before, after) for before, after in PAIRS if _takes(raw, before, after)}

    raw.close()
    assert allowed == {(before, after) for before in Status for after in ALLOWED[before]}


def _takes(raw: sqlite3.Connection, before: Status, after: Status) -> bool:
    """Whether the trigger lets a row go from one status to another."""
    [definition] = raw.execute("SELECT sql FROM sqlite_master WHERE name = 'proposals_step'").fetchone()
    raw.execute("BEGIN")
    raw.execute("DROP TRIGGER proposals_step")
    raw.execute("UPDATE proposals SET status = ?", (before,))
    raw.execute(definition)
    try:
        raw.execute("UPDATE proposals SET status = ?", (after,))
    except sqlite3.IntegrityError:
        return False
    else:
        return True
    finally:
        raw.execute("ROLLBACK")


STATEMENTS = [
    "INSERT INTO lifecycle VALUES ('rejected', 'approved')",
    "UPDATE lifecycle SET after = 'approved' WHERE after = 'rejected'",
    "DELETE FROM lifecycle",
    "DELETE FROM proposals",
    "UPDATE proposals SET plan = '{}'",
    "UPDATE proposals SET plan_hash = 'x'",
    "UPDATE proposals SET expires_at = '9999'",
    "UPDATE proposals SET status = 'claimed'",
    "UPDATE proposals SET status = 'sent'",
    "INSERT INTO proposals (id, plant, draft_id, status, draft, verdict, plan, plan_hash, created_at, expires_at,"
    " updated_at) VALUES ('p-x', 'p', 'd', 'approved', '', '', '', '', '', '', '')",
    "INSERT INTO claims VALUES ('p-00001', 'a-none', 0, '{}', '2026')",
    "INSERT INTO claims VALUES ('p-00001', 'a-p-00001', 0, '{}', '9999')",
    "INSERT INTO claims VALUES ('p-00001', 'a-p-00001', 7, '{}', '2026')",
    "INSERT INTO writes VALUES ('p-00001', 0, 'apply', 'filler.speed_per_min', '1', 0, 0, '2026', NULL)",
    "UPDATE approvals SET body = '{}'",
    "DELETE FROM approvals",
    "UPDATE audit SET actor = 'nobody'",
    "DELETE FROM audit",
    "INSERT INTO audit VALUES (99, '', '', '', '', '{}', '', 'x')",
    "UPDATE writer SET epoch = 0",
]


@pytest.mark.parametrize("statement", STATEMENTS)
async def test_the_schema_refuses_what_no_code_path_may_do(ledger: Ledger, tmp_path: Path, statement: str) -> None:
    """Rules that hold even for somebody with a SQL prompt who does not remove them first."""
    proposal = await submitted(ledger)
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    raw = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)

    with pytest.raises(sqlite3.IntegrityError):
        raw.execute(statement)

    raw.close()
    assert ledger.proposal(proposal.id).status is Status.APPROVED


async def test_two_changes_of_one_plant_are_never_in_flight(ledger: Ledger, tmp_path: Path) -> None:
    """A unique index, so that not even a mistake in the executor could carry out two at once."""
    raw = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    [index] = raw.execute("SELECT sql FROM sqlite_master WHERE name = 'one_change_in_flight_a_plant'").fetchone()
    raw.close()

    named = {status for status in Status if f"'{status}'" in index}

    assert named == set(IN_FLIGHT)
