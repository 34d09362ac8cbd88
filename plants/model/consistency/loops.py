"""Loops of direct hand-overs: a ring of stations each of which waits for the next to be free stands still for ever."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from plants.model.consistency.fault import Fault, Path
from plants.model.consistency.flow import Flow

_SHOWN = 12
"""Stations of a ring that are named."""


class _Way(NamedTuple):
    """All ways out of a station on one move, when all of them hand over directly."""

    station: str
    to: frozenset[str]
    path: Path


def loops(flow: Flow) -> Iterator[Fault]:
    """One fault for each ring of stations, and for each station that hands over to itself."""
    ways = list(_ways(flow))
    while True:
        rings = _rings(ways)
        kept = [w for w in ways if w.station in rings and all(rings.get(t) == rings[w.station] for t in w.to)]
        if len(kept) == len(ways):
            break
        ways = kept
    told: set[frozenset[str]] = set()
    for way in ways:
        ring = rings[way.station]
        if ring not in told:
            told.add(ring)
            order = [s.id for s in flow.plant.stations if s.id in ring]
            yield Fault(way.path, _message(order))


def _message(ring: list[str]) -> str:
    if len(ring) == 1:
        return f"'{ring[0]}' hands over directly to itself and would wait for ever: give a buffer there a capacity"
    names = ", ".join(f"'{s}'" for s in ring[:_SHOWN]) + (" and others" if len(ring) > _SHOWN else "")
    return f"{names} hand over directly in a ring and would wait for each other for ever: give a buffer a capacity"


def _ways(flow: Flow) -> Iterator[_Way]:
    direct = flow.reaches(b for b in flow.plant.buffers if b.capacity == 0)
    roomy = flow.reaches(b for b in flow.plant.buffers if b.capacity > 0)
    for move in flow.moves:
        to = frozenset(move.after.stations)
        for station in move.before.stations:
            if to & direct[station] and to.isdisjoint(roomy[station]):
                yield _Way(station, to & direct[station], move.path)


def _rings(ways: Iterable[_Way]) -> dict[str, frozenset[str]]:
    """The ring of each station that can come back to itself: all stations that it reaches and that reach it."""
    after: dict[str, set[str]] = {}
    for way in ways:
        after.setdefault(way.station, set()).update(way.to)
    reached = {station: _reached(station, after) for station in after}
    return {s: frozenset(t for t in reached[s] if s in reached.get(t, ())) for s in reached if s in reached[s]}


def _reached(start: str, after: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    open_ends = [start]
    while open_ends:
        for station in after.get(open_ends.pop(), ()):
            if station not in reached:
                reached.add(station)
                open_ends.append(station)
    return reached
