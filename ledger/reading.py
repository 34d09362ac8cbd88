"""The ledger as it is read: proposals, approvals, receipts, outcomes, and the chain that proves them.

Used by `ledger.authority` and `ledger.ledger`, which add who may let what happen, and who decides.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Self

from ledger import audit, decisions, evidence, records, signing, work
from ledger.alarms import Alarm, alarms
from ledger.audit import AuditReport, AuditRow
from ledger.book import CLOCK_KEEPER, Book
from ledger.check import Check
from ledger.export import export
from ledger.gate import gate
from ledger.lifecycle import OPEN
from ledger.policy import Policy
from ledger.signing import Review
from ledger.submission import live_of
from ledger.work import Task
from plants.flow.approval import Approval, Signature
from plants.flow.outcome import Outcome
from plants.flow.proposal import Proposal
from plants.flow.receipt import Receipt
from plants.model.plant import Plant
from plants.ports.clock import Clock
from plants.ports.history import History

MAX_ROWS = 10_000
"""Most rows of the chain that one call returns."""


class LedgerReader:
    """One ledger's file, read. Thread-safe."""

    def __init__(self, book: Book, plant: Plant, history: History) -> None:
        self.book = book
        self.plant = plant
        self._history = history

    @classmethod
    def at(cls, path: Path, plant: Plant, clock: Clock, history: History, *, policy: Policy | None = None) -> Self:
        """Open or create the ledger's file; its anchor lies beside it.

        Args:
            path: the SQLite file; its folder must exist.
            plant: the plant as it is described now; proposals made for another revision of it cannot be approved.
            clock: wall time for expiry and records.
            history: newest samples, from which plans take the values to restore.
            policy: limits; the defaults when left out.

        Raises:
            RecordUnavailable: the file cannot be used.
        """
        return cls(Book(path, clock, policy or Policy()), plant, history)

    @property
    def policy(self) -> Policy:
        """The limits in force."""
        return self.book.policy

    def close(self) -> None:
        """Close the file. May be called twice."""
        self.book.close()

    async def open(self) -> tuple[Proposal, ...]:
        """Proposals that have not ended, oldest first."""
        with self.book.read() as conn:
            return records.proposals(conn, OPEN)

    def proposals(self, *, limit: int = 100) -> tuple[Proposal, ...]:
        """The newest proposals, newest first."""
        with self.book.read() as conn:
            return records.newest_proposals(conn, limit)

    def proposal(self, id: str) -> Proposal:
        """A proposal by its id.

        Raises:
            UnknownName: there is none; the message suggests ids that exist.
        """
        with self.book.read() as conn:
            return decisions.known(conn, id)

    def checks(self, proposal_id: str) -> tuple[Check, ...]:
        """What each check of the gate says of a proposal by the newest recorded data; for screens, decides nothing.

        Raises:
            UnknownName: no such proposal.
        """
        found = self.proposal(proposal_id)
        live = live_of(self.plant, self._history, tuple(step.alias for step in found.plan.steps))
        with self.book.read() as conn:
            given = evidence.at_proposal(
                self.book,
                conn,
                self.plant,
                found.draft,
                found.verdict,
                found.plan,
                now=self.book.now(conn),
                live=live,
                plant_time_s=self._history.plant_time_s(),
            )
        return gate(given)

    def approval(self, proposal_id: str) -> Approval | None:
        """The approval of a proposal, if it was given."""
        with self.book.read() as conn:
            return records.approval(conn, proposal_id)

    def receipts(self, proposal_id: str) -> tuple[Receipt, ...]:
        """What became of each write of a proposal: approved, written and read-back values side by side."""
        with self.book.read() as conn:
            return records.receipts(conn, proposal_id)

    async def of(self, proposal_id: str) -> Outcome | None:
        """How a proposal ended, or None while it has not."""
        with self.book.read() as conn:
            return records.outcome(conn, proposal_id)

    async def recent(self, limit: int = 100) -> tuple[Outcome, ...]:
        """The newest outcomes, newest first."""
        with self.book.read() as conn:
            return records.newest_outcomes(conn, limit)

    def signatures(self, proposal_id: str) -> tuple[Signature, ...]:
        """Who has signed a proposal's plan so far, oldest first."""
        with self.book.read() as conn:
            return signing.signatures(conn, proposal_id)

    def reviews(self, *, open_only: bool = True) -> tuple[Review, ...]:
        """Reviews of emergency approvals: those that wait, or all."""
        with self.book.read() as conn:
            return signing.reviews(conn, open_only=open_only)

    def work_list(self) -> tuple[Task, ...]:
        """What people are to carry out, or have taken on, the oldest first."""
        with self.book.read() as conn:
            return work.tasks(conn)

    def alarms(self) -> tuple[Alarm, ...]:
        """What needs a person now: unknown changes, a broken record, a clock that stepped back, late reviews."""
        with self.book.read() as conn:
            return alarms(conn, self.book.now(conn), self.book.doubt(conn), CLOCK_KEEPER)

    def events(self, proposal_id: str | None = None, *, since: int = 0, limit: int = 1_000) -> tuple[AuditRow, ...]:
        """Rows of the audit chain after `since`, oldest first: the narrative, for screens."""
        with self.book.read() as conn:
            return self.book.rows(conn, proposal_id, since, min(limit, MAX_ROWS))

    def verify(self) -> AuditReport:
        """Check the chain from genesis to head, and against its anchor."""
        with self.book.read() as conn:
            return self.book.verify(conn)

    def verify_on(self) -> tuple[str, bool]:
        """Verify the next rows of the chain: what is wrong, or nothing, and whether a round has ended."""
        with self.book.read() as conn:
            return self.book.verify_on(conn)

    def head(self) -> str:
        """Hash of the newest row, to keep elsewhere."""
        with self.book.read() as conn:
            return audit.head(conn).hash

    def export(self) -> Iterator[str]:
        """The whole chain as JSON lines and its signed head, for whoever wants to verify it with other means."""
        return export(self.book)

    @property
    def public_key(self) -> str:
        """The public key to verify exports with, PEM; keep it elsewhere."""
        return self.book.key.public_pem
