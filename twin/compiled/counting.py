"""Counting, compiled: conditions, units on the line, orders, energy, and the event log (`twin.line`).

Used by the other kernels. Every sum is made of the same terms in the same sequence as in the reference engine, so that
totals are equal bit by bit.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from twin.compiled.access import log_row_at, number_at, order_at, station_at
from twin.compiled.jit import inlined_inner, inner, jit
from twin.compiled.layout import Record, Records
from twin.log import EventKind
from twin.working import Code

EXECUTING, STARVED, BLOCKED, SETUP = int(Code.EXECUTING), int(Code.STARVED), int(Code.BLOCKED), int(Code.SETUP)
DOWN, MICRO_STOP, NO_ORDER = int(Code.DOWN), int(Code.MICRO_STOP), int(Code.NO_ORDER)
CODES = len(Code)
_SCRAP, _EXIT, _CONDITION = int(EventKind.SCRAP), int(EventKind.EXIT), int(EventKind.CONDITION)


@inlined_inner
def write(run: Record, kind: int, station: int, order: int, index: int, value: float) -> None:
    """Add a row to the log, if one is kept."""
    if run.logging == 0:
        return
    row = log_row_at(run.log, run.logged)
    row.time, row.value, row.index = run.now, value, index
    row.order, row.station, row.kind = order, station, kind
    run.logged += 1


@inlined_inner
def resting_code(st: Record) -> int:
    """`twin.line.resting_code`."""
    if st.down > 0:
        return DOWN if st.breakdowns > 0 else MICRO_STOP
    if st.has_part == 0:
        return NO_ORDER if st.closed else STARVED
    if st.finished:
        return BLOCKED
    return SETUP if st.setup_left >= 0 else EXECUTING


@inlined_inner
def note(run: Record, st: Record, code: int) -> None:
    """A station's condition is now `code`, unless it is down."""
    if st.down > 0:
        code = DOWN if st.breakdowns > 0 else MICRO_STOP
    if code == st.code:
        return
    now = run.now
    number_at(run.spent, st.position * CODES + st.code).value += now - st.since_s
    st.since_s = now
    st.code = code
    write(run, _CONDITION, st.position, -1, -1, float(code))


@inlined_inner
def count_wip(run: Record, change: int) -> None:
    """A unit enters or leaves the line."""
    run.wip_area += run.wip * (run.now - run.wip_since_s)
    run.wip_since_s = run.now
    run.wip += change


@inner
def scrap(run: Record, st: Record) -> None:
    """A unit is rejected and leaves the line where it is."""
    st.has_part = 0
    st.scrapped += 1
    write(run, _SCRAP, st.position, st.order, st.index, 0.0)
    if st.order >= 0:
        order = order_at(run.orders, st.order)
        order.scrapped += 1
        _finish_order(run, order)
    count_wip(run, -1)


@inner
def leave(run: Record, st: Record) -> None:
    """A good unit leaves the line."""
    st.has_part = 0
    st.finished = 0
    run.good += 1
    run.lead_sum_s += run.now - st.entered_s
    write(run, _EXIT, st.position, st.order, st.index, 0.0)
    if st.order >= 0:
        order = order_at(run.orders, st.order)
        order.good += 1
        _finish_order(run, order)
    count_wip(run, -1)


@inner
def _finish_order(run: Record, order: Record) -> None:
    if order.good + order.scrapped >= order.quantity:
        order.finished_s = run.now


@inner
def spent_until_now(run: Record, st: Record) -> int:
    """Seconds in each code up to this moment, into the station's row of `run.spent_now`; gives the row's first cell."""
    first = st.position * CODES
    for k in range(first, first + CODES):
        number_at(run.spent_now, k).value = number_at(run.spent, k).value
    number_at(run.spent_now, first + st.code).value += run.now - st.since_s
    return first


@inner
def energy_now(run: Record, st: Record) -> float:
    """Energy (kW s) of a station up to this moment (`twin.line`)."""
    first = spent_until_now(run, st)
    waiting = _since_mark(run, first + STARVED) + _since_mark(run, first + BLOCKED) + _since_mark(run, first + NO_ORDER)
    down = _since_mark(run, first + DOWN) + _since_mark(run, first + MICRO_STOP)
    return st.energy_kws + (
        _since_mark(run, first + EXECUTING) * st.executing_kw * st.power_factor
        + waiting * st.waiting_kw
        + down * st.down_kw
        + _since_mark(run, first + SETUP) * st.setup_kw
    )


@inner
def _since_mark(run: Record, cell: int) -> float:
    """Seconds in a code since the station's power last changed."""
    return number_at(run.spent_now, cell).value - number_at(run.spent_mark, cell).value


@inner
def settle_energy(run: Record, st: Record) -> None:
    """Count the energy so far at the present power."""
    st.energy_kws = energy_now(run, st)
    first = st.position * CODES
    for k in range(first, first + CODES):
        number_at(run.spent_mark, k).value = number_at(run.spent_now, k).value


@jit
def bring_up_to_now(runs: Records) -> None:
    """Seconds in each code and energy of every station up to this moment, into `spent_now` and `energy_now`."""
    run = runs[0]
    for i in range(run.n_stations):
        number_at(run.energy_now, i).value = energy_now(run, station_at(run.stations, i))
