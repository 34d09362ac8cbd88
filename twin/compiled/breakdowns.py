"""How stations fail, compiled: `twin.breakdowns`, function by function.

Used by `twin.compiled.events` and `twin.compiled.starting`. Stations and modes are given by position; the modes of a
station lie side by side.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from math import inf

import numpy as np

from twin.compiled.access import mode_at, station_at, time_at
from twin.compiled.counting import note, resting_code, settle_energy, write
from twin.compiled.draws import uniform
from twin.compiled.jit import inner, jit
from twin.compiled.layout import Record, Records
from twin.compiled.movement import start_segment
from twin.compiled.sampling import ppf
from twin.compiled.schedule import FAILURE, REPAIR, set_mode_timer, stop_mode_timer, stop_station_timer
from twin.draws import Purpose
from twin.log import EventKind

_DOWN, _UP, _CHANGE = int(EventKind.DOWN), int(EventKind.UP), int(EventKind.CHANGE)
_UPTIME, _REPAIR = int(Purpose.UPTIME), int(Purpose.REPAIR)


@inner
def working(st: Record) -> bool:
    """Whether a stretch of work or setup is under way."""
    return st.has_part > 0 and st.finished == 0 and st.down == 0


@inner
def mode_draw(run: Record, mode: Record, n: int, purpose: int) -> float:
    """The uniform number behind an up-time or a repair."""
    return uniform(run.key0, run.key1, np.uint64(n), mode.entity, mode.slot, purpose)


@inner
def new_uptime(run: Record, mode: Record) -> float:
    """The next up-time of a mode, in nominal seconds."""
    return ppf(time_at(run.times, mode.uptime), run.table, mode_draw(run, mode, mode.count, _UPTIME))


@inner
def operating_left(mode: Record) -> float:
    """Seconds of executing until a mode fails by its operating clock."""
    if mode.down or mode.rate <= 0:
        return inf
    return max(mode.threshold - mode.elapsed, 0.0) / mode.rate


@inner
def on_failure(run: Record, i: int) -> None:
    """The operating clock of station `i` has come to its next failure."""
    fail(run, first_by_operation(run, station_at(run.stations, i)))


@inner
def first_by_operation(run: Record, st: Record) -> int:
    """The mode that fails first by its operating clock."""
    first, left = -1, inf
    for m in range(st.first_mode, st.last_mode):
        mode = mode_at(run.modes, m)
        if mode.calendar == 0 and (first < 0 or operating_left(mode) < left):
            first, left = m, operating_left(mode)
    return first


@inner
def fail(run: Record, m: int) -> None:
    """A station breaks down in one mode; work under way stops."""
    mode = mode_at(run.modes, m)
    i = mode.station
    st = station_at(run.stations, i)
    sync(run, i)
    if working(st):
        stop_station_timer(run, i)
    mode.down = 1
    mode.down_since_s = run.now
    mode.count += 1
    repair_s = ppf(time_at(run.times, mode.repair), run.table, mode_draw(run, mode, mode.count - 1, _REPAIR))
    st.down += 1
    st.breakdowns += 1 - mode.micro
    schedule_repair(run, m, repair_s)
    write(run, _DOWN, i, -1, -1, float(mode.position))
    set_limit(run, st)
    note(run, st, resting_code(st))


@inner
def on_repaired(run: Record, m: int) -> None:
    """A repair ends; the last one lets work go on where it stopped."""
    mode = mode_at(run.modes, m)
    i = mode.station
    st = station_at(run.stations, i)
    mode.down = 0
    mode.elapsed = 0.0
    mode.since_s = run.now
    mode.threshold = new_uptime(run, mode)
    st.down -= 1
    st.breakdowns -= 1 - mode.micro
    write(run, _UP, i, -1, -1, float(mode.position))
    schedule_mode(run, m)
    if working(st):
        start_segment(run, i)
    else:
        note(run, st, resting_code(st))


@inner
def schedule_repair(run: Record, m: int, repair_s: float) -> None:
    """The repair of mode `m` ends after `repair_s`."""
    mode = mode_at(run.modes, m)
    mode.repaired_s = run.now + repair_s
    set_mode_timer(run, m, mode.repaired_s, REPAIR)


@inner
def schedule_mode(run: Record, m: int) -> None:
    """Schedule the next failure of a mode that is up (repairs are scheduled where they begin)."""
    mode = mode_at(run.modes, m)
    if mode.down:
        return
    if mode.calendar == 0:
        set_limit(run, station_at(run.stations, mode.station))
    elif mode.rate > 0:
        set_mode_timer(run, m, run.now + (mode.threshold - mode.elapsed) / mode.rate, FAILURE)
    else:
        stop_mode_timer(run, m)


@inner
def set_limit(run: Record, st: Record) -> None:
    """Bring the operating clocks up to date and find the next failure by any of them."""
    limit = inf
    for m in range(st.first_mode, st.last_mode):
        mode = mode_at(run.modes, m)
        if mode.calendar == 0:
            mode.elapsed += st.operated * mode.rate
            limit = min(limit, operating_left(mode))
    st.operated = 0.0
    st.operating_limit = limit


@inner
def sync(run: Record, i: int) -> None:
    """Bring work and failure clocks of station `i` up to this moment."""
    st = station_at(run.stations, i)
    now = run.now
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
        mode = mode_at(run.modes, m)
        if mode.calendar and mode.down == 0:
            mode.elapsed += (now - mode.since_s) * mode.rate
            mode.since_s = now
    set_limit(run, st)


@jit
def change_parameter(
    runs: Records, i: int, value: float, cycle: float, scrap_share: float, failure: float, power: float
) -> None:
    """A parameter of station `i` takes a new value; what its factors come to is given."""
    run = runs[0]
    st = station_at(run.stations, i)
    sync(run, i)
    settle_energy(run, st)
    st.cycle_factor, st.power_factor, st.scrap_share = cycle, power, scrap_share
    for m in range(st.first_mode, st.last_mode):
        mode_at(run.modes, m).rate = failure
    for m in range(st.first_mode, st.last_mode):
        schedule_mode(run, m)
    if working(st):
        start_segment(run, i)
    write(run, _CHANGE, i, -1, -1, value)
