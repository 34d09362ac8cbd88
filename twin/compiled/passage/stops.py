"""How stations fail on their own course, compiled: `twin.compiled.breakdowns` without timers.

Used by the other kernels of this package. When a mode fails by the calendar, and when it is repaired, does not depend
on units, so a station can be followed ahead of the others.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from math import inf

from twin.compiled.access import mode_at, number_at, time_at
from twin.compiled.breakdowns import mode_draw, new_uptime, set_limit
from twin.compiled.jit import inner
from twin.compiled.layout import Record
from twin.compiled.passage.access import course_at
from twin.compiled.passage.moments import condition
from twin.compiled.sampling import ppf
from twin.draws import Purpose

_REPAIR = int(Purpose.REPAIR)


@inner
def begin_modes(run: Record, i: int) -> None:
    """All modes of station `i` are new at 0 s."""
    st = course_at(run.courses, i)
    for m in range(st.first_mode, st.last_mode):
        mode_at(run.modes, m).threshold = new_uptime(run, mode_at(run.modes, m))
        _schedule(run, m, 0.0)
    set_limit(run, st)
    _look_ahead(run, st)


@inner
def stops_before(run: Record, i: int, until_s: float, resting: int) -> None:
    """All failures and repairs of a station that does not work until then; `resting` is its condition otherwise."""
    st = course_at(run.courses, i)
    while st.upcoming_s < until_s and st.upcoming_s <= run.horizon_s:
        next_stop(run, i, resting)


@inner
def next_stop(run: Record, i: int, resting: int) -> None:
    """The next failure by the calendar, or repair, of station `i`; work and setups have been brought up to it."""
    st = course_at(run.courses, i)
    m = st.first_mode
    while number_at(run.at, m).value != st.upcoming_s:
        m += 1
    if mode_at(run.modes, m).down:
        _repaired(run, m, st.upcoming_s, resting)
    else:
        break_down(run, m, st.upcoming_s, resting)


@inner
def break_down(run: Record, m: int, at_s: float, resting: int) -> None:
    """A station breaks down in one mode."""
    mode = mode_at(run.modes, m)
    st = course_at(run.courses, mode.station)
    mode.count += 1
    repair_s = ppf(time_at(run.times, mode.repair), run.table, mode_draw(run, mode, mode.count - 1, _REPAIR))
    number_at(run.at, m).value = at_s + repair_s
    st.down += 1
    st.breakdowns += 1 - mode.micro
    mode.down = 1
    set_limit(run, st)
    _look_ahead(run, st)
    condition(run, st, at_s, resting)


@inner
def _repaired(run: Record, m: int, at_s: float, resting: int) -> None:
    mode = mode_at(run.modes, m)
    st = course_at(run.courses, mode.station)
    mode.down = 0
    mode.elapsed = 0.0
    mode.threshold = new_uptime(run, mode)
    st.down -= 1
    st.breakdowns -= 1 - mode.micro
    _schedule(run, m, at_s)
    if mode.calendar == 0:
        set_limit(run, st)
    _look_ahead(run, st)
    condition(run, st, at_s, resting)


@inner
def _schedule(run: Record, m: int, now_s: float) -> None:
    """When a mode that is up fails by the calendar."""
    mode = mode_at(run.modes, m)
    fails = mode.calendar > 0 and mode.rate > 0
    number_at(run.at, m).value = now_s + (mode.threshold - mode.elapsed) / mode.rate if fails else inf


@inner
def _look_ahead(run: Record, st: Record) -> None:
    st.upcoming_s = inf
    for m in range(st.first_mode, st.last_mode):
        st.upcoming_s = min(st.upcoming_s, number_at(run.at, m).value)
