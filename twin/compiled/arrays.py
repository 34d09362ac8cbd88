"""Arrays from a lowered line: the form of `twin.lowering.LoweredLine` that kernels read.

Used by `twin.compiled.simulation`. Made once for a plant; a run copies what it changes. Refuses, by name, a plant whose
table of setups would not fit into memory.
"""

from typing import Any, NamedTuple

import numpy as np

from plants.errors import InvalidInput
from twin.compiled.layout import MODE, ORDER, STATION, TIME, Floats, Integers, Records
from twin.lowering import LoweredLine, LoweredMode, LoweredStation
from twin.sampling import Time

MAX_SETUP_CELLS = 4_000_000
"""Cells of all setup tables together (32 MB)."""


class LineArrays(NamedTuple):
    """A line as arrays, before any run."""

    stations: Records
    modes: Records
    orders: Records
    times: Records
    table: Floats
    setups: Integers


def uncovered(line: LoweredLine) -> str | None:
    """What of a line the compiled engine cannot do, in words; None when it can do all of it."""
    cells = sum(bool(s.setups) for s in line.stations) * len(line.products) ** 2
    if cells > MAX_SETUP_CELLS:
        return f"setup tables of {cells:,} cells (at most {MAX_SETUP_CELLS:,})"
    return None


def arrays_of(line: LoweredLine) -> LineArrays:
    """The arrays of a line.

    Raises:
        InvalidInput: the compiled engine does not cover the line.
    """
    missing = uncovered(line)
    if missing:
        raise InvalidInput(f"the compiled engine does not cover {missing}: use engine='simpy'")
    times = Times([s.cycle for s in line.stations])
    stations = np.zeros(len(line.stations), STATION)
    modes: list[tuple[int, int, LoweredMode]] = []
    setups: list[Integers] = []
    for i, s in enumerate(line.stations):
        first = len(modes)
        modes += [(i, k, m) for k, m in enumerate(s.modes)]
        _station(stations[i], i, s, (first, len(modes)))
        stations[i]["default_setup"] = -1 if s.default_setup is None else times.add(s.default_setup)
        stations[i]["setup_pairs"] = -1
        if s.setups:
            stations[i]["setup_pairs"] = sum(len(t) for t in setups)
            setups.append(_pairs(s, len(line.products), times))
        if i:
            stations[i]["capacity"], stations[i]["transport_s"] = line.capacities[i - 1], line.transports[i - 1]
    return LineArrays(
        stations,
        _modes(modes, times),
        _orders(line),
        times.records(),
        np.array(times.table or [0.0]),
        np.concatenate([np.zeros(0, np.int64), *setups]),
    )


class Times:
    """Distributions in a row, with their tables."""

    def __init__(self, times: list[Time]) -> None:
        self.rows: list[tuple[Any, ...]] = []
        self.table: list[float] = []
        for time in times:
            self.add(time)

    def add(self, time: Time) -> int:
        """Its position."""
        self.rows.append((int(time.kind), time.a, time.b, time.c, len(self.table), len(time.table)))
        self.table += time.table
        return len(self.rows) - 1

    def records(self) -> Records:
        """All of them, `TIME`."""
        return np.array(self.rows, TIME)


def _station(row: Any, i: int, s: LoweredStation, modes: tuple[int, int]) -> None:  # noqa: ANN401 - a STATION record
    row["position"], row["entity"] = i, s.entity
    row["first_mode"], row["last_mode"] = modes
    row["executing_kw"], row["waiting_kw"], row["setup_kw"], row["down_kw"] = (
        s.executing_kw,
        s.waiting_kw,
        s.setup_kw,
        s.down_kw,
    )
    row["setup_left"] = -1.0
    row["operating_limit"] = np.inf
    row["work_order"] = row["luck_order"] = -2


def _pairs(s: LoweredStation, products: int, times: Times) -> Integers:
    table = np.full(products * products, -1, np.int64)
    for (before, after), time in s.setups.items():
        table[before * products + after] = times.add(time)
    return table


def _modes(modes: list[tuple[int, int, LoweredMode]], times: Times) -> Records:
    rows = np.zeros(len(modes), MODE)
    for row, (station, position, m) in zip(rows, modes, strict=True):
        row["station"], row["position"], row["entity"], row["slot"] = station, position, m.entity, m.slot
        row["calendar"], row["micro"] = m.calendar, m.micro
        row["uptime"], row["repair"] = times.add(m.uptime), times.add(m.repair)
        row["threshold"], row["given_down_s"] = np.inf, -1.0
    return rows


def _orders(line: LoweredLine) -> Records:
    rows = np.zeros(len(line.orders), ORDER)
    for row, o in zip(rows, line.orders, strict=True):
        row["entity"], row["product"], row["quantity"], row["release_s"] = o.entity, o.product, o.quantity, o.release_s
        row["finished_s"] = np.nan
    return rows
