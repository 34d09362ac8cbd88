"""Machines that hold units and wait for each other for ever, found when one blocks (`twin.network.deadlock`).

Used by `flow`.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from twin.compiled.jit import inner
from twin.compiled.layout import Record
from twin.compiled.network.access import buffer_at, list_at, machine_at, part_at, whole_at
from twin.compiled.network.lists import job_of


@inner
def is_stuck(run: Record, i: int) -> bool:
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
        if part.called or part.step < 0:
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
    if list_at(run.lists, j).count + b.reserved < b.capacity:
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
