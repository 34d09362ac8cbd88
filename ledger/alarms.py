"""Alarms: what needs a person now, read from the record. Nothing is stored for them, so none is lost or left behind.

An alarm stands for as long as its cause does: an unknown change until somebody resolves it, a late review until it is
made. Used by screens, by the metrics, and by whoever is woken at night.
"""

import sqlite3
from datetime import datetime
from enum import StrEnum

from ledger import records, signing
from ledger.hold import Scope
from plants.flow.proposal import Proposal, Status
from plants.frozen import Frozen, WallTime


class AlarmKind(StrEnum):
    """Why a person is needed."""

    UNKNOWN = "unknown"
    """What became of a change cannot be told; its tags are locked."""
    RECORD = "record"
    """The audit chain does not verify; nothing is written."""
    CLOCK = "clock"
    """The wall clock stepped back; nothing is written."""
    REVIEW = "review"
    """What was approved in an emergency was not reviewed in time."""


class Alarm(Frozen):
    """One alarm."""

    kind: AlarmKind
    """Why."""
    subject: str
    """Which proposal; `ledger` for the record and the clock."""
    since: WallTime | None
    """Since when; None when that cannot be told."""
    text: str
    """What is the matter."""
    do: str
    """What a person does about it."""


def alarms(conn: sqlite3.Connection, now: datetime, record_problem: str, clock_keeper: str) -> tuple[Alarm, ...]:
    """What needs a person now.

    Args:
        conn: the ledger's file.
        now: the moment.
        record_problem: what is wrong with the chain; empty when nothing is.
        clock_keeper: in whose name the ledger holds all writing when the clock steps back.
    """
    found = [_unknown(proposal) for proposal in records.proposals(conn, [Status.UNKNOWN])]
    if record_problem:
        do = "Keep the file as it is and look into it; jayul audit verify shows where."
        found.append(Alarm(kind=AlarmKind.RECORD, subject="ledger", since=None, text=record_problem, do=do))
    for hold in records.holds(conn):
        if hold.scope is Scope.ALL and hold.who == clock_keeper:
            do = "Put the clock right, then jayul release all."
            found.append(Alarm(kind=AlarmKind.CLOCK, subject="ledger", since=hold.at, text=hold.reason, do=do))
    for review in signing.reviews(conn, open_only=True):
        if review.due_at <= now:
            text = f"{review.approver} approved in an emergency and nobody has reviewed it."
            do = f"Somebody else reviews it: jayul proposals review {review.proposal_id}."
            found.append(
                Alarm(kind=AlarmKind.REVIEW, subject=review.proposal_id, since=review.due_at, text=text, do=do)
            )
    return tuple(found)


def _unknown(proposal: Proposal) -> Alarm:
    return Alarm(
        kind=AlarmKind.UNKNOWN,
        subject=proposal.id,
        since=proposal.updated_at,
        text=proposal.reason,
        do=f"Look at the machine, then say what you found: jayul proposals resolve {proposal.id}. Its tags are locked.",
    )
