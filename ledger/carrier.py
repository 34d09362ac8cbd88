"""The carrier: writes the steps of one claimed plan, each once, each verified before the next, and concludes.

Called once a step by the executor; does what can be done now and returns. A plan of several steps may take several
calls: a stage of a ramp waits until the machine runs at the stage before, and a value that the machine has not taken up
yet is followed for its `reach_s`. What another instance has begun is accounted for and never gone on with.
"""

from dataclasses import dataclass, field

from ledger.check import PASSING, Check, CheckName
from ledger.conclude import Next, conclude
from ledger.elapsed import elapsed_s
from ledger.journal import Journal
from ledger.patience import Patience
from ledger.points import Point, reach
from ledger.policy import Policy
from ledger.readback import Reading, read_back
from ledger.recorded import Direction, Rollback, Write
from ledger.restore import Restorer
from ledger.session import Session
from ledger.values import actual_value, good_value, plant_time, same, told
from plants.errors import LinkError
from plants.flow.plan import WriteStep
from plants.flow.proposal import Proposal, Status
from plants.flow.receipt import Receipt, Sent
from plants.flow.sample import Sample
from plants.ports.clock import Clock

INTERRUPTED = "Writing was interrupted."
INTERRUPTED_READING = "read back after an interruption"
WAITS = PASSING | {CheckName.STEP_AND_RATE}
"""Checks before a later step whose no may pass: also a machine that is on its way to the stage before."""


@dataclass(frozen=True)
class Turn:
    """How a plan under way goes on."""

    goes_on: bool = False
    waits: bool = False
    why: str = ""
    """Why it ends, when it neither goes on nor waits; empty when the receipts say it all."""


GO_ON, WAIT = Turn(goes_on=True), Turn(waits=True)


@dataclass
class Underway:
    """What this instance knows of the plan that it has claimed itself."""

    id: str
    plant_s: float
    """Plant time of the newest reading."""
    answers: dict[int, str] = field(default_factory=dict)
    """What the server said to each write that has no receipt yet."""


class Carrier:
    """Carries out one claimed plan at a time."""

    def __init__(
        self, journal: Journal, session: Session, restorer: Restorer, clock: Clock, policy: Policy, patience: Patience
    ) -> None:
        self._journal = journal
        self._session = session
        self._restorer = restorer
        self._clock = clock
        self._policy = policy
        self._patience = patience
        self._own: Underway | None = None
        self._followed: tuple[str, int] | None = None

    async def begin(self, found: Proposal, plant_s: float) -> None:
        """Carry out a plan that was claimed just now, on data read just now."""
        self._own = Underway(found.id, plant_s)
        await self.go_on(found)

    async def go_on(self, found: Proposal) -> None:
        """Go on with a plan that is CLAIMED or SENT as far as it goes now."""
        turn = await self._advance(found)
        while turn.goes_on:
            turn = await self._advance(found)
        if not turn.waits:
            await self._conclude(found, turn.why)

    async def put_back(self, found: Proposal, decided: Rollback) -> None:
        """Put a plan back on a decision on record: first account for what was sent of it."""
        for write in self._journal.writes(found, Direction.APPLY):
            if write.receipt is None and not await self._account_for(found, write):
                return
        if any(w.receipt and w.receipt.sent is Sent.APPLIED for w in self._journal.writes(found, Direction.APPLY)):
            await self._restorer.put_back(found, decided)
        else:
            await self._conclude(found, decided.why)

    # One step --------------------------------------------------------------------------------------------------------

    async def _advance(self, found: Proposal) -> Turn:
        """Do the next thing: account for a write, or send the next one when it may leave."""
        writes, own = self._journal.writes(found, Direction.APPLY), self._mine(found)
        if writes and writes[-1].receipt is None:
            return GO_ON if await self._account_for(found, writes[-1]) else WAIT
        last = writes[-1].receipt if writes else None
        if len(writes) == len(found.plan.steps) or (last is not None and last.sent is not Sent.APPLIED):
            return Turn(why="" if own is not None else INTERRUPTED)
        if own is None:
            return Turn(why=INTERRUPTED if writes else await self._tell_unsent(found))
        turn = await self._may_follow(found, len(writes), own) if writes else GO_ON
        return await self._send(found, len(writes), own) if turn.goes_on else turn

    async def _send(self, found: Proposal, index: int, own: Underway) -> Turn:
        """Send one step: its intent is stored, then its bytes leave, once."""
        step, began = found.plan.steps[index], self._clock.monotonic()
        held = self._journal.send(found, index, Direction.APPLY, step.target, own.plant_s)
        if held:
            return Turn(why=f"Stopped: {held}.")
        reach(Point.SENT)
        late = self._journal.may_leave(self._clock.monotonic() - began)
        may_have_left, answer = (False, late) if late else await self._session.write(step.alias, step.target)
        reach(Point.WRITTEN)
        if may_have_left:
            own.answers[index] = answer
        else:
            self._receive(found, index, Reading(Sent.NOT_APPLIED, None, None), answer)
        return GO_ON

    async def _may_follow(self, found: Proposal, index: int, own: Underway) -> Turn:
        """Whether a later step may leave now, by what is read just now."""
        step, before = found.plan.steps[index], found.plan.steps[index - 1]
        try:
            live = await self._session.read((before.alias, step.alias), also=(b.alias for b in found.plan.basis))
        except LinkError as error:
            self._journal.link(up=False, why=error.message)
            return Turn(why="Stopped: the line cannot be reached.") if self._patience.over(found.id, None) else WAIT
        self._journal.link(up=True)
        now_s = plant_time(live)
        against = self._journal.between(found, index, live, now_s)
        if not against and now_s is not None and _runs_at(before, step, live):
            own.plant_s = now_s
            return GO_ON
        waited_s = elapsed_s(own.plant_s, own.plant_s if now_s is None else now_s)
        patient = waited_s <= max(before.reach_s, step.reach_s) and not self._patience.over(found.id, now_s)
        if patient and {check.name for check in against} <= WAITS:
            return WAIT
        return Turn(why=f"Stopped before step {index + 1} of {len(found.plan.steps)}: {_why(against, before, live)}.")

    async def _account_for(self, found: Proposal, write: Write) -> bool:
        """Read back a write without a receipt; False while it is still to be followed."""
        step, own, which = found.plan.steps[write.step], self._mine(found), (found.id, write.step)
        reading = await read_back(
            self._session,
            self._clock,
            self._policy,
            step,
            before=step.before,
            wanted=step.target,
            again=self._followed == which,
        )
        reach(Point.READ_BACK if own is not None else Point.SETTLING)
        if own is not None and reading.plant_s is not None:
            own.plant_s = reading.plant_s
        if reading.sent is Sent.NOT_APPLIED and step.reach_s > 0:
            if self._patience.over(found.id, reading.plant_s):
                reading = Reading(Sent.UNKNOWN, reading.value, reading.plant_s)
            elif reading.plant_s is None or elapsed_s(write.plant_s, reading.plant_s) <= step.reach_s:
                self._followed = which
                return False
        answer = INTERRUPTED_READING if own is None else own.answers.get(write.step, INTERRUPTED_READING)
        self._receive(found, write.step, reading, answer)
        return True

    def _receive(self, found: Proposal, index: int, reading: Reading, answer: str) -> None:
        step = found.plan.steps[index]
        receipt = Receipt(
            step=index,
            alias=step.alias,
            before=step.before,
            target=step.target,
            read_back=reading.value,
            sent=reading.sent,
            server_status=answer,
            at=self._clock.now(),
        )
        self._journal.receive(found, receipt, Direction.APPLY)
        reach(Point.RECEIPTED)

    # The end ---------------------------------------------------------------------------------------------------------

    async def _tell_unsent(self, found: Proposal) -> str:
        """What the tags hold after a claim under which surely nothing was sent; for the record only."""
        try:
            live = await self._session.read(tuple(step.alias for step in found.plan.steps))
        except LinkError:
            return "It was interrupted before anything was sent; the tags cannot be read now."
        held = (f"{s.alias} holds {told(good_value(live.get(s.alias)), s.unit)}" for s in found.plan.steps)
        return f"It was interrupted before anything was sent; {', '.join(dict.fromkeys(held))}."

    async def _conclude(self, found: Proposal, also: str) -> None:
        """Go on by what the receipts say."""
        writes = self._journal.writes(found, Direction.APPLY)
        conclusion = conclude(found.plan, [write.receipt for write in writes if write.receipt is not None])
        why = f"{conclusion.why} {also}".strip()
        own, self._own, self._followed = self._mine(found), None, None
        if conclusion.next is Next.APPLIED:
            self._journal.applied(found, own.plant_s if own else max(write.plant_s for write in writes))
            reach(Point.APPLIED)
        elif conclusion.next is Next.PUT_BACK:
            decided = self._journal.roll_back(found, why, conclusion.ending)
            reach(Point.ROLLING_BACK)
            await self._restorer.put_back(found, decided)
        else:
            status = Status.NOT_APPLIED if conclusion.next is Next.NOT_APPLIED else Status.UNKNOWN
            self._journal.end(found, status, why)

    def _mine(self, found: Proposal) -> Underway | None:
        """What this instance knows of a plan, if it has claimed it itself."""
        return self._own if self._own is not None and self._own.id == found.id else None


def _runs_at(before: WriteStep, step: WriteStep, live: dict[str, Sample]) -> bool:
    """Whether a ramp may go on: the machine runs at the stage before; other steps do not wait for each other."""
    if step.stage == 1 or before.actual_alias is None:
        return True
    return same(actual_value(before, live), before.target, before.tolerance)


def _why(against: tuple[Check, ...], before: WriteStep, live: dict[str, Sample]) -> str:
    if against:
        return "; ".join(f"{check.name}: {check.detail}" for check in against)
    actual = told(actual_value(before, live), before.unit)
    wanted = told(before.target, before.unit)
    return f"the machine does not follow ({before.alias} was set to {wanted}, it is at {actual})"
