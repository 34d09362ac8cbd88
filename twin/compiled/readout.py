"""Reading a compiled run out: its arrays in the form of the reference engine, which makes the snapshots of both.

Used by `twin.compiled.simulation`.
"""

import math
from typing import Any

from plants.model.plant import Plant
from twin.clock import PlantClock
from twin.compiled.layout import World
from twin.line import Line
from twin.lowering import LoweredLine
from twin.working import ModeRun, OrderRun, PartRun, StationRun

_SAME_NAME = (
    "product",
    "setup_left",
    "setup_total",
    "setup_credit",
    "setups",
    "total",
    "left",
    "segment_s",
    "cycle_factor",
    "scrap_share",
    "power_factor",
    "operated",
    "operating_limit",
    "down",
    "breakdowns",
    "code",
    "since_s",
    "processed",
    "scrapped",
    "energy_kws",
)
_SAME_MODE_NAME = ("count", "elapsed", "threshold", "rate", "since_s", "down_since_s", "repaired_s")


def order_runs(w: World, line: LoweredLine) -> list[OrderRun]:
    """How far each order has come."""
    started, good = w.orders["started"].tolist(), w.orders["good"].tolist()
    scrapped, finished = w.orders["scrapped"].tolist(), w.orders["finished_s"].tolist()
    return [
        OrderRun(o, i, started[i], good[i], scrapped[i], None if math.isnan(finished[i]) else finished[i])
        for i, o in enumerate(line.orders)
    ]


def fill_line(w: World, plant: Plant, key: tuple[int, int], values: dict[str, float]) -> Line:
    """A `Line` with the data of a compiled run; no event is scheduled in it."""
    run = w.run[0]
    line = Line(plant, key, PlantClock(float(run["now"])), None)
    line.values = dict(values)
    line.orders = order_runs(w, line.line)
    line.sequence = w.sequence.tolist()
    line.next_index, line.wip = int(run["next_index"]), int(run["wip"])
    for st, row in zip(line.stations, w.stations, strict=True):
        _fill_station(st, row, w)
    return line


def _fill_station(st: StationRun, row: Any, w: World) -> None:  # noqa: ANN401 - a STATION record
    for name in _SAME_NAME:
        setattr(st, name, row[name].item())
    st.spent, st.spent_mark = w.spent[st.position].tolist(), w.spent_mark[st.position].tolist()
    st.finished, st.closed = bool(row["finished"]), bool(row["closed"])
    st.part = _part(row) if row["has_part"] else None
    for k in range(int(row["level"])):
        st.queue.append(_part(w.queue[int(row["base"]) + (int(row["head"]) + k) % int(row["places"])]))
    for mode, m in zip(st.modes, range(int(row["first_mode"]), int(row["last_mode"])), strict=True):
        _fill_mode(mode, w.modes[m])


def _fill_mode(mode: ModeRun, row: Any) -> None:  # noqa: ANN401 - a MODE record
    for name in _SAME_MODE_NAME:
        setattr(mode, name, row[name].item())
    mode.down = bool(row["down"])


def _part(row: Any) -> PartRun:  # noqa: ANN401 - a PART or STATION record
    return PartRun(int(row["order"]), int(row["index"]), float(row["entered_s"]), float(row["ready_s"]))
