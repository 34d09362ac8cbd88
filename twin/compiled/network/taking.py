"""What a machine takes next: from buffers, straight from blocked machines, from outside; one by one or in batches.

Used by `twin.compiled.network.flow` (the functions of `twin.network.flow` that are under `_next_job`). What is taken is
put into the machine; nothing else happens.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from math import inf

from twin.compiled.jit import inner
from twin.compiled.layout import Record
from twin.compiled.network.access import buffer_at, list_at, lot_at, machine_at, part_at, step_at, whole_at
from twin.compiled.network.dispatch import chosen
from twin.compiled.network.entry import from_outside, outside
from twin.compiled.network.layout import ANY, FIFO, STEP_NAME
from twin.compiled.network.lists import drop_part, job_of, look_at, push, take_out, unblock
from twin.compiled.network.turns import may_take


@inner
def next_job(run: Record, i: int) -> None:
    """What a machine takes up now, taken out of where it was; `wake_s` is set where something comes later."""
    m = machine_at(run.machines, i)
    if m.only >= 0:
        _first_of(run, m, m.only)
    elif m.batch:
        _next_batch(run, m)
    elif m.rule == FIFO:
        if not _longest_waiting(run, m) and m.entry:
            _put_into(run, m, from_outside(run, m, -1))
    else:
        _by_rule(run, m)


@inner
def _put_into(run: Record, m: Record, p: int) -> None:
    if p >= 0:
        push(run, run.n_buffers + m.position, p)


@inner
def _first_of(run: Record, m: Record, j: int) -> None:
    """The first unit of a buffer from which everything can be taken."""
    b = buffer_at(run.buffers, j)
    if b.capacity == 0:
        _from_blocked(run, m, b)
        return
    p = list_at(run.lists, j).first
    if p < 0:
        return
    ready_s = part_at(run.parts, p).ready_s
    if ready_s > run.now:
        m.wake_s = ready_s
        return
    take_out(run, p)
    taken_from(run, j)
    _put_into(run, m, p)


@inner
def taken_from(run: Record, j: int) -> None:
    """A unit was taken out of a buffer."""
    b = buffer_at(run.buffers, j)
    if b.waiting > 0:
        look_at(run, j)
    elif b.excess > 0:
        b.excess = max(list_at(run.lists, j).count - b.capacity, 0)


@inner
def _from_blocked(run: Record, m: Record, b: Record) -> None:
    """A unit straight from a machine that holds it, the longest waiting first."""
    for k in range(b.waiting):
        up = whole_at(run.waiting, b.waiting_first + k).value
        p = job_of(run, up).first
        while p >= 0:
            part = part_at(run.parts, p)
            if part.called == 0 and part.step >= 0 and may_take(run, m, part):
                _release(run, up, p)
                _put_into(run, m, p)
                return
            p = part.after


@inner
def _release(run: Record, up: int, p: int) -> None:
    """A unit is taken out of the machine that held it."""
    take_out(run, p)
    if job_of(run, up).count == 0:
        machine_at(run.machines, up).finished = 0
        look_at(run, run.n_buffers + up)
    unblock(run, up)


@inner
def _fetch(run: Record, m: Record, p: int) -> None:
    """Take a unit out of where it waits, into a machine."""
    part = part_at(run.parts, p)
    where = part.where
    if where >= run.n_buffers:
        _release(run, where - run.n_buffers, p)
    else:
        take_out(run, p)
        taken_from(run, where)
    _put_into(run, m, p)


@inner
def _waiting_parts(run: Record, m: Record) -> int:
    """Units that a machine could take now, as candidates; `wake_s` is set to when the next comes. Gives how many."""
    count = 0
    for k in range(m.inputs_first, m.inputs_last):
        j = whole_at(run.inputs, k).value
        b = buffer_at(run.buffers, j)
        if b.capacity == 0:
            count = _held_for(run, m, b, count)
            continue
        p = list_at(run.lists, j).first
        while p >= 0:
            part = part_at(run.parts, p)
            if part.ready_s > run.now:
                m.wake_s = min(m.wake_s, part.ready_s)
                break
            if may_take(run, m, part):
                whole_at(run.candidates, count).value = p
                count += 1
            p = part.after
    return count


@inner
def _held_for(run: Record, m: Record, b: Record, count: int) -> int:
    """Adds the units that blocked machines hold for a buffer without places to the candidates."""
    for k in range(b.waiting):
        p = job_of(run, whole_at(run.waiting, b.waiting_first + k).value).first
        while p >= 0:
            part = part_at(run.parts, p)
            if part.called == 0 and part.step >= 0 and may_take(run, m, part):
                whole_at(run.candidates, count).value = p
                count += 1
            p = part.after
    return count


@inner
def _longest_waiting(run: Record, m: Record) -> bool:
    """Take the unit in front of a machine that came first; says whether there was one."""
    count = _waiting_parts(run, m)
    best, since = -1, inf
    for k in range(count):
        p = whole_at(run.candidates, k).value
        queued_s = part_at(run.parts, p).queued_s
        if best < 0 or queued_s < since:
            best, since = p, queued_s
    if best >= 0:
        _fetch(run, m, best)
    return best >= 0


@inner
def _by_rule(run: Record, m: Record) -> None:
    """The best unit by a machine's dispatch rule, of those in front of it and those that may enter."""
    waiting = _waiting_parts(run, m)
    count = waiting
    if m.entry:
        count = _admitted(run, m, waiting, outside(run, m, waiting))
    if count == 0:
        return
    best = chosen(run, m, run.candidates, count)
    p = whole_at(run.candidates, best).value
    order = part_at(run.parts, p).order
    for k in range(waiting, count):
        drop_part(run, whole_at(run.candidates, k).value)
    if best < waiting:
        _fetch(run, m, p)
        return
    p = from_outside(run, m, order)
    if p >= 0:
        _put_into(run, m, p)


@inner
def _admitted(run: Record, m: Record, first: int, last: int) -> int:
    """Drop the units outside that a machine may not take; gives how many candidates are left."""
    count = first
    for k in range(first, last):
        p = whole_at(run.candidates, k).value
        if may_take(run, m, part_at(run.parts, p)):
            whole_at(run.candidates, count).value = p
            count += 1
        else:
            drop_part(run, p)
    return count


@inner
def _mixes(run: Record, m: Record, part: Record) -> int:
    """Units with the same number may share a batch."""
    if m.mix == ANY:
        return 0
    if m.mix == STEP_NAME:
        return step_at(run.steps, part.step).name
    product = -1 if run.n_lots > 0 else 0
    if part.order >= 0:
        product = lot_at(run.lots, part.order).product
    return (product + 1) * run.n_steps + part.step


@inner
def _gather(run: Record, m: Record, count: int, first: int) -> int:
    """The candidates from place `first` on that may share a batch with that one, into `group`; gives how many."""
    mixes = _mixes(run, m, part_at(run.parts, whole_at(run.candidates, first).value))
    size = 0
    for k in range(first, count):
        p = whole_at(run.candidates, k).value
        if _mixes(run, m, part_at(run.parts, p)) == mixes:
            whole_at(run.group, size).value = p
            size += 1
    return size


@inner
def _is_first(run: Record, m: Record, place: int) -> bool:
    """Whether no candidate before a place may share a batch with the one there."""
    mixes = _mixes(run, m, part_at(run.parts, whole_at(run.candidates, place).value))
    for k in range(place):
        p = whole_at(run.candidates, k).value
        if _mixes(run, m, part_at(run.parts, p)) == mixes:
            return False
    return True


@inner
def _next_batch(run: Record, m: Record) -> None:
    """A batch, when enough units are there or have waited long enough."""
    count = _waiting_parts(run, m)
    groups = 0
    for k in range(count):
        if not _is_first(run, m, k):
            continue
        size = _gather(run, m, count, k)
        begins_s = inf
        if m.wait_s >= 0:
            begins_s = _earliest(run, size) + m.wait_s
        if size >= m.minimum or run.now >= begins_s:
            whole_at(run.firsts, groups).value = whole_at(run.group, chosen(run, m, run.group, size)).value
            whole_at(run.taken, groups).value = k
            groups += 1
        else:
            m.wake_s = min(m.wake_s, begins_s)
    if groups > 0:
        best = chosen(run, m, run.firsts, groups)
        _fetch_batch(run, m, _gather(run, m, count, whole_at(run.taken, best).value))
    elif m.entry:
        _batch_from_outside(run, m)


@inner
def _earliest(run: Record, size: int) -> float:
    """When the first unit of the group came."""
    since = inf
    for k in range(size):
        since = min(since, part_at(run.parts, whole_at(run.group, k).value).queued_s)
    return since


@inner
def _fetch_batch(run: Record, m: Record, size: int) -> None:
    """The best of the group, as many as go in."""
    room = m.maximum
    while size > 0 and room > 0:
        best = chosen(run, m, run.group, size)
        _fetch(run, m, whole_at(run.group, best).value)
        size -= 1
        room -= 1
        for k in range(best, size):
            whole_at(run.group, k).value = whole_at(run.group, k + 1).value


@inner
def _batch_from_outside(run: Record, m: Record) -> None:
    """A batch of units of one order that may enter: as many as go in, or the last of the order."""
    for _ in range(m.maximum):
        p = from_outside(run, m, -1)
        if p < 0:
            return
        part = part_at(run.parts, p)
        _put_into(run, m, p)
        if part.order >= 0 and lot_at(run.lots, part.order).started >= lot_at(run.lots, part.order).quantity:
            return
