"""The ledger: what was proposed, decided and found out. The only authority on what was approved.

Used by `service` (which hands it to agents as `Submissions` and `Outcomes`, two ports without a way to write equipment)
and by `Executor`. It refuses: what the gate refuses, a second decision, a decision after expiry, an approval of another
plan than the one shown, an approval by whoever proposed it or by any agent, and one of a verdict that is not better.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Literal

from ledger import audit, decisions, evidence, records, signing, work
from ledger.approvals import is_agent, same_person
from ledger.audit import Action, AuditReport, AuditRow
from ledger.book import Book, Entry
from ledger.check import Check
from ledger.export import export
from ledger.gate import gate
from ledger.hold import Hold, Scope
from ledger.lifecycle import OPEN
from ledger.policy import Autonomy, Policy
from ledger.signing import Review, Word
from ledger.submission import live_of, take_in
from ledger.work import Task
from plants.errors import InvalidInput, Refused, UnknownName
from plants.flow.approval import Approval, Covers, Signature, StandingAuthorisation
from plants.flow.draft import Draft
from plants.flow.outcome import Outcome
from plants.flow.proposal import Proposal, Status
from plants.flow.receipt import Receipt
from plants.flow.verdict import Verdict
from plants.model.plant import Plant
from plants.model.tags import TagRole, tags_of
from plants.ports.clock import Clock
from plants.ports.history import History

MAX_ROWS = 10_000
"""Most rows of the chain that one call returns."""


class Ledger:
    """Deciding. Thread-safe; several processes may open one file, one of them carries out (see `Lease`)."""

    def __init__(self, book: Book, plant: Plant, history: History) -> None:
        self.book = book
        self.plant = plant
        self._history = history

    @classmethod
    def at(cls, path: Path, plant: Plant, clock: Clock, history: History, *, policy: Policy | None = None) -> "Ledger":
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

    # Handing in ------------------------------------------------------------------------------------------------------

    async def submit(self, draft: Draft, verdict: Verdict) -> Proposal:
        """Make a plan of the draft, run the gate, and store it for a person to decide.

        Handing in the same draft id again returns the stored proposal.

        Raises:
            Refused: the gate says no (`GateRefused` carries every check), agents are held, too many wait already, or
                the draft's id was used for another draft.
        """
        with self._deciding(draft.author, draft.id) as entry:
            known = records.proposal_of_draft(entry.conn, draft.id)
            if known is None:
                return take_in(self.book, entry, self.plant, self._history, draft, verdict)
            if known.draft != draft:
                raise Refused(f"Draft id '{draft.id}' was used for another draft ({known.id}); give it a new id.")
            return known

    # Looking ---------------------------------------------------------------------------------------------------------

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

    # Deciding --------------------------------------------------------------------------------------------------------

    def approve(
        self,
        proposal_id: str,
        approver: str,
        *,
        plan_hash: str,
        comment: str = "",
        meaning: str = "approved for writing",
        authenticated_at: datetime | None = None,
        standing: StandingAuthorisation | None = None,
        emergency: bool = False,
    ) -> Approval | None:
        """Sign exactly the plan whose hash was shown; with enough signatures it is approved: once, until it expires.

        Args:
            proposal_id: which.
            approver: the person.
            plan_hash: digest of the plan that was shown to that person.
            comment: what that person says; in an emergency, what the emergency is.
            meaning: what the signature means.
            authenticated_at: when that person last proved who he is, if he did for this.
            standing: the standing authorisation under which it is given, if no person gives it just now.
            emergency: one person approves what would need two, or a verdict that is not better, and somebody else
                reviews it afterwards. Every other check stays.

        Returns:
            the approval; None when another person must sign, too.

        Raises:
            UnknownName: no such proposal.
            Refused: it has been decided (the message tells by whom and when) or has expired; the hash is of another
                plan; the approver proposed it, has signed it or is an agent; the verdict is not one to approve; a
                high risk or an emergency asks for a fresh proof of identity; an earlier emergency waits for its review;
                the plant description has changed; writing is held or the line is set below 'approve'; or the standing
                authorisation does not cover it.
        """
        self.expire()
        decisions.check_words(approver, comment)
        decisions.check_words(approver, meaning)
        word = Word(approver, comment, meaning, authenticated_at, standing, emergency)
        with self._deciding(approver, proposal_id) as entry:
            found = decisions.undecided(entry.conn, proposal_id)
            problem = decisions.why_not(self.book, entry, self.plant, found, word, plan_hash)
            if problem:
                raise Refused(f"{proposal_id} cannot be approved by {approver}: {problem}.")
            return signing.sign(self.book, entry, self.plant, found, word)

    def signatures(self, proposal_id: str) -> tuple[Signature, ...]:
        """Who has signed a proposal's plan so far, oldest first."""
        with self.book.read() as conn:
            return signing.signatures(conn, proposal_id)

    def review(self, proposal_id: str, who: str, finding: str) -> Review:
        """Say what was found of an approval that was given in an emergency.

        Raises:
            UnknownName: no such proposal.
            Refused: it has no such approval, it was reviewed, or who reviews proposed, approved or is an agent.
        """
        decisions.check_words(who, finding)
        with self._deciding(who, proposal_id) as entry:
            return signing.review(entry, decisions.known(entry.conn, proposal_id), who, finding)

    def reviews(self, *, open_only: bool = True) -> tuple[Review, ...]:
        """Reviews of emergency approvals: those that wait, or all."""
        with self.book.read() as conn:
            return signing.reviews(conn, open_only=open_only)

    def reject(self, proposal_id: str, who: str, reason: str) -> Proposal:
        """Say no, with a reason the agents learn from.

        Raises:
            UnknownName: no such proposal.
            Refused: it has been decided or has expired, or an agent asks.
        """
        self.expire()
        decisions.check_words(who, reason)
        with self._deciding(who, proposal_id) as entry:
            if is_agent(who):
                raise Refused("An agent never rejects; it may withdraw what it proposed itself.")
            found = decisions.undecided(entry.conn, proposal_id)
            text = f"{who} rejects it: {reason}"
            return entry.end(found, Status.REJECTED, text, who, action=Action.REJECTED, decided_by=who)

    def withdraw(self, proposal_id: str, who: str, reason: str) -> Proposal:
        """Take a proposal back, approved or not, as long as carrying it out has not begun.

        Raises:
            UnknownName: no such proposal.
            Refused: it has begun or has ended, or an agent asks that did not propose it.
        """
        decisions.check_words(who, reason)
        with self._deciding(who, proposal_id) as entry:
            found = decisions.known(entry.conn, proposal_id)
            if is_agent(who) and not same_person(who, found.draft.author):
                raise Refused("An agent withdraws only what it proposed itself.")
            return entry.end(
                found, Status.WITHDRAWN, f"{who} withdraws it: {reason}", who, action=Action.WITHDRAWN, decided_by=who
            )

    def resolve(self, proposal_id: str, who: str, status: Status, reason: str) -> Proposal:
        """Say how a proposal that ended UNKNOWN really ended; unlocks its tags.

        Args:
            proposal_id: which.
            who: the person who looked at the equipment.
            status: VERIFIED, ROLLED_BACK or NOT_APPLIED.
            reason: what that person found.

        Raises:
            UnknownName: no such proposal.
            Refused: it did not end unknown, or an agent asks.
        """
        decisions.check_words(who, reason)
        with self._deciding(who, proposal_id) as entry:
            found = decisions.known(entry.conn, proposal_id)
            if found.status is not Status.UNKNOWN or is_agent(who):
                raise Refused(f"Only a person resolves, and only what ended unknown; {proposal_id} is {found.status}.")
            return entry.end(found, status, f"{who} found: {reason}", who, action=Action.RESOLVED)

    def roll_back(self, proposal_id: str, who: str, reason: str) -> Proposal:
        """Have a change that is being carried out or watched put back; the executor does it at its next step.

        Raises:
            UnknownName: no such proposal.
            Refused: it is not being written or watched, it is being put back already, or an agent asks.
        """
        decisions.check_words(who, reason)
        with self._deciding(who, proposal_id) as entry:
            found = decisions.known(entry.conn, proposal_id)
            if is_agent(who):
                raise Refused("An agent never has a change put back; it may propose one.")
            if found.status not in (Status.SENT, Status.APPLIED, Status.WATCHING):
                raise Refused(
                    f"{proposal_id} is {found.status}: only a change that is under way is put back like this. "
                    "Propose the values before as a change of its own."
                )
            records.insert_rollback(entry.conn, found.id, f"{who} has it put back: {reason}.", entry.now)
            entry.note(who, Action.ROLLING_BACK, found.id, f"{who} has it put back: {reason}.")
            return found

    # What people carry out -------------------------------------------------------------------------------------------

    def work_list(self) -> tuple[Task, ...]:
        """What people are to carry out, or have taken on, the oldest first."""
        with self.book.read() as conn:
            return work.tasks(conn)

    def acknowledge(self, proposal_id: str, who: str) -> Proposal:
        """Take on what is on the work list.

        Raises:
            UnknownName: no such proposal.
            Refused: it is not on the work list, was taken on before, or an agent asks.
        """
        decisions.check_words(who, "")
        with self._deciding(who, proposal_id) as entry:
            found = decisions.known(entry.conn, proposal_id)
            return work.acknowledge(self.book, entry, found, who, self._history.plant_time_s())

    def decline(self, proposal_id: str, who: str, reason: str) -> Proposal:
        """Say that what is on the work list, or was taken on, was not and will not be done.

        Raises:
            UnknownName: no such proposal.
            Refused: it is not on the work list, or an agent asks.
        """
        decisions.check_words(who, reason)
        with self._deciding(who, proposal_id) as entry:
            return work.decline(entry, decisions.known(entry.conn, proposal_id), who, reason)

    def expire(self) -> tuple[Proposal, ...]:
        """End what has waited too long: proposals nobody decided, approvals nobody spent."""
        with self.book.read() as conn:
            if not decisions.late_ones(conn, self.book.now(conn)):
                return ()
        with self.book.write() as entry:
            return tuple(
                entry.end(found, Status.EXPIRED, why, "ledger", action=Action.EXPIRED)
                for found, why in decisions.late_ones(entry.conn, entry.now)
            )

    # Standing authorisations and holds -------------------------------------------------------------------------------

    def grant(self, standing: StandingAuthorisation) -> None:
        """Store a standing authorisation, like an approval given ahead.

        Raises:
            Refused: an agent gives it, it is over, it names a tag that may not be written, or its id is taken.
        """
        with self._deciding(standing.author, standing.id) as entry:
            beats = standing.covers is Covers.HEARTBEAT
            fitting = {t.alias for t in tags_of(self.plant) if t.writable and beats == (t.role is TagRole.HEARTBEAT)}
            unknown = sorted(set(standing.aliases) - fitting)
            if unknown:
                raise Refused(f"A standing authorisation covers tags that may be written; {unknown[0]} may not.")
            if is_agent(standing.author) or standing.expires_at <= entry.now or standing.plant != self.plant.plant:
                raise Refused("A standing authorisation is given by a person, for this plant, and for time to come.")
            records.insert_standing(entry.conn, standing)
            entry.note(
                standing.author,
                Action.GRANTED,
                standing.id,
                f"{standing.author} grants ahead until {standing.expires_at:%Y-%m-%d %H:%M:%S}: {standing.meaning}.",
                standing=standing.digest(),
            )

    def revoke(self, standing_id: str, who: str, reason: str) -> None:
        """End a standing authorisation at once.

        Raises:
            UnknownName: there is none of that id in force.
        """
        decisions.check_words(who, reason)
        with self.book.write() as entry:
            if not records.revoke_standing(entry.conn, standing_id, who, entry.now):
                raise UnknownName(f"There is no standing authorisation '{standing_id}' in force.")
            entry.note(who, Action.REVOKED, standing_id, f"{who} revokes it: {reason}.")

    def standing(self) -> tuple[StandingAuthorisation, ...]:
        """Standing authorisations in force."""
        with self.book.read() as conn:
            return records.standing(conn, self.book.now(conn))

    def apply_standing(self) -> tuple[Approval, ...]:
        """Approve what waits and is covered by a standing authorisation; nothing while writing is held."""
        with self.book.read() as conn:
            shut = not self.book.autonomy(conn).acts_ahead or bool(decisions.held(conn))
            pairs = () if shut else decisions.covered(conn, self.plant, self.book.now(conn))
        approvals = []
        for found, standing in pairs:
            with suppress(Refused):  # a person was faster; both the decision and the refusal are in the chain
                approvals.append(self.approve(found.id, standing.author, plan_hash=found.plan_hash, standing=standing))
        return tuple(approval for approval in approvals if approval is not None)

    # Autonomy --------------------------------------------------------------------------------------------------------

    def autonomy(self) -> Autonomy:
        """How far Jayul may go on this line now."""
        with self.book.read() as conn:
            return self.book.autonomy(conn)

    def set_autonomy(self, level: Autonomy, who: str, reason: str) -> None:
        """Set how far Jayul may go. Below 'approve', approvals not yet taken up are void.

        Raises:
            Refused: an agent asks.
        """
        decisions.check_words(who, reason)
        with self._deciding(who, "autonomy") as entry:
            if is_agent(who):
                raise Refused("An agent does not set how far Jayul may go.")
            was = self.book.autonomy(entry.conn)
            records.set_autonomy(entry.conn, level, who, reason, entry.now)
            entry.note(who, Action.AUTONOMY, "line", f"{who} sets the line from '{was}' to '{level}': {reason}.")
            if not level.writes:
                for found in records.proposals(entry.conn, [Status.APPROVED]):
                    text = f"Void: {who} set the line to '{level}'."
                    entry.end(found, Status.WITHDRAWN, text, who, action=Action.WITHDRAWN)

    def hold(self, scope: Literal["all", "agents"], who: str, reason: str) -> None:
        """Stop all writing, or proposing by agents, until released. Approvals not yet taken up are void."""
        decisions.check_words(who, reason)
        with self.book.write() as entry:
            hold = Hold(scope=Scope(scope), who=who, reason=reason, at=entry.now)
            records.put_hold(entry.conn, hold)
            entry.note(who, Action.HELD, scope, f"From now on {hold.told}.")
            if hold.scope is Scope.ALL:
                for found in records.proposals(entry.conn, [Status.APPROVED]):
                    entry.end(found, Status.WITHDRAWN, f"Void: {hold.told}.", who, action=Action.WITHDRAWN)

    def release(self, scope: Literal["all", "agents"], who: str, reason: str = "") -> None:
        """End a hold. Releasing `all` also accepts the present wall time.

        Raises:
            Refused: an agent asks, or nothing is held.
        """
        decisions.check_words(who, reason)
        with self._deciding(who, scope) as entry:
            if is_agent(who):
                raise Refused("An agent cannot release a hold.")
            if not records.end_hold(entry.conn, Scope(scope)):
                raise Refused(f"Nothing holds '{scope}'.")
            if scope == "all":
                self.book.reset_clock(entry)
            entry.note(who, Action.RELEASED, scope, f"{who} releases '{scope}'. {reason}".strip())

    def holds(self) -> tuple[Hold, ...]:
        """What is held, by whom, since when and why."""
        with self.book.read() as conn:
            return records.holds(conn)

    # The record ------------------------------------------------------------------------------------------------------

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

    def anchor_again(self, who: str, reason: str) -> None:
        """Accept the chain as it stands, after an older copy was put back on purpose.

        Raises:
            Refused: an agent asks.
            InvalidInput: the chain itself is broken; accepting it would hide that.
        """
        decisions.check_words(who, reason)
        if is_agent(who):
            raise Refused("Only a person accepts a chain.")
        report = self.verify()
        if report.bad_seq is not None:
            raise InvalidInput(
                f"The chain itself is broken: {report.problem}. Keep the file for those who look into it."
            )
        with self.book.write() as entry:
            entry.note(
                who, Action.ANCHORED, "ledger", f"{who} accepts the chain as it is: {reason}", was=report.problem
            )
        self.book.anchor_again()

    @contextmanager
    def _deciding(self, who: str, subject: str) -> Iterator[Entry]:
        """A transaction in which somebody decides; a refusal is noted in one of its own."""
        try:
            with self.book.write() as entry:
                yield entry
        except Refused as refusal:
            with self.book.write() as entry:
                entry.note(who, Action.REFUSED, subject, refusal.message)
            raise
