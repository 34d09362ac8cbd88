"""Failure clocks: what has run off on them, when they come to the next failure (`twin.network.stops`).

Used by `stops` and `wear`. Modes are given by number; those of a machine lie side by side.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from math import inf

from twin.compiled.jit import inner
from twin.compiled.layout import Record
from twin.compiled.network.access import machine_at, mode_at, time_at
from twin.compiled.network.timers import FAILURE, set_timer, stop_timer
from twin.compiled.network.work import draw
from twin.compiled.sampling import ppf
from twin.draws import Purpose
from twin.network.luck import RENEWAL

_UPTIME, _REPAIR = int(Purpose.UPTIME), int(Purpose.REPAIR)


@inner
def _mode_draw(run: Record, mode: Record, n: int, purpose: int) -> float:
    """The uniform number of the n-th failure of a mode, for one purpose."""
    entity = machine_at(run.machines, mode.machine).entity
    return draw(run, n + RENEWAL * mode.renewed, entity, mode.slot, purpose)


@inner
def uptime(run: Record, mode: Record) -> float:
    """The up-time of a mode before its next failure."""
    return ppf(time_at(run.times, mode.uptime), run.table, _mode_draw(run, mode, mode.count, _UPTIME))


@inner
def repair_time(run: Record, mode: Record) -> float:
    """How long the repair of the last failure of a mode takes."""
    return ppf(time_at(run.times, mode.repair), run.table, _mode_draw(run, mode, mode.count - 1, _REPAIR))


@inner
def operating_left(mode: Record) -> float:
    """Seconds of executing until a mode fails by its operating clock."""
    if mode.down or mode.rate <= 0:
        return inf
    return max(mode.threshold - mode.elapsed, 0.0) / mode.rate


@inner
def schedule_mode(run: Record, k: int) -> None:
    """Schedule the next failure of a mode that is up (repairs are scheduled where they begin)."""
    mode = mode_at(run.modes, k)
    if mode.down:
        return
    if mode.calendar == 0:
        set_limit(run, machine_at(run.machines, mode.machine))
    elif mode.rate > 0:
        set_timer(run, run.n_machines + k, run.now + (mode.threshold - mode.elapsed) / mode.rate, FAILURE)
    else:
        stop_timer(run, run.n_machines + k)


@inner
def set_limit(run: Record, m: Record) -> None:
    """Bring the operating clocks up to date and find the next failure by any of them."""
    limit = inf
    for k in range(m.first_mode, m.last_mode):
        mode = mode_at(run.modes, k)
        if mode.calendar == 0:
            mode.elapsed += m.operated * mode.rate
            limit = min(limit, operating_left(mode))
    m.operated_total += m.operated
    m.operated = 0.0
    m.operating_limit = limit


@inner
def sync(run: Record, m: Record) -> None:
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
    set_limit(run, m)
