"""Failures and repairs on a network (`twin.network.stops`).

Used by `twin.compiled.network.events`. Modes are given by number; those of a machine lie side by side.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from math import inf

from twin.compiled.jit import inner, jit
from twin.compiled.layout import Record, Records
from twin.compiled.network.access import machine_at, mode_at
from twin.compiled.network.clocks import operating_left, repair_time, schedule_mode, set_limit, sync, uptime
from twin.compiled.network.counting import note, resting_code, write
from twin.compiled.network.crews import ask_for_repair, free, leave, schedule_repair, start_segment
from twin.compiled.network.flow import go_on
from twin.compiled.network.lists import job_of
from twin.compiled.network.timers import stop_timer
from twin.compiled.network.wear import set_wear, settle_energy, take_over
from twin.log import EventKind
from twin.network.working import NOBODY

_DOWN, _UP, _CHANGE = int(EventKind.DOWN), int(EventKind.UP), int(EventKind.CHANGE)


@inner
def on_failure(run: Record, i: int) -> None:
    """The operating clock of machine `i` has come to its next failure."""
    m = machine_at(run.machines, i)
    first, left = -1, inf
    for k in range(m.first_mode, m.last_mode):
        mode = mode_at(run.modes, k)
        if mode.calendar == 0 and (first < 0 or operating_left(mode) < left):
            first, left = k, operating_left(mode)
    fail(run, first)


@inner
def fail(run: Record, k: int) -> None:
    """A machine breaks down in one mode; work under way stops."""
    mode = mode_at(run.modes, k)
    i = mode.machine
    m = machine_at(run.machines, i)
    sync(run, m)
    mode.down = 1
    mode.down_since_s = run.now
    mode.count += 1
    mode.total = repair_time(run, mode)
    m.down += 1
    m.breakdowns += 1 - mode.micro
    _have_repaired(run, k)  # asked for before its operator goes free: repairs come first
    if m.running or m.asking:
        stop_work(run, i)
    write(run, _DOWN, i, -1, -1, float(mode.position))
    set_limit(run, m)
    note(run, m, resting_code(run, m))


@inner
def _have_repaired(run: Record, k: int) -> None:
    """Begin a repair, when somebody who can do it is there."""
    mode = mode_at(run.modes, k)
    if mode.skill >= 0:
        ask_for_repair(run, k)
        if mode.asking:
            stop_timer(run, run.n_machines + k)
            mode.repaired_s = inf
            return
    schedule_repair(run, k, mode.total)


@inner
def stop_work(run: Record, i: int) -> None:
    """Work under way stops; it must be up to date."""
    m = machine_at(run.machines, i)
    if m.running:
        m.running = 0
        stop_timer(run, i)
    if m.skill >= 0 and m.service < 0:
        leave(run, i)


@inner
def on_repaired(run: Record, k: int) -> None:
    """A repair ends; the last one lets work go on where it stopped."""
    mode = mode_at(run.modes, k)
    i = mode.machine
    m = machine_at(run.machines, i)
    mode.down = 0
    mode.elapsed = 0.0
    mode.since_s = run.now
    mode.threshold = uptime(run, mode)
    m.down -= 1
    m.breakdowns -= 1 - mode.micro
    write(run, _UP, i, -1, -1, float(mode.position))
    if m.wears and m.reset_by_repair and mode.micro == 0:
        set_wear(run, m, 0.0)
    schedule_mode(run, k)
    if mode.skill >= 0:
        crew, mode.crew = mode.crew, NOBODY
        free(run, crew)
    if job_of(run, i).count > 0 and m.finished == 0 and m.down == 0:
        go_on(run, i)
    else:
        note(run, m, resting_code(run, m))


@jit
def change_parameter(
    runs: Records, i: int, value: float, cycle: float, scrap: float, failure: float, power: float, wear: float
) -> None:
    """A parameter of machine `i` takes a new value; what its factors come to is given."""
    run = runs[0]
    m = machine_at(run.machines, i)
    sync(run, m)
    settle_energy(run, m)
    m.cycle_factor, m.power_factor = cycle, power
    m.given_scrap, m.given_failure, m.given_wear = scrap, failure, wear
    take_over(run, m)
    for k in range(m.first_mode, m.last_mode):
        schedule_mode(run, k)
    if m.running:
        start_segment(run, i)
    write(run, _CHANGE, i, -1, -1, value)
