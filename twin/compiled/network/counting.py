"""Counting on a network: conditions, units, orders, and the event log (`twin.network.floor`).

Used by the other kernels. Every sum is made of the same terms in the same sequence as in the reference engine.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from twin.compiled.counting import CODES
from twin.compiled.jit import inlined_inner, inner
from twin.compiled.layout import Record
from twin.compiled.network.access import log_row_at, lot_at, machine_at, number_at, part_at, step_at, whole_at
from twin.compiled.network.lists import drop_part, job_of, look_at, take_out
from twin.log import EventKind
from twin.working import Code

EXECUTING, STARVED, BLOCKED, SETUP = int(Code.EXECUTING), int(Code.STARVED), int(Code.BLOCKED), int(Code.SETUP)
DOWN, MICRO_STOP, NO_ORDER = int(Code.DOWN), int(Code.MICRO_STOP), int(Code.NO_ORDER)
MAINTENANCE, OFF_SHIFT, NO_CREW = int(Code.MAINTENANCE), int(Code.OFF_SHIFT), int(Code.NO_CREW)
_SCRAP, _EXIT, _CONDITION = int(EventKind.SCRAP), int(EventKind.EXIT), int(EventKind.CONDITION)


@inlined_inner
def write(run: Record, kind: int, machine: int, order: int, index: int, value: float) -> None:
    """Add a row to the log, if one is kept."""
    if run.logging == 0:
        return
    row = log_row_at(run.log, run.logged)
    row.time, row.value, row.index = run.now, value, index
    row.order, row.station, row.kind = order, machine, kind
    run.logged += 1


@inlined_inner
def resting_code(run: Record, m: Record) -> int:
    """`twin.network.floor.resting_code`."""
    if m.service >= 0:
        return NO_CREW if m.asking else MAINTENANCE
    if m.off:
        return OFF_SHIFT
    if m.down > 0:
        return DOWN if m.breakdowns > 0 else MICRO_STOP
    if job_of(run, m.position).count == 0:
        return NO_ORDER if m.closed else STARVED
    if m.finished:
        return BLOCKED
    if m.short:
        return STARVED
    if m.asking:
        return NO_CREW
    return SETUP if m.setup_left >= 0 else EXECUTING


@inner
def note(run: Record, m: Record, code: int) -> None:
    """A machine's condition is now `code`, unless it is down, off shift or being maintained."""
    if m.down > 0 or m.off or m.service >= 0:
        code = resting_code(run, m)
    if code == m.code:
        return
    now = run.now
    number_at(run.spent, m.position * CODES + m.code).value += now - m.since_s
    m.since_s = now
    m.code = code
    write(run, _CONDITION, m.position, -1, -1, float(code))


@inlined_inner
def count_wip(run: Record, change: int) -> None:
    """A unit enters or leaves the plant."""
    run.wip_area += run.wip * (run.now - run.wip_since_s)
    run.wip_since_s = run.now
    run.wip += change


@inlined_inner
def count_step(run: Record, part: Record, step: int) -> None:
    """A unit goes on to a step, or to none."""
    whole_at(run.at_step, part.step).value -= 1
    part.step = step
    if step >= 0:
        whole_at(run.at_step, step).value += 1


@inner
def reject(run: Record, m: Record, p: int) -> None:
    """A unit is scrapped and leaves the plant where it is."""
    part = part_at(run.parts, p)
    m.scrapped += 1
    write(run, _SCRAP, m.position, part.order, part.index, 0.0)
    if part.order >= 0:
        lot = lot_at(run.lots, part.order)
        lot.scrapped += 1
        _finish_lot(run, lot)
    count_wip(run, -1)
    count_step(run, part, -1)
    turn_moves(run)
    take_out(run, p)
    leave_plant(run, p)


@inner
def exit_plant(run: Record, m: Record, p: int) -> None:
    """A good unit leaves the plant."""
    part = part_at(run.parts, p)
    run.good += 1
    run.lead_sum_s += run.now - part.entered_s
    write(run, _EXIT, m.position, part.order, part.index, 0.0)
    count_good(run, part)
    count_wip(run, -1)
    take_out(run, p)
    leave_plant(run, p)


@inner
def count_good(run: Record, part: Record) -> None:
    """A unit of an order, or a component for one, is done."""
    if part.order >= 0:
        lot = lot_at(run.lots, part.order)
        lot.good += 1
        _finish_lot(run, lot)


@inlined_inner
def _finish_lot(run: Record, lot: Record) -> None:
    if lot.stream == 0 and lot.good + lot.scrapped >= lot.quantity:
        lot.finished_s = run.now


@inner
def leave_plant(run: Record, p: int) -> None:
    """A unit that is in no list is no more; where WIP is limited, one more may enter."""
    drop_part(run, p)
    if run.limit >= 0:
        for i in range(run.n_machines):
            m = machine_at(run.machines, i)
            if m.entry and m.idle:
                look_at(run, run.n_buffers + i)


@inner
def turn_moves(run: Record) -> None:
    """A unit is in work or gone: machines that wait for their turn look again."""
    if run.any_turns:
        for i in range(run.n_machines):
            m = machine_at(run.machines, i)
            if m.turns > 0 and m.idle:
                look_at(run, run.n_buffers + i)


@inner
def close_machines(run: Record) -> None:
    """Idle machines to which nothing can come any more are out of orders."""
    if not _any_open(run):
        return
    for s in range(run.n_stations):
        whole_at(run.reached, s).value = 0
    for j in range(run.n_steps):
        if whole_at(run.at_step, j).value != 0:
            step = step_at(run.steps, j)
            for k in range(step.reach_first, step.reach_last):
                whole_at(run.reached, whole_at(run.reach, k).value).value = 1
    for i in range(run.n_machines):
        m = machine_at(run.machines, i)
        if m.idle and m.closed == 0 and whole_at(run.reached, m.station).value == 0:
            m.closed = 1
            note(run, m, NO_ORDER)


@inner
def _any_open(run: Record) -> bool:
    for i in range(run.n_machines):
        m = machine_at(run.machines, i)
        if m.idle and m.closed == 0:
            return True
    return False
