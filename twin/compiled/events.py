"""The event loop, compiled: what happens up to a moment, event by event.

Used by `twin.compiled.simulation`. Entry points of the package: `advance`, `change_parameter` (breakdowns),
`resequence` and `start` (starting).
"""

from twin.compiled.access import mode_at, number_at, station_at
from twin.compiled.breakdowns import fail, on_failure, on_repaired
from twin.compiled.jit import inlined_inner, inner, jit
from twin.compiled.layout import Record, Records
from twin.compiled.movement import load, on_finished, on_setup_done
from twin.compiled.schedule import ARRIVAL_TIMER, FINISH_TIMER, SETUP_TIMER, after_ring, next_timer, ring

DONE, LOG_FULL, GIVEN_UP = 0, 1, 2
"""Why `advance` came back."""

ROWS_PER_STATION = 8
"""More rows of the log than one event writes for each station it touches."""


@jit
def advance(runs: Records, until_s: float) -> int:
    """Let everything happen up to and including `until_s`, or until the log must be fetched."""
    run = runs[0]
    stations = run.n_stations
    margin = run.log_rows - ROWS_PER_STATION * (stations + 1)
    while True:
        slot = next_timer(run)
        if number_at(run.at, slot).value > until_s:
            run.now = until_s
            return DONE
        if run.events <= 0:
            return GIVEN_UP
        if run.logging and run.logged > margin:
            return LOG_FULL
        run.events -= 1
        run.now = number_at(run.at, slot).value
        ring(run, slot)
        if slot < stations:
            _station_event(run, slot)
            after_ring(run)
        else:
            _mode_event(run, slot - stations)


@inlined_inner
def _station_event(run: Record, i: int) -> None:
    st = station_at(run.stations, i)
    if st.timer == FINISH_TIMER:
        on_finished(run, i)
    elif st.timer == ARRIVAL_TIMER:
        if st.has_part == 0:
            load(run, i)
    elif st.timer == SETUP_TIMER:
        on_setup_done(run, i)
    else:
        on_failure(run, i)


@inner
def _mode_event(run: Record, m: int) -> None:
    if mode_at(run.modes, m).down:
        on_repaired(run, m)
    else:
        fail(run, m)


@jit
def resequence(runs: Records) -> None:
    """The sequence of orders has changed: a first station without a unit may take one now."""
    run = runs[0]
    if station_at(run.stations, 0).has_part == 0:
        load(run, 0)
