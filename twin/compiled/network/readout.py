"""Reading a compiled run of a network out: its arrays in the form of the reference engine, which makes the snapshots.

Used by `twin.compiled.network.simulation`.
"""

import math
from typing import Any

from plants.model.plant import Plant
from twin.clock import PlantClock
from twin.compiled.network.filling import SAME_OF_MACHINES, SAME_OF_MODES
from twin.compiled.network.resource_readout import put_resources
from twin.compiled.network.units import unit, value_of
from twin.compiled.network.world import World
from twin.network.floor import Floor
from twin.network.working import MachineRun, PartRun
from twin.working import Code, OrderRun


def order_runs(w: World, lots: list[OrderRun]) -> list[OrderRun]:
    """How far each lot has come."""
    started, good = w.lots["started"].tolist(), w.lots["good"].tolist()
    scrapped, finished = w.lots["scrapped"].tolist(), w.lots["finished_s"].tolist()
    return [
        OrderRun(o.lowered, i, started[i], good[i], scrapped[i], None if math.isnan(finished[i]) else finished[i])
        for i, o in enumerate(lots)
    ]


def floor_of(w: World, plant: Plant, key: tuple[int, int], values: dict[str, float]) -> Floor:
    """A `Floor` with the data of a compiled run; no event is scheduled in it."""
    run = w.run[0]
    floor = Floor(plant, key, PlantClock(float(run["now"])), None)
    floor.values = dict(values)
    for lot, known in zip(floor.lots, order_runs(w, floor.lots), strict=True):
        lot.started, lot.good, lot.scrapped, lot.finished_s = (
            known.started,
            known.good,
            known.scrapped,
            known.finished_s,
        )
    floor.sequence = sequence_of(w, len(floor.orders))
    floor.next_index, floor.wip = int(run["next_index"]), int(run["wip"])
    units: dict[int, PartRun] = {}
    for where, b in enumerate((*floor.buffers, *(s.pool for s in floor.streams))):
        b.queue.extend(_list(w, where, units))
        b.reserved = int(w.buffers[where]["reserved"])
    for m in floor.machines:
        _fill_machine(m, w, w.machines[m.position])
        m.job = _list(w, int(run["n_buffers"]) + m.position, units)
    for stream, row in zip(floor.streams, w.streams, strict=True):
        stream.count, stream.last_s = int(row["count"]), float(row["last_s"])
    if "cares" in (w.run.dtype.names or ()):
        put_resources(floor, w, units)
    return floor


def sequence_of(w: World, n_orders: int) -> list[int]:
    """Positions of the orders in the sequence they are made, without what they need of components."""
    made: list[int] = w.sequence[:-1].tolist()
    return [i for i in made if i < n_orders]


def _fill_machine(m: MachineRun, w: World, row: Any) -> None:  # noqa: ANN401 - a MACHINE record
    for name in SAME_OF_MACHINES:
        setattr(m, name, value_of(row, name) if name != "down" else int(row["down"]))
    m.code = Code(int(row["code"]))
    m.spent = w.spent[m.position].tolist()
    m.spent_mark = w.spent_mark[m.position].tolist()
    for mode, k in zip(m.modes, range(int(row["first_mode"]), int(row["last_mode"])), strict=True):
        for name in SAME_OF_MODES:
            setattr(mode, name, value_of(w.modes[k], name))


def _list(w: World, where: int, units: dict[int, PartRun]) -> list[PartRun]:
    """The units of a buffer or a machine, by their numbers, too."""
    found = []
    p = int(w.lists[where]["first"])
    while p >= 0:
        units[p] = unit(w, p)
        found.append(units[p])
        p = int(w.parts[p]["after"])
    return found
