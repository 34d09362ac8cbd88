"""The ledger: what was proposed, decided and found out. The only authority on what was approved.

Used by `service` (which hands it to agents as `Submissions` and `Outcomes`, two ports without a way to write equipment)
and by `Executor`. It refuses: what the gate refuses, a second decision, a decision after expiry, an approval of another
plan than the one shown, an approval by whoever proposed it or by any agent, and one of a verdict that is not better.
"""

import difflib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from ledger import evidence, records
from ledger.approvals import binding_of, covers, is_agent
from ledger.audit import Action, AuditReport, AuditRow
from ledger.book import Book, Entry
from ledger.errors import GateRefused
from ledger.gate import gate, passed
from ledger.hold import Hold, Scope
from ledger.lifecycle import OPEN
from ledger.plans import alias_of, aliases_to_read, plan_of
from ledger.policy import Autonomy, Policy
from ledger.values import told_step
from plants.errors import InvalidInput, Refused, UnknownName
from plants.flow.approval import Approval, StandingAuthorisation
from plants.flow.draft import Draft
from plants.flow.outcome import Outcome
from plants.flow.proposal import Proposal, Status
from plants.flow.sample import Sample
from plants.flow.verdict import Verdict
from plants.model.plant import Plant
from plants.model.tags import tags_of
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
                return self._store_proposal(entry, draft, verdict)
            if known.draft != draft:
                raise Refused(f"Draft id '{draft.id}' was used for another draft ({known.id}); give it a new id.")
            return known

    def _store_proposal(self, entry: Entry, draft: Draft, verdict: Verdict) -> Proposal:
        waiting = len(records.proposals(entry.conn, [Status.JUDGED]))
        if waiting >= self.policy.max_open:
            raise Refused(f"{waiting} proposals wait for a decision, which is the most; decide some first.")
        live = self._live(tuple(alias_of(change) for change in draft.changes))
        plan = plan_of(draft, verdict, self.plant, live)
        checks = gate(
            evidence.at_proposal(
                self.book,
                entry.conn,
                self.plant,
                draft,
                verdict,
                plan,
                now=entry.now,
                live=live,
                plant_time_s=self._history.plant_time_s(),
            )
        )
        if not passed(checks):
            raise GateRefused(checks)
        proposal = Proposal(
            id=records.next_id(entry.conn),
            status=Status.PROPOSED,
            draft=draft,
            verdict=verdict,
            plan=plan,
            plan_hash=plan.digest(),
            created_at=entry.now,
            expires_at=entry.now + timedelta(seconds=self.policy.proposal_wall_s),
            updated_at=entry.now,
        )
        records.insert_proposal(entry.conn, proposal)
        steps = "; ".join(told_step(step) for step in plan.steps)
        entry.note(
            draft.author,
            Action.SUBMITTED,
            proposal.id,
            f"{draft.author} proposes {steps}. "
            f"The twin says {verdict.result} after {verdict.replications} replications.",
            draft=draft.digest(),
            verdict=verdict.digest(),
            plan=proposal.plan_hash,
            checks=[f"{check.name}: {check.detail}" for check in checks],
        )
        return records.step(entry.conn, proposal, Status.JUDGED, entry.now)

    def _live(self, aliases: tuple[str, ...]) -> dict[str, Sample]:
        wanted = ((alias, self._history.latest(alias)) for alias in aliases_to_read(self.plant, aliases))
        return {alias: sample for alias, sample in wanted if sample is not None}

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
            return _known(conn, id)

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
        standing: StandingAuthorisation | None = None,
    ) -> Approval:
        """Approve exactly the plan whose hash was shown. Given once, spent once, expires.

        Raises:
            UnknownName: no such proposal.
            Refused: it has been decided (the message tells by whom and when) or has expired; the hash is of another
                plan; the approver proposed it or is an agent; the verdict is not one to approve; the plant description
                has changed; writing is held or the line is set below 'approve'; or the standing authorisation does not
                cover it.
        """
        self.expire()
        with self._deciding(approver, proposal_id) as entry:
            found = _undecided(entry.conn, proposal_id)
            problem = self._why_not(entry, found, approver, plan_hash, standing)
            if problem:
                raise Refused(f"{proposal_id} cannot be approved by {approver}: {problem}.")
            expires_at = entry.now + timedelta(seconds=self.policy.approval_wall_s)
            plan = found.plan
            approval = Approval(
                id=f"a-{found.id}",
                proposal_id=found.id,
                binding=binding_of(plan, found.verdict, self.plant.revision, plan.state_revision, expires_at),
                approver=approver,
                meaning=meaning,
                comment=comment,
                approved_at=entry.now,
                expires_at=expires_at,
                standing_id=standing.id if standing else None,
            )
            records.insert_approval(entry.conn, approval)
            records.step(entry.conn, found, Status.APPROVED, entry.now, comment, decided_by=approver)
            under = f" under standing authorisation {standing.id}" if standing else ""
            entry.note(
                approver,
                Action.APPROVED,
                found.id,
                f"{approver} approves{under}, meaning '{meaning}', until {expires_at:%H:%M:%S} UTC.",
                approval=approval.digest(),
                binding=approval.binding,
            )
            return approval

    def _why_not(
        self, entry: Entry, found: Proposal, approver: str, plan_hash: str, standing: StandingAuthorisation | None
    ) -> str:
        """Why a proposal that waits cannot be approved like this; empty when it can."""
        held = [hold.told for hold in records.holds(entry.conn) if hold.scope is Scope.ALL]
        rules = (
            (entry.now >= found.expires_at, "it has expired"),
            (
                plan_hash != found.plan_hash,
                "the plan is not the one that was shown to you; look at it again and approve that",
            ),
            (approver == found.draft.author, "who proposes does not approve"),
            (is_agent(approver), "an agent never approves"),
            (not found.verdict.data_sufficient, "the verdict rests on stale or bad data"),
            (not found.verdict.approvable, f"the twin says {found.verdict.result}"),
            (found.plan.plant_revision != self.plant.revision, "the description of the plant has changed since"),
            (self.policy.autonomy is not Autonomy.APPROVE, f"the line is set to '{self.policy.autonomy}'"),
            (bool(held), "; ".join(held)),
            (
                standing is not None and not _granted(entry, standing, found, approver),
                "the standing authorisation is not in force or does not cover it",
            ),
        )
        return next((problem for applies, problem in rules if applies), "")

    def reject(self, proposal_id: str, who: str, reason: str) -> Proposal:
        """Say no, with a reason the agents learn from.

        Raises:
            UnknownName: no such proposal.
            Refused: it has been decided or has expired.
        """
        self.expire()
        with self._deciding(who, proposal_id) as entry:
            found = _undecided(entry.conn, proposal_id)
            text = f"{who} rejects it: {reason}"
            return entry.end(found, Status.REJECTED, text, who, action=Action.REJECTED, decided_by=who)

    def withdraw(self, proposal_id: str, who: str, reason: str) -> Proposal:
        """Take a proposal back, approved or not, as long as carrying it out has not begun.

        Raises:
            UnknownName: no such proposal.
            Refused: it has begun or has ended.
        """
        with self._deciding(who, proposal_id) as entry:
            found = _known(entry.conn, proposal_id)
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
        with self._deciding(who, proposal_id) as entry:
            found = _known(entry.conn, proposal_id)
            if found.status is not Status.UNKNOWN or is_agent(who):
                raise Refused(f"Only a person resolves, and only what ended unknown; {proposal_id} is {found.status}.")
            return entry.end(found, status, f"{who} found: {reason}", who, action=Action.RESOLVED)

    def expire(self) -> tuple[Proposal, ...]:
        """End what has waited too long: proposals nobody decided, approvals nobody spent."""
        with self.book.read() as conn:
            if not _late(conn, self.book.now(conn)):
                return ()
        with self.book.write() as entry:
            return tuple(
                entry.end(found, Status.EXPIRED, why, "ledger", action=Action.EXPIRED)
                for found, why in _late(entry.conn, entry.now)
            )

    # Standing authorisations and holds -------------------------------------------------------------------------------

    def grant(self, standing: StandingAuthorisation) -> None:
        """Store a standing authorisation, like an approval given ahead.

        Raises:
            Refused: an agent gives it, it is over, it names a tag that may not be written, or its id is taken.
        """
        with self._deciding(standing.author, standing.id) as entry:
            unknown = sorted(set(standing.aliases) - set(_writable(self.plant)))
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
            pairs = () if self.policy.autonomy is not Autonomy.APPROVE or _held(conn) else self._covered(conn)
        return tuple(
            self.approve(found.id, standing.author, plan_hash=found.plan_hash, standing=standing)
            for found, standing in pairs
        )

    def _covered(self, conn: sqlite3.Connection) -> tuple[tuple[Proposal, StandingAuthorisation], ...]:
        """Proposals that wait, each with the standing authorisation that approves it."""
        now = self.book.now(conn)
        granted = records.standing(conn, now)
        waiting = [
            found
            for found in records.proposals(conn, [Status.JUDGED])
            if found.plan.plant_revision == self.plant.revision and now < found.expires_at
        ]
        pairs = ((found, next((s for s in granted if covers(s, found, now)), None)) for found in waiting)
        return tuple((found, standing) for found, standing in pairs if standing is not None)

    def hold(self, scope: Literal["all", "agents"], who: str, reason: str) -> None:
        """Stop all writing, or proposing by agents, until released. Approvals not yet taken up are void."""
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

    def head(self) -> str:
        """Hash of the newest row, to keep elsewhere."""
        return self.verify().head

    def export(self) -> Iterator[str]:
        """The whole chain as JSON lines, for whoever wants to verify it with other means."""
        since = 0
        while rows := self.events(since=since, limit=MAX_ROWS):
            yield from (row.model_dump_json() for row in rows)
            since = rows[-1].seq

    def anchor_again(self, who: str, reason: str) -> None:
        """Accept the chain as it stands, after an older copy was put back on purpose.

        Raises:
            Refused: an agent asks.
            InvalidInput: the chain itself is broken; accepting it would hide that.
        """
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


def _known(conn: sqlite3.Connection, id: str) -> Proposal:
    found = records.proposal(conn, id)
    if found is None:
        near = difflib.get_close_matches(id, records.ids(conn), n=3)
        raise UnknownName(f"There is no proposal '{id}'." + (f" Did you mean {' or '.join(near)}?" if near else ""))
    return found


def _undecided(conn: sqlite3.Connection, id: str) -> Proposal:
    """A proposal that waits for a decision.

    Raises:
        Refused: it does not; the message tells who decided, when, and what.
    """
    found = _known(conn, id)
    if found.status is Status.JUDGED:
        return found
    decided = records.decision(conn, id)
    by = f" {decided[0]} decided at {decided[1][11:19]} UTC." if decided else ""
    raise Refused(f"{id} no longer waits for a decision: it is {found.status}.{by} {found.reason}".strip())


def _held(conn: sqlite3.Connection) -> bool:
    return any(hold.scope is Scope.ALL for hold in records.holds(conn))


def _late(conn: sqlite3.Connection, now: datetime) -> list[tuple[Proposal, str]]:
    """What has waited too long, each with why it ends."""
    late = [
        (found, "Nobody decided in time; silence is no.")
        for found in records.proposals(conn, [Status.JUDGED])
        if now >= found.expires_at
    ]
    for found in records.proposals(conn, [Status.APPROVED]):
        approval = records.approval(conn, found.id)
        if approval is None or now >= approval.expires_at:
            late.append((found, "The approval ran out before anything was written; propose again."))
    return late


def _granted(entry: Entry, standing: StandingAuthorisation, found: Proposal, approver: str) -> bool:
    stored = standing in records.standing(entry.conn, entry.now)
    return stored and approver == standing.author and covers(standing, found, entry.now)


def _writable(plant: Plant) -> list[str]:
    return [tag.alias for tag in tags_of(plant) if tag.writable]
