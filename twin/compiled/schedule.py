"""Timers, compiled: one a station and one a failure mode, in place of a heap of events.

Used by the other kernels. An event of the reference engine that is no longer anybody's timer is passed over when it
comes up; here it is overwritten, which comes to the same. Timers that ring together come by priority, then in the
sequence in which they were set, as in `twin.clock`.
"""

from math import inf

from twin.clock import Priority
from twin.compiled.access import station_at, timer_at
from twin.compiled.jit import jit
from twin.compiled.layout import Record

WORK, ARRIVAL = int(Priority.WORK), int(Priority.ARRIVAL)
FAILURE, REPAIR = int(Priority.FAILURE), int(Priority.REPAIR)
FINISH_TIMER, SETUP_TIMER, FAILURE_TIMER, ARRIVAL_TIMER = 1, 2, 3, 4
"""What the timer of a station rings for."""


@jit
def set_station_timer(run: Record, i: int, at_s: float, priority: int, rings_for: int) -> None:
    """The timer of station `i` rings at `at_s`."""
    run.scheduled += 1
    timer_at(run.timers, i).at = at_s
    timer_at(run.timers, i).rank = (priority << 56) + run.scheduled
    station_at(run.stations, i).timer = rings_for


@jit
def stop_station_timer(run: Record, i: int) -> None:
    """The timer of station `i` does not ring."""
    timer_at(run.timers, i).at = inf


@jit
def set_mode_timer(run: Record, m: int, at_s: float, priority: int) -> None:
    """The timer of mode `m` rings at `at_s`."""
    slot = run.n_stations + m
    run.scheduled += 1
    timer_at(run.timers, slot).at = at_s
    timer_at(run.timers, slot).rank = (priority << 56) + run.scheduled
    find_mode_timer(run)


@jit
def stop_mode_timer(run: Record, m: int) -> None:
    """The timer of mode `m` does not ring."""
    timer_at(run.timers, run.n_stations + m).at = inf
    find_mode_timer(run)


@jit
def find_mode_timer(run: Record) -> None:
    """Remember which timer of a mode rings first: they change far less often than those of stations."""
    run.mode_slot = _first(run, run.n_stations, run.n_stations + run.n_modes)


@jit
def next_timer(run: Record) -> int:
    """The timer that rings first: a station, or the number of stations and a mode."""
    i = _first(run, 0, run.n_stations)
    m = run.mode_slot
    if m < 0:
        return i
    if timer_at(run.timers, m).at < timer_at(run.timers, i).at or (
        timer_at(run.timers, m).at == timer_at(run.timers, i).at
        and timer_at(run.timers, m).rank < timer_at(run.timers, i).rank
    ):
        return m
    return i


@jit
def _first(run: Record, begin: int, end: int) -> int:
    """Of the timers begin … end - 1 the one that rings first; -1 when there is none."""
    if begin >= end:
        return -1
    best, at = begin, timer_at(run.timers, begin).at
    for slot in range(begin + 1, end):
        t = timer_at(run.timers, slot).at
        if t < at or (t == at and timer_at(run.timers, slot).rank < timer_at(run.timers, best).rank):
            best, at = slot, t
    return best
