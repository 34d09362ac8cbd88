"""Work on a job: taking it up, setting up, the stretches between stops (`twin.network.work`), and what units draw.

Used by the other kernels. Machines are given by number.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

import numpy as np

from twin.compiled.draws import uniform
from twin.compiled.jit import inlined_inner, inner
from twin.compiled.layout import Record
from twin.compiled.network.access import choice_at, lot_at, machine_at, part_at, step_at, time_at, whole_at
from twin.compiled.network.counting import EXECUTING, SETUP, note, write
from twin.compiled.network.lists import job_of
from twin.compiled.network.timers import (
    FAILURE,
    FAILURE_TIMER,
    FINISH_TIMER,
    SETUP_TIMER,
    WORK,
    set_machine_timer,
)
from twin.compiled.sampling import ppf, residual
from twin.draws import Purpose
from twin.log import EventKind
from twin.network.layout import VISIT
from twin.philox import MASK

_START, _SETUP, _READY = int(EventKind.START), int(EventKind.SETUP), int(EventKind.READY)
_PROCESSING, _CHANGEOVER = int(Purpose.PROCESSING), int(Purpose.SETUP)
_NOTHING = np.uint64(0)
_VISIT, _MASK = np.uint64(VISIT), np.uint64(MASK)


@inlined_inner
def choice_of(run: Record, m: Record, step: int) -> Record:
    """A step as machine `m` does it."""
    return choice_at(run.choices, whole_at(run.choice_of, step * run.n_stations + m.station).value)


@inner
def draw(run: Record, n: int, entity: np.uint64, slot: np.uint64, purpose: int) -> float:
    """The n-th uniform number of an entity, for one purpose."""
    return uniform(run.key0, run.key1, np.uint64(n), entity, slot, purpose)


@inner
def part_draw(run: Record, part: Record, purpose: int) -> float:
    """The uniform number of a unit at the step it is at, for one purpose."""
    slot = step_at(run.steps, part.step).slot
    if part.reworks > 0:
        slot = (slot + _VISIT * np.uint64(part.reworks)) & _MASK
    entity = lot_at(run.lots, part.order).entity if part.order >= 0 else _NOTHING
    return draw(run, part.index, entity, slot, purpose)


@inner
def take_up(run: Record, i: int) -> None:
    """Machine `i` takes up the units that are in it; their work does not begin yet."""
    m = machine_at(run.machines, i)
    m.idle = 0
    job = job_of(run, i)
    part = part_at(run.parts, job.first)
    choice = choice_of(run, m, part.step)
    m.total = m.left = ppf(time_at(run.times, choice.time), run.table, part_draw(run, part, _PROCESSING))
    m.mean = choice.mean
    step = step_at(run.steps, part.step)
    wanted = step.setup
    if wanted != m.setup_class and (part.order >= 0 or run.endless):
        _prepare_setup(run, m, wanted)
    if step.components_last > step.components_first or step.uses_last > step.uses_first:
        m.supplied = 0
    if run.logging:
        p = job.first
        while p >= 0:
            part = part_at(run.parts, p)
            write(run, _START, i, part.order, part.index, 0.0)
            p = part.after


@inner
def begin_stretch(run: Record, i: int) -> None:
    """Work, or setup, goes on from here without interruption until the event scheduled now; its operator is there."""
    m = machine_at(run.machines, i)
    now = run.now
    m.segment_s = now
    m.running = 1
    if m.setup_left >= 0:
        note(run, m, SETUP)
        set_machine_timer(run, i, now + m.setup_left, WORK, SETUP_TIMER)
        return
    if m.code != EXECUTING:
        note(run, m, EXECUTING)
    duration = m.left * m.cycle_factor
    room = m.operating_limit - m.operated
    if duration <= room:
        set_machine_timer(run, i, now + duration, WORK, FINISH_TIMER)
    else:
        set_machine_timer(run, i, now + room, FAILURE, FAILURE_TIMER)


@inner
def setup_time(run: Record, m: Record, wanted: int) -> int:
    """Position of the time to set a machine up for a class; -1 where nothing has to be set up."""
    before = m.setup_class
    if before < 0 or before == wanted:
        return -1
    if m.setup_pairs >= 0:
        time = whole_at(run.setups, m.setup_pairs + before * run.n_classes + wanted).value
        if time >= 0:
            return time
    return m.default_setup


@inner
def _prepare_setup(run: Record, m: Record, wanted: int) -> None:
    """Find out whether a machine must be set up, and how long that takes."""
    setup = setup_time(run, m, wanted)
    if setup < 0:
        m.setup_class = wanted
        return
    u = draw(run, m.setups, m.entity, _NOTHING, _CHANGEOVER)
    m.setup_left = residual(time_at(run.times, setup), run.table, m.setup_credit, u)
    m.setup_total = m.setup_credit + m.setup_left
    m.setup_credit = 0.0
    m.setups += 1
    write(run, _SETUP, m.position, -1, -1, 0.0)


@inner
def end_setup(run: Record, i: int) -> None:
    """A machine is set up."""
    m = machine_at(run.machines, i)
    m.setup_left = -1.0
    m.running = 0
    part = part_at(run.parts, job_of(run, i).first)
    m.setup_class = step_at(run.steps, part.step).setup if part.order >= 0 or run.endless else -1
    write(run, _READY, i, -1, -1, 0.0)
