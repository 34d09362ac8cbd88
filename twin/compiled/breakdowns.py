"""How stations fail, compiled: `twin.breakdowns`, function by function.

Used by `twin.compiled.events` and `twin.compiled.starting`. Stations and modes are given by position; the modes of a
station lie side by side.
"""

from math import inf
from typing import Any

import numpy as np

from twin.compiled.counting import energy_since_mark, note, resting_code, spent_until_now, write
from twin.compiled.draws import uniform
from twin.compiled.jit import jit
from twin.compiled.layout import Floats, World
from twin.compiled.movement import start_segment
from twin.compiled.sampling import ppf
from twin.compiled.schedule import FAILURE, REPAIR, set_mode_timer, stop_mode_timer, stop_station_timer
from twin.draws import Purpose
from twin.log import EventKind

_DOWN, _UP, _CHANGE = int(EventKind.DOWN), int(EventKind.UP), int(EventKind.CHANGE)
_UPTIME, _REPAIR = int(Purpose.UPTIME), int(Purpose.REPAIR)


@jit
def working(st: Any) -> bool:  # noqa: ANN401 - a STATION record
    """Whether a stretch of work or setup is under way."""
    return st.has_part > 0 and st.finished == 0 and st.down == 0


@jit
def mode_draw(w: World, mode: Any, n: int, purpose: int) -> float:  # noqa: ANN401 - a MODE record
    """The uniform number behind an up-time or a repair."""
    run = w.run[0]
    return uniform(run.key0, run.key1, np.uint64(n), mode.entity, mode.slot, purpose)


@jit
def new_uptime(w: World, mode: Any) -> float:  # noqa: ANN401 - a MODE record
    """The next up-time of a mode, in nominal seconds."""
    return ppf(w.times[mode.uptime], w.table, mode_draw(w, mode, mode.count, _UPTIME))


@jit
def _operating_left(mode: Any) -> float:  # noqa: ANN401 - a MODE record
    """Seconds of executing until a mode fails by its operating clock."""
    if mode.down or mode.rate <= 0:
        return inf
    return max(mode.threshold - mode.elapsed, 0.0) / mode.rate


@jit
def on_failure(w: World, i: int) -> None:
    """The operating clock of station `i` has come to its next failure."""
    st = w.stations[i]
    first, left = -1, inf
    for m in range(st.first_mode, st.last_mode):
        mode = w.modes[m]
        if mode.calendar == 0 and (first < 0 or _operating_left(mode) < left):
            first, left = m, _operating_left(mode)
    fail(w, first)


@jit
def fail(w: World, m: int) -> None:
    """A station breaks down in one mode; work under way stops."""
    mode = w.modes[m]
    i = mode.station
    st = w.stations[i]
    sync(w, i)
    if working(st):
        stop_station_timer(w, i)
    mode.down = 1
    mode.down_since_s = w.run[0].now
    mode.count += 1
    repair_s = ppf(w.times[mode.repair], w.table, mode_draw(w, mode, mode.count - 1, _REPAIR))
    st.down += 1
    st.breakdowns += 1 - mode.micro
    schedule_repair(w, m, repair_s)
    write(w, _DOWN, i, -1, -1, float(mode.position))
    _set_limit(w, st)
    note(w, st, resting_code(st))


@jit
def on_repaired(w: World, m: int) -> None:
    """A repair ends; the last one lets work go on where it stopped."""
    mode = w.modes[m]
    i = mode.station
    st = w.stations[i]
    mode.down = 0
    mode.elapsed = 0.0
    mode.since_s = w.run[0].now
    mode.threshold = new_uptime(w, mode)
    st.down -= 1
    st.breakdowns -= 1 - mode.micro
    write(w, _UP, i, -1, -1, float(mode.position))
    schedule_mode(w, m)
    if working(st):
        start_segment(w, i)
    else:
        note(w, st, resting_code(st))


@jit
def schedule_repair(w: World, m: int, repair_s: float) -> None:
    """The repair of mode `m` ends after `repair_s`."""
    mode = w.modes[m]
    mode.repaired_s = w.run[0].now + repair_s
    set_mode_timer(w, m, mode.repaired_s, REPAIR)


@jit
def schedule_mode(w: World, m: int) -> None:
    """Schedule the next failure of a mode that is up (repairs are scheduled where they begin)."""
    mode = w.modes[m]
    if mode.down:
        return
    if mode.calendar == 0:
        _set_limit(w, w.stations[mode.station])
    elif mode.rate > 0:
        set_mode_timer(w, m, w.run[0].now + (mode.threshold - mode.elapsed) / mode.rate, FAILURE)
    else:
        stop_mode_timer(w, m)


@jit
def _set_limit(w: World, st: Any) -> None:  # noqa: ANN401 - a STATION record
    """Bring the operating clocks up to date and find the next failure by any of them."""
    limit = inf
    for m in range(st.first_mode, st.last_mode):
        mode = w.modes[m]
        if mode.calendar == 0:
            mode.elapsed += st.operated * mode.rate
            limit = min(limit, _operating_left(mode))
    st.operated = 0.0
    st.operating_limit = limit


@jit
def sync(w: World, i: int) -> None:
    """Bring work and failure clocks of station `i` up to this moment."""
    st = w.stations[i]
    now = w.run[0].now
    if working(st):
        done = now - st.segment_s
        st.segment_s = now
        if st.setup_left >= 0:
            st.setup_left = max(st.setup_left - done, 0.0)
        else:
            if st.cycle_factor > 0:
                st.left = max(st.left - done / st.cycle_factor, 0.0)
            st.operated += done
    for m in range(st.first_mode, st.last_mode):
        mode = w.modes[m]
        if mode.calendar and mode.down == 0:
            mode.elapsed += (now - mode.since_s) * mode.rate
            mode.since_s = now
    _set_limit(w, st)


@jit
def change_parameter(
    w: World, i: int, value: float, cycle: float, scrap_share: float, failure: float, power: float, row: Floats
) -> None:
    """A parameter of station `i` takes a new value; its factors are given. `row` is room for a station's conditions."""
    st = w.stations[i]
    sync(w, i)
    spent_until_now(w, st, row)
    st.energy_kws += energy_since_mark(st, row)
    for k in range(row.shape[0]):
        st.spent_mark[k] = row[k]
    st.cycle_factor, st.power_factor, st.scrap_share = cycle, power, scrap_share
    for m in range(st.first_mode, st.last_mode):
        w.modes[m].rate = failure
    for m in range(st.first_mode, st.last_mode):
        schedule_mode(w, m)
    if working(st):
        start_segment(w, i)
    write(w, _CHANGE, i, -1, -1, value)
