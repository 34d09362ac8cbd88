"""The book: the ledger's file, its outside anchor and its sense of time, with transactions that note what they do.

`Ledger` (deciding) and `Journal` (carrying out) both write through it. Nothing changes without a row in the audit chain
in the same transaction.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from pydantic import JsonValue

from ledger import audit, records
from ledger.anchor import Anchor, Mark
from ledger.audit import Action, AuditReport, AuditRow
from ledger.hold import Hold, Scope
from ledger.keys import Key
from ledger.policy import Autonomy, Policy
from ledger.store import Store
from plants.flow.outcome import Measurement, Outcome
from plants.flow.proposal import Proposal, Status
from plants.frozen import MAX_TEXT
from plants.ports.clock import Clock

CLOCK_KEEPER = "ledger:clock"
"""Who holds all writing when the wall clock steps back."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Entry:
    """One transaction under way: its connection, its moment, and what may be noted in it."""

    conn: sqlite3.Connection
    now: datetime

    def note(self, actor: str, action: Action, subject: str, text: str, **facts: JsonValue) -> None:
        """Add a row to the audit chain; `text` says it in words."""
        audit.append(self.conn, self.now, actor, action, subject, {"text": text[:MAX_TEXT], **facts})

    def end(
        self,
        found: Proposal,
        status: Status,
        explanation: str,
        actor: str,
        *,
        action: Action = Action.ENDED,
        measured: Measurement | None = None,
        kept: bool | None = None,
        decided_by: str = "",
    ) -> Proposal:
        """End a proposal: the step, its outcome and its row in the chain."""
        explanation = explanation[:MAX_TEXT]
        ended = records.step(self.conn, found, status, self.now, explanation, decided_by)
        outcome = Outcome(
            proposal_id=found.id,
            status=status,
            explanation=explanation,
            promise=found.verdict.promise,
            measured=measured,
            kept=kept,
            at=self.now,
        )
        records.insert_outcome(self.conn, outcome)
        self.note(actor, action, found.id, explanation, status=str(status), outcome=outcome.digest())
        return ended


class Book:
    """The file, its anchor, and time."""

    def __init__(self, path: Path, clock: Clock, policy: Policy) -> None:
        """Open or create the file and its anchor beside it.

        Raises:
            RecordUnavailable: the file cannot be used.
        """
        self.path = path
        self.policy = policy
        self._clock = clock
        self._good = audit.START
        self._round = audit.START
        self._rotten = ""
        self._store = Store(path, self._follow)
        self.key = Key.beside(path)
        self._anchor = Anchor(path.with_suffix(".anchor"), self.key)
        with self._store.read() as conn:
            self._begin_anchor(conn)

    @contextmanager
    def write(self) -> Iterator[Entry]:
        """A transaction that writes.

        Raises:
            Refused: a rule of the schema says no.
            RecordUnavailable: the file cannot be written now. Nothing was stored.
        """
        with self._store.write() as conn:
            yield Entry(conn, self._moment(conn))

    def read(self) -> AbstractContextManager[sqlite3.Connection]:
        """A transaction that reads."""
        return self._store.read()

    def close(self) -> None:
        """Close the file."""
        self._store.close()

    def now(self, conn: sqlite3.Connection) -> datetime:
        """The moment, for looking only: the later of the clock's and the newest one seen."""
        row = conn.execute("SELECT high_at FROM wall_clock").fetchone()
        now = self._clock.now()
        return max(now, datetime.fromisoformat(row["high_at"])) if row else now

    def autonomy(self, conn: sqlite3.Connection) -> Autonomy:
        """How far Jayul may go: as a person has set it, else as the policy says."""
        return records.autonomy(conn) or self.policy.autonomy

    def verify(self, conn: sqlite3.Connection) -> AuditReport:
        """Check the whole chain and its anchor; where it is found good is the checkpoint of later checks."""
        report = audit.verify(conn, self._anchor.read())
        self._rotten = "" if report.bad_seq is None else report.problem
        if report.ok:
            self._good = Mark(seq=report.rows, hash=report.head)
        return report

    def verify_on(self, conn: sqlite3.Connection) -> tuple[str, bool]:
        """Check the next `verify_rows` rows, round and round.

        What is found wrong shuts the gate until a check of the whole chain finds it good.

        Returns:
            what is wrong, or nothing; and whether this ended a round.
        """
        self._round, problem = audit.verify_part(conn, self._round, self.policy.verify_rows)
        if problem:
            self._rotten = problem
        ended = bool(problem) or self._round.seq >= audit.head(conn).seq
        if ended:
            self._round = audit.START
        return self._rotten, ended

    def doubt(self, conn: sqlite3.Connection) -> str:
        """What is wrong with the rows since the checkpoint, and with the anchor; nothing when nothing is.

        Enough before a write: the whole chain was checked at the start and is checked again round and round, and the
        rows that tell of the approval are checked by themselves (`has_row`).
        """
        if self._rotten:
            return self._rotten
        since = self._good if audit.holds(conn, self._good) else audit.START
        report = audit.verify(conn, self._anchor.read(), since)
        if report.ok:
            self._good = Mark(seq=report.rows, hash=report.head)
        return report.problem

    def rows(self, conn: sqlite3.Connection, subject: str | None, since: int, limit: int) -> tuple[AuditRow, ...]:
        """Rows of the chain after `since`, oldest first."""
        found = conn.execute(
            "SELECT * FROM audit WHERE seq > ? AND (? IS NULL OR subject = ?) ORDER BY seq LIMIT ?",
            (since, subject, subject, limit),
        )
        return tuple(audit.row_of(row) for row in found)

    def has_row(self, conn: sqlite3.Connection, action: Action, subject: str, **facts: JsonValue) -> bool:
        """Whether the chain holds a row of that kind with these facts, unchanged since it was written."""
        rows = conn.execute("SELECT * FROM audit WHERE subject = ? AND action = ?", (subject, str(action))).fetchall()
        return any(facts.items() <= json.loads(row["payload"]).items() and audit.sound(conn, row) for row in rows)

    def reset_clock(self, entry: Entry) -> None:
        """Accept the present wall time, be it earlier than one seen before."""
        entry.conn.execute("UPDATE wall_clock SET high_at = ?", (records.text_of(self._clock.now()),))

    def anchor_again(self) -> None:
        """Put the anchor at the end of the chain as it is."""
        with self._store.read() as conn:
            self._anchor.write(audit.head(conn))

    def _begin_anchor(self, conn: sqlite3.Connection) -> None:
        """The anchor of an empty chain, or of one that an earlier version has left without a signature."""
        end, unsigned = audit.head(conn), self._anchor.unsigned() if self.key.made_now else None
        if end.seq == 0 and not self._anchor.exists:
            self._anchor.write(end)
        elif unsigned is not None and audit.holds(conn, unsigned):
            self._anchor.write(unsigned)

    def _moment(self, conn: sqlite3.Connection) -> datetime:
        """The moment of a transaction: wall time that never runs back until a person accepts it.

        A step back beyond the allowed skew puts a hold on all writing, in the same transaction.
        """
        now = self._clock.now()
        row = conn.execute("SELECT high_at FROM wall_clock").fetchone()
        high = datetime.fromisoformat(row["high_at"]) if row else now
        if now >= high:
            conn.execute("INSERT OR REPLACE INTO wall_clock (one, high_at) VALUES (1, ?)", (records.text_of(now),))
            return now
        if high - now > timedelta(seconds=self.policy.clock_skew_wall_s):
            self._suspend(conn, now, high)
        return high

    def _suspend(self, conn: sqlite3.Connection, now: datetime, high: datetime) -> None:
        if any(hold.scope is Scope.ALL for hold in records.holds(conn)):
            return
        reason = (
            f"the wall clock stepped back by {(high - now).total_seconds():.1f} s, from {high:%Y-%m-%d %H:%M:%S} to "
            f"{now:%Y-%m-%d %H:%M:%S}; put it right, then release the hold"
        )
        records.put_hold(conn, Hold(scope=Scope.ALL, who=CLOCK_KEEPER, reason=reason, at=high))
        audit.append(conn, high, CLOCK_KEEPER, Action.HELD, str(Scope.ALL), {"text": f"All writing held: {reason}."})

    def _follow(self, conn: sqlite3.Connection) -> None:
        """Move the anchor to the end of the chain, unless it speaks of a chain that this one does not continue."""
        mark, end = self._anchor.read(), audit.head(conn)
        if mark == end or mark is None or not audit.holds(conn, mark):
            return
        try:
            self._anchor.write(end)
        except OSError as error:
            log.warning("the anchor lags behind", error=str(error), seq=end.seq)
