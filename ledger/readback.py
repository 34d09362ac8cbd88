"""Reading back: what became of a write. A write is never sent again; what can be read decides."""

from dataclasses import dataclass

from ledger.policy import Policy
from ledger.session import Session
from ledger.values import good_value, holds, is_number
from plants.errors import LinkError
from plants.flow.plan import WriteStep
from plants.flow.receipt import Sent
from plants.flow.sample import Value
from plants.model.tags import PLANT_TIME
from plants.ports.clock import Clock


@dataclass(frozen=True)
class Reading:
    """What was read back."""

    sent: Sent
    value: Value | None
    plant_s: float | None


def classify(value: Value | None, before: Value, wanted: Value, tolerance: float) -> Sent:
    """What a value read back says of a write of `wanted` over `before`.

    A value that is neither, or both (two sequences may end alike), tells nothing certain.
    """
    if value is None:
        return Sent.UNKNOWN
    as_wanted, as_before = holds(value, wanted, tolerance), holds(value, before, tolerance)
    if as_wanted and as_before:
        return Sent.APPLIED if wanted == before else Sent.DIFFERENT
    if as_wanted:
        return Sent.APPLIED
    return Sent.NOT_APPLIED if as_before else Sent.DIFFERENT


async def read_back(
    session: Session,
    clock: Clock,
    policy: Policy,
    step: WriteStep,
    *,
    before: Value,
    wanted: Value,
    again: bool = False,
) -> Reading:
    """Read a tag until it equals `wanted`, or the time to do so is over; then the last reading counts.

    A machine gets `late_wall_s` to take a value up; a link that does not answer gets `read_back_wall_s` to come back.
    One that is followed for longer is looked at `again` once a call. Reads may be repeated and may open the session
    anew; nothing is written here.
    """
    started = clock.monotonic()
    reading = Reading(Sent.UNKNOWN, None, None)
    while True:
        try:
            live = await session.read((step.alias,))
        except LinkError:
            live = {}
        value, plant_s = good_value(live.get(step.alias)), good_value(live.get(PLANT_TIME))
        sent = classify(value, before, wanted, step.tolerance)
        if sent is not Sent.UNKNOWN:
            reading = Reading(sent, value, float(plant_s) if is_number(plant_s) else None)
        waited_s = clock.monotonic() - started
        limit_s = policy.late_wall_s if reading.value is not None else policy.read_back_wall_s
        if reading.sent is Sent.APPLIED or waited_s >= limit_s or (again and reading.value is not None):
            return reading
        await clock.sleep(policy.poll_wall_s)
