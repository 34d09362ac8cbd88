"""Whether a machine may take a unit: by its step, and by the machine's fixed sequence (`twin.network.choosing`).

Used by the kernels that choose.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from twin.compiled.jit import inner, only_with
from twin.compiled.layout import Record
from twin.compiled.network.access import list_at, lot_at, machine_at, part_at, step_at, vehicle_at, whole_at
from twin.compiled.network.layout import SEQUENCE


@inner
def may_take(run: Record, m: Record, part: Record) -> bool:
    """Whether a machine can work on a unit, and may by its fixed sequence."""
    if whole_at(run.choice_of, part.step * run.n_stations + m.station).value < 0:
        return False
    return m.turns == 0 or m.rule != SEQUENCE or _is_turn(run, m, part)


@inner
def place_of(run: Record, m: Record, part: Record) -> int:
    """Place of a unit in a machine's fixed sequence; -1 where it has none."""
    if m.turns == 0 or part.order < 0:
        return -1
    return _place(run, m, part.order, part.step)


@inner
def _place(run: Record, m: Record, order: int, step: int) -> int:
    """Place of a unit of an order that is at a step or comes to it (`twin.network.turns`)."""
    visit = whole_at(run.turns, m.visits_first + step).value
    return whole_at(run.turns, m.turns_first + order * m.turns_visits + visit).value


@inner
def _is_turn(run: Record, m: Record, part: Record) -> bool:
    """Whether it is a unit's turn: no unit of those before it is still to come here."""
    place = place_of(run, m, part)
    if place < 0:
        place = m.turns
    for order in range(run.n_lots):
        lot = lot_at(run.lots, order)
        at = whole_at(run.turns, m.turns_first + order * m.turns_visits).value
        if at >= 0 and at < place and lot.started < lot.quantity:
            return False
    for where in range(run.n_buffers + run.n_machines):
        if _any_comes(run, m, where, place):
            return False
    return not _any_aboard(run, m, place)


@inner
def _any_comes(run: Record, m: Record, where: int, place: int) -> bool:
    """Whether a unit in a buffer or a machine is waited for."""
    i = where - run.n_buffers
    in_work = i >= 0 and machine_at(run.machines, i).finished == 0
    p = list_at(run.lists, where).first
    while p >= 0:
        part = part_at(run.parts, p)
        if _comes(run, m, part, place, in_work or p == run.sent):
            return True
        p = part.after
    return False


@inner
def _comes(run: Record, m: Record, part: Record, place: int, in_work: bool) -> bool:
    """Whether a unit is still to come before a place, by its route, without having been sent back."""
    if part.reworks > 0 or part.order < 0:
        return False
    step = step_at(run.steps, part.step).next if in_work else part.step
    if step < 0:
        return False
    at = _place(run, m, part.order, step)
    if at < 0 or at >= place:
        return False
    row = step_at(run.steps, step)
    found = False
    for k in range(row.ahead_first, row.ahead_last):
        found |= whole_at(run.ahead, k).value == m.station
    return found


@only_with("vehicles", otherwise=False)
def _any_aboard(run: Record, m: Record, place: int) -> bool:
    """Whether a unit on a vehicle is waited for."""
    for v in range(run.n_vehicles):
        vehicle = vehicle_at(run.vehicles, v)
        for k in range(vehicle.loads_first, vehicle.loads_first + vehicle.loads):
            part = part_at(run.parts, whole_at(run.loads, k).value)
            if part.where < 0 and _comes(run, m, part, place, False):
                return True
    return False
