"""The executor: carries out what was approved, one change at a time, and accounts for every byte it sent.

Used by `service`, which calls `recover` once at the start and then `step` on a cadence. A step does what can be done
now and returns; waiting for the machine or for the watch window is done by being called again. It refuses to run twice
(`Lease`), to write anything the gate does not pass on data read just before, and to send anything a second time.

    APPROVED ─ gate on fresh data ─ CLAIMED ─ each step: intent stored, bytes, read back ─ SENT ─ APPLIED
             ─ the machine follows ─ WATCHING ─ promise kept? ─ VERIFIED, or put back ─ ROLLED_BACK
"""

from ledger.conclude import Next, conclude
from ledger.journal import Direction, Journal
from ledger.lease import Lease
from ledger.ledger import Ledger
from ledger.patience import Patience
from ledger.points import Point, reach
from ledger.readback import Reading, read_back
from ledger.restore import Restorer
from ledger.session import Session
from ledger.values import good_value, told
from ledger.watcher import Watcher, plant_time
from plants.errors import LinkError
from plants.flow.plan import WriteStep
from plants.flow.proposal import Proposal, Status
from plants.flow.receipt import Receipt, Sent
from plants.model.plant import Plant
from plants.ports.actuator import Actuator
from plants.ports.clock import Clock
from plants.ports.history import History

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
        self._restorer = Restorer(self._journal, self._session, clock, ledger.policy, patience)
        self._watcher = Watcher(self._journal, self._session, self._restorer, history, plant, patience)

    @property
    def epoch(self) -> int:
        """Stamped on every claim and write of this instance."""
        return self._lease.epoch

    async def close(self) -> None:
        """End the session and give up the lease. Nothing in flight is hurried; the next start goes on with it."""
        await self._session.close()
        self._lease.release()

    async def recover(self) -> None:
        """Account for what a former instance left behind. Sends nothing again; may be interrupted and run again.

        A change whose bytes may have left is read back: equal to the target, it is applied and its watch goes on (or is
        judged from history when the window is past); equal to the value before, it is not applied; anything else is
        unknown, and its tags are locked. What was only claimed was surely not sent.
        """
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
        self._ledger.expire()
        self._ledger.apply_standing()
        found = self._journal.in_flight()
        if found is not None:
            await self._go_on(found)
        elif self._clock.monotonic() >= self._again_at and (approved := self._journal.next_approved()):
            await self._begin(approved)
        if self._journal.in_flight() is None:
            await self._session.close()

    async def _go_on(self, found: Proposal) -> None:
        decided = self._journal.rollback(found)
        if decided is not None:
            await self._restorer.put_back(found, decided)
        elif found.status is Status.APPLIED:
            await self._watcher.await_machine(found)
        elif found.status is Status.WATCHING:
            await self._watcher.watch(found)
        else:
            await self._settle(found)

    async def _begin(self, found: Proposal) -> None:
        """Claim on fresh data, then write. Without a link, or while a machine is repaired, it waits."""
        try:
            await self._session.fresh()
            live = await self._session.read(tuple(step.alias for step in found.plan.steps))
        except LinkError as error:
            self._journal.link(up=False, why=error.message)
            return
        self._journal.link(up=True)
        plant_s = plant_time(live)
        claimed = self._journal.claim(found, live, plant_s)
        if claimed is not None and plant_s is not None:
            reach(Point.CLAIMED)
            await self._write_all(claimed, plant_s)
        elif self._ledger.proposal(found.id).status is Status.APPROVED:
            self._again_at = self._clock.monotonic() + RETRY_WALL_S

    async def _write_all(self, found: Proposal, plant_s: float) -> None:
        """Write the steps in order until one is not applied; each once, each read back before the next."""
        for index, step in enumerate(found.plan.steps):
            held = self._journal.send(found, index, Direction.APPLY, step.target, plant_s)
            if held:
                return await self._conclude(found, plant_s, f"Stopped: {held}.")
            reach(Point.SENT)
            may_have_left, status = await self._session.write(step.alias, step.target)
            reach(Point.WRITTEN)
            reading = await self._read_back(step) if may_have_left else Reading(Sent.NOT_APPLIED, None, None)
            reach(Point.READ_BACK)
            plant_s = plant_s if reading.plant_s is None else reading.plant_s
            self._receive(found, index, reading, status)
            reach(Point.RECEIPTED)
            if reading.sent is not Sent.APPLIED:
                break
        return await self._conclude(found, plant_s, "")

    async def _settle(self, found: Proposal) -> None:
        """Account for writing that was interrupted: read back what may have left, send nothing."""
        writes = self._journal.writes(found, Direction.APPLY)
        for write in writes:
            if write.receipt is None:
                reading = await self._read_back(found.plan.steps[write.step])
                reach(Point.SETTLING)
                self._receive(found, write.step, reading, "read back after an interruption")
        plant_s = max((write.plant_s for write in writes), default=0.0)
        also = "Writing was interrupted." if writes else await self._tell_unsent(found)
        await self._conclude(found, plant_s, also)

    async def _tell_unsent(self, found: Proposal) -> str:
        """What the tags hold after a claim under which surely nothing was sent; for the record only."""
        try:
            live = await self._session.read(tuple(step.alias for step in found.plan.steps))
        except LinkError:
            return "It was interrupted before anything was sent; the tags cannot be read now."
        held = (f"{s.alias} holds {told(good_value(live.get(s.alias)), s.unit)}" for s in found.plan.steps)
        return f"It was interrupted before anything was sent; {', '.join(held)}."

    async def _conclude(self, found: Proposal, plant_s: float, also: str) -> None:
        """Go on by what the receipts say."""
        receipts = [w.receipt for w in self._journal.writes(found, Direction.APPLY) if w.receipt is not None]
        conclusion = conclude(found.plan, receipts)
        why = f"{conclusion.why} {also}".strip()
        if conclusion.next is Next.APPLIED:
            self._journal.applied(found, plant_s)
            reach(Point.APPLIED)
        elif conclusion.next is Next.PUT_BACK:
            decided = self._journal.roll_back(found, why, conclusion.ending)
            reach(Point.ROLLING_BACK)
            await self._restorer.put_back(found, decided)
        else:
            status = Status.NOT_APPLIED if conclusion.next is Next.NOT_APPLIED else Status.UNKNOWN
            self._journal.end(found, status, why)

    async def _read_back(self, step: WriteStep) -> Reading:
        policy = self._ledger.policy
        return await read_back(self._session, self._clock, policy, step, before=step.before, wanted=step.target)

    def _receive(self, found: Proposal, index: int, reading: Reading, status: str) -> None:
        step = found.plan.steps[index]
        receipt = Receipt(
            step=index,
            alias=step.alias,
            before=step.before,
            target=step.target,
            read_back=reading.value,
            sent=reading.sent,
            server_status=status,
            at=self._clock.now(),
        )
        self._journal.receive(found, receipt, Direction.APPLY)
