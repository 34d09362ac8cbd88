"""The ledger: what was proposed, decided and found out. The only authority on what was approved.

Used by `service` (which hands it to agents as `Submissions` and `Outcomes`, two ports without a way to write equipment)
and by `Executor`. It refuses: what the gate refuses, a second decision, a decision after expiry, an approval of another
plan than the one shown, an approval by whoever proposed it or by any agent, and one of a verdict that is not better.
"""

from datetime import datetime

from ledger import decisions, records, signing, work
from ledger.approvals import is_agent, same_person
from ledger.audit import Action
from ledger.authority import Authority
from ledger.points import Point, reach
from ledger.signing import Review, Word
from ledger.submission import take_in
from plants.errors import Refused
from plants.flow.approval import Approval, StandingAuthorisation
from plants.flow.draft import Draft
from plants.flow.proposal import Proposal, Status
from plants.flow.verdict import Verdict


class Ledger(Authority):
    """Deciding. Thread-safe; several processes may open one file, one of them carries out (see `Lease`)."""

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
            approval = signing.sign(self.book, entry, self.plant, found, word)
            reach(Point.APPROVING)
        reach(Point.APPROVED)
        return approval

    def review(self, proposal_id: str, who: str, finding: str) -> Review:
        """Say what was found of an approval that was given in an emergency.

        Raises:
            UnknownName: no such proposal.
            Refused: it has no such approval, it was reviewed, or who reviews proposed, approved or is an agent.
        """
        decisions.check_words(who, finding)
        with self._deciding(who, proposal_id) as entry:
            return signing.review(entry, decisions.known(entry.conn, proposal_id), who, finding)

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
