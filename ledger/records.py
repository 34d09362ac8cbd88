"""Rows of the ledger as values of `plants.flow`: the SQL of deciding, within the caller's transaction.

Used by `Ledger` and `Journal`. Moments are stored as UTC text of fixed width, so that they compare as they sort.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeVar

from pydantic import ValidationError

from ledger.errors import RecordUnavailable
from ledger.hold import Hold, Scope
from ledger.lifecycle import WITH_PEOPLE, check_step
from ledger.policy import Autonomy
from plants.flow.approval import Approval, StandingAuthorisation
from plants.flow.draft import Draft
from plants.flow.outcome import Outcome
from plants.flow.plan import CarriedOutBy, Plan
from plants.flow.proposal import Proposal, Status
from plants.flow.receipt import Receipt
from plants.flow.verdict import Verdict
from plants.frozen import Frozen, canonical_json


def text_of(at: datetime) -> str:
    """A moment as it is stored."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def body_of(value: Frozen) -> str:
    """A value as it is stored: its canonical JSON, whose SHA-256 is its digest."""
    return canonical_json(value.model_dump(mode="json"))


_Model = TypeVar("_Model", bound=Frozen)


def parsed(model: type[_Model], stored: str | Mapping[str, object]) -> _Model:
    """A value as it was stored: JSON text, or columns by name.

    Raises:
        RecordUnavailable: it was damaged or edited and no longer is one.
    """
    try:
        return model.model_validate_json(stored) if isinstance(stored, str) else model.model_validate(stored)
    except ValidationError as error:
        raise RecordUnavailable(
            f"A stored {model.__name__} cannot be read: its row was damaged or edited. Nothing was done with it; keep "
            "the file for those who look into it."
        ) from error


# Proposals -----------------------------------------------------------------------------------------------------------


def next_id(conn: sqlite3.Connection) -> str:
    """Id of the next proposal: `p-00001`, `p-00002` and so on."""
    last = conn.execute("SELECT COALESCE(MAX(number), 0) FROM proposals").fetchone()[0]
    return f"p-{last + 1:05d}"


def insert_proposal(conn: sqlite3.Connection, proposal: Proposal) -> None:
    """Store a new proposal, with status PROPOSED."""
    conn.execute(
        "INSERT INTO proposals (id, plant, draft_id, status, draft, verdict, plan, plan_hash, created_at, expires_at,"
        " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            proposal.id,
            proposal.plan.plant,
            proposal.draft.id,
            str(proposal.status),
            body_of(proposal.draft),
            body_of(proposal.verdict),
            body_of(proposal.plan),
            proposal.plan_hash,
            text_of(proposal.created_at),
            text_of(proposal.expires_at),
            text_of(proposal.updated_at),
        ),
    )


def proposal(conn: sqlite3.Connection, id: str) -> Proposal | None:
    """A proposal by its id."""
    row = conn.execute("SELECT * FROM proposals WHERE id = ?", (id,)).fetchone()
    return _proposal(row) if row else None


def proposal_of_draft(conn: sqlite3.Connection, draft_id: str) -> Proposal | None:
    """The proposal made of a draft."""
    row = conn.execute("SELECT * FROM proposals WHERE draft_id = ?", (draft_id,)).fetchone()
    return _proposal(row) if row else None


def proposals(conn: sqlite3.Connection, statuses: Iterable[Status], limit: int = -1) -> tuple[Proposal, ...]:
    """Proposals with one of some statuses, oldest first."""
    wanted = [str(status) for status in statuses]
    marks = ", ".join("?" * len(wanted))
    rows = conn.execute(
        f"SELECT * FROM proposals WHERE status IN ({marks}) ORDER BY number LIMIT ?",  # noqa: S608 - marks only
        (*wanted, limit),
    )
    return tuple(_proposal(row) for row in rows)


def next_approved(conn: sqlite3.Connection, carried_out_by: CarriedOutBy) -> Proposal | None:
    """The oldest proposal that is approved, not taken up, and to be carried out by people, or by the executor."""
    row = conn.execute(
        "SELECT * FROM proposals WHERE status = 'approved'"
        " AND COALESCE(json_extract(plan, '$.carried_out_by'), 'executor') = ? ORDER BY number LIMIT 1",
        (str(carried_out_by),),
    ).fetchone()
    return _proposal(row) if row else None


def late_to_decide(conn: sqlite3.Connection, now: datetime) -> tuple[Proposal, ...]:
    """Proposals whose time for a decision is over."""
    rows = conn.execute("SELECT * FROM proposals WHERE status = 'judged' AND expires_at <= ?", (text_of(now),))
    return tuple(_proposal(row) for row in rows)


def late_to_spend(conn: sqlite3.Connection, now: datetime) -> tuple[Proposal, ...]:
    """Approved proposals whose approval has expired."""
    rows = conn.execute(
        "SELECT proposals.* FROM proposals JOIN approvals ON proposal_id = proposals.id"
        " WHERE status = 'approved' AND approvals.expires_at <= ?",
        (text_of(now),),
    )
    return tuple(_proposal(row) for row in rows)


def newest_proposals(conn: sqlite3.Connection, limit: int) -> tuple[Proposal, ...]:
    """The newest proposals, newest first."""
    rows = conn.execute("SELECT * FROM proposals ORDER BY number DESC LIMIT ?", (limit,))
    return tuple(_proposal(row) for row in rows)


def ids(conn: sqlite3.Connection, limit: int = 500) -> list[str]:
    """Ids of the newest proposals, to suggest from."""
    return [row["id"] for row in conn.execute("SELECT id FROM proposals ORDER BY number DESC LIMIT ?", (limit,))]


def step(
    conn: sqlite3.Connection, found: Proposal, after: Status, now: datetime, reason: str = "", decided_by: str = ""
) -> Proposal:
    """Take a step of the lifecycle.

    Raises:
        Refused: the table does not allow it.
    """
    check_step(found.status, after)
    conn.execute(
        "UPDATE proposals SET status = ?, reason = ?, decided_by = COALESCE(?, decided_by),"
        " decided_at = COALESCE(?, decided_at), updated_at = ? WHERE id = ?",
        (str(after), reason, decided_by or None, text_of(now) if decided_by else None, text_of(now), found.id),
    )
    changes = {"status": after, "reason": reason, "updated_at": now, "decided_by": decided_by or found.decided_by}
    return found.model_copy(update=changes)


def decision(conn: sqlite3.Connection, id: str) -> tuple[str, str] | None:
    """Who decided on a proposal, and when (as stored), if somebody has."""
    row = conn.execute("SELECT decided_by, decided_at FROM proposals WHERE id = ?", (id,)).fetchone()
    return (row["decided_by"], row["decided_at"]) if row and row["decided_by"] else None


def locked(conn: sqlite3.Connection) -> dict[str, str]:
    """Tags locked by proposals that ended unknown or are in people's hands: alias to proposal id."""
    unknown = proposals(conn, [Status.UNKNOWN, *WITH_PEOPLE])
    return {step.alias: found.id for found in unknown for step in found.plan.steps}


_PLAIN = ("id", "status", "reason", "plan_hash", "created_at", "expires_at", "decided_by", "updated_at")
_WHOLE = ("draft", "verdict", "plan")
READ_ONCE = 128
"""Proposals whose text is read once for as long as it stays the same: more than are open at one time."""


def _proposal(row: sqlite3.Row) -> Proposal:
    """A row as a proposal."""
    return _proposal_of(*(row[key] for key in (*_PLAIN, *_WHOLE)))


@lru_cache(maxsize=READ_ONCE)
def _proposal_of(*cells: str) -> Proposal:
    """A proposal of its columns: those of `_PLAIN` and `_WHOLE`, as they are stored; a function of them alone."""
    draft, verdict, plan = cells[len(_PLAIN) :]
    whole = {"draft": parsed(Draft, draft), "verdict": parsed(Verdict, verdict), "plan": parsed(Plan, plan)}
    return parsed(Proposal, {**dict(zip(_PLAIN, cells, strict=False)), **whole})


# Approvals, standing authorisations, holds ---------------------------------------------------------------------------


def insert_approval(conn: sqlite3.Connection, approval: Approval) -> None:
    """Store an approval."""
    conn.execute(
        "INSERT INTO approvals (id, proposal_id, expires_at, body) VALUES (?, ?, ?, ?)",
        (approval.id, approval.proposal_id, text_of(approval.expires_at), body_of(approval)),
    )


def approval(conn: sqlite3.Connection, proposal_id: str) -> Approval | None:
    """The approval of a proposal."""
    row = conn.execute("SELECT body FROM approvals WHERE proposal_id = ?", (proposal_id,)).fetchone()
    return parsed(Approval, row["body"]) if row else None


def receipts(conn: sqlite3.Connection, proposal_id: str) -> tuple[Receipt, ...]:
    """What became of each write of a proposal, restoring ones last."""
    rows = conn.execute(
        "SELECT receipt FROM writes WHERE proposal_id = ? AND receipt IS NOT NULL ORDER BY direction, step",
        (proposal_id,),
    )
    return tuple(parsed(Receipt, row["receipt"]) for row in rows)


def insert_standing(conn: sqlite3.Connection, standing: StandingAuthorisation) -> None:
    """Store a standing authorisation."""
    conn.execute(
        "INSERT INTO standing (id, expires_at, body) VALUES (?, ?, ?)",
        (standing.id, text_of(standing.expires_at), body_of(standing)),
    )


def standing(conn: sqlite3.Connection, now: datetime) -> tuple[StandingAuthorisation, ...]:
    """Standing authorisations that are in force."""
    rows = conn.execute(
        "SELECT body FROM standing WHERE revoked_at IS NULL AND expires_at > ? ORDER BY id", (text_of(now),)
    )
    return tuple(parsed(StandingAuthorisation, row["body"]) for row in rows)


def revoke_standing(conn: sqlite3.Connection, id: str, who: str, now: datetime) -> bool:
    """Revoke one that has not been revoked; whether there was one."""
    done = conn.execute(
        "UPDATE standing SET revoked_by = ?, revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
        (who, text_of(now), id),
    )
    return done.rowcount == 1


def put_hold(conn: sqlite3.Connection, hold: Hold) -> None:
    """Store a hold; an earlier one of that scope stands."""
    conn.execute(
        "INSERT OR IGNORE INTO holds (scope, who, reason, at) VALUES (?, ?, ?, ?)",
        (str(hold.scope), hold.who, hold.reason, text_of(hold.at)),
    )


def end_hold(conn: sqlite3.Connection, scope: Scope) -> bool:
    """Remove a hold; whether there was one."""
    return conn.execute("DELETE FROM holds WHERE scope = ?", (str(scope),)).rowcount == 1


def holds(conn: sqlite3.Connection) -> tuple[Hold, ...]:
    """What is held."""
    return tuple(parsed(Hold, dict(row)) for row in conn.execute("SELECT * FROM holds ORDER BY scope"))


def autonomy(conn: sqlite3.Connection) -> Autonomy | None:
    """The level that a person has set; None when nobody has."""
    row = conn.execute("SELECT level FROM autonomy").fetchone()
    return Autonomy(row["level"]) if row else None


def set_autonomy(conn: sqlite3.Connection, level: Autonomy, who: str, reason: str, now: datetime) -> None:
    """Store the level that a person sets."""
    conn.execute(
        "INSERT OR REPLACE INTO autonomy (one, level, who, reason, at) VALUES (1, ?, ?, ?, ?)",
        (str(level), who, reason, text_of(now)),
    )


def insert_rollback(conn: sqlite3.Connection, proposal_id: str, why: str, now: datetime) -> None:
    """Store a person's decision to put a change back."""
    conn.execute(
        "INSERT INTO rollbacks (proposal_id, why, ending, measured, at) VALUES (?, ?, 'rolled_back', NULL, ?)",
        (proposal_id, why, text_of(now)),
    )


# Outcomes ------------------------------------------------------------------------------------------------------------


def insert_outcome(conn: sqlite3.Connection, outcome: Outcome) -> None:
    """Store how a proposal ended; the newest row of a proposal counts."""
    conn.execute("INSERT INTO outcomes (proposal_id, body) VALUES (?, ?)", (outcome.proposal_id, body_of(outcome)))


def outcome(conn: sqlite3.Connection, proposal_id: str) -> Outcome | None:
    """How a proposal ended."""
    row = conn.execute(
        "SELECT body FROM outcomes WHERE proposal_id = ? ORDER BY number DESC LIMIT 1", (proposal_id,)
    ).fetchone()
    return parsed(Outcome, row["body"]) if row else None


def newest_outcomes(conn: sqlite3.Connection, limit: int) -> tuple[Outcome, ...]:
    """The newest outcomes, one a proposal, newest first."""
    rows = conn.execute(
        "SELECT body FROM outcomes WHERE number IN (SELECT MAX(number) FROM outcomes GROUP BY proposal_id)"
        " ORDER BY number DESC LIMIT ?",
        (limit,),
    )
    return tuple(parsed(Outcome, row["body"]) for row in rows)
