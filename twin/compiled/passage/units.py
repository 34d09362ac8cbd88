"""Units through a line, compiled: one after the other through all stations, without an event.

Used by `twin.compiled.passage.simulation`; `pass_units` is the entry point. The recursion is told in ADR 0016. What
most units do at a station is written without a branch that depends on times, because the processor cannot foresee
whether a station is blocked or starved; a unit that meets a failure, or a moment whose figures are wanted, goes the
careful way.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from math import inf

from twin.compiled.access import number_at
from twin.compiled.breakdowns import first_by_operation
from twin.compiled.counting import BLOCKED, EXECUTING, NO_ORDER, STARVED
from twin.compiled.jit import inner, jit
from twin.compiled.layout import Record, Records
from twin.compiled.passage.access import course_at, lot_at
from twin.compiled.passage.flow import enter, leave_until, tell_flow_before
from twin.compiled.passage.moments import condition, tell_before
from twin.compiled.passage.stops import begin_modes, break_down, next_stop, stops_before
from twin.compiled.passage.work import draw_block

DONE, GIVEN_UP = 0, 1
"""Why `pass_units` came back."""


@jit
def pass_units(runs: Records) -> int:
    """Let units pass until none enters any more by the last mark."""
    run = runs[0]
    for i in range(run.n_stations):
        begin_modes(run, i)
    k, lot, release_s, at_rest = 0, 0, 0.0, STARVED
    while k < run.most:
        if run.n_lots > 0:
            if lot_at(run.lots, lot).end <= k:
                lot += 1
            if lot == run.n_lots:
                at_rest = NO_ORDER
                break
            release_s = lot_at(run.lots, lot).release_s
        if max(course_at(run.courses, 0).left, release_s) > run.horizon_s:
            break
        if k >= run.drawn:
            draw_block(run, k, lot)
        _pass(run, k, release_s)
        k += 1
    for i in range(run.n_stations):
        _end(run, i, k, at_rest)
    leave_until(run, run.horizon_s)
    tell_flow_before(run, inf)
    return GIVEN_UP if k == run.most else DONE


@inner
def _pass(run: Record, k: int, release_s: float) -> None:
    """Unit `k` through all stations.

    At each it starts when it has come and the unit before has left, is finished after its work, and leaves when there
    is room: S = max(D', D of the unit before), F = S + work, D = max(F, room).
    """
    entry_s, came_s = -1.0, release_s
    work = run.work + 8 * (k - run.first_column)
    stride = 8 * run.columns
    for i in range(run.n_stations):
        st = course_at(run.courses, i)
        after = course_at(run.courses, i + 1)
        free_s, finish_before_s, since_s = st.left, st.finish, st.since_s
        ready_s = came_s + st.transport_s
        start_s = max(free_s, ready_s)
        duration_s = number_at(work, 0).value * st.factor
        finish_s = start_s + duration_s
        room_s = number_at(after.gates, (k - after.lag) & after.mask).value
        leave_s = max(finish_s, room_s)
        if (st.next_s < leave_s) | (duration_s > st.operating_limit - st.operated):
            leave_s = _pass_carefully(run, i, k, start_s, room_s, number_at(work, 0).value)
        else:
            starved, was_blocked, blocked = start_s > free_s, free_s > finish_before_s, leave_s > finish_s
            stretch_s = free_s - since_s
            executing_s = number_at(st.spent, EXECUTING).value
            executing_s += stretch_s if starved & (not was_blocked) else 0.0
            number_at(st.spent, BLOCKED).value += stretch_s if was_blocked else 0.0
            number_at(st.spent, STARVED).value += start_s - free_s
            since_s = start_s if starved | was_blocked else since_s
            number_at(st.spent, EXECUTING).value = executing_s + (finish_s - since_s if blocked else 0.0)
            st.since_s = finish_s if blocked else since_s
            st.operated += finish_s - start_s
            st.left, st.finish = leave_s, finish_s
        number_at(st.gates, k & st.mask).value = start_s if st.capacity > 0 else leave_s
        entry_s = start_s if i == 0 else entry_s
        came_s = leave_s
        work += stride
    enter(run, entry_s, came_s)


@inner
def _pass_carefully(run: Record, i: int, k: int, start_s: float, room_s: float, work_s: float) -> float:
    """Unit `k` through station `i`, with all that happens there until it leaves; gives when it does."""
    st = course_at(run.courses, i)
    _recall(st, k)
    if start_s > st.left:
        condition(run, st, st.left, STARVED)
        stops_before(run, i, start_s, STARVED)
    finish_s = _work_through(run, i, start_s, work_s)
    tell_before(run, st, finish_s)
    st.processed = k + 1
    leave_s = max(finish_s, room_s)
    if leave_s > finish_s:
        condition(run, st, finish_s, BLOCKED)
        stops_before(run, i, leave_s, BLOCKED)
    st.left, st.finish = leave_s, finish_s
    st.next_s = -inf if st.down > 0 else min(st.upcoming_s, number_at(run.marks, st.mark).value)
    return leave_s


@inner
def _recall(st: Record, k: int) -> None:
    """What is not kept up while units pass without anything else happening."""
    if st.next_s > -inf:
        st.code = BLOCKED if st.left > st.finish else EXECUTING
    st.processed = k


@inner
def _work_through(run: Record, i: int, start_s: float, work_s: float) -> float:
    """Work on a unit, with the failures that come in between; gives when it is finished, infinity if long after."""
    st = course_at(run.courses, i)
    now_s, left_s = start_s, work_s
    while True:
        while st.down > 0:
            now_s = st.upcoming_s
            if now_s > run.horizon_s:
                return inf
            next_stop(run, i, EXECUTING)
        condition(run, st, now_s, EXECUTING)
        duration_s, room_s = left_s * st.factor, st.operating_limit - st.operated
        end_s = now_s + min(duration_s, room_s)
        if st.upcoming_s >= end_s and duration_s <= room_s:
            st.operated += end_s - now_s
            return end_s
        stop_s = min(end_s, st.upcoming_s)
        if stop_s > run.horizon_s:
            return inf
        done_s = stop_s - now_s
        left_s = max(left_s - done_s / st.factor, 0.0) if st.factor > 0 else left_s
        st.operated += done_s
        if st.upcoming_s < end_s:
            next_stop(run, i, EXECUTING)
        else:
            break_down(run, first_by_operation(run, st), stop_s, EXECUTING)


@inner
def _end(run: Record, i: int, k: int, at_rest: int) -> None:
    """What becomes of station `i` when no unit comes to it any more by the horizon."""
    st = course_at(run.courses, i)
    if st.left <= run.horizon_s:
        _recall(st, k)
        condition(run, st, st.left, at_rest)
        stops_before(run, i, run.horizon_s, at_rest)
    tell_before(run, st, inf)
