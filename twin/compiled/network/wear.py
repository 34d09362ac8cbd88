"""Wear, and what falls due by use (`twin.network.stops`).

Used by `flow` (a job is done) and `stops` (repairs and maintenance renew).
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from math import inf

from twin.compiled.counting import CODES
from twin.compiled.jit import inner, only_with
from twin.compiled.layout import Record
from twin.compiled.network.access import care_at, mode_at, number_at
from twin.compiled.network.clocks import schedule_mode, sync
from twin.compiled.network.timers import FAILURE, set_timer, stop_timer
from twin.working import Code

_EXECUTING, _SETUP, _OFF_SHIFT = int(Code.EXECUTING), int(Code.SETUP), int(Code.OFF_SHIFT)
_STARVED, _BLOCKED, _NO_ORDER, _NO_CREW = int(Code.STARVED), int(Code.BLOCKED), int(Code.NO_ORDER), int(Code.NO_CREW)
_DOWN, _MICRO_STOP, _MAINTENANCE = int(Code.DOWN), int(Code.MICRO_STOP), int(Code.MAINTENANCE)


@inner
def settle_energy(run: Record, m: Record) -> None:
    """Count the energy so far at the present power."""
    m.energy_kws += _since_mark(run, m)
    for code in range(CODES):
        number_at(run.spent_mark, m.position * CODES + code).value = _spent_now(run, m, code)


@inner
def _spent_now(run: Record, m: Record, code: int) -> float:
    """Seconds of a machine in a code up to this moment."""
    spent = number_at(run.spent, m.position * CODES + code).value
    return spent + (run.now - m.since_s) if code == m.code else spent


@inner
def _since(run: Record, m: Record, code: int) -> float:
    return _spent_now(run, m, code) - number_at(run.spent_mark, m.position * CODES + code).value


@inner
def _since_mark(run: Record, m: Record) -> float:
    """Energy (kW s) of a machine since it was last settled, term by term as in `twin.network.floor`."""
    waiting = _since(run, m, _STARVED) + _since(run, m, _BLOCKED) + _since(run, m, _NO_ORDER) + _since(run, m, _NO_CREW)
    down = _since(run, m, _DOWN) + _since(run, m, _MICRO_STOP) + _since(run, m, _MAINTENANCE)
    return (
        _since(run, m, _EXECUTING) * m.executing_kw * m.power_factor
        + waiting * m.waiting_kw
        + down * m.down_kw
        + _since(run, m, _SETUP) * m.setup_kw
        + _since(run, m, _OFF_SHIFT) * m.off_kw
    )


@only_with("curves", otherwise=1.0)
def _worn(run: Record, m: Record, curve: int) -> float:
    """Factor of wear by a table, linear between its rows and constant beyond them; 1 without one."""
    if curve < 0:
        return 1.0
    rows = int(number_at(run.curves, curve).value)
    first, wear = curve + 1, m.wear
    if wear <= number_at(run.curves, first).value:
        return number_at(run.curves, first + 1).value
    for k in range(rows - 1):
        low, high = first + 2 * k, first + 2 * k + 2
        if wear <= number_at(run.curves, high).value:
            low_at, low_factor = number_at(run.curves, low).value, number_at(run.curves, low + 1).value
            share = (wear - low_at) / (number_at(run.curves, high).value - low_at)
            return low_factor + share * (number_at(run.curves, high + 1).value - low_factor)
    return number_at(run.curves, first + 2 * rows - 1).value


@inner
def take_over(run: Record, m: Record) -> None:
    """Take over what parameters and wear make of scrap and of the failure clocks."""
    m.scrap_effect = m.given_scrap * _worn(run, m, m.scrap_curve)
    failure = m.given_failure * _worn(run, m, m.failure_curve)
    for k in range(m.first_mode, m.last_mode):
        mode_at(run.modes, k).rate = failure


@only_with("cares")
def set_wear(run: Record, m: Record, level: float) -> None:
    """Wear has come to a level."""
    sync(run, m)
    m.wear, m.worn_at = level, m.operated_total
    settle_energy(run, m)
    take_over(run, m)
    for k in range(m.first_mode, m.last_mode):
        schedule_mode(run, k)


@only_with("cares")
def after_job(run: Record, m: Record, units: int) -> None:
    """Reckon up wear, and what falls due by use."""
    if m.wears == 0 and m.first_care == m.last_care:
        return
    sync(run, m)
    operated = m.operated_total - m.worn_at
    if m.wears:
        grown = operated / 3600 * m.per_hour + units * m.per_unit
        set_wear(run, m, m.wear + grown * m.given_wear)
    m.worn_at = m.operated_total
    for c in range(m.first_care, m.last_care):
        care = care_at(run.cares, c)
        care.operated += operated
        care.units += units
        if _due_by_use(care, m.wear):
            care.due = 1


@inner
def _due_by_use(care: Record, wear: float) -> bool:
    return (
        (care.every_operating_s >= 0 and care.operated >= care.every_operating_s)
        or (care.every_units >= 0 and care.units >= care.every_units)
        or (care.wear_above >= 0 and wear >= care.wear_above)
    )


@only_with("cares")
def schedule_care(run: Record, c: int) -> None:
    """Wait for the next moment at which maintenance falls due by the calendar."""
    care = care_at(run.cares, c)
    at_s = inf
    for k in range(care.moments_first, care.moments_last):
        if number_at(run.moments, k).value > run.now:
            at_s = min(at_s, number_at(run.moments, k).value)
    if care.every_s >= 0:
        at_s = min(at_s, max(care.last_s + care.every_s, run.now))
    if at_s < inf:
        set_timer(run, run.care_timers + c, at_s, FAILURE)
    else:
        stop_timer(run, run.care_timers + c)
