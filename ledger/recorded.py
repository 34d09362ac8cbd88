"""What the record tells the executor: what is being carried out, by whom, and what has been sent and decided of it.

Read by `ledger.journal`, which adds what is stored, and by nobody else.
"""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ledger import records, work
from ledger.book import Book
from ledger.hold import Scope
from ledger.lifecycle import IN_FLIGHT, OPEN, WITH_PEOPLE
from ledger.work import Task
from plants.flow.approval import Covers, StandingAuthorisation
from plants.flow.outcome import Measurement
from plants.flow.plan import CarriedOutBy
from plants.flow.proposal import Proposal, Status
from plants.flow.receipt import Receipt
from plants.flow.sample import Value


class Direction(StrEnum):
    """Which way a write goes."""

    APPLY = "apply"
    """To the target."""
    RESTORE = "restore"
    """Back to the value before."""


@dataclass(frozen=True)
class Write:
    """A write on record: its intent, and its receipt once it was read back."""

    step: int
    direction: Direction
    value: Value
    plant_s: float
    receipt: Receipt | None


@dataclass(frozen=True)
class Rollback:
    """A stored decision to put a change back."""

    why: str
    ending: Status
    measured: Measurement | None


class Recorded:
    """What is being carried out, as far as the record knows."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def open(self) -> bool:
        """Whether any proposal has not ended: without one there is nothing to decide, carry out or watch."""
        marks = ", ".join("?" * len(OPEN))
        sql = f"SELECT EXISTS (SELECT 1 FROM proposals WHERE status IN ({marks}))"  # noqa: S608 - marks only
        with self._book.read() as conn:
            return bool(conn.execute(sql, [str(status) for status in OPEN]).fetchone()[0])

    def in_flight(self) -> Proposal | None:
        """The proposal that is being carried out."""
        with self._book.read() as conn:
            return next(iter(records.proposals(conn, IN_FLIGHT, limit=1)), None)

    def next_approved(self, carried_out_by: CarriedOutBy = CarriedOutBy.EXECUTOR) -> Proposal | None:
        """The oldest proposal that is approved and not taken up, for the executor or for people."""
        with self._book.read() as conn:
            return records.next_approved(conn, carried_out_by)

    def with_people(self) -> tuple[tuple[Proposal, Task], ...]:
        """What people carry out, each with its entry on the work list."""
        with self._book.read() as conn:
            on_list = {task.proposal_id: task for task in work.tasks(conn)}
            return tuple((p, on_list[p.id]) for p in records.proposals(conn, WITH_PEOPLE))

    def late(self, at: datetime) -> bool:
        """Whether a moment of wall time is past."""
        with self._book.read() as conn:
            return self._book.now(conn) >= at

    def standing(self, covers: Covers) -> StandingAuthorisation | None:
        """The standing authorisation of a kind in force, while nothing is held and the line's level admits it."""
        with self._book.read() as conn:
            shut = any(h.scope is Scope.ALL for h in records.holds(conn)) or not self._book.autonomy(conn).writes
            granted = () if shut else records.standing(conn, self._book.now(conn))
            return next((standing for standing in granted if standing.covers is covers), None)

    def writes(self, found: Proposal, direction: Direction) -> tuple[Write, ...]:
        """Writes of a proposal that may have left, in the order of its steps."""
        with self._book.read() as conn:
            rows = conn.execute(
                "SELECT * FROM writes WHERE proposal_id = ? AND direction = ? ORDER BY step", (found.id, str(direction))
            ).fetchall()
        return tuple(_write_of(row) for row in rows)

    def applied_s(self, found: Proposal) -> float:
        """Plant time at which a proposal was read back as applied."""
        with self._book.read() as conn:
            row = conn.execute("SELECT applied_s FROM watches WHERE proposal_id = ?", (found.id,)).fetchone()
        return float(row["applied_s"])

    def rollback(self, found: Proposal) -> Rollback | None:
        """The decision to put a proposal back, if it was taken."""
        with self._book.read() as conn:
            row = conn.execute("SELECT * FROM rollbacks WHERE proposal_id = ?", (found.id,)).fetchone()
        if row is None:
            return None
        measured = records.parsed(Measurement, row["measured"]) if row["measured"] else None
        return Rollback(row["why"], Status(row["ending"]), measured)


def _write_of(row: sqlite3.Row) -> Write:
    value = json.loads(row["value"])
    return Write(
        step=row["step"],
        direction=Direction(row["direction"]),
        value=tuple(value) if isinstance(value, list) else value,
        plant_s=float(row["plant_s"] or 0.0),
        receipt=records.parsed(Receipt, row["receipt"]) if row["receipt"] else None,
    )
