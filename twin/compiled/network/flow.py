"""How units move: where a finished one goes, who takes it, who moves up when there is room (`twin.network.flow`).

Used by `twin.compiled.network.events` and `stops`. The reference engine calls `_pull` and `_put` again from within
`_settle`; here those calls have functions of their own (`…_alone`), so that no kernel calls itself.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from math import inf

from twin.compiled.jit import inlined_inner, inner, only_with
from twin.compiled.layout import Record
from twin.compiled.network.access import buffer_at, list_at, machine_at, part_at, whole_at
from twin.compiled.network.care import care_for
from twin.compiled.network.counting import (
    BLOCKED,
    NO_ORDER,
    STARVED,
    close_machines,
    count_good,
    exit_plant,
    note,
    resting_code,
    turn_moves,
)
from twin.compiled.network.crews import leave, start_segment
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
from twin.compiled.network.locking import is_stuck
from twin.compiled.network.quality import decide, goes_on
from twin.compiled.network.supply import cross, supply
from twin.compiled.network.taking import next_job
from twin.compiled.network.timers import ARRIVAL, ARRIVAL_TIMER, set_machine_timer, stop_timer
from twin.compiled.network.turns import may_take
from twin.compiled.network.vehicles import call_vehicle
from twin.compiled.network.wear import after_job
from twin.compiled.network.work import take_up

_STAYS, _GONE, _HANDED_OVER = -1, -2, -3
"""A unit that finds no room; one that has left the plant; less the number of a machine: one that is in that machine."""
_HINDERED, _CLEAR, _SUPPLIED = 0, 1, 2


@inner
def on_finished(run: Record, i: int) -> None:
    """The work on a job is done: its units are scrapped, sent back, or go on."""
    m = machine_at(run.machines, i)
    job = job_of(run, i)
    m.running = 0
    m.operated += run.now - m.segment_s
    m.processed += job.count
    m.nominal_s += m.mean
    if m.skill >= 0:
        leave(run, i)
    after_job(run, m, job.count)
    if job.count == 1 and goes_on(run, m, job.first):
        _send_one(run, i)
        return
    p = job.first
    while p >= 0:
        following = part_at(run.parts, p).after
        decide(run, m, p)
        p = following
    _send(run, i)


@inner
def _send_one(run: Record, i: int) -> None:
    """Let a single unit go, if there is room; what that makes possible happens at once."""
    m = machine_at(run.machines, i)
    p = job_of(run, i).first
    m.sending = 1
    run.sent = p
    j = _way_out(run, i, p)
    if j >= 0:
        put(run, j, p)
    elif j <= _HANDED_OVER:
        _begin(run, _HANDED_OVER - j)
    m.sending = 0
    run.sent = -1
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
    if run.drained and run.settling == 0:
        close_machines(run)
    if run.may_lock and is_stuck(run, i):
        run.locked = i


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
        run.sent = p
        _send_alone(run, i, p)
        p = following
    m.sending = 0
    run.sent = -1
    run.settling = 0
    if job.count > 0:
        _block(run, i)
    else:
        pull(run, i)
    if run.agenda_count > 0:
        _settle(run)


@inner
def _send_alone(run: Record, i: int, p: int) -> None:
    """Let a unit go, if there is room, while everything settles."""
    j = _way_out(run, i, p)
    if j >= 0:
        _put_alone(run, j, p)
    elif j <= _HANDED_OVER:
        _begin_alone(run, _HANDED_OVER - j)


@inner
def _way_out(run: Record, i: int, p: int) -> int:
    """Let a finished unit leave machine `i` if there is room.

    Gives the buffer it goes to; `_GONE` where it left the plant; `_HANDED_OVER` less the machine in which it is now;
    `_STAYS` where there is no room or a vehicle will fetch it.
    """
    m, part = machine_at(run.machines, i), part_at(run.parts, p)
    if part.step < 0:
        exit_plant(run, m, p)
        return _GONE
    ways = whole_at(run.ways_of, part.step * run.n_stations + m.station).value
    taker = _taker(run, ways, part)
    if taker >= 0:
        take_out(run, p)
        push(run, run.n_buffers + taker, p)
        return _HANDED_OVER - taker
    j = _roomiest(run, ways)
    b = buffer_at(run.buffers, j)
    if list_at(run.lists, j).count + b.reserved >= b.capacity:
        return _STAYS
    if b.fleet >= 0:
        b.reserved += 1
        call_vehicle(run, i, p, j)
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
        held = list_at(run.lists, j).count + buffer_at(run.buffers, j).reserved
        if held < buffer_at(run.buffers, j).capacity and (best < 0 or held < fewest):
            best, fewest = j, held
    return first if best < 0 else best


@inner
def _taker(run: Record, ways: int, part: Record) -> int:
    """The machine to which a unit is handed over directly, of those that wait for one; -1 where none does."""
    for k in range(ways + 1, ways + 1 + whole_at(run.ways, ways).value):
        b = buffer_at(run.buffers, whole_at(run.ways, k).value)
        if b.capacity != 0:
            continue
        for t in range(b.takers_first, b.takers_last):
            i = whole_at(run.takers, t).value
            taker = machine_at(run.machines, i)
            if taker.idle and may_take(run, taker, part):
                return i
    return -1


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
    if b.kit:
        count_good(run, part_at(run.parts, p))
        if b.transport_s > 0:
            cross(run, j)
        else:
            retry(run, j)
        return
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
    if b.kit:
        count_good(run, part_at(run.parts, p))
        if b.transport_s > 0:
            cross(run, j)
        else:
            _retry_alone(run, j)
        return
    for t in range(b.takers_first, b.takers_last):
        i = whole_at(run.takers, t).value
        if _waits_for(machine_at(run.machines, i), ready_s):
            _pull_alone(run, i)
            if list_at(run.lists, j).last != p:
                return


@only_with("materials")
def retry(run: Record, j: int) -> None:
    """Components lie ready in a buffer: machines that lack some try again."""
    b = buffer_at(run.buffers, j)
    for t in range(b.takers_first, b.takers_last):
        i = whole_at(run.takers, t).value
        if machine_at(run.machines, i).short:
            go_on(run, i)


@only_with("materials")
def _retry_alone(run: Record, j: int) -> None:
    """`retry` while everything settles."""
    b = buffer_at(run.buffers, j)
    for t in range(b.takers_first, b.takers_last):
        i = whole_at(run.takers, t).value
        if machine_at(run.machines, i).short:
            _go_on_alone(run, i)


@inner
def _way_clear(run: Record, i: int) -> int:
    """Whether anything is in the way of the job in a machine; `_SUPPLIED`: it took what it needs just now."""
    m = machine_at(run.machines, i)
    if m.down > 0 or m.off:
        note(run, m, resting_code(run, m))
        return _HINDERED
    if m.supplied:
        return _CLEAR
    if supply(run, i):
        return _SUPPLIED
    m.short = 1
    note(run, m, STARVED)
    return _HINDERED


@inner
def go_on(run: Record, i: int) -> None:
    """Begin, or go on with, the job in a machine, as far as nothing is in the way."""
    way = _way_clear(run, i)
    if way == _SUPPLIED and run.agenda_count > 0 and run.settling == 0:
        _settle(run)
    if way != _HINDERED:
        machine_at(run.machines, i).short = 0
        start_segment(run, i)


@inner
def _go_on_alone(run: Record, i: int) -> None:
    """`go_on` while everything settles."""
    if _way_clear(run, i) != _HINDERED:
        machine_at(run.machines, i).short = 0
        start_segment(run, i)


@inner
def _begin(run: Record, i: int) -> None:
    """Machine `i` begins with the units that are in it."""
    take_up(run, i)
    go_on(run, i)
    turn_moves(run)


@inner
def _begin_alone(run: Record, i: int) -> None:
    """`_begin` while everything settles."""
    take_up(run, i)
    _go_on_alone(run, i)
    turn_moves(run)


@inner
def pull(run: Record, i: int) -> None:
    """An empty machine takes its next job; whoever was blocked by that moves up, and so on."""
    if _finds_job(run, i):
        _begin(run, i)
    if run.settling == 0:
        if run.agenda_count > 0:
            _settle(run)
        if run.drained:
            close_machines(run)


@inner
def _pull_alone(run: Record, i: int) -> None:
    """An empty machine takes its next job, and nothing else happens."""
    if _finds_job(run, i):
        _begin_alone(run, i)


@inner
def _finds_job(run: Record, i: int) -> bool:
    """Whether an empty machine has taken up a job; where not, what it waits for."""
    m = machine_at(run.machines, i)
    m.wake_s = inf
    stop_timer(run, i)
    if m.off or m.service >= 0:
        m.idle = 0
        note(run, m, STARVED)
        return False
    if care_for(run, i):
        return False
    m.idle = 1
    next_job(run, i)
    if job_of(run, i).count > 0:
        return True
    if m.wake_s < inf:
        set_machine_timer(run, i, m.wake_s, ARRIVAL, ARRIVAL_TIMER)
    if run.drained and m.closed == 0:
        close_machines(run)
    note(run, m, NO_ORDER if m.closed else STARVED)
    return False


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
            m = machine_at(run.machines, i)
            if job_of(run, i).count == 0 and m.sending == 0 and m.service < 0:
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
        if held.count + b.reserved >= b.capacity:
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
        if part.where == run.n_buffers + i and part.called == 0 and leads_to(run, m.station, part.step, j):
            _send_alone(run, i, p)
    m.sending = 0
    if job_of(run, i).count == 0:
        m.finished = 0
        look_at(run, run.n_buffers + i)
    unblock(run, i)
