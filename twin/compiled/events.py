"""The event loop, compiled: what happens up to a moment, event by event.

Used by `twin.compiled.simulation`. Entry points of the package: `advance`, `change_parameter` (breakdowns),
`resequence` and `start` (starting).
"""

from math import inf

from twin.compiled.breakdowns import fail, on_failure, on_repaired
from twin.compiled.jit import jit
from twin.compiled.layout import World
from twin.compiled.movement import load, on_finished, on_setup_done
from twin.compiled.schedule import ARRIVAL_TIMER, FINISH_TIMER, SETUP_TIMER, find_mode_timer, next_timer

DONE, LOG_FULL, GIVEN_UP = 0, 1, 2
"""Why `advance` came back."""

ROWS_PER_STATION = 8
"""More rows of the log than one event writes for each station it touches."""


@jit
def advance(w: World, until_s: float) -> int:
    """Let everything happen up to and including `until_s`, or until the log must be fetched."""
    run = w.run[0]
    stations = w.stations.shape[0]
    margin = w.log.shape[0] - ROWS_PER_STATION * (stations + 1)
    while True:
        slot = next_timer(w)
        if w.at[slot] > until_s:
            run.now = until_s
            return DONE
        if run.events <= 0:
            return GIVEN_UP
        if run.logging and run.logged > margin:
            return LOG_FULL
        run.events -= 1
        run.now = w.at[slot]
        w.at[slot] = inf
        if slot < stations:
            _station_event(w, slot)
        else:
            find_mode_timer(w)
            _mode_event(w, slot - stations)


@jit
def _station_event(w: World, i: int) -> None:
    st = w.stations[i]
    if st.timer == FINISH_TIMER:
        on_finished(w, i)
    elif st.timer == ARRIVAL_TIMER:
        if st.has_part == 0:
            load(w, i)
    elif st.timer == SETUP_TIMER:
        on_setup_done(w, i)
    else:
        on_failure(w, i)


@jit
def _mode_event(w: World, m: int) -> None:
    if w.modes[m].down:
        on_repaired(w, m)
    else:
        fail(w, m)


@jit
def resequence(w: World) -> None:
    """The sequence of orders has changed: a first station without a unit may take one now."""
    if w.stations[0].has_part == 0:
        load(w, 0)
