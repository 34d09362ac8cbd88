"""Shifts and planned maintenance: working time begins or ends, care falls due or is done (`twin.network.stops`).

Used by `events`.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from math import inf

from twin.compiled.jit import inner, only_with
from twin.compiled.layout import Record
from twin.compiled.network.access import calendar_at, care_at, crew_at, machine_at, mode_at, number_at, whole_at
from twin.compiled.network.clocks import sync, uptime
from twin.compiled.network.counting import note, resting_code, write
from twin.compiled.network.crews import free, serve
from twin.compiled.network.flow import go_on, pull
from twin.compiled.network.lists import job_of
from twin.compiled.network.stops import stop_work
from twin.compiled.network.timers import SHIFT, set_timer, stop_timer
from twin.compiled.network.wear import schedule_care, set_wear
from twin.log import EventKind
from twin.network.working import NOBODY

_MAINTAINED = int(EventKind.MAINTAINED)


@only_with("cares")
def on_care(run: Record, c: int) -> None:
    """Maintenance falls due by the calendar, or ends."""
    care = care_at(run.cares, c)
    i = care.machine
    m = machine_at(run.machines, i)
    if m.service == c:
        _end_care(run, c)
        return
    care.due = 1
    if job_of(run, i).count == 0 and m.service < 0:
        pull(run, i)


@inner
def _end_care(run: Record, c: int) -> None:
    """Maintenance ends: what it renews begins anew."""
    care = care_at(run.cares, c)
    i = care.machine
    m = machine_at(run.machines, i)
    m.service, care.due, care.last_s = -1, 0, run.now
    care.operated, care.units = 0.0, 0
    write(run, _MAINTAINED, i, -1, -1, float(care.position))
    sync(run, m)
    for k in range(care.renews_first, care.renews_last):
        mode = mode_at(run.modes, whole_at(run.renews, k).value)
        if mode.down == 0:
            mode.renewed += 1
            mode.elapsed = 0.0
            mode.threshold = uptime(run, mode)
    set_wear(run, m, 0.0)
    schedule_care(run, c)
    crew, m.crew = m.crew, NOBODY
    free(run, crew)
    pull(run, i)


@only_with("calendars")
def on_shift(run: Record, n: int) -> None:
    """Working time of a calendar begins or ends: people first, then machines."""
    calendar = calendar_at(run.calendars, n)
    opens = _is_open(run, calendar, run.now)
    edge_s = _next_edge(run, calendar)
    if edge_s < inf:
        set_timer(run, run.calendar_timers + n, edge_s, SHIFT)
    for k in range(calendar.crews_first, calendar.crews_last):
        c = whole_at(run.on_calendar, k).value
        crew = crew_at(run.crews, c)
        crew.on_duty = crew.size if opens else 0
        serve(run, c)
    for k in range(calendar.crews_last, calendar.machines_last):
        i = whole_at(run.on_calendar, k).value
        if opens:
            _open(run, i)
        else:
            _close(run, i)


@inner
def _is_open(run: Record, calendar: Record, at_s: float) -> bool:
    """Whether work is done at a moment; a span begins with its first moment and ends before its last."""
    at = at_s % calendar.period_s
    for k in range(calendar.spans_first, calendar.spans_last, 2):
        if number_at(run.spans, k).value <= at and at < number_at(run.spans, k + 1).value:
            return True
    return False


@inner
def _next_edge(run: Record, calendar: Record) -> float:
    """The next moment after now at which working time begins or ends; infinity where it never does."""
    now = run.now
    begin = now - now % calendar.period_s
    for n in range(2):
        offset = begin + n * calendar.period_s
        for k in range(calendar.edges_first, calendar.edges_last):
            at_s = offset + number_at(run.edges, k).value
            if at_s > now and _is_open(run, calendar, at_s) != _is_open(run, calendar, now):
                return at_s
    return inf


@inner
def _close(run: Record, i: int) -> None:
    """A machine's working time ends; work under way rests."""
    m = machine_at(run.machines, i)
    sync(run, m)
    stop_work(run, i)
    m.off = 1
    m.idle = 0
    if job_of(run, i).count == 0 and m.service < 0:
        stop_timer(run, i)
    note(run, m, resting_code(run, m))


@inner
def _open(run: Record, i: int) -> None:
    """A machine's working time begins."""
    m = machine_at(run.machines, i)
    m.off = 0
    held = job_of(run, i).count > 0
    if not held and m.service < 0:
        pull(run, i)
    elif held and m.finished == 0 and m.down == 0 and m.service < 0:
        go_on(run, i)
    else:
        note(run, m, resting_code(run, m))
