"""What a job needs before its work begins: components and material, reorder points, deliveries (`twin.network.supply`).

Used by `flow`. What one job needs is added up in `wanted`, `kinds` and `used`, which are 0 between two calls.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from math import inf

import numpy as np

from twin.compiled.jit import inner, only_with
from twin.compiled.layout import Record
from twin.compiled.network.access import (
    coming_at,
    list_at,
    machine_at,
    material_at,
    number_at,
    part_at,
    step_at,
    time_at,
    whole_at,
)
from twin.compiled.network.counting import count_step, count_wip, leave_plant, write
from twin.compiled.network.lists import job_of, take_out
from twin.compiled.network.taking import taken_from
from twin.compiled.network.timers import ARRIVAL, next_rank, set_ranked
from twin.compiled.network.work import draw
from twin.compiled.sampling import ppf
from twin.draws import Purpose
from twin.log import EventKind

_BUILT_IN, _DELIVERY = int(EventKind.BUILT_IN), int(EventKind.DELIVERY)
_SUPPLY = int(Purpose.SUPPLY)
_ORDERED = np.uint64(0)


@only_with("materials", otherwise=True)
def supply(run: Record, i: int) -> bool:
    """Take what the job in machine `i` needs, if all of it is there; says whether it was."""
    m = machine_at(run.machines, i)
    kinds = _add_up(run, i)
    there = True
    for n in range(kinds):
        kit = whole_at(run.kinds, n).value
        there &= _ready(run, m, kit) >= whole_at(run.wanted, kit).value
    for material in range(run.n_materials):
        there &= material_at(run.materials, material).stock >= number_at(run.used, run.n_uses + material).value
    if there:
        m.supplied = 1
        _take(run, m, kinds)
    for n in range(kinds):
        whole_at(run.wanted, whole_at(run.kinds, n).value).value = 0
    for material in range(run.n_materials):
        number_at(run.used, run.n_uses + material).value = 0.0
    return there


@inner
def _add_up(run: Record, i: int) -> int:
    """What the units of a job need together; gives how many kinds of components."""
    kinds, p = 0, job_of(run, i).first
    while p >= 0:
        part = part_at(run.parts, p)
        step = step_at(run.steps, part.step)
        for k in range(step.components_first, step.components_last, 2):
            kit = whole_at(run.components, k).value
            if whole_at(run.wanted, kit).value == 0:
                whole_at(run.kinds, kinds).value = kit
                kinds += 1
            whole_at(run.wanted, kit).value += whole_at(run.components, k + 1).value
        for k in range(step.uses_first, step.uses_last):
            material = whole_at(run.uses, k).value
            number_at(run.used, run.n_uses + material).value += number_at(run.used, k).value
        p = part.after
    return kinds


@inner
def _ready(run: Record, m: Record, kit: int) -> int:
    """How many components of one kind lie ready for a machine."""
    count = 0
    for k in range(m.kits_first, m.kits_last):
        p = list_at(run.lists, whole_at(run.kits, k).value).first
        while p >= 0:
            part = part_at(run.parts, p)
            count += part.step == kit and part.ready_s <= run.now
            p = part.after
    return count


@inner
def _longest(run: Record, m: Record, kit: int) -> int:
    """Of the components of one kind that lie ready for a machine, the one that came first."""
    best, since = -1, 0.0
    for k in range(m.kits_first, m.kits_last):
        p = list_at(run.lists, whole_at(run.kits, k).value).first
        while p >= 0:
            part = part_at(run.parts, p)
            if part.step == kit and part.ready_s <= run.now and (best < 0 or part.queued_s < since):
                best, since = p, part.queued_s
            p = part.after
    return best


@inner
def _take(run: Record, m: Record, kinds: int) -> None:
    """Take what a job needs."""
    for n in range(kinds):
        kit = whole_at(run.kinds, n).value
        for _ in range(whole_at(run.wanted, kit).value):
            _build_in(run, m, _longest(run, m, kit))
    p = job_of(run, m.position).first
    while p >= 0:
        part = part_at(run.parts, p)
        step = step_at(run.steps, part.step)
        for k in range(step.uses_first, step.uses_last):
            material = whole_at(run.uses, k).value
            amount = number_at(run.used, run.n_uses + material).value
            number_at(run.used, run.n_uses + material).value = 0.0
            if amount > 0:
                material_at(run.materials, material).stock -= amount
                _reorder(run, material)
        p = part.after


@inner
def _build_in(run: Record, m: Record, p: int) -> None:
    """A component is built in and is a unit of its own no more."""
    part = part_at(run.parts, p)
    where = part.where
    write(run, _BUILT_IN, m.position, part.order, part.index, 0.0)
    count_wip(run, -1)
    count_step(run, part, -1)
    take_out(run, p)
    taken_from(run, where)
    leave_plant(run, p)


@only_with("materials")
def cross(run: Record, j: int) -> None:
    """A component has come onto a conveyor; the timer of the buffer rings when the first one gets to its end."""
    p = list_at(run.lists, j).last
    part = part_at(run.parts, p)
    part.crossing = next_rank(run, part.ready_s, ARRIVAL)
    if part.ready_s < number_at(run.at, run.kit_timers + j).value:
        set_ranked(run, run.kit_timers + j, part.ready_s, part.crossing)


@only_with("materials")
def await_next_crossing(run: Record, j: int) -> None:
    """The timer of a buffer rings when the next component gets to the end of the conveyor."""
    at_s, rank, p = inf, 0, list_at(run.lists, j).first
    while p >= 0:
        part = part_at(run.parts, p)
        if part.ready_s > run.now and part.ready_s < at_s:
            at_s, rank = part.ready_s, part.crossing
        p = part.after
    if at_s < inf:
        set_ranked(run, run.kit_timers + j, at_s, rank)


@inner
def _reorder(run: Record, n: int) -> None:
    """Order more when stock on hand and on order has fallen to the point."""
    material = material_at(run.materials, n)
    if material.lead < 0:
        return
    while material.stock + _on_order(run, material) <= material.point:
        u = draw(run, material.ordered, material.entity, _ORDERED, _SUPPLY)
        at_s = run.now + ppf(time_at(run.times, material.lead), run.table, u)
        material.ordered += 1
        _expect(run, material, at_s)
        _await_delivery(run, n)


@inner
def _on_order(run: Record, material: Record) -> float:
    total, c = 0.0, material.first
    while c >= 0:
        coming = coming_at(run.comings, c)
        if coming.number < 0:
            total += coming.quantity
        c = coming.after
    return total


@inner
def _expect(run: Record, material: Record, at_s: float) -> None:
    """What was ordered just now is under way."""
    c = run.free_coming
    coming = coming_at(run.comings, c)
    run.free_coming = coming.after
    coming.quantity, coming.at_s, coming.since_s = material.quantity, at_s, run.now
    coming.number, coming.after = -material.ordered, -1
    coming.rank = next_rank(run, at_s, ARRIVAL)
    if material.last >= 0:
        coming_at(run.comings, material.last).after = c
    else:
        material.first = c
    material.last = c


@inner
def _await_delivery(run: Record, n: int) -> None:
    """The timer of a material rings for the next delivery under way."""
    at_s, rank, c = inf, 0, material_at(run.materials, n).first
    while c >= 0:
        coming = coming_at(run.comings, c)
        due_s = max(coming.at_s, run.now)
        if due_s < at_s or (due_s == at_s and coming.rank < rank):
            at_s, rank = due_s, coming.rank
        c = coming.after
    if at_s < inf:
        set_ranked(run, run.material_timers + n, at_s, rank)


@only_with("materials")
def deliver(run: Record, n: int) -> None:
    """The delivery for which the timer of a material rang has come."""
    material = material_at(run.materials, n)
    before, c = -1, material.first
    while coming_at(run.comings, c).rank != whole_at(run.rank, run.material_timers + n).value:
        before, c = c, coming_at(run.comings, c).after
    coming = coming_at(run.comings, c)
    if before >= 0:
        coming_at(run.comings, before).after = coming.after
    else:
        material.first = coming.after
    if material.last == c:
        material.last = before
    material.stock += coming.quantity
    write(run, _DELIVERY, -1, n, -1, coming.quantity)
    coming.after = run.free_coming
    run.free_coming = c
    _reorder(run, n)
    _await_delivery(run, n)
