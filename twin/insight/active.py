"""The shifting bottleneck, by the active period method.

Used by `twin.insight.observe`. At any moment the bottleneck is the station with the longest uninterrupted active period
(Roser, Nakano and Tanaka, "Shifting bottleneck detection", Winter Simulation Conference 2002). A station is active
while it works, is set up or repaired, and inactive while it waits for others. Where the period of one bottleneck
overlaps that of the next, the bottleneck is shifting; else it is the sole one.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from twin.working import Code

ACTIVE = frozenset({Code.EXECUTING, Code.DOWN, Code.MICRO_STOP, Code.SETUP, Code.MAINTENANCE})
"""Conditions that a station is not in because of others."""


class Period(NamedTuple):
    """An uninterrupted active period of a station."""

    begin_s: float
    end_s: float
    station: int


class Stay(NamedTuple):
    """How long a station was the bottleneck, in seconds."""

    sole_s: float
    shifting_s: float


def periods(spells: Sequence[tuple[float, float, int]], station: int) -> list[Period]:
    """Active periods of a station from its (begin, end, code) spells in sequence; neighbours that are active merge."""
    found: list[Period] = []
    for begin, end, code in spells:
        if code not in ACTIVE or end <= begin:
            continue
        if found and found[-1].end_s == begin:
            found[-1] = Period(found[-1].begin_s, end, station)
        else:
            found.append(Period(begin, end, station))
    return found


def bottlenecks(active: Sequence[Sequence[Period]]) -> list[Period]:
    """The periods that were the bottleneck, one after the other; neighbours may overlap.

    Args:
        active: Periods of each station, in sequence.
    """
    begins = [[p.begin_s for p in row] for row in active]
    chain: list[Period] = []
    now = min((row[0].begin_s for row in active if row), default=None)
    while now is not None:
        at = [p for row, marks in zip(active, begins, strict=True) if (p := _active_at(row, marks, now)) is not None]
        if at:
            longest = max(at, key=lambda p: (p.end_s - p.begin_s, -p.station))
            chain.append(longest)
            now = longest.end_s
        else:
            now = _next_begin(active, begins, now)
    return chain


def stays(chain: Sequence[Period], stations: int) -> list[Stay]:
    """How long each station was the sole and the shifting bottleneck."""
    sole, shifting = [0.0] * stations, [0.0] * stations
    for i, p in enumerate(chain):
        before = max(chain[i - 1].end_s - p.begin_s, 0.0) if i else 0.0
        after = max(p.end_s - chain[i + 1].begin_s, 0.0) if i + 1 < len(chain) else 0.0
        overlap = min(before + after, p.end_s - p.begin_s)  # both may reach over all of it, never past it
        shifting[p.station] += overlap
        sole[p.station] += p.end_s - p.begin_s - overlap
    return [Stay(a, b) for a, b in zip(sole, shifting, strict=True)]


def together(machines: Sequence[Stay]) -> Stay:
    """The machines of one station as one."""
    return Stay(sum(s.sole_s for s in machines), sum(s.shifting_s for s in machines))


def _active_at(row: Sequence[Period], begins: Sequence[float], now: float) -> Period | None:
    """The period of a station that goes on at `now`, if it is active then."""
    i = bisect_right(begins, now) - 1
    return row[i] if i >= 0 and row[i].end_s > now else None


def _next_begin(active: Sequence[Sequence[Period]], begins: Sequence[Sequence[float]], now: float) -> float | None:
    """When the next active period begins after `now`."""
    following = [bisect_right(marks, now) for marks in begins]
    return min((row[i].begin_s for row, i in zip(active, following, strict=True) if i < len(row)), default=None)
