"""People who can be there: an operator's skill on duty at some time when the station works."""

from collections.abc import Iterator, Sequence
from math import ceil, floor, gcd
from typing import TYPE_CHECKING

from plants.model.calendar import DAY_S, Calendar
from plants.model.consistency.fault import Fault

if TYPE_CHECKING:
    from plants.model.plant import Plant


def people(plant: "Plant") -> Iterator[Fault]:
    """Stations that work only when nobody who could operate them is on duty."""
    calendars = {c.id: c for c in plant.calendars}
    for i, station in enumerate(plant.stations):
        if station.operator is None or station.calendar is None:
            continue
        able = [c for c in plant.crews if station.operator.skill in c.skills]
        duty = [None if c.calendar is None else calendars[c.calendar] for c in able]
        if not any(d is None or overlap(calendars[station.calendar], d) for d in duty):
            message = (
                f"'{station.id}' works only when nobody with skill '{station.operator.skill}' is on duty "
                f"({_named([c.id for c in able])})"
            )
            yield Fault(("stations", i, "operator", "skill"), message)


def overlap(one: Calendar, other: Calendar) -> bool:
    """Whether two calendars ever have working time in common; against each other they move by their common divisor."""
    step = gcd(one.every_days, other.every_days) * DAY_S
    return any(_meet(a, b, step) for a in one.open_spans for b in other.open_spans)


def _meet(a: tuple[float, float], b: tuple[float, float], step: float) -> bool:
    """Whether some whole n puts a, moved by n steps, over b: a.start + n step < b.end and b.start < a.end + n step."""
    low, high = (b[0] - a[1]) / step, (b[1] - a[0]) / step
    return floor(low) + 1 <= ceil(high) - 1


def _named(crews: Sequence[str]) -> str:
    return ", ".join(f"crew '{c}'" for c in crews)
