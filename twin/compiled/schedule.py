"""Timers, compiled: one a station and one a failure mode, in place of a heap of events.

Used by the other kernels. An event of the reference engine that is no longer anybody's timer is passed over when it
comes up; here it is overwritten, which comes to the same. Timers that ring together come by priority, then in the
sequence in which they were set, as in `twin.clock`.
"""

from math import inf

from twin.clock import Priority
from twin.compiled.jit import jit
from twin.compiled.layout import World

WORK, ARRIVAL = int(Priority.WORK), int(Priority.ARRIVAL)
FAILURE, REPAIR = int(Priority.FAILURE), int(Priority.REPAIR)
FINISH_TIMER, SETUP_TIMER, FAILURE_TIMER, ARRIVAL_TIMER = 1, 2, 3, 4
"""What the timer of a station rings for."""


@jit
def set_station_timer(w: World, i: int, at_s: float, priority: int, rings_for: int) -> None:
    """The timer of station `i` rings at `at_s`."""
    run = w.run[0]
    run.scheduled += 1
    w.at[i] = at_s
    w.rank[i] = (priority << 56) + run.scheduled
    w.stations[i].timer = rings_for


@jit
def stop_station_timer(w: World, i: int) -> None:
    """The timer of station `i` does not ring."""
    w.at[i] = inf


@jit
def set_mode_timer(w: World, m: int, at_s: float, priority: int) -> None:
    """The timer of mode `m` rings at `at_s`."""
    run = w.run[0]
    slot = w.stations.shape[0] + m
    run.scheduled += 1
    w.at[slot] = at_s
    w.rank[slot] = (priority << 56) + run.scheduled
    find_mode_timer(w)


@jit
def stop_mode_timer(w: World, m: int) -> None:
    """The timer of mode `m` does not ring."""
    w.at[w.stations.shape[0] + m] = inf
    find_mode_timer(w)


@jit
def find_mode_timer(w: World) -> None:
    """Remember which timer of a mode rings first: they change far less often than those of stations."""
    w.run[0].mode_slot = _first(w, w.stations.shape[0], w.at.shape[0])


@jit
def next_timer(w: World) -> int:
    """The timer that rings first: a station, or the number of stations and a mode."""
    i = _first(w, 0, w.stations.shape[0])
    m = w.run[0].mode_slot
    if m < 0:
        return i
    if w.at[m] < w.at[i] or (w.at[m] == w.at[i] and w.rank[m] < w.rank[i]):
        return m
    return i


@jit
def _first(w: World, begin: int, end: int) -> int:
    """Of the timers begin … end - 1 the one that rings first; -1 when there is none."""
    if begin >= end:
        return -1
    best, at = begin, w.at[begin]
    for slot in range(begin + 1, end):
        t = w.at[slot]
        if t < at or (t == at and w.rank[slot] < w.rank[best]):
            best, at = slot, t
    return best
