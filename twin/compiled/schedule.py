"""Timers, compiled: one a station and one a failure mode, in place of a heap of events.

Used by the other kernels. An event of the reference engine that is no longer anybody's timer is passed over when it
comes up; here it is overwritten, which comes to the same. Timers that ring together come by priority, then in the
sequence in which they were set, as in `twin.clock`.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from math import inf

from twin.clock import Priority
from twin.compiled.access import number_at, station_at, whole_at
from twin.compiled.jit import inlined_inner, inner
from twin.compiled.layout import Record
from twin.compiled.tournament import climb

WORK, ARRIVAL = int(Priority.WORK), int(Priority.ARRIVAL)
FAILURE, REPAIR = int(Priority.FAILURE), int(Priority.REPAIR)
FINISH_TIMER, SETUP_TIMER, FAILURE_TIMER, ARRIVAL_TIMER = 1, 2, 3, 4
"""What the timer of a station rings for."""


@inlined_inner
def set_station_timer(run: Record, i: int, at_s: float, priority: int, rings_for: int) -> None:
    """The timer of station `i` rings at `at_s`."""
    run.scheduled += 1
    rank = (priority << 56) + run.scheduled
    number_at(run.at, i).value = at_s
    whole_at(run.rank, i).value = rank
    station_at(run.stations, i).timer = rings_for
    if run.rung == i:
        run.rung = -1
    _play_off(run, i, at_s, rank)


@inner
def stop_station_timer(run: Record, i: int) -> None:
    """The timer of station `i` does not ring."""
    number_at(run.at, i).value = inf
    if run.rung == i:
        run.rung = -1
    _play_off(run, i, inf, 0)


@inner
def set_mode_timer(run: Record, m: int, at_s: float, priority: int) -> None:
    """The timer of mode `m` rings at `at_s`."""
    slot = run.n_stations + m
    run.scheduled += 1
    number_at(run.at, slot).value = at_s
    whole_at(run.rank, slot).value = (priority << 56) + run.scheduled
    find_mode_timer(run)


@inner
def stop_mode_timer(run: Record, m: int) -> None:
    """The timer of mode `m` does not ring."""
    number_at(run.at, run.n_stations + m).value = inf
    find_mode_timer(run)


@inlined_inner
def next_timer(run: Record) -> int:
    """The timer that rings first: a station, or the number of stations and a mode."""
    i = whole_at(run.tree, 1).value
    m = run.mode_slot
    if m < 0:
        return i
    one, other = number_at(run.at, i).value, number_at(run.at, m).value
    if other < one or (other == one and whole_at(run.rank, m).value < whole_at(run.rank, i).value):
        return m
    return i


@inlined_inner
def ring(run: Record, slot: int) -> None:
    """A timer rings. That of a station is set anew in most cases; `after_ring` takes it out if it was not."""
    number_at(run.at, slot).value = inf
    if slot < run.n_stations:
        run.rung = slot
    else:
        find_mode_timer(run)


@inlined_inner
def after_ring(run: Record) -> None:
    """Take the timer that rang out of the tournament, unless it was set anew."""
    if run.rung >= 0:
        _play_off(run, run.rung, inf, 0)
        run.rung = -1


@inlined_inner
def _play_off(run: Record, i: int, at_s: float, rank: int) -> None:
    climb(run.tree, run.at, run.rank, run.leaves + i, i, at_s, rank)


@inner
def find_mode_timer(run: Record) -> None:
    """Remember which timer of a mode rings first: they change far less often than those of stations."""
    if run.n_modes == 0:
        return
    begin = run.n_stations
    best, at = begin, number_at(run.at, begin).value
    for slot in range(begin + 1, begin + run.n_modes):
        t = number_at(run.at, slot).value
        if t < at or (t == at and whole_at(run.rank, slot).value < whole_at(run.rank, best).value):
            best, at = slot, t
    run.mode_slot = best
