"""Putting back: the approved plan's way back to the values before, in reverse order, each read back.

Never over a value that somebody else has set meanwhile, never while writing is held, the selector is on local or the
machine is out of production mode, and never a second time: what was sent once and did not take is for a person.
"""

from ledger.journal import Direction, Journal, Rollback, Write
from ledger.patience import Patience
from ledger.points import Point, reach
from ledger.policy import Policy
from ledger.readback import Reading, read_back
from ledger.session import Session
from ledger.values import good_value, holds, is_number, still_possible, told
from plants.errors import LinkDown, LinkError
from plants.flow.plan import WriteStep
from plants.flow.proposal import Proposal, Status
from plants.flow.receipt import Receipt, Sent
from plants.flow.sample import Sample, Value
from plants.model.tags import PLANT_TIME, REMOTE, UNIT_MODE_PRODUCTION, TagRole
from plants.ports.clock import Clock


class Restorer:
    """Carries out a stored decision to put a change back."""

    def __init__(self, journal: Journal, session: Session, clock: Clock, policy: Policy, patience: Patience) -> None:
        self._journal = journal
        self._session = session
        self._clock = clock
        self._policy = policy
        self._patience = patience

    async def put_back(self, found: Proposal, decided: Rollback) -> None:
        """Put back what was applied and end the proposal; without a link, leave it for the next step.

        Ends as the decision says when everything is back, otherwise UNKNOWN with both values told.
        """
        applied = [
            w for w in self._journal.writes(found, Direction.APPLY) if w.receipt and w.receipt.sent is Sent.APPLIED
        ]
        try:
            problems = [problem for w in reversed(applied) if (problem := await self._restore(found, w))]
        except LinkError as error:
            self._journal.link(up=False, why=error.message)
            if not self._patience.over(found.id, None):
                return
            problems = [f"the line could not be reached ({error.message})"]
        kept = None if decided.measured is None else False
        if problems:
            text = f"{decided.why} It was to be put back, but {'; '.join(problems)}. Look at the line and resolve it."
            self._journal.end(found, Status.UNKNOWN, text, measured=decided.measured, kept=kept)
            return
        back = "; ".join(f"{s.alias} = {told(s.before, s.unit)}" for s in (found.plan.steps[w.step] for w in applied))
        text = f"{decided.why} Put back and read back: {back}."
        self._journal.end(found, decided.ending, text, measured=decided.measured, kept=kept)

    async def _restore(self, found: Proposal, applied: Write) -> str:
        """Put one step back; why it is not back, or nothing.

        Raises:
            LinkError: it cannot be read now; nothing was sent.
        """
        step = found.plan.steps[applied.step]
        sent = next((w for w in self._journal.writes(found, Direction.RESTORE) if w.step == applied.step), None)
        if sent is None:
            return await self._send(found, step, applied)
        if sent.receipt is None:
            reading = await self._read_back(step, sent.value)
            return self._receive(found, step, sent, reading, "read back after an interruption")
        return _problem(step, sent.receipt)

    async def _send(self, found: Proposal, step: WriteStep, applied: Write) -> str:
        await self._session.fresh()
        live = await self._session.read((step.alias,))
        value = good_value(live.get(step.alias))
        if value is None:
            raise LinkDown(f"{step.alias} has no good value")
        wanted = still_possible(step.before, value)
        if holds(value, wanted, step.tolerance):
            return ""
        problem = _not_ours(step, value) or _shut(step, live)
        if problem:
            return problem
        plant_s = good_value(live.get(PLANT_TIME))
        at_s = float(plant_s) if is_number(plant_s) else applied.plant_s
        held = self._journal.send(found, applied.step, Direction.RESTORE, wanted, at_s)
        if held:
            return held
        reach(Point.RESTORE_SENT)
        may_have_left, status = await self._session.write(step.alias, wanted)
        reach(Point.RESTORE_WRITTEN)
        reading = await self._read_back(step, wanted) if may_have_left else Reading(Sent.NOT_APPLIED, None, None)
        write = Write(applied.step, Direction.RESTORE, wanted, at_s, None)
        return self._receive(found, step, write, reading, status)

    async def _read_back(self, step: WriteStep, wanted: Value) -> Reading:
        return await read_back(self._session, self._clock, self._policy, step, before=step.target, wanted=wanted)

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


def _shut(step: WriteStep, live: dict[str, Sample]) -> str:
    """Why the equipment may not be written now: somebody has it in hand."""
    if good_value(live.get(REMOTE)) is not True:
        return "the local/remote selector is not on remote"
    mode = live.get(f"{step.alias.split('.')[0]}.{TagRole.UNIT_MODE}")
    if mode is not None and good_value(mode) != UNIT_MODE_PRODUCTION:
        return f"the machine of {step.alias} is not in production mode"
    return ""
