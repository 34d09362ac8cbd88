"""How units enter: orders in their sequence, streams of arrivals, the limit on WIP (`twin.network.entry`)."""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from twin.compiled.jit import inner
from twin.compiled.layout import Record
from twin.compiled.network.access import lot_at, part_at, whole_at
from twin.compiled.network.counting import count_wip, write
from twin.compiled.network.lists import new_part
from twin.log import EventKind

_ENTER = int(EventKind.ENTER)


@inner
def from_outside(run: Record, m: Record, given: int) -> int:
    """The next unit of the order being made, or of the first released one; or that of a given order. -1 for none."""
    if run.limit >= 0 and run.wip >= run.limit:
        return -1
    if run.endless:
        p = new_part(run, -1, run.next_index, run.first_step)
        run.next_index += 1
    else:
        order = order_for(run, m) if given < 0 else given
        if order < 0:
            return -1
        lot = lot_at(run.lots, order)
        p = new_part(run, order, lot.started, lot.first_step)
        lot.started += 1
        if lot.started >= lot.quantity and run.n_streams == 0 and _all_started(run):
            run.drained = 1
    enter(run, m.position, p)
    return p


@inner
def enter(run: Record, machine: int, p: int) -> None:
    """A unit enters the plant."""
    part = part_at(run.parts, p)
    run.entered += 1
    whole_at(run.at_step, part.step).value += 1
    count_wip(run, 1)
    write(run, _ENTER, machine, part.order, part.index, 0.0)


@inner
def order_for(run: Record, m: Record) -> int:
    """The order that a machine goes on with, or begins; -1 for none."""
    order = whole_at(run.current, m.station).value
    if order < 0 or lot_at(run.lots, order).started >= lot_at(run.lots, order).quantity:
        order = _next_order(run, m)
        if order >= 0:
            whole_at(run.current, m.station).value = order
    return order


@inner
def may_begin(run: Record, m: Record, order: int) -> bool:
    """Whether units of an order have still to enter, and can at a machine."""
    lot = lot_at(run.lots, order)
    if lot.started >= lot.quantity:
        return False
    return whole_at(run.choice_of, lot.first_step * run.n_stations + m.station).value >= 0


@inner
def _next_order(run: Record, m: Record) -> int:
    """The order to be made next: one under way, else the first released one; `wake_s` is set if one comes later."""
    _all_started(run)
    released, wake_s = -1, m.wake_s
    for k in range(run.next_place, run.n_makes):
        order = whole_at(run.sequence, k).value
        if may_begin(run, m, order):
            lot = lot_at(run.lots, order)
            if lot.started > 0:
                return order
            if released < 0 and lot.release_s <= run.now:
                released = order
            wake_s = min(wake_s, lot.release_s)
    if released < 0:
        m.wake_s = wake_s
    return released


@inner
def outside(run: Record, m: Record, count: int) -> int:
    """Adds the next unit of each order that may begin at a machine to the candidates; gives how many there are then.

    These units have not entered: they are dropped again (`taking`).
    """
    if run.limit >= 0 and run.wip >= run.limit:
        return count
    if run.endless:
        whole_at(run.candidates, count).value = new_part(run, -1, run.next_index, run.first_step)
        return count + 1
    _all_started(run)
    for k in range(run.next_place, run.n_makes):
        order = whole_at(run.sequence, k).value
        if may_begin(run, m, order):
            lot = lot_at(run.lots, order)
            if lot.release_s > run.now:
                m.wake_s = min(m.wake_s, lot.release_s)
            else:
                p = new_part(run, order, lot.started, lot.first_step)
                part_at(run.parts, p).queued_s = lot.release_s
                whole_at(run.candidates, count).value = p
                count += 1
    return count


@inner
def _all_started(run: Record) -> bool:
    """Whether all units of all orders have entered; passes over orders at the head of the sequence that have."""
    while run.next_place < run.n_makes:
        lot = lot_at(run.lots, whole_at(run.sequence, run.next_place).value)
        if lot.started < lot.quantity:
            return False
        run.next_place += 1
    return True
