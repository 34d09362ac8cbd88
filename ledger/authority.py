"""Who may let what happen: standing authorisations, how far Jayul may go, holds.

Used by `ledger.ledger`. It refuses whatever an agent asks for here.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

from ledger import decisions, records
from ledger.approvals import is_agent
from ledger.audit import Action
from ledger.book import Entry
from ledger.hold import Hold, Scope
from ledger.policy import Autonomy
from ledger.reading import LedgerReader
from plants.errors import InvalidInput, Refused, UnknownName
from plants.flow.approval import Approval, Covers, StandingAuthorisation
from plants.flow.proposal import Status
from plants.model.tags import TagRole, tags_of


class Authority(LedgerReader, ABC):
    """A ledger in which powers are given and taken."""

    @abstractmethod
    def approve(
        self,
        proposal_id: str,
        approver: str,
        *,
        plan_hash: str,
        standing: StandingAuthorisation | None = None,
    ) -> Approval | None:
        """Approve a proposal (given by `Ledger`)."""

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

    def plain_channel(self, endpoint: str) -> None:
        """Note that a setting of this service lets what it writes cross the network unprotected: a row each start."""
        text = (
            f"Setpoints, heartbeat and password cross the network to {endpoint} neither signed nor encrypted: whoever "
            "is on it can read and forge them. The setting allow_unencrypted_network allows it."
        )
        with self.book.write() as entry:
            entry.note("service", Action.PLAIN_CHANNEL, "link", text, endpoint=endpoint)

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
