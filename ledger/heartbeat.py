"""The heartbeat: tells the line that Jayul is alive, through the executor's session, under a standing authorisation.

A beat that does not arrive is missed and never sent again; the next one goes through a session opened anew, or, when
the line goes on refusing, through one opened anew ever more rarely. After `missed` of them the machine takes its local
setpoints and turns its selector to local; Jayul never turns it back: a person at the panel does. While all writing is
held, the line is set below 'approve', or no authorisation is in force, nothing is sent, beats included.
"""

import structlog

from ledger.audit import Action
from ledger.journal import Journal
from ledger.session import Session
from plants.errors import LinkError
from plants.flow.approval import Covers
from plants.model.plant import Plant
from plants.model.tags import HEARTBEAT
from plants.ports.clock import Clock

COUNTS_TO = 2**31
"""Beats are counted from 0 and begin again here; the machine looks for change, not for order."""
REOPENED_EVERY = 64
"""Refused beats between two new sessions, at most: a session may have been lost without a word."""

log = structlog.get_logger(__name__)


class Heartbeat:
    """Beats when it is due; does nothing on a line without a dead man."""

    def __init__(self, journal: Journal, session: Session, clock: Clock, plant: Plant) -> None:
        self._journal = journal
        self._session = session
        self._clock = clock
        self._policy = plant.policy.heartbeat
        self._due_at = clock.monotonic()
        self._count = 0
        self._refused = 0
        self._standing_id = ""

    @property
    def beats(self) -> bool:
        """Whether it is beating, so that the session stays open."""
        return bool(self._standing_id)

    async def beat(self) -> None:
        """Send a beat when it is due and may be sent; what fails is missed.

        Raises:
            Refused: a newer instance has taken over.
        """
        now = self._clock.monotonic()
        if self._policy is None or now < self._due_at:
            return
        self._due_at = now + self._policy.period_wall_s
        standing = self._journal.standing(Covers.HEARTBEAT)
        if standing is None:
            self._fall_silent("nothing authorises it now")
            return
        self._journal.may_leave(0.0)  # an instance that was set aside must not keep the line believing in it
        if not self._standing_id:
            text = f"The heartbeat begins under {standing.id}, every {self._policy.period_wall_s:g} s."
            self._journal.beating(text, Action.BEATING, standing.id)
            self._standing_id = standing.id
        await self._send()

    async def _send(self) -> None:
        self._count = (self._count + 1) % COUNTS_TO
        try:
            await self._session.ensure()
        except LinkError as error:
            self._journal.link(up=False, why=error.message)
            return
        arrived, why = await self._session.write(HEARTBEAT, self._count)
        if arrived:
            self._refused = 0
            self._journal.link(up=True)
        else:
            await self._missed(why)

    async def _missed(self, why: str) -> None:
        """A beat was refused: another session may help, the less likely the longer it goes on."""
        self._refused += 1
        if self._refused == 1:
            log.warning("the line refuses the heartbeat", why=why)
        if self._refused.bit_count() == 1 or self._refused % REOPENED_EVERY == 0:
            await self._session.close()

    def _fall_silent(self, why: str) -> None:
        if self._standing_id:
            self._journal.beating(f"The heartbeat falls silent: {why}.", Action.SILENT, self._standing_id)
            self._standing_id = ""
