"""Reading calendars, maintenance, people, material and vehicles of a compiled run out.

Used by `twin.compiled.network.readout`.
"""

from math import inf
from typing import Any

from twin.clock import Wake
from twin.compiled.network.resource_filling import SAME_OF_CARES, SAME_OF_VEHICLES
from twin.compiled.network.units import unit, value_of
from twin.compiled.network.world import World
from twin.network.floor import Floor
from twin.network.working import Coming, CrewOfMode, Errand, PartRun, Phase, Request, Task


def put_resources(floor: Floor, w: World, units: dict[int, PartRun]) -> None:
    """Fill a `Floor` in; `units` are those in buffers and machines, by number."""
    for crew, row in zip(floor.crews, w.crews, strict=True):
        crew.on_duty, crew.busy = int(row["on_duty"]), int(row["busy"])
    cares = iter(w.cares)
    for m in floor.machines:
        for care in m.care:
            row = next(cares)
            for name in SAME_OF_CARES:
                setattr(care, name, value_of(row, name))
    _put_people(floor, w)
    _put_materials(floor, w)
    _put_vehicles(floor, w, units)


def _put_people(floor: Floor, w: World) -> None:
    """Who does what, and who is asked for."""
    for m, row in zip(floor.machines, w.machines, strict=True):
        service = int(row["service"])
        if service >= 0:
            m.service = m.care[service - int(row["first_care"])]
        if row["asking"]:
            errand = Errand(int(row["errand"]))
            skill = m.skill if m.service is None else m.service.lowered.skill or ""
            m.asking = Request(m, skill, errand, float(row["asked_s"]))
    modes = [mode for m in floor.machines for mode in m.modes]
    for mode, row in zip(modes, w.modes, strict=True):
        if mode.down and mode.lowered.skill:
            asked = bool(row["asking"])
            floor.repairs[mode] = CrewOfMode(None, int(row["crew"]), float(row["total"]), not asked)


def _put_materials(floor: Floor, w: World) -> None:
    """Stocks, and what is under way."""
    for material, row in zip(floor.materials, w.materials, strict=True):
        material.stock, material.ordered = float(row["stock"]), int(row["ordered"])
        c = int(row["first"])
        while c >= 0:
            coming = w.comings[c]
            quantity, at_s, since_s = (float(coming[name]) for name in ("quantity", "at_s", "since_s"))
            material.coming.append(Coming(quantity, at_s, since_s, int(coming["number"])))
            c = int(coming["after"])


def _put_vehicles(floor: Floor, w: World, units: dict[int, PartRun]) -> None:
    """Vehicles with their loads, and calls for them."""
    rows = iter(w.vehicles)
    for fleet, row in zip(floor.fleets, w.fleets, strict=True):
        first = int(row["calls_first"])
        fleet.charging = int(row["charging"])
        fleet.tasks = [_task(floor, w, units, p) for p in w.calls[first : first + int(row["calls"])].tolist()]
        for v in fleet.vehicles:
            vehicle = next(rows)
            for name in SAME_OF_VEHICLES:
                setattr(v, name, value_of(vehicle, name))
            v.phase = Phase(v.phase)
            v.timer = Wake(floor._clock, []) if v.until_s < inf else None  # noqa: SLF001 - its twin
            first = int(vehicle["loads_first"])
            v.loads = [_task(floor, w, units, p) for p in w.loads[first : first + int(vehicle["loads"])].tolist()]


def _task(floor: Floor, w: World, units: dict[int, PartRun], p: int) -> Task:
    row: Any = w.parts[p]
    part = units.get(p) or unit(w, p)
    part.task = Task(
        part, floor.machines[int(row["from_machine"])], floor.buffers[int(row["to_buffer"])], float(row["called_s"])
    )
    return part.task
