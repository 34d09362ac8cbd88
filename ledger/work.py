"""The work list: changes that people carry out, from the instruction to what is seen of them in the data.

    APPROVED ─ gate ─ INSTRUCTED ─ taken on ─ ACKNOWLEDGED ─ seen in the data ─ OBSERVED ─ promise ─ VERIFIED

Used by `Ledger` (people take on, or decline) and by `ledger.people` (instruct, look, judge). Nothing here writes to
equipment, and an instruction is no proof: only what the line itself shows counts as observed.
"""

import sqlite3
from datetime import timedelta

from ledger import records
from ledger.approvals import is_agent
from ledger.audit import Action
from ledger.book import Book, Entry
from ledger.lifecycle import WITH_PEOPLE
from ledger.values import told
from plants.errors import Refused
from plants.flow.proposal import Proposal, Status
from plants.frozen import Frozen, Person, PlantTime, RecordId, WallTime


class Task(Frozen):
    """One entry of the work list."""

    proposal_id: RecordId
    """The proposal."""
    status: Status
    """INSTRUCTED, ACKNOWLEDGED or OBSERVED."""
    text: str
    """What to do, in words."""
    instructed_s: PlantTime
    """Plant time at which it was put on the list."""
    due_at: WallTime
    """Until when somebody shall take it on."""
    acknowledged_by: Person | None = None
    """Who has taken it on."""
    acknowledged_s: PlantTime | None = None
    """Plant time at which it was taken on."""
    done_by_at: WallTime | None = None
    """Until when it shall be seen in the data."""
    observed_s: PlantTime | None = None
    """Plant time at which it was seen in the data."""


def instruction(found: Proposal) -> str:
    """What people are to do, in words."""
    step = found.plan.steps[0]
    if not isinstance(step.target, tuple):
        return f"Set {step.alias} to {told(step.target, step.unit)} (it stands at {told(step.before, step.unit)})."
    return f"Make the waiting orders in this sequence: {told(step.target)} (planned: {told(step.before)})."


def tasks(conn: sqlite3.Connection) -> tuple[Task, ...]:
    """The work list, the oldest first."""
    rows = {row["proposal_id"]: row for row in conn.execute("SELECT * FROM instructions")}
    found = records.proposals(conn, WITH_PEOPLE)
    return tuple(records.parsed(Task, {**dict(rows[p.id]), "status": p.status, "text": instruction(p)}) for p in found)


def acknowledge(book: Book, entry: Entry, found: Proposal, who: str, plant_s: float | None) -> Proposal:
    """Store who takes it on.

    Raises:
        Refused: it does not wait for anybody, or an agent asks.
    """
    if is_agent(who):
        raise Refused("People take on what is on the work list; an agent does not.")
    if found.status is not Status.INSTRUCTED:
        raise Refused(f"{found.id} does not wait on the work list; it is {found.status}.")
    entry.conn.execute(
        "UPDATE instructions SET acknowledged_by = ?, acknowledged_s = ?, done_by_at = ? WHERE proposal_id = ?",
        (who, plant_s, records.text_of(entry.now + timedelta(seconds=book.policy.instruction_wall_s)), found.id),
    )
    entry.note(who, Action.ACKNOWLEDGED, found.id, f"{who} takes it on: {instruction(found)}")
    return records.step(entry.conn, found, Status.ACKNOWLEDGED, entry.now)


def decline(entry: Entry, found: Proposal, who: str, reason: str) -> Proposal:
    """End it as not done.

    Raises:
        Refused: it is not on the list, or an agent asks.
    """
    if is_agent(who):
        raise Refused("Only a person says that work was not done.")
    if found.status not in (Status.INSTRUCTED, Status.ACKNOWLEDGED):
        raise Refused(f"{found.id} is not on the work list; it is {found.status}.")
    return entry.end(found, Status.NOT_APPLIED, f"{who} says it was not done: {reason}", who)
