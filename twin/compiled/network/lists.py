"""Lists of a network: units in buffers and machines, machines that wait for room, and what is still to be looked at.

Used by the other kernels. A unit is in one list at most and is taken out of it in one step, wherever it stands.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from twin.compiled.jit import inlined_inner, inner
from twin.compiled.layout import Record
from twin.compiled.network.access import buffer_at, list_at, machine_at, part_at, whole_at


@inlined_inner
def new_part(run: Record, order: int, index: int, step: int) -> int:
    """A unit that comes into being now."""
    p = run.free
    part = part_at(run.parts, p)
    run.free = part.after
    run.free_parts -= 1
    part.order, part.index, part.step = order, index, step
    part.entered_s = part.queued_s = run.now
    part.ready_s = 0.0
    part.reworks = part.defective = 0
    part.where = -1
    part.called = 0
    return p


@inlined_inner
def drop_part(run: Record, p: int) -> None:
    """A unit that is in no list is no more."""
    part_at(run.parts, p).after = run.free
    run.free = p
    run.free_parts += 1


@inner
def push(run: Record, where: int, p: int) -> None:
    """A unit comes to the end of a list."""
    row, part = list_at(run.lists, where), part_at(run.parts, p)
    part.where, part.before, part.after = where, row.last, -1
    if row.last >= 0:
        part_at(run.parts, row.last).after = p
    else:
        row.first = p
    row.last = p
    row.count += 1


@inner
def take_out(run: Record, p: int) -> None:
    """A unit leaves the list it is in."""
    part = part_at(run.parts, p)
    row = list_at(run.lists, part.where)
    if part.before >= 0:
        part_at(run.parts, part.before).after = part.after
    else:
        row.first = part.after
    if part.after >= 0:
        part_at(run.parts, part.after).before = part.before
    else:
        row.last = part.before
    row.count -= 1
    part.where = -1


@inlined_inner
def job_of(run: Record, i: int) -> Record:
    """The list of the units in machine `i`."""
    return list_at(run.lists, run.n_buffers + i)


@inner
def wait_for_room(run: Record, i: int) -> None:
    """Machine `i` waits at every buffer its units could go to."""
    m = machine_at(run.machines, i)
    p = job_of(run, i).first
    while p >= 0:
        part = part_at(run.parts, p)
        if part.called == 0 and part.step >= 0:
            first = whole_at(run.ways_of, part.step * run.n_stations + m.station).value
            for k in range(first + 1, first + 1 + whole_at(run.ways, first).value):
                _wait_at(run, buffer_at(run.buffers, whole_at(run.ways, k).value), i)
        p = part.after


@inner
def _wait_at(run: Record, b: Record, i: int) -> None:
    if place_in(run, b, i) < 0:
        whole_at(run.waiting, b.waiting_first + b.waiting).value = i
        b.waiting += 1


@inner
def place_in(run: Record, b: Record, i: int) -> int:
    """Place of machine `i` among those that wait for a buffer; -1 where it does not."""
    for k in range(b.waiting):
        if whole_at(run.waiting, b.waiting_first + k).value == i:
            return k
    return -1


@inner
def leads_to(run: Record, station: int, step: int, b: int) -> bool:
    """Whether units go from a station to a step by buffer `b`."""
    first = whole_at(run.ways_of, step * run.n_stations + station).value
    found = False
    for k in range(first + 1, first + 1 + whole_at(run.ways, first).value):
        found |= whole_at(run.ways, k).value == b
    return found


@inner
def unblock(run: Record, i: int) -> None:
    """Machine `i` waits no longer at buffers to which none of its units go."""
    m = machine_at(run.machines, i)
    for k in range(m.leads_first, m.leads_last):
        j = whole_at(run.leads, k).value
        b = buffer_at(run.buffers, j)
        if b.waiting > 0:
            place = place_in(run, b, i)
            if place >= 0 and not _wanted(run, i, m.station, j):
                b.waiting -= 1
                for n in range(b.waiting_first + place, b.waiting_first + b.waiting):
                    whole_at(run.waiting, n).value = whole_at(run.waiting, n + 1).value


@inner
def _wanted(run: Record, i: int, station: int, b: int) -> bool:
    p = job_of(run, i).first
    while p >= 0:
        part = part_at(run.parts, p)
        if part.called == 0 and part.step >= 0 and leads_to(run, station, part.step, b):
            return True
        p = part.after
    return False


@inner
def look_at(run: Record, what: int) -> None:
    """A buffer, or a machine (its number after those of the buffers), is to be looked at (`flow.settle`)."""
    place = (run.agenda_first + run.agenda_count) & (run.agenda_size - 1)
    whole_at(run.agenda, place).value = what
    run.agenda_count += 1


@inlined_inner
def next_to_look_at(run: Record) -> int:
    """What is to be looked at next."""
    what = whole_at(run.agenda, run.agenda_first).value
    run.agenda_first = (run.agenda_first + 1) & (run.agenda_size - 1)
    run.agenda_count -= 1
    return what
