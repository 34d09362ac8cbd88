"""What a plant has beyond a serial line, in words: for engines and mirrors that know serial lines only."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from plants.errors import InvalidInput
from plants.model.dispatch import Rule

if TYPE_CHECKING:
    from plants.model.plant import Plant
    from plants.model.station import Station


def check_serial(plant: "Plant", what: str) -> None:
    """Whether a plant is a serial line, for what knows nothing else: `what` begins the sentence of refusal.

    Raises:
        InvalidInput: it is not.
    """
    if plant.breadth:
        raise InvalidInput(
            f"{what} serial lines only so far, and '{plant.plant}' has: {', '.join(plant.breadth)}. "
            "Simulate, compare and forecast it from a state instead."
        )


def breadth_of(plant: "Plant") -> tuple[str, ...]:
    """Each thing beyond a serial line, with where it is first: 'batches (furnace)'; empty for a serial line."""
    found: dict[str, str] = {}
    for what, where in (*_of_products(plant), *_of_stations(plant), *_of_buffers(plant)):
        found.setdefault(what, where)
    return tuple(f"{what} ({where})" if where else what for what, where in found.items())


def _of_products(plant: "Plant") -> Iterator[tuple[str, str]]:
    yield from (("routes", p.id) for p in plant.products if p.route)
    yield from (("arrivals", a.id) for a in plant.arrivals)
    if plant.wip_limit is not None:
        yield "a limit on the units on the line", ""
    yield from (("material", p.id) for p in plant.products for step in p.route if step.materials)


def _of_stations(plant: "Plant") -> Iterator[tuple[str, str]]:
    for station in plant.stations:
        yield from ((what, station.id) for what, given in _features(station) if given)


def _features(station: "Station") -> tuple[tuple[str, bool], ...]:
    skills = [*(mode.skill for mode in station.failures), *(work.skill for work in station.maintenance)]
    return (
        ("parallel servers", station.servers > 1),
        ("batches", station.batch is not None),
        (f"dispatch rule {station.dispatch.rule}", station.dispatch.rule != Rule.FIFO),
        ("calendars", station.calendar is not None),
        ("operators", station.operator is not None),
        ("repair or maintenance by crews", any(skill is not None for skill in skills)),
        ("wear", station.wear is not None),
        ("maintenance", bool(station.maintenance)),
        ("energy per unit", station.energy_per_unit_kwh > 0),
    )


def _of_buffers(plant: "Plant") -> Iterator[tuple[str, str]]:
    for buffer in plant.buffers:
        if buffer.carrier is not None:
            yield "vehicles", buffer.id
        if buffer.upstream is None or len(buffer.upstream) > 1 or len(buffer.downstream) > 1:
            yield "buffers between several stations", buffer.id
