"""Counting, compiled: conditions, units on the line, orders, energy, and the event log (`twin.line`).

Used by the other kernels. Every sum is made of the same terms in the same sequence as in the reference engine, so that
totals are equal bit by bit.
"""

from typing import Any

from twin.compiled.jit import jit
from twin.compiled.layout import Floats, World
from twin.log import EventKind
from twin.working import Code

EXECUTING, STARVED, BLOCKED, SETUP = int(Code.EXECUTING), int(Code.STARVED), int(Code.BLOCKED), int(Code.SETUP)
DOWN, MICRO_STOP, NO_ORDER = int(Code.DOWN), int(Code.MICRO_STOP), int(Code.NO_ORDER)
CODES = len(Code)
_SCRAP, _EXIT, _CONDITION = int(EventKind.SCRAP), int(EventKind.EXIT), int(EventKind.CONDITION)


@jit
def write(w: World, kind: int, station: int, order: int, index: int, value: float) -> None:
    """Add a row to the log, if one is kept."""
    run = w.run[0]
    if run.logging == 0:
        return
    row = w.log[run.logged]
    row.time, row.value, row.index = run.now, value, index
    row.order, row.station, row.kind = order, station, kind
    run.logged += 1


@jit
def resting_code(st: Any) -> int:  # noqa: ANN401 - a STATION record
    """`twin.line.resting_code`."""
    if st.down > 0:
        return DOWN if st.breakdowns > 0 else MICRO_STOP
    if st.has_part == 0:
        return NO_ORDER if st.closed else STARVED
    if st.finished:
        return BLOCKED
    return SETUP if st.setup_left >= 0 else EXECUTING


@jit
def note(w: World, st: Any, code: int) -> None:  # noqa: ANN401 - a STATION record
    """A station's condition is now `code`, unless it is down."""
    if st.down > 0:
        code = DOWN if st.breakdowns > 0 else MICRO_STOP
    if code == st.code:
        return
    now = w.run[0].now
    st.spent[st.code] += now - st.since_s
    st.since_s = now
    st.code = code
    write(w, _CONDITION, st.position, -1, -1, float(code))


@jit
def count_wip(w: World, change: int) -> None:
    """A unit enters or leaves the line."""
    run = w.run[0]
    run.wip_area += run.wip * (run.now - run.wip_since_s)
    run.wip_since_s = run.now
    run.wip += change


@jit
def scrap(w: World, st: Any) -> None:  # noqa: ANN401 - a STATION record
    """A unit is rejected and leaves the line where it is."""
    st.has_part = 0
    st.scrapped += 1
    write(w, _SCRAP, st.position, st.order, st.index, 0.0)
    if st.order >= 0:
        order = w.orders[st.order]
        order.scrapped += 1
        _finish_order(w, order)
    count_wip(w, -1)


@jit
def leave(w: World, st: Any) -> None:  # noqa: ANN401 - a STATION record
    """A good unit leaves the line."""
    run = w.run[0]
    st.has_part = 0
    st.finished = 0
    run.good += 1
    run.lead_sum_s += run.now - st.entered_s
    write(w, _EXIT, st.position, st.order, st.index, 0.0)
    if st.order >= 0:
        order = w.orders[st.order]
        order.good += 1
        _finish_order(w, order)
    count_wip(w, -1)


@jit
def _finish_order(w: World, order: Any) -> None:  # noqa: ANN401 - an ORDER record
    if order.good + order.scrapped >= order.quantity:
        order.finished_s = w.run[0].now


@jit
def spent_until_now(w: World, st: Any, row: Floats) -> None:  # noqa: ANN401 - a STATION record
    """Seconds in each code up to this moment, into `row`."""
    for k in range(CODES):
        row[k] = st.spent[k]
    row[st.code] += w.run[0].now - st.since_s


@jit
def energy_since_mark(st: Any, row: Floats) -> float:  # noqa: ANN401 - a STATION record
    """Energy (kW s) since a station's power last changed; `row` from `spent_until_now`."""
    waiting = (
        (row[STARVED] - st.spent_mark[STARVED])
        + (row[BLOCKED] - st.spent_mark[BLOCKED])
        + (row[NO_ORDER] - st.spent_mark[NO_ORDER])
    )
    down = (row[DOWN] - st.spent_mark[DOWN]) + (row[MICRO_STOP] - st.spent_mark[MICRO_STOP])
    return (
        (row[EXECUTING] - st.spent_mark[EXECUTING]) * st.executing_kw * st.power_factor
        + waiting * st.waiting_kw
        + down * st.down_kw
        + (row[SETUP] - st.spent_mark[SETUP]) * st.setup_kw
    )


@jit
def read_totals(w: World, spent: Floats, energy_kws: Floats) -> None:
    """Seconds in each code and energy of every station up to this moment."""
    for i in range(w.stations.shape[0]):
        st = w.stations[i]
        spent_until_now(w, st, spent[i])
        energy_kws[i] = st.energy_kws + energy_since_mark(st, spent[i])
