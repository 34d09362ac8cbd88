"""How units move: where a finished one goes, who takes it, who moves up when there is room (`twin.network.flow`).

Used by `twin.compiled.network.events` and `stops`. The reference engine calls `_pull` and `_put` again from within
`_settle`; here those calls have functions of their own (`_pull_alone`, `_put_alone`), so that no kernel calls itself.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from math import inf

from twin.compiled.jit import inlined_inner, inner
from twin.compiled.layout import Record
from twin.compiled.network.access import buffer_at, list_at, machine_at, part_at, step_at, whole_at
from twin.compiled.network.counting import (
    BLOCKED,
    NO_ORDER,
    STARVED,
    close_machines,
    count_step,
    exit_plant,
    note,
    reject,
    write,
)
from twin.compiled.network.dispatch import may_take
from twin.compiled.network.lists import (
    job_of,
    leads_to,
    look_at,
    next_to_look_at,
    place_in,
    push,
    take_out,
    unblock,
    wait_for_room,
)
from twin.compiled.network.taking import next_job
from twin.compiled.network.timers import ARRIVAL, ARRIVAL_TIMER, set_machine_timer, stop_timer
from twin.compiled.network.work import begin_job, choice_of, part_draw
from twin.draws import Purpose
from twin.log import EventKind

_FINISH, _REWORK_EVENT = int(EventKind.FINISH), int(EventKind.REWORK)
_SCRAP, _REWORK = int(Purpose.SCRAP), int(Purpose.REWORK)
_DEFECT, _INSPECTION = int(Purpose.DEFECT), int(Purpose.INSPECTION)
_STAYS, _GONE = -1, -2
"""A unit that finds no room; one that has left for a machine or the plant's end."""


@inner
def on_finished(run: Record, i: int) -> None:
    """The work on a job is done: its units are scrapped, sent back, or go on."""
    m = machine_at(run.machines, i)
    job = job_of(run, i)
    m.running = 0
    m.operated += run.now - m.segment_s
    m.processed += job.count
    m.nominal_s += m.mean
    if job.count == 1 and _goes_on(run, m, job.first):
        _send_one(run, i)
        return
    p = job.first
    while p >= 0:
        following = part_at(run.parts, p).after
        _fate(run, m, p)
        p = following
    _send(run, i)


@inner
def _goes_on(run: Record, m: Record, p: int) -> bool:
    """Whether a unit always goes on to the next step; counts it then."""
    part = part_at(run.parts, p)
    step = step_at(run.steps, part.step)
    if step.plain == 0 or choice_of(run, m, part.step).scrap != 0:
        return False
    write(run, _FINISH, m.position, part.order, part.index, 0.0)
    count_step(run, part, step.next)
    return True


@inner
def _send_one(run: Record, i: int) -> None:
    """Let a single unit go, if there is room; what that makes possible happens at once."""
    m = machine_at(run.machines, i)
    p = job_of(run, i).first
    m.sending = 1
    j = _way_out(run, m, p)
    if j >= 0:
        put(run, j, p)
    m.sending = 0
    if j == _STAYS:
        _block(run, i)
    else:
        pull(run, i)


@inner
def _block(run: Record, i: int) -> None:
    """A machine holds finished units, which wait there from now on."""
    m = machine_at(run.machines, i)
    if m.finished == 0:
        p = job_of(run, i).first
        while p >= 0:
            part_at(run.parts, p).queued_s = run.now
            p = part_at(run.parts, p).after
    m.finished = 1
    wait_for_room(run, i)
    note(run, m, BLOCKED)
    if run.may_lock and _is_stuck(run, i):
        run.locked = i


@inner
def _fate(run: Record, m: Record, p: int) -> None:
    """Find out where a unit whose step is done goes."""
    part = part_at(run.parts, p)
    step = step_at(run.steps, part.step)
    share = min(choice_of(run, m, part.step).scrap * m.scrap_effect, 1.0)
    if share > 0 and part_draw(run, part, _SCRAP) < share:
        reject(run, m, p)
    elif step.plain or not _sent_back(run, part, step):
        write(run, _FINISH, m.position, part.order, part.index, 0.0)
        count_step(run, part, step.next)
    elif step.rework_to < 0 or part.reworks >= step.rework_limit:
        reject(run, m, p)
    else:
        write(run, _REWORK_EVENT, m.position, part.order, part.index, 0.0)
        part.reworks += 1
        part.defective = 0
        count_step(run, part, step.rework_to)


@inner
def _sent_back(run: Record, part: Record, step: Record) -> bool:
    """Whether a unit is rejected by the inspection, or by the share of rework."""
    if step.defects > 0 and part_draw(run, part, _DEFECT) < step.defects:
        part.defective = 1
    if step.inspects:
        rejected = step.detects if part.defective else step.false_alarms
        return rejected > 0 and part_draw(run, part, _INSPECTION) < rejected
    return part_draw(run, part, _REWORK) < step.rework_share


@inner
def _is_stuck(run: Record, i: int) -> bool:
    """Whether machines wait for each other for ever, with one that has just blocked (`twin.network.deadlock`)."""
    for k in range(run.n_machines):
        whole_at(run.stuck, run.n_machines + k).value = 0
    whole_at(run.stuck, 0).value = i
    whole_at(run.stuck, run.n_machines + i).value = 1
    count, place = 1, 0
    while place < count:
        count = _add_takers(run, whole_at(run.stuck, place).value, count)
        if count == 0:
            return False
        place += 1
    return True


@inner
def _add_takers(run: Record, i: int, count: int) -> int:
    """Adds the machines that could make room for the units in a blocked one; 0 where it may move without them."""
    m = machine_at(run.machines, i)
    p = job_of(run, i).first
    if m.finished == 0 or p < 0:
        return 0
    while p >= 0:
        part = part_at(run.parts, p)
        if part.step < 0:
            return 0
        ways = whole_at(run.ways_of, part.step * run.n_stations + m.station).value
        for k in range(ways + 1, ways + 1 + whole_at(run.ways, ways).value):
            count = _add_takers_of(run, whole_at(run.ways, k).value, count)
            if count == 0:
                return 0
        p = part.after
    return count


@inner
def _add_takers_of(run: Record, j: int, count: int) -> int:
    """Adds the machines that take from a buffer; 0 where it has room, or one of them will take from it."""
    b = buffer_at(run.buffers, j)
    if list_at(run.lists, j).count < b.capacity:
        return 0
    for t in range(b.takers_first, b.takers_last):
        i = whole_at(run.takers, t).value
        if machine_at(run.machines, i).finished == 0:
            return 0
        if whole_at(run.stuck, run.n_machines + i).value == 0:
            whole_at(run.stuck, run.n_machines + i).value = 1
            whole_at(run.stuck, count).value = i
            count += 1
    return count


@inner
def _send(run: Record, i: int) -> None:
    """Let the units of a finished job go, as far as there is room; what that makes possible happens afterwards."""
    m = machine_at(run.machines, i)
    job = job_of(run, i)
    m.sending = 1
    run.settling = 1
    p = job.first
    while p >= 0:
        following = part_at(run.parts, p).after
        j = _way_out(run, m, p)
        if j >= 0:
            _put_alone(run, j, p)
        p = following
    m.sending = 0
    run.settling = 0
    if job.count > 0:
        _block(run, i)
    else:
        pull(run, i)
    if run.agenda_count > 0:
        _settle(run)


@inner
def _way_out(run: Record, m: Record, p: int) -> int:
    """Let a finished unit leave its machine if there is room.

    Gives the buffer it goes to, `_GONE` where it went to a machine or left the plant, `_STAYS` where there is no room.
    """
    part = part_at(run.parts, p)
    if part.step < 0:
        exit_plant(run, m, p)
        return _GONE
    ways = whole_at(run.ways_of, part.step * run.n_stations + m.station).value
    if _hand_over(run, ways, p):
        return _GONE
    j = _roomiest(run, ways)
    if list_at(run.lists, j).count >= buffer_at(run.buffers, j).capacity:
        return _STAYS
    take_out(run, p)
    return j


@inner
def _roomiest(run: Record, ways: int) -> int:
    """Of the buffers with room, the one with the fewest units; the first one where none has room."""
    first = whole_at(run.ways, ways + 1).value
    count = whole_at(run.ways, ways).value
    if count == 1:
        return first
    best, fewest = -1, 0
    for k in range(ways + 1, ways + 1 + count):
        j = whole_at(run.ways, k).value
        held = list_at(run.lists, j).count
        if held < buffer_at(run.buffers, j).capacity and (best < 0 or held < fewest):
            best, fewest = j, held
    return first if best < 0 else best


@inner
def _hand_over(run: Record, ways: int, p: int) -> bool:
    """Give a unit directly to a machine that waits for one; says whether there was one."""
    part = part_at(run.parts, p)
    for k in range(ways + 1, ways + 1 + whole_at(run.ways, ways).value):
        b = buffer_at(run.buffers, whole_at(run.ways, k).value)
        if b.capacity != 0:
            continue
        for t in range(b.takers_first, b.takers_last):
            i = whole_at(run.takers, t).value
            taker = machine_at(run.machines, i)
            if taker.idle and may_take(run, taker, part):
                take_out(run, p)
                push(run, run.n_buffers + i, p)
                begin_job(run, i)
                return True
    return False


@inlined_inner
def _into(run: Record, j: int, p: int) -> None:
    """A unit comes into a buffer."""
    part = part_at(run.parts, p)
    part.queued_s = run.now
    part.ready_s = run.now + buffer_at(run.buffers, j).transport_s
    push(run, j, p)


@inlined_inner
def _waits_for(m: Record, ready_s: float) -> bool:
    return m.idle > 0 and (ready_s < m.wake_s or m.batch > 0)


@inner
def put(run: Record, j: int, p: int) -> None:
    """A unit comes into a buffer; a machine that waits for it takes it, or will when it has crossed."""
    _into(run, j, p)
    b, ready_s = buffer_at(run.buffers, j), part_at(run.parts, p).ready_s
    for t in range(b.takers_first, b.takers_last):
        i = whole_at(run.takers, t).value
        if _waits_for(machine_at(run.machines, i), ready_s):
            pull(run, i)
            if list_at(run.lists, j).last != p:
                return


@inner
def _put_alone(run: Record, j: int, p: int) -> None:
    """`put` while everything settles."""
    _into(run, j, p)
    b, ready_s = buffer_at(run.buffers, j), part_at(run.parts, p).ready_s
    for t in range(b.takers_first, b.takers_last):
        i = whole_at(run.takers, t).value
        if _waits_for(machine_at(run.machines, i), ready_s):
            _pull_alone(run, i)
            if list_at(run.lists, j).last != p:
                return


@inner
def pull(run: Record, i: int) -> None:
    """An empty machine takes its next job; whoever was blocked by that moves up, and so on."""
    _pull_alone(run, i)
    if run.settling == 0:
        if run.agenda_count > 0:
            _settle(run)
        if run.drained:
            close_machines(run)


@inner
def _pull_alone(run: Record, i: int) -> None:
    """An empty machine takes its next job, and nothing else happens."""
    m = machine_at(run.machines, i)
    m.wake_s = inf
    stop_timer(run, i)
    m.idle = 1
    next_job(run, i)
    if job_of(run, i).count > 0:
        begin_job(run, i)
        return
    if m.wake_s < inf:
        set_machine_timer(run, i, m.wake_s, ARRIVAL, ARRIVAL_TIMER)
    if run.drained and m.closed == 0:
        close_machines(run)
    note(run, m, NO_ORDER if m.closed else STARVED)


@inner
def _settle(run: Record) -> None:
    """Let everything happen that room in buffers and empty machines have made possible."""
    run.settling = 1
    while run.agenda_count > 0:
        what = next_to_look_at(run)
        if what < run.n_buffers:
            _fill(run, what)
        else:
            i = what - run.n_buffers
            if job_of(run, i).count == 0 and machine_at(run.machines, i).sending == 0:
                _pull_alone(run, i)
    run.settling = 0


@inner
def _fill(run: Record, j: int) -> None:
    """There is room in a buffer: whoever waits longest moves up (in an overfull one, one for one)."""
    b, held = buffer_at(run.buffers, j), list_at(run.lists, j)
    b.capacity = b.places + b.excess
    waiting = b.waiting
    for k in range(waiting):
        whole_at(run.waiting_now, k).value = whole_at(run.waiting, b.waiting_first + k).value
    for k in range(waiting):
        if held.count >= b.capacity:
            break
        i = whole_at(run.waiting_now, k).value
        if place_in(run, b, i) >= 0:
            _move_up(run, i, j)
    b.capacity = b.places
    b.excess = max(held.count - b.capacity, 0) if b.excess > 0 else 0


@inner
def _move_up(run: Record, i: int, j: int) -> None:
    """The units in machine `i` that can go by buffer `j` go on, as far as there is room."""
    m = machine_at(run.machines, i)
    m.sending = 1
    count, p = 0, job_of(run, i).first
    while p >= 0:
        whole_at(run.moving, count).value = p
        count += 1
        p = part_at(run.parts, p).after
    for k in range(count):
        p = whole_at(run.moving, k).value
        part = part_at(run.parts, p)
        if part.where == run.n_buffers + i and leads_to(run, m.station, part.step, j):
            way = _way_out(run, m, p)
            if way >= 0:
                _put_alone(run, way, p)
    m.sending = 0
    if job_of(run, i).count == 0:
        m.finished = 0
        look_at(run, run.n_buffers + i)
    unblock(run, i)
