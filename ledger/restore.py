"""Putting back: the approved plan's way back to the values before, in reverse order, each read back.

Never over a value that somebody else has set meanwhile, never while writing is held, the selector is on local, an
interlock or a joint limit is against it or the machine is out of production mode, and never a second time: what was
sent once and did not take is for a person.
"""

from ledger.elapsed import elapsed_s
from ledger.journal import Journal
from ledger.patience import Patience
from ledger.points import Point, reach
from ledger.policy import Policy
from ledger.readback import Reading, read_back
from ledger.recorded import Direction, Rollback, Write
from ledger.rules_of_combination import beyond
from ledger.rules_of_equipment import standing_against
from ledger.session import Session
from ledger.values import actual_value, good_value, holds, is_number, moved_by, plant_time, same, still_possible, told
from plants.errors import LinkDown, LinkError
from plants.flow.plan import WriteStep
from plants.flow.proposal import Proposal, Status
from plants.flow.receipt import Receipt, Sent
from plants.flow.sample import Sample, Value
from plants.model.plant import Plant
from plants.model.tags import REMOTE, UNIT_MODE_PRODUCTION, TagRole
from plants.ports.clock import Clock


class Restorer:
    """Carries out a stored decision to put a change back."""

    def __init__(
        self, journal: Journal, session: Session, clock: Clock, policy: Policy, patience: Patience, plant: Plant
    ) -> None:
        self._plant = plant
        self._journal = journal
        self._session = session
        self._clock = clock
        self._policy = policy
        self._patience = patience
        self._followed: tuple[str, int] | None = None

    async def put_back(self, found: Proposal, decided: Rollback) -> None:
        """Put back what was applied and end the proposal; what has to wait is left for the next step.

        Ends as the decision says when everything is back, otherwise UNKNOWN with both values told. It waits for a link,
        for a machine that has not taken a value up yet, and, in a ramp, for one that is still on its way.
        """
        receipts = [(w, w.receipt) for w in self._journal.writes(found, Direction.APPLY) if w.receipt is not None]
        applied = [write for write, receipt in receipts if receipt.sent is Sent.APPLIED]
        problems: dict[str, str] = {}
        try:
            for write in reversed(applied):
                alias = found.plan.steps[write.step].alias
                problem = "" if alias in problems else await self._restore(found, write)
                if problem is None:
                    return
                problems |= {alias: problem} if problem else {}
        except LinkError as error:
            self._journal.link(up=False, why=error.message)
            if not self._patience.over(found.id, None):
                return
            problems = {"line": f"the line could not be reached ({error.message})"}
        doubtful = any(receipt.sent in (Sent.DIFFERENT, Sent.UNKNOWN) for _, receipt in receipts)
        self._end(found, decided, applied, list(problems.values()), doubtful=doubtful)

    def _end(
        self, found: Proposal, decided: Rollback, applied: list[Write], problems: list[str], *, doubtful: bool
    ) -> None:
        kept = None if decided.measured is None else False
        if problems:
            text = f"{decided.why} It was to be put back, but {'; '.join(problems)}. Look at the line and resolve it."
            self._journal.end(found, Status.UNKNOWN, text, measured=decided.measured, kept=kept)
            return
        first = {s.alias: s for s in (found.plan.steps[w.step] for w in reversed(applied))}
        back = "; ".join(f"{s.alias} = {told(s.before, s.unit)}" for s in reversed(first.values()))
        text = f"{decided.why} Put back and read back: {back}."
        ending = Status.UNKNOWN if doubtful else decided.ending
        self._journal.end(found, ending, text, measured=decided.measured, kept=kept)

    async def _restore(self, found: Proposal, applied: Write) -> str | None:
        """Put one step back.

        Returns:
            nothing when it is back, None when it has to wait, else why it is not back.

        Raises:
            LinkError: it cannot be read now; nothing was sent.
        """
        step = found.plan.steps[applied.step]
        sent = next((w for w in self._journal.writes(found, Direction.RESTORE) if w.step == applied.step), None)
        if sent is None:
            return await self._send(found, step, applied)
        if sent.receipt is not None:
            return _problem(step, sent.receipt)
        reading = await self._read_back(step, sent.value, again=self._followed == (found.id, sent.step))
        return self._receive_when_told(found, step, sent, reading, "read back after an interruption")

    async def _send(self, found: Proposal, step: WriteStep, applied: Write) -> str | None:
        await self._session.fresh()
        live = await self._session.read((step.alias,))
        value = good_value(live.get(step.alias))
        if value is None:
            raise LinkDown(f"{step.alias} has no good value")
        wanted = still_possible(step.before, value)
        if holds(value, wanted, step.tolerance):
            return ""
        problem = _not_ours(step, value) or _shut(step, live) or _against(self._plant, step, wanted, live)
        if problem:
            return problem
        at_s = plant_time(live)
        at_s = applied.plant_s if at_s is None else at_s
        if _still_far(step, live):
            return self._await_machine(found, step, at_s)
        began = self._clock.monotonic()
        held = self._journal.send(found, applied.step, Direction.RESTORE, wanted, at_s)
        if held:
            return held
        reach(Point.RESTORE_SENT)
        late = self._journal.may_leave(self._clock.monotonic() - began)
        may_have_left, status = (False, late) if late else await self._session.write(step.alias, wanted)
        reach(Point.RESTORE_WRITTEN)
        write = Write(applied.step, Direction.RESTORE, wanted, at_s, None)
        if not may_have_left:
            return self._receive(found, step, write, Reading(Sent.NOT_APPLIED, None, None), status)
        reading = await self._read_back(step, wanted)
        return self._receive_when_told(found, step, write, reading, status)

    def _await_machine(self, found: Proposal, step: WriteStep, now_s: float) -> str | None:
        """In a ramp, wait until the machine runs at the stage that was put back last; not for ever."""
        since_s = max((w.plant_s for w in self._journal.writes(found, Direction.RESTORE)), default=now_s)
        if elapsed_s(since_s, now_s) <= step.reach_s and not self._patience.over(found.id, now_s):
            return None
        return f"the machine of {step.alias} does not follow"

    def _receive_when_told(
        self, found: Proposal, step: WriteStep, write: Write, reading: Reading, status: str
    ) -> str | None:
        """Store the receipt, unless the machine may still take the value up: then it is followed for `reach_s`."""
        within = reading.plant_s is None or elapsed_s(write.plant_s, reading.plant_s) <= step.reach_s
        if reading.sent is not Sent.NOT_APPLIED or step.reach_s <= 0 or not within:
            return self._receive(found, step, write, reading, status)
        if not self._patience.over(found.id, reading.plant_s):
            self._followed = (found.id, write.step)
            return None
        return self._receive(found, step, write, reading, status)

    async def _read_back(self, step: WriteStep, wanted: Value, *, again: bool = False) -> Reading:
        return await read_back(
            self._session, self._clock, self._policy, step, before=step.target, wanted=wanted, again=again
        )

    def _receive(self, found: Proposal, step: WriteStep, write: Write, reading: Reading, status: str) -> str:
        receipt = Receipt(
            step=write.step,
            alias=step.alias,
            before=step.target,
            target=write.value,
            read_back=reading.value,
            sent=reading.sent,
            server_status=status,
            at=self._clock.now(),
        )
        self._journal.receive(found, receipt, Direction.RESTORE)
        reach(Point.RESTORE_RECEIPTED)
        return _problem(step, receipt)


def _problem(step: WriteStep, receipt: Receipt) -> str:
    if receipt.sent is Sent.APPLIED:
        return ""
    reads = told(receipt.read_back, step.unit)
    return f"{step.alias} was sent {told(receipt.target, step.unit)} and reads back {reads} ({receipt.server_status})"


def _not_ours(step: WriteStep, value: Value) -> str:
    if holds(value, step.target, step.tolerance):
        return ""
    return (
        f"somebody has set {step.alias} to {told(value, step.unit)} meanwhile (we wrote {told(step.target, step.unit)} "
        f"over {told(step.before, step.unit)})"
    )


def _still_far(step: WriteStep, live: dict[str, Sample]) -> bool:
    """Whether the machine of a ramp is further from the stage to put back than that stage was large."""
    actual = actual_value(step, live)
    return step.stages > 1 and is_number(actual) and not same(actual, step.before, moved_by(step) + step.tolerance)


def _shut(step: WriteStep, live: dict[str, Sample]) -> str:
    """Why the equipment may not be written now: somebody has it in hand."""
    if good_value(live.get(REMOTE)) is not True:
        return "the local/remote selector is not on remote"
    mode = live.get(f"{step.alias.split('.')[0]}.{TagRole.UNIT_MODE}")
    if mode is not None and good_value(mode) != UNIT_MODE_PRODUCTION:
        return f"the machine of {step.alias} is not in production mode"
    return ""


def _against(plant: Plant, step: WriteStep, wanted: Value, live: dict[str, Sample]) -> str:
    """What else of the plant's policy forbids to write the value to restore now."""
    locked = standing_against(plant.policy.interlocks, (step.alias,), live)
    held = {alias: good_value(sample) for alias, sample in live.items()} | {step.alias: wanted}
    return next(locked, "") or next(beyond(plant.policy.joint_limits, step.alias, held), "")
