"""People who can be there: an operator's skill on duty at some time when the station works."""

from collections.abc import Iterator, Sequence
from functools import cache
from math import gcd
from typing import TYPE_CHECKING

from plants.model.calendar import DAY_S, Calendar
from plants.model.consistency.fault import Fault

if TYPE_CHECKING:
    from plants.model.plant import Plant


def people(plant: "Plant") -> Iterator[Fault]:
    """Stations that work only when nobody who could operate them is on duty."""
    calendars = {c.id: c for c in plant.calendars}
    meet = cache(lambda one, other: overlap(calendars[one], calendars[other]))
    for i, station in enumerate(plant.stations):
        if station.operator is None or station.calendar is None:
            continue
        able = [c for c in plant.crews if station.operator.skill in c.skills]
        if not any(c.calendar is None or meet(station.calendar, c.calendar) for c in able):
            message = (
                f"'{station.id}' works only when nobody with skill '{station.operator.skill}' is on duty "
                f"({_named([c.id for c in able])})"
            )
            yield Fault(("stations", i, "operator", "skill"), message)


def overlap(one: Calendar, other: Calendar) -> bool:
    """Whether two calendars ever have working time in common.

    Against each other they move by the common divisor of their periods; so both are folded onto one such length.
    """
    length_s = gcd(one.every_days, other.every_days) * DAY_S
    spans = sorted((*_folded(one, length_s, 0), *_folded(other, length_s, 1)))
    ends = [0.0, 0.0]
    for start, end, which in spans:
        if start < ends[1 - which]:
            return True
        ends[which] = max(ends[which], end)
    return False


def _folded(calendar: Calendar, length_s: float, which: int) -> Iterator[tuple[float, float, int]]:
    """Working time as (start, end, which) modulo a length; a span over the end goes on at the beginning."""
    for start, end in calendar.open_spans:
        at = start % length_s
        lasts = min(end - start, length_s)
        yield at, min(at + lasts, length_s), which
        if at + lasts > length_s:
            yield 0.0, at + lasts - length_s, which


def _named(crews: Sequence[str]) -> str:
    return ", ".join(f"crew '{c}'" for c in crews)
