"""Names that nothing carries: of stations, products, steps, skills, calendars, fleets, materials, orders, modes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plants.model.consistency.described import Described, items, named, section, word, words
from plants.model.consistency.fault import Fault, Path


@dataclass(frozen=True, slots=True)
class _Known:
    """What a description names, by kind."""

    stations: tuple[str, ...]
    products: tuple[str, ...]
    orders: tuple[str, ...]
    calendars: tuple[str, ...]
    fleets: tuple[str, ...]
    materials: tuple[str, ...]
    skills: tuple[str, ...]


def unknown(plant: Described) -> Iterator[Fault]:
    """Every use of a name that nothing carries, in the order of the file's subjects."""
    known = _known(plant)
    for path, station in items(plant, "stations"):
        yield from _of_station(plant, path, station, known)
    for path, buffer in items(plant, "buffers"):
        yield from _of_buffer(path, buffer, known)
    for path, product in items(plant, "products"):
        yield from _of_product(path, product, known)
    for key, what in (("orders", "order"), ("arrivals", "arrival")):
        for path, item in items(plant, key):
            says = f"{what} '{word(item, 'id')}' asks for unknown product"
            yield from _astray((*path, "product"), word(item, "product"), says, known.products)
    for path, crew in items(plant, "crews"):
        says = f"crew '{word(crew, 'id')}' names unknown calendar"
        yield from _astray((*path, "calendar"), word(crew, "calendar"), says, known.calendars)
    for path, fleet in items(plant, "fleets"):
        yield from _of_fleet(path, fleet, known)


def _known(plant: Described) -> _Known:
    def all_of(key: str) -> tuple[str, ...]:
        return tuple(name for _, name in named(plant, key))

    skills = dict.fromkeys(skill for _, crew in items(plant, "crews") for _, skill in words(crew, "skills"))
    return _Known(
        stations=all_of("stations"),
        products=all_of("products"),
        orders=all_of("orders"),
        calendars=all_of("calendars"),
        fleets=all_of("fleets"),
        materials=all_of("materials"),
        skills=tuple(skills),
    )


def _of_station(plant: Described, path: Path, station: Described, known: _Known) -> Iterator[Fault]:
    owner = word(station, "id")
    says = f"station '{owner}' names unknown calendar"
    yield from _astray((*path, "calendar"), word(station, "calendar"), says, known.calendars)
    yield from _of_people(path, station, known)
    modes = tuple(name for _, name in named(station, "failures"))
    for place, maintenance in items(station, "maintenance"):
        for where, name in words(maintenance, "renews"):
            says = f"maintenance '{word(maintenance, 'id')}' of '{owner}' renews unknown failure mode"
            yield from _astray((*path, *place, *where), name, says, modes)
    for where, name in words(section(station, "dispatch"), "sequence"):
        says = f"the sequence of '{owner}' names unknown order"
        yield from _astray((*path, "dispatch", *where), name, says, known.orders)
    settings = _settings(plant, owner, known)
    for place, pair in items(section(station, "setups"), "pairs"):
        for key in ("before", "after"):
            says = f"setup of '{owner}' names unknown product"
            yield from _astray((*path, "setups", *place, key), word(pair, key), says, settings)


def _settings(plant: Described, station: str | None, known: _Known) -> tuple[str, ...]:
    """What a station can be set up for: products, and what steps there call their setup."""
    setups = (
        word(step, "setup")
        for _, product in items(plant, "products")
        for _, step in items(product, "route")
        if station in [name for _, name in words(step, "stations")]
    )
    return tuple(dict.fromkeys([*known.products, *(s for s in setups if s is not None)]))


def _of_people(path: Path, station: Described, known: _Known) -> Iterator[Fault]:
    """Skills needed for work, repair and maintenance."""
    needs = [((*path, "operator"), section(station, "operator"), "work")]
    needs += [((*path, *p), mode, f"repair of '{word(mode, 'id')}'") for p, mode in items(station, "failures")]
    needs += [((*path, *p), m, f"maintenance '{word(m, 'id')}'") for p, m in items(station, "maintenance")]
    for place, need, what in needs:
        says = f"{what} at '{word(station, 'id')}' needs a crew nobody has: no crew has skill"
        yield from _astray((*place, "skill"), word(need, "skill"), says, known.skills)


def _of_buffer(path: Path, buffer: Described, known: _Known) -> Iterator[Fault]:
    owner = word(buffer, "id")
    for key in ("upstream", "downstream"):
        for where, name in words(buffer, key):
            yield from _astray((*path, *where), name, f"buffer '{owner}' names unknown station", known.stations)
    says = f"buffer '{owner}' names unknown fleet"
    yield from _astray((*path, "carrier"), word(buffer, "carrier"), says, known.fleets)


def _of_product(path: Path, product: Described, known: _Known) -> Iterator[Fault]:
    owner = word(product, "id")
    steps = tuple(name for _, name in named(product, "route", "step"))
    for place, step in items(product, "route"):
        at = (*path, *place)
        says = f"step '{word(step, 'step')}' of '{owner}' names unknown"
        stations = [*words(step, "stations"), *named(step, "times", "station")]
        for where, name in stations:
            yield from _astray((*at, *where), name, f"{says} station", known.stations)
        for where, name in named(step, "components", "product"):
            yield from _astray((*at, *where), name, f"{says} product", known.products)
        for where, name in named(step, "materials", "material"):
            yield from _astray((*at, *where), name, f"{says} material", known.materials)
        to = word(section(step, "rework"), "to")
        yield from _astray((*at, "rework", "to"), to, f"rework in {says} step", steps)


def _of_fleet(path: Path, fleet: Described, known: _Known) -> Iterator[Fault]:
    says = f"fleet '{word(fleet, 'id')}' names unknown station"
    yield from _astray((*path, "home"), word(fleet, "home"), says, known.stations)
    charger = word(section(fleet, "battery"), "charger_at")
    yield from _astray((*path, "battery", "charger_at"), charger, says, known.stations)


def _astray(path: Path, name: str | None, says: str, known: Sequence[str]) -> Iterator[Fault]:
    if name is not None and name not in known:
        yield Fault(path, f"{says} '{name}'", name, tuple(known))
