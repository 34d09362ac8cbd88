"""How units move, compiled: `twin.movement`, function by function.

Used by `twin.compiled.events` and `twin.compiled.starting`. Stations are given by position.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from math import inf

import numpy as np

from twin.compiled.access import number_at, order_at, part_at, station_at, time_at, whole_at
from twin.compiled.counting import BLOCKED, EXECUTING, SETUP, count_wip, leave, note, resting_code, scrap, write
from twin.compiled.draws import fill, uniform
from twin.compiled.jit import inlined_inner, inner
from twin.compiled.layout import BLOCK, Record
from twin.compiled.sampling import residual, times_of
from twin.compiled.schedule import (
    ARRIVAL,
    ARRIVAL_TIMER,
    FAILURE,
    FAILURE_TIMER,
    FINISH_TIMER,
    SETUP_TIMER,
    WORK,
    set_station_timer,
)
from twin.draws import Purpose
from twin.log import EventKind
from twin.sampling import TimeKind

_ENTER, _START, _FINISH = int(EventKind.ENTER), int(EventKind.START), int(EventKind.FINISH)
_SETUP, _READY = int(EventKind.SETUP), int(EventKind.READY)
_PROCESSING, _SCRAP, _CHANGEOVER = int(Purpose.PROCESSING), int(Purpose.SCRAP), int(Purpose.SETUP)
_CONSTANT, _EXPONENTIAL = int(TimeKind.CONSTANT), int(TimeKind.EXPONENTIAL)
_NOTHING = np.uint64(0)


@inlined_inner
def entity_of(run: Record, order: int) -> np.uint64:
    """The word that stands for an order in draws."""
    return order_at(run.orders, order).entity if order >= 0 else _NOTHING


@inlined_inner
def product_of(run: Record, order: int) -> int:
    """The product of an order; without orders the first, and none for a unit of no order on a line with orders."""
    if order >= 0:
        return order_at(run.orders, order).product
    return -1 if run.n_orders > 0 else 0


@inlined_inner
def _work(run: Record, st: Record) -> float:
    """Work of the unit in a station, in nominal seconds; a block of units is drawn at a time."""
    cycle = time_at(run.times, st.position)
    if cycle.kind == _CONSTANT:
        return cycle.a
    offset = st.index - st.work_first
    first = st.position * BLOCK
    if st.order != st.work_order or offset < 0 or offset >= BLOCK:
        offset = st.index & (BLOCK - 1)
        st.work_order, st.work_first = st.order, st.index - offset
        fill(
            run.work,
            first,
            run.key0,
            run.key1,
            st.work_first,
            entity_of(run, st.order),
            st.entity,
            _PROCESSING,
        )
        times_of(cycle, run.table, run.work, first)
    return number_at(run.work, first + offset).value


@inlined_inner
def _luck(run: Record, st: Record) -> float:
    """The luck of the unit in a station: it is rejected when this is below the scrapped share."""
    offset = st.index - st.luck_first
    first = st.position * BLOCK
    if st.order != st.luck_order or offset < 0 or offset >= BLOCK:
        offset = st.index % BLOCK
        st.luck_order, st.luck_first = st.order, st.index - offset
        fill(run.luck, first, run.key0, run.key1, st.luck_first, entity_of(run, st.order), st.entity, _SCRAP)
    return number_at(run.luck, first + offset).value


@inlined_inner
def begin_part(run: Record, i: int) -> None:
    """Station `i` takes up the unit whose figures it has."""
    st = station_at(run.stations, i)
    st.has_part = 1
    st.total = st.left = _work(run, st)
    product = product_of(run, st.order)
    if product != st.product and product >= 0:
        _prepare_setup(run, st, product)
    write(run, _START, i, st.order, st.index, 0.0)
    if st.down == 0:
        start_segment(run, i)


@inlined_inner
def start_segment(run: Record, i: int) -> None:
    """Work, or setup, goes on from here without interruption until the timer set now."""
    st = station_at(run.stations, i)
    now = run.now
    st.segment_s = now
    if st.setup_left >= 0:
        note(run, st, SETUP)
        set_station_timer(run, i, now + st.setup_left, WORK, SETUP_TIMER)
        return
    if st.code != EXECUTING:
        note(run, st, EXECUTING)
    duration = st.left * st.cycle_factor
    room = st.operating_limit - st.operated
    if duration <= room:
        set_station_timer(run, i, now + duration, WORK, FINISH_TIMER)
    else:
        set_station_timer(run, i, now + room, FAILURE, FAILURE_TIMER)


@inlined_inner
def on_finished(run: Record, i: int) -> None:
    """The work on the unit in station `i` is done."""
    st = station_at(run.stations, i)
    st.operated += run.now - st.segment_s
    st.processed += 1
    if st.scrap_share > 0 and _luck(run, st) < st.scrap_share:
        scrap(run, st)
        load(run, i)
        return
    write(run, _FINISH, i, st.order, st.index, 0.0)
    if pass_on(run, i):
        load(run, i)
    else:
        st.finished = 1
        note(run, st, BLOCKED)


@inlined_inner
def pass_on(run: Record, i: int) -> bool:
    """Move the finished unit out of station `i` if there is room; says whether there was."""
    st = station_at(run.stations, i)
    if i + 1 == run.n_stations:
        leave(run, st)
        return True
    down = station_at(run.stations, i + 1)
    if down.capacity == 0:
        if down.has_part:
            return False
        _hand_over(st, down)
        begin_part(run, i + 1)
        return True
    if down.level >= down.capacity:
        return False
    _put(run, down, st)
    if down.has_part == 0 and down.level == 1:
        load(run, i + 1)
    return True


@inlined_inner
def _hand_over(up: Record, st: Record) -> None:
    """The unit goes from a station to the next without a buffer between them."""
    st.order, st.index, st.entered_s, st.ready_s = up.order, up.index, up.entered_s, up.ready_s
    up.has_part = 0
    up.finished = 0


@inlined_inner
def _put(run: Record, st: Record, up: Record) -> None:
    """The unit of `up` enters the buffer in front of `st`."""
    place = st.head + st.level
    if place >= st.places:
        place -= st.places
    slot = part_at(run.queue, st.base + place)
    slot.order, slot.index, slot.entered_s = up.order, up.index, up.entered_s
    slot.ready_s = run.now + st.transport_s
    st.level += 1
    up.has_part = 0
    up.finished = 0


@inlined_inner
def load(run: Record, i: int) -> None:
    """Station `i`, without a unit, takes the next; whoever was blocked by that moves up, and so on upstream."""
    while True:
        if not _next_part(run, i):
            _idle(run, i)
            return
        begin_part(run, i)
        if i == 0:
            return
        st, up = station_at(run.stations, i), station_at(run.stations, i - 1)
        if up.finished and up.has_part and st.capacity > 0:
            _put(run, st, up)
        elif up.has_part or st.capacity > 0:
            return
        i -= 1


@inlined_inner
def _next_part(run: Record, i: int) -> bool:
    """Take the figures of the unit that station `i` can take now; else False, with a timer if one is on its way."""
    st = station_at(run.stations, i)
    if i == 0:
        return _next_unit(run, st)
    if st.capacity == 0:
        up = station_at(run.stations, i - 1)
        if not up.finished:
            return False
        _hand_over(up, st)
        return True
    if st.level == 0:
        return False
    slot = part_at(run.queue, st.base + st.head)
    if slot.ready_s > run.now:
        set_station_timer(run, i, slot.ready_s, ARRIVAL, ARRIVAL_TIMER)
        return False
    st.order, st.index, st.entered_s, st.ready_s = slot.order, slot.index, slot.entered_s, slot.ready_s
    st.level -= 1
    st.head += 1
    if st.head == st.places:
        st.head = 0
    return True


@inner
def _idle(run: Record, i: int) -> None:
    """Station `i` has nothing to take: starved, or out of orders, which may close stations behind it too."""
    while True:
        st = station_at(run.stations, i)
        if st.level > 0:
            break
        if i == 0:
            if run.n_orders == 0 or any_unstarted(run):
                break
        elif station_at(run.stations, i - 1).closed == 0 or station_at(run.stations, i - 1).has_part:
            break
        st.closed = 1
        note(run, st, resting_code(st))
        if i + 1 == run.n_stations or station_at(run.stations, i + 1).has_part:
            return
        i += 1
    note(run, st, resting_code(st))


@inner
def any_unstarted(run: Record) -> bool:
    """Whether an order has units that have not entered the line."""
    found = False
    for k in range(run.n_orders):
        order = order_at(run.orders, k)
        found = found or order.started < order.quantity
    return found


@inlined_inner
def _next_unit(run: Record, st: Record) -> bool:
    """The next unit of the order being made, or of the first released order in the sequence."""
    st.ready_s = 0.0
    if run.n_orders == 0:
        st.order, st.index = -1, run.next_index
        run.next_index += 1
    else:
        if run.current < 0 or order_at(run.orders, run.current).started >= order_at(run.orders, run.current).quantity:
            run.current = _next_order(run)
            if run.current < 0:
                return False
        order = order_at(run.orders, run.current)
        st.order, st.index = run.current, order.started
        order.started += 1
    st.entered_s = run.now
    run.entered += 1
    count_wip(run, 1)
    write(run, _ENTER, 0, st.order, st.index, 0.0)
    return True


@inner
def _next_order(run: Record) -> int:
    """The order to be made next: one under way, else the first released one; waits for a release if need be."""
    released, release_s = -1, inf
    for n in range(run.n_orders):
        k = whole_at(run.sequence, n).value
        order = order_at(run.orders, k)
        if order.started >= order.quantity:
            continue
        if order.started > 0:
            return k
        if released < 0 and order.release_s <= run.now:
            released = k
        release_s = min(release_s, order.release_s)
    if released < 0 and release_s < inf:
        set_station_timer(run, 0, release_s, ARRIVAL, ARRIVAL_TIMER)
    return released


@inner
def setup_time(run: Record, st: Record, before: int, after: int) -> int:
    """Position in `times` of the setup between two products; -1 where nothing has to be set up."""
    if before < 0 or before == after:
        return -1
    if st.setup_pairs >= 0 and after >= 0:
        time = whole_at(run.setups, st.setup_pairs + before * run.products + after).value
        if time >= 0:
            return time
    return st.default_setup


@inner
def _prepare_setup(run: Record, st: Record, product: int) -> None:
    """Find out whether a station must be set up for a product, and how long that takes."""
    setup = setup_time(run, st, st.product, product)
    if setup < 0:
        st.product = product
        return
    u = uniform(run.key0, run.key1, np.uint64(st.setups), st.entity, _NOTHING, _CHANGEOVER)
    st.setup_left = residual(time_at(run.times, setup), run.table, st.setup_credit, u)
    st.setup_total = st.setup_credit + st.setup_left
    st.setup_credit = 0.0
    st.setups += 1
    write(run, _SETUP, st.position, -1, -1, 0.0)


@inner
def on_setup_done(run: Record, i: int) -> None:
    """The setup of station `i` is done."""
    st = station_at(run.stations, i)
    st.setup_left = -1.0
    if st.has_part:
        st.product = product_of(run, st.order)
    write(run, _READY, i, -1, -1, 0.0)
    start_segment(run, i)
