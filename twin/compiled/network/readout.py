"""Reading a compiled run of a network out: its arrays in the form of the reference engine, which makes the snapshots.

Used by `twin.compiled.network.simulation`.
"""

import math
from typing import Any

from plants.model.plant import Plant
from twin.clock import PlantClock
from twin.compiled.network.filling import SAME_OF_MACHINES, SAME_OF_MODES, SAME_OF_PARTS
from twin.compiled.network.layout import World
from twin.network.floor import Floor
from twin.network.working import MachineRun, PartRun
from twin.working import Code, OrderRun

_FLAGS = frozenset({"finished", "running", "idle", "supplied", "closed", "down", "defective"})
"""Figures that are truths in the reference engine."""


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
    floor.sequence = w.sequence[:-1].tolist()
    floor.next_index, floor.wip = int(run["next_index"]), int(run["wip"])
    for where, b in enumerate((*floor.buffers, *(s.pool for s in floor.streams))):
        b.queue.extend(_list(w, where))
    for m in floor.machines:
        _fill_machine(m, w, w.machines[m.position])
        m.job = _list(w, int(run["n_buffers"]) + m.position)
    for stream, row in zip(floor.streams, w.streams, strict=True):
        stream.count, stream.last_s = int(row["count"]), float(row["last_s"])
    return floor


def _fill_machine(m: MachineRun, w: World, row: Any) -> None:  # noqa: ANN401 - a MACHINE record
    for name in SAME_OF_MACHINES:
        setattr(m, name, _value(row, name) if name != "down" else int(row["down"]))
    m.code = Code(int(row["code"]))
    m.spent = w.spent[m.position].tolist()
    for mode, k in zip(m.modes, range(int(row["first_mode"]), int(row["last_mode"])), strict=True):
        for name in SAME_OF_MODES:
            setattr(mode, name, _value(w.modes[k], name))


def _value(row: Any, name: str) -> Any:  # noqa: ANN401 - a field of a record
    return bool(row[name]) if name in _FLAGS else row[name].item()


def _list(w: World, where: int) -> list[PartRun]:
    """The units of a buffer or a machine."""
    found = []
    p = int(w.lists[where]["first"])
    while p >= 0:
        row = w.parts[p]
        part = PartRun(0, 0, 0.0, 0)
        for name in SAME_OF_PARTS:
            setattr(part, name, _value(row, name))
        found.append(part)
        p = int(row["after"])
    return found
