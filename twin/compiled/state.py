"""A `LineState` in arrays: what `twin.snapshot.restore` takes over, without what is drawn for each replication.

Used by `twin.compiled.simulation`. The state must have been checked (`twin.snapshot.check`).
"""

from typing import Any

import numpy as np

from plants.flow.state import FailureState, LineState, Part, StationState
from twin.compiled.arrays import LineArrays
from twin.compiled.layout import PART, Integers, Records
from twin.lowering import LoweredLine
from twin.snapshot import CODE_OF
from twin.working import Code


def put_stations(arrays: LineArrays, line: LoweredLine, state: LineState) -> Records:
    """Put stations, modes, buffers and orders into a state; gives the units in all buffers, `PART`."""
    names = {o.name: i for i, o in enumerate(line.orders)}
    for row, s, lowered in zip(arrays.stations, state.stations, line.stations, strict=True):
        products = line.products
        row["product"] = products.index(s.setup_product) if s.setup_product in products else -1
        row["processed"], row["scrapped"], row["energy_kws"] = s.processed, s.scrapped, s.energy_kwh * 3600
        row["since_s"], row["code"] = s.since_s, CODE_OF.get(s.condition, Code.STARVED)
        _put_work(row, s, names)
        known = {f.mode: f for f in s.failures}
        for m, mode in zip(range(row["first_mode"], row["last_mode"]), lowered.modes, strict=True):
            if mode.name in known:
                _put_mode(arrays.modes[m], known[mode.name])
    for o in state.orders:
        row = arrays.orders[names[o.order]]
        row["started"], row["good"], row["scrapped"] = o.started, o.good, o.scrapped
        row["finished_s"] = np.nan if o.finished_s is None else o.finished_s
    return _queues(arrays, [[_part(p, names) for p in b.parts] for b in state.buffers])


def put_nothing(arrays: LineArrays) -> Records:
    """An empty line."""
    arrays.stations["product"] = -1
    arrays.stations["code"] = Code.STARVED
    arrays.stations["given_setup_s"] = -1.0
    return _queues(arrays, [[] for _ in arrays.stations[1:]])


def sequence_of(line: LoweredLine, state: LineState | None) -> Integers:
    """Positions of all orders in the sequence they are made: those of the state first."""
    names = {o.name: i for i, o in enumerate(line.orders)}
    given = [names[o.order] for o in state.orders] if state is not None else []
    seen = set(given)
    return np.array(given + [i for i in range(len(line.orders)) if i not in seen], np.int64)


def _put_work(row: Any, s: StationState, names: dict[str, int]) -> None:  # noqa: ANN401 - a STATION record
    row["given_setup_s"] = -1.0 if s.setup_worked_s is None else s.setup_worked_s
    row["given_work_s"] = s.worked_s
    if s.part is not None:
        row["has_part"], row["finished"] = 1, s.finished
        row["order"], row["index"], row["entered_s"], row["ready_s"] = _part(s.part, names)


def _put_mode(row: Any, f: FailureState) -> None:  # noqa: ANN401 - a MODE record
    row["known"], row["count"], row["elapsed"] = 1, f.count, f.elapsed_s
    row["given_down_s"] = -1.0 if f.down_for_s is None else f.down_for_s


def _part(part: Part, names: dict[str, int]) -> tuple[int, int, float, float]:
    order = names.get(part.order, -1) if part.order else -1
    return order, part.index, part.entered_s, part.ready_s


def _queues(arrays: LineArrays, buffers: list[list[tuple[int, int, float, float]]]) -> Records:
    """All buffers side by side, each with room for what it holds now, even if that is more than its capacity."""
    base = 0
    for row, parts in zip(arrays.stations[1:], buffers, strict=True):
        row["base"], row["level"], row["places"] = base, len(parts), max(int(row["capacity"]), len(parts), 1)
        base += int(row["places"])
    queue = np.zeros(base, PART)
    for row, parts in zip(arrays.stations[1:], buffers, strict=True):
        for k, part in enumerate(parts):
            queue[int(row["base"]) + k] = part
    return queue
