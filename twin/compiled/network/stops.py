"""Failures and repairs on a network (`twin.network.stops`).

Used by `twin.compiled.network.events`. Modes are given by number; those of a machine lie side by side.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from math import inf

from twin.compiled.jit import inner, jit
from twin.compiled.layout import Record, Records
from twin.compiled.network.access import machine_at, mode_at, time_at
from twin.compiled.network.counting import note, resting_code, write
from twin.compiled.network.lists import job_of
from twin.compiled.network.timers import FAILURE, REPAIR, set_timer, stop_timer
from twin.compiled.network.work import draw, go_on, start_segment
from twin.compiled.sampling import ppf
from twin.draws import Purpose
from twin.log import EventKind
from twin.network.luck import RENEWAL

_DOWN, _UP, _CHANGE = int(EventKind.DOWN), int(EventKind.UP), int(EventKind.CHANGE)
_UPTIME, _REPAIR = int(Purpose.UPTIME), int(Purpose.REPAIR)


@inner
def _mode_draw(run: Record, mode: Record, n: int, purpose: int) -> float:
    """The uniform number of the n-th failure of a mode, for one purpose."""
    entity = machine_at(run.machines, mode.machine).entity
    return draw(run, n + RENEWAL * mode.renewed, entity, mode.slot, purpose)


@inner
def _operating_left(mode: Record) -> float:
    """Seconds of executing until a mode fails by its operating clock."""
    if mode.down or mode.rate <= 0:
        return inf
    return max(mode.threshold - mode.elapsed, 0.0) / mode.rate


@inner
def on_failure(run: Record, i: int) -> None:
    """The operating clock of machine `i` has come to its next failure."""
    m = machine_at(run.machines, i)
    first, left = -1, inf
    for k in range(m.first_mode, m.last_mode):
        mode = mode_at(run.modes, k)
        if mode.calendar == 0 and (first < 0 or _operating_left(mode) < left):
            first, left = k, _operating_left(mode)
    fail(run, first)


@inner
def fail(run: Record, k: int) -> None:
    """A machine breaks down in one mode; work under way stops."""
    mode = mode_at(run.modes, k)
    i = mode.machine
    m = machine_at(run.machines, i)
    _sync(run, m)
    mode.down = 1
    mode.down_since_s = run.now
    mode.count += 1
    repair_s = ppf(time_at(run.times, mode.repair), run.table, _mode_draw(run, mode, mode.count - 1, _REPAIR))
    m.down += 1
    m.breakdowns += 1 - mode.micro
    if m.running:
        m.running = 0
        stop_timer(run, i)
    write(run, _DOWN, i, -1, -1, float(mode.position))
    _set_limit(run, m)
    note(run, m, resting_code(run, m))
    mode.repaired_s = run.now + repair_s
    set_timer(run, run.n_machines + k, mode.repaired_s, REPAIR)


@inner
def on_repaired(run: Record, k: int) -> None:
    """A repair ends; the last one lets work go on where it stopped."""
    mode = mode_at(run.modes, k)
    i = mode.machine
    m = machine_at(run.machines, i)
    mode.down = 0
    mode.elapsed = 0.0
    mode.since_s = run.now
    mode.threshold = ppf(time_at(run.times, mode.uptime), run.table, _mode_draw(run, mode, mode.count, _UPTIME))
    m.down -= 1
    m.breakdowns -= 1 - mode.micro
    write(run, _UP, i, -1, -1, float(mode.position))
    _schedule_mode(run, k)
    if job_of(run, i).count > 0 and m.finished == 0 and m.down == 0:
        go_on(run, i)
    else:
        note(run, m, resting_code(run, m))


@inner
def _schedule_mode(run: Record, k: int) -> None:
    """Schedule the next failure of a mode that is up (repairs are scheduled where they begin)."""
    mode = mode_at(run.modes, k)
    if mode.down:
        return
    if mode.calendar == 0:
        _set_limit(run, machine_at(run.machines, mode.machine))
    elif mode.rate > 0:
        set_timer(run, run.n_machines + k, run.now + (mode.threshold - mode.elapsed) / mode.rate, FAILURE)
    else:
        stop_timer(run, run.n_machines + k)


@inner
def _set_limit(run: Record, m: Record) -> None:
    """Bring the operating clocks up to date and find the next failure by any of them."""
    limit = inf
    for k in range(m.first_mode, m.last_mode):
        mode = mode_at(run.modes, k)
        if mode.calendar == 0:
            mode.elapsed += m.operated * mode.rate
            limit = min(limit, _operating_left(mode))
    m.operated_total += m.operated
    m.operated = 0.0
    m.operating_limit = limit


@inner
def _sync(run: Record, m: Record) -> None:
    """Bring work and failure clocks of a machine up to this moment."""
    now = run.now
    if m.running:
        done = now - m.segment_s
        m.segment_s = now
        if m.setup_left >= 0:
            m.setup_left = max(m.setup_left - done, 0.0)
        else:
            if m.cycle_factor > 0:
                m.left = max(m.left - done / m.cycle_factor, 0.0)
            m.operated += done
    for k in range(m.first_mode, m.last_mode):
        mode = mode_at(run.modes, k)
        if mode.calendar and mode.down == 0:
            mode.elapsed += (now - mode.since_s) * mode.rate
            mode.since_s = now
    _set_limit(run, m)


@jit
def change_parameter(
    runs: Records, i: int, value: float, cycle: float, scrap: float, failure: float, power: float
) -> None:
    """A parameter of machine `i` takes a new value; what its factors come to is given, its energy has been settled."""
    run = runs[0]
    m = machine_at(run.machines, i)
    _sync(run, m)
    m.cycle_factor, m.power_factor, m.scrap_effect = cycle, power, scrap
    for k in range(m.first_mode, m.last_mode):
        mode_at(run.modes, k).rate = failure
    for k in range(m.first_mode, m.last_mode):
        _schedule_mode(run, k)
    if m.running:
        start_segment(run, i)
    write(run, _CHANGE, i, -1, -1, value)
