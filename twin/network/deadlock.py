"""Deadlock: machines that hold units and wait for each other for ever, found when it happens and told in words.

Used by `twin.network.flow` (a machine blocks) and `twin.network.engine` (nothing is left to happen). A machine is stuck
when no unit in it has room anywhere it could go, and every machine that could make room there is stuck as well. Plants
in which buffers with an end form no circle are not looked at.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from plants.errors import Deadlock
from twin.network.lowering import EXIT, LoweredNetwork
from twin.network.working import BufferRun, MachineRun, PartRun
from twin.working import CONDITION_OF

if TYPE_CHECKING:
    from twin.network.floor import Floor


def may_lock(net: LoweredNetwork, limit: int | None) -> bool:
    """Whether stations can wait for each other in a circle: over buffers that may be full (`limit`: most units)."""
    after: dict[int, set[int]] = {}
    for (station, _), ways in net.ways.items():
        buffers = [net.buffers[i] for i in ways]
        if all(limit is None or b.capacity < limit for b in buffers):
            after.setdefault(station, set()).update(s for b in buffers for s in b.downstream)
    return any(station in _reached(after, station) for station in after)


def _reached(after: dict[int, set[int]], start: int) -> set[int]:
    found: set[int] = set()
    ahead = [start]
    while ahead:
        new = after.get(ahead.pop(), set()) - found
        found |= new
        ahead += new
    return found


def stuck_with(floor: "Floor", m: MachineRun) -> list[MachineRun]:
    """The machines that wait for each other for ever, with one that has just blocked; none where it has hope."""
    stuck = [m]
    for held in stuck:
        takers = _takers(floor, held)
        if takers is None:
            return []
        stuck += [t for t in takers if t not in stuck]
    return stuck


def _takers(floor: "Floor", m: MachineRun) -> list[MachineRun] | None:
    """Machines that could make room for the units in a blocked one; None where it may move without them."""
    if not m.finished or not m.job:
        return None
    found: dict[int, MachineRun] = {}
    for part in m.job:
        if part.task is not None or part.step == EXIT:
            return None
        for b in floor.ways[m.station, part.step]:
            if len(b.queue) + b.reserved < b.capacity or not all(t.finished for t in b.takers):
                return None
            found |= {t.position: t for t in b.takers}
    return list(found.values())


def locked(floor: "Floor", stuck: list[MachineRun]) -> Deadlock:
    """The error for machines that wait for each other in a circle."""
    buffers = {b.position: b for m in stuck for p in m.job for b in floor.ways[m.station, p.step]}
    units = sum(len(m.job) for m in stuck) + sum(len(b.queue) + b.reserved for b in buffers.values())
    rooms = " or ".join(f"'{b.lowered.name}' (now {b.capacity})" for b in buffers.values())
    advice = f"give more room to {rooms}"
    if units > 1:
        advice += f", or let no more than {units - 1} units on the line (wip_limit: {units - 1})"
    return Deadlock(_message(floor, floor.now_s, (_waits(floor, m) for m in stuck), "in a circle", advice))


def left_over(floor: "Floor") -> Deadlock | None:
    """The error where nothing will happen any more and units are still on the line, or orders not begun."""
    kits = {id(p) for b in floor.buffers if b.kit for p in b.queue}
    if all(id(p) in kits for p in floor.parts()) and not (floor.makes and floor.unstarted()):
        return None
    since_s = max(m.since_s for m in floor.machines)
    told = [_waits(floor, m) for m in floor.machines if m.job] + [
        _lies(b) for b in floor.buffers if b.queue and not b.kit
    ]
    told += [f"order '{o.lowered.name}' has begun {o.started} of {o.lowered.quantity} units" for o in floor.unstarted()]
    advice = "look for what they wait for: components, material, units for a batch, a turn in a fixed sequence, room"
    return Deadlock(_message(floor, since_s, iter(told), "for what will not come", advice))


def _message(floor: "Floor", since_s: float, told: Iterator[str], how: str, advice: str) -> str:
    who = "; ".join(told)
    when = f"'{floor.plant.plant}' stands still from plant time {since_s:g} s on"
    return f"{when}, waiting {how}: {who}. To resolve it, {advice}."


def _waits(floor: "Floor", m: MachineRun) -> str:
    """What a machine holds and what it waits for."""
    units = ", ".join(_unit(floor, p) for p in m.job[:3]) + (", …" if len(m.job) > 3 else "")
    name = f"'{m.lowered.name}'" + (f" (machine {m.server + 1})" if m.lowered.servers > 1 else "")
    if m.short:
        return f"{name} holds {units} and lacks {_lacks(floor, m)}"
    if not m.finished:
        return f"{name} holds {units} and is {CONDITION_OF[m.code].value}"
    ways = dict.fromkeys(b.position for p in m.job if p.step >= 0 for b in floor.ways[m.station, p.step])
    rooms = " or ".join(_room(floor, floor.buffers[i]) for i in ways)
    return f"{name} holds {units} and waits for room in {rooms}"


def _lacks(floor: "Floor", m: MachineRun) -> str:
    steps = [floor.steps[p.step] for p in m.job]
    components = [f"'{floor.steps[kit].name}'" for s in steps for kit, _ in s.components]
    materials = [f"'{floor.materials[i].lowered.id}'" for s in steps for i, _ in s.materials]
    return " or ".join(dict.fromkeys([*components, *materials]))


def _room(floor: "Floor", b: BufferRun) -> str:
    to = ", ".join(f"'{floor.plant.stations[s].id}'" for s in b.lowered.downstream)
    if b.capacity == 0:
        return f"{to} (handed over directly by '{b.lowered.name}')"
    return f"'{b.lowered.name}' in front of {to} ({len(b.queue) + b.reserved} of {b.capacity} places taken)"


def _lies(b: BufferRun) -> str:
    return f"{len(b.queue)} units lie in '{b.lowered.name}'"


def _unit(floor: "Floor", part: PartRun) -> str:
    product = floor.line.products[max(floor.product_of[part.order], 0)]
    return f"'{product}'" + (f" of '{floor.lots[part.order].lowered.name}'" if part.order >= 0 else "")
