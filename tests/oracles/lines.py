"""Oracles of serial lines: solved exactly as Markov chains, or in closed form. The wrong line has a place more.

First station never starved, last never blocked, blocking after service. Sources: Hunt 1956 (two stations), Hillier and
Boling 1967 (three and more, the bowl), Buzacott 1967 (failures).
"""

from collections.abc import Sequence
from typing import Any

from tests.oracles.case import Oracle, throughput
from tests.twin_lines import constant, exponential, line, mode, station

Stations = Sequence[dict[str, Any]]

BOWL = [station(exponential(m)) for m in (1.07, 0.86, 1.07)]
CALENDAR = [station(failures=[mode("calendar")])] * 2
OPERATING = [station(failures=[mode("operating")])] * 2
STEADY = station(constant(1.0), failures=[mode()])


def _line(name: str, stations: Stations, places: int, exact: float) -> Oracle:
    return Oracle(name, line(stations, places), throughput, exact, line(stations, places + 1))


def _alone(clock: str) -> Oracle:
    machine = station(constant(1.0), failures=[mode(clock)])
    wrong = station(constant(1.0), failures=[mode(clock, mttr_s=11.0)])
    return Oracle(f"one machine that fails, {clock} clock", line([machine]), throughput, 1 / 1.1, line([wrong]))


BALANCED = [
    # stations, places between two stations, exact throughput
    (2, 0, 2 / 3),
    (2, 1, 3 / 4),  # (b + 2) / (b + 3)
    (2, 5, 7 / 8),
    (3, 0, 22 / 39),
    (3, 1, 0.6705),
    (4, 0, 0.5148),
    (5, 0, 0.4858),
    (6, 0, 0.4667),
]
FAILING = [
    # stations, clock, places, exact throughput
    (CALENDAR, "calendar", 0, 0.55813),
    (CALENDAR, "calendar", 1, 0.62971),
    (CALENDAR, "calendar", 5, 0.74212),
    (OPERATING, "operating", 0, 0.58995),
    (OPERATING, "operating", 1, 0.65588),
    (OPERATING, "operating", 5, 0.75620),
]

LINES = [
    *(_line(f"{n} exponential stations, {b} places", [station()] * n, b, exact) for n, b, exact in BALANCED),
    _line("the bowl: 1.07, 0.86, 1.07", BOWL, 0, 0.56708),
    *(_line(f"2 failing machines, {clock} clock, {b} places", s, b, exact) for s, clock, b, exact in FAILING),
    # 1 / (1 + 2 p / r) neglects breakdowns that overlap; in continuous time it is 0.83368
    _line("2 steady machines that fail (Buzacott)", [STEADY] * 2, 0, 0.83333),
    _alone("operating"),
    _alone("calendar"),
]
