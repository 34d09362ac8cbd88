"""Signing: one or two people's words under a plan become its approval. Used by `Ledger` within its transactions.

The schema counts the signatures again and refuses the author's, an agent's and a second one of the same person, so that
no code path gets round four eyes. Reviews of what was approved in an emergency are kept here, too.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger import records
from ledger.approvals import binding_of, is_agent, name_key, same_person
from ledger.audit import Action
from ledger.book import Book, Entry
from plants.errors import Refused
from plants.flow.approval import Approval, Signature, StandingAuthorisation
from plants.flow.proposal import Proposal, Status
from plants.frozen import Frozen, Person, RecordId, WallTime
from plants.model.plant import Plant


@dataclass(frozen=True)
class Word:
    """What somebody says of a plan that waits."""

    signer: str
    comment: str = ""
    meaning: str = "approved for writing"
    authenticated_at: datetime | None = None
    standing: StandingAuthorisation | None = None
    emergency: bool = False


class Review(Frozen):
    """The review that follows an emergency approval."""

    proposal_id: RecordId
    """What was approved."""
    approver: Person
    """By whom."""
    due_at: WallTime
    """Until when somebody else shall have looked at it."""
    reviewer: Person | None = None
    """Who did."""
    finding: str | None = None
    """What was found."""
    at: WallTime | None = None
    """When."""


def signatures(conn: sqlite3.Connection, proposal_id: str) -> tuple[Signature, ...]:
    """Signatures under a proposal's plan, in the order they were given."""
    rows = conn.execute("SELECT body FROM signatures WHERE proposal_id = ? ORDER BY rowid", (proposal_id,))
    return tuple(records.parsed(Signature, row["body"]) for row in rows)


def sign(book: Book, entry: Entry, plant: Plant, found: Proposal, word: Word) -> Approval | None:
    """Store a signature, and the approval once enough people have signed; None while another one is needed."""
    signature = _signature(entry, found, word)
    entry.conn.execute(
        "INSERT INTO signatures (proposal_id, signer_key, signer, plan_hash, body) VALUES (?, ?, ?, ?, ?)",
        (found.id, name_key(word.signer), word.signer, found.plan_hash, records.body_of(signature)),
    )
    needed = 1 if word.emergency else found.plan.approvers
    signed = signatures(entry.conn, found.id)
    entry.note(
        word.signer,
        Action.SIGNED,
        found.id,
        f"{word.signer} signs, meaning '{word.meaning}' ({len(signed)} of {needed}; {found.plan.risk} risk: "
        f"{found.plan.risk_because}).",
        signature=signature.digest(),
    )
    return _approve(book, entry, plant, found, word, signed) if len(signed) >= needed else None


def _signature(entry: Entry, found: Proposal, word: Word) -> Signature:
    return Signature(
        proposal_id=found.id,
        plan_hash=found.plan_hash,
        signer=word.signer,
        meaning=word.meaning,
        comment=word.comment,
        at=entry.now,
        authenticated_at=word.authenticated_at,
        standing_id=word.standing.id if word.standing else None,
    )


def _approve(
    book: Book, entry: Entry, plant: Plant, found: Proposal, word: Word, signed: tuple[Signature, ...]
) -> Approval:
    expires_at = entry.now + timedelta(seconds=book.policy.approval_wall_s)
    approval = Approval(
        id=f"a-{found.id}",
        proposal_id=found.id,
        binding=binding_of(found.plan, found.verdict, plant.revision, found.plan.state_revision, expires_at),
        approver=word.signer,
        meaning=word.meaning,
        comment=word.comment,
        approved_at=entry.now,
        expires_at=expires_at,
        standing_id=word.standing.id if word.standing else None,
        signers=tuple(signature.signer for signature in signed),
        emergency=word.emergency,
    )
    records.insert_approval(entry.conn, approval)
    if word.emergency:
        _owe_review(book, entry, approval)
    records.step(entry.conn, found, Status.APPROVED, entry.now, word.comment, decided_by=word.signer)
    entry.note(
        word.signer,
        Action.APPROVED,
        found.id,
        _told(approval),
        approval=approval.digest(),
        binding=approval.binding,
    )
    return approval


def _told(approval: Approval) -> str:
    under = f" under standing authorisation {approval.standing_id}" if approval.standing_id else ""
    with_ = f" after {', '.join(approval.signers[:-1])}" if len(approval.signers) > 1 else ""
    how = " IN AN EMERGENCY, to be reviewed by somebody else," if approval.emergency else ""
    return (
        f"{approval.approver} approves{how}{with_}{under}, meaning '{approval.meaning}', until "
        f"{approval.expires_at:%H:%M:%S} UTC."
    )


# Reviews -------------------------------------------------------------------------------------------------------------


def reviews(conn: sqlite3.Connection, *, open_only: bool = False) -> tuple[Review, ...]:
    """Reviews of emergency approvals, the oldest first."""
    sql = "SELECT * FROM reviews WHERE reviewer IS NULL OR NOT ? ORDER BY due_at, proposal_id"
    return tuple(records.parsed(Review, dict(row)) for row in conn.execute(sql, (open_only,)))


def review(entry: Entry, found: Proposal, who: str, finding: str) -> Review:
    """Store what somebody else found of an emergency approval.

    Raises:
        Refused: there is none, it has been reviewed, or who reviews signed, proposed or is an agent.
    """
    owed = next((r for r in reviews(entry.conn, open_only=True) if r.proposal_id == found.id), None)
    if owed is None:
        raise Refused(f"{found.id} has no emergency approval that waits for a review.")
    involved = (found.draft.author, *(signature.signer for signature in signatures(entry.conn, found.id)))
    if is_agent(who) or any(same_person(who, name) for name in involved):
        raise Refused(f"A review is made by a person who neither proposed nor signed; {who} may not.")
    entry.conn.execute(
        "UPDATE reviews SET reviewer = ?, finding = ?, at = ? WHERE proposal_id = ?",
        (who, finding, records.text_of(entry.now), found.id),
    )
    entry.note(who, Action.REVIEWED, found.id, f"{who} reviews the emergency approval by {owed.approver}: {finding}")
    return owed.model_copy(update={"reviewer": who, "finding": finding, "at": entry.now})


def _owe_review(book: Book, entry: Entry, approval: Approval) -> None:
    due_at = entry.now + timedelta(seconds=book.policy.review_wall_s)
    entry.conn.execute(
        "INSERT INTO reviews (proposal_id, approver, due_at) VALUES (?, ?, ?)",
        (approval.proposal_id, approval.approver, records.text_of(due_at)),
    )
