"""The executor: carries out what was approved, one change at a time, and accounts for every byte it sent.

Used by `service`, which calls `recover` once at the start and then `step` on a cadence. A step does what can be done
now and returns; waiting for the machine or for the watch window is done by being called again. It refuses to run twice
(`Lease`), to write anything the gate does not pass on data read just before, and to send anything a second time.

    APPROVED ─ gate on fresh data ─ CLAIMED ─ each step: intent stored, bytes, read back ─ SENT ─ APPLIED
             ─ the machine follows ─ WATCHING ─ promise kept? ─ VERIFIED, or put back ─ ROLLED_BACK
"""

import structlog

from ledger.carrier import Carrier
from ledger.heartbeat import Heartbeat
from ledger.journal import Journal
from ledger.lease import Lease
from ledger.ledger import Ledger
from ledger.patience import Patience
from ledger.people import People
from ledger.points import Point, reach
from ledger.restore import Restorer
from ledger.session import Session
from ledger.values import plant_time
from ledger.watcher import Watcher
from plants.errors import LinkError
from plants.flow.proposal import Proposal, Status
from plants.model.plant import Plant
from plants.ports.actuator import Actuator
from plants.ports.clock import Clock
from plants.ports.history import History

log = structlog.get_logger(__name__)

RETRY_WALL_S = 1.0
"""Pause before what the gate made wait is tried again."""


class Executor:
    """Carries out. Holds the only object that can write; `step` and `recover` are not called concurrently."""

    def __init__(
        self,
        ledger: Ledger,
        actuator: Actuator,
        history: History,
        clock: Clock,
        plant: Plant,
        *,
        holder: str = "service",
    ) -> None:
        """Become the one instance that writes for this ledger.

        Raises:
            Refused: another instance does.
        """
        self._ledger = ledger
        self._clock = clock
        self._again_at = clock.monotonic()
        self._lease = Lease.take(ledger.book, holder)
        self._journal = Journal(ledger.book, plant, self._lease.epoch)
        self._session = Session(actuator, plant)
        patience = Patience(clock, ledger.policy.silence_wall_s)
        restorer = Restorer(self._journal, self._session, clock, ledger.policy, patience, plant)
        self._carrier = Carrier(self._journal, self._session, restorer, clock, ledger.policy, patience)
        self._people = People(self._journal, history, plant, ledger.policy)
        self._heartbeat = Heartbeat(self._journal, self._session, clock, plant)
        self._told = ""
        self._verify_at = clock.monotonic() + ledger.policy.verify_round_wall_s
        self._watcher = Watcher(self._journal, self._session, restorer, history, plant, patience)

    @property
    def epoch(self) -> int:
        """Stamped on every claim and write of this instance."""
        return self._lease.epoch

    async def close(self) -> None:
        """End the session and give up the lease. Nothing in flight is hurried; the next start goes on with it."""
        await self._session.close()
        self._lease.release()

    async def recover(self) -> None:
        """Verify the whole chain, and account for what a former instance left behind. Sends nothing again.

        A change whose bytes may have left is read back: equal to the target, it is applied and its watch goes on (or is
        judged from history when the window is past); equal to the value before, it is followed for as long as a machine
        may take to take it up, and then not applied; anything else is unknown, and its tags are locked. What was only
        claimed was surely not sent. May be interrupted and run again.
        """
        report = self._ledger.verify()
        if not report.ok:
            log.error("the audit chain does not verify", problem=report.problem)
        found = self._journal.in_flight()
        if found is None:
            return
        reach(Point.RECOVERING)
        await self._go_on(found)

    async def step(self) -> None:
        """Do what can be done now: expire, approve what is covered ahead, carry out or watch one change.

        Raises:
            Refused: a newer instance has taken over.
            RecordUnavailable: the ledger's file cannot be used; what was sent is read back when it can be again.
        """
        self._verify_on()
        open_ = self._journal.open()
        if open_:
            self._ledger.expire()
            self._ledger.apply_standing()
            self._people.step()
        await self._heartbeat.beat()
        if open_:
            await self._carry_out()
        if not self._heartbeat.beats and self._journal.in_flight() is None:
            await self._session.close()

    async def _carry_out(self) -> None:
        """Go on with the change under way, or take up the next one that is approved."""
        found = self._journal.in_flight()
        if found is not None:
            await self._go_on(found)
        elif self._clock.monotonic() >= self._again_at and (approved := self._journal.next_approved()):
            await self._begin(approved)

    async def _go_on(self, found: Proposal) -> None:
        decided = self._journal.rollback(found)
        if decided is not None:
            await self._carrier.put_back(found, decided)
        elif found.status is Status.APPLIED:
            await self._watcher.await_machine(found)
        elif found.status is Status.WATCHING:
            await self._watcher.watch(found)
        else:
            await self._carrier.go_on(found)

    async def _begin(self, found: Proposal) -> None:
        """Claim on fresh data, then write. Without a link, or while a machine is repaired, it waits."""
        try:
            await self._session.fresh()
            aliases = tuple(step.alias for step in found.plan.steps)
            live = await self._session.read(aliases, also=(held.alias for held in found.plan.basis))
        except LinkError as error:
            self._journal.link(up=False, why=error.message)
            return
        self._journal.link(up=True)
        plant_s = plant_time(live)
        claimed = self._journal.claim(found, live, plant_s)
        if claimed is not None and plant_s is not None:
            reach(Point.CLAIMED)
            await self._carrier.begin(claimed, plant_s)
        elif self._ledger.proposal(found.id).status is Status.APPROVED:
            self._again_at = self._clock.monotonic() + RETRY_WALL_S

    def _verify_on(self) -> None:
        """Verify some more rows of the audit chain; what is found wrong shuts the gate, and is told once."""
        if self._clock.monotonic() < self._verify_at:
            return
        problem, ended = self._ledger.verify_on()
        policy = self._ledger.policy
        pause_s = policy.verify_round_wall_s if ended else policy.verify_every_wall_s
        self._verify_at = self._clock.monotonic() + pause_s
        if problem and problem != self._told:
            log.error("the audit chain does not verify", problem=problem)
        self._told = problem
