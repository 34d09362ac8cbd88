"""Timers of a network, all in one tournament.

One each for machines, failure modes, streams of arrivals, then for planned maintenance, calendars, buffers (components
that cross them), materials, vehicles. Used by the other kernels. As in `twin.compiled.schedule`, an event that is
nobody's timer any more is overwritten, and timers that ring together come by priority, then in the sequence in which
they were set.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from math import inf

from twin.clock import Priority
from twin.compiled.jit import inlined_inner, inner
from twin.compiled.layout import Record
from twin.compiled.network.access import machine_at, number_at, whole_at
from twin.compiled.tournament import climb

WORK, ARRIVAL = int(Priority.WORK), int(Priority.ARRIVAL)
FAILURE, REPAIR, SHIFT = int(Priority.FAILURE), int(Priority.REPAIR), int(Priority.SHIFT)
FINISH_TIMER, SETUP_TIMER, FAILURE_TIMER, ARRIVAL_TIMER = 1, 2, 3, 4
"""What the timer of a machine rings for."""


@inner
def set_timer(run: Record, slot: int, at_s: float, priority: int) -> None:
    """A timer rings at `at_s`."""
    set_ranked(run, slot, at_s, next_rank(run, at_s, priority))


@inner
def next_rank(run: Record, at_s: float, priority: int) -> int:
    """The rank of what is scheduled now for `at_s`."""
    run.scheduled += 1
    run.latest_s = max(run.latest_s, at_s)
    return (priority << 56) + run.scheduled


@inner
def set_ranked(run: Record, slot: int, at_s: float, rank: int) -> None:
    """A timer rings at `at_s`, as what was given a rank before."""
    number_at(run.at, slot).value = at_s
    whole_at(run.rank, slot).value = rank
    if run.rung == slot:
        run.rung = -1
    play_off(run, slot, at_s, rank)


@inlined_inner
def set_machine_timer(run: Record, i: int, at_s: float, priority: int, rings_for: int) -> None:
    """The timer of machine `i` rings at `at_s`."""
    machine_at(run.machines, i).timer = rings_for
    set_timer(run, i, at_s, priority)


@inlined_inner
def stop_timer(run: Record, slot: int) -> None:
    """A timer does not ring. One that has just rung is taken out by `after_ring`."""
    if number_at(run.at, slot).value < inf:
        number_at(run.at, slot).value = inf
        play_off(run, slot, inf, 0)


@inlined_inner
def ring(run: Record) -> int:
    """The timer that rings first rings now. It is set anew in most cases; `after_ring` takes it out if it was not."""
    slot = whole_at(run.tree, 1).value
    run.now = number_at(run.at, slot).value
    number_at(run.at, slot).value = inf
    run.rung = slot
    return slot


@inlined_inner
def after_ring(run: Record) -> None:
    """Take the timer that rang out of the tournament, unless it was set anew."""
    if run.rung >= 0:
        play_off(run, run.rung, inf, 0)
        run.rung = -1


@inner
def play_off(run: Record, slot: int, at_s: float, rank: int) -> None:
    """Find anew who rings first."""
    climb(run.tree, run.at, run.rank, run.leaves + slot, slot, at_s, rank)
