"""Names that nothing carries: of stations, products, steps, skills, calendars, fleets, materials, orders, modes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plants.model.consistency.described import Described, items, named, section, word, words
from plants.model.consistency.fault import Fault, Path


class _Names:
    """Names of one kind, in the order of the file."""

    def __init__(self, given: Iterable[str]) -> None:
        self.listed = tuple(dict.fromkeys(given))
        self.held = frozenset(self.listed)


@dataclass(frozen=True, slots=True)
class _Known:
    """What a description names, by kind."""

    stations: _Names
    products: _Names
    orders: _Names
    calendars: _Names
    fleets: _Names
    materials: _Names
    skills: _Names
    settings: dict[str, _Names]
    """What each station can be set up for: products, and what steps there call their setup."""


def unknown(plant: Described) -> Iterator[Fault]:
    """Every use of a name that nothing carries, in the order of the file's subjects."""
    known = _known(plant)
    for path, station in items(plant, "stations"):
        yield from _of_station(path, station, known)
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
    def all_of(key: str) -> _Names:
        return _Names(name for _, name in named(plant, key))

    products = all_of("products")
    return _Known(
        stations=all_of("stations"),
        products=products,
        orders=all_of("orders"),
        calendars=all_of("calendars"),
        fleets=all_of("fleets"),
        materials=all_of("materials"),
        skills=_Names(skill for _, crew in items(plant, "crews") for _, skill in words(crew, "skills")),
        settings=_settings(plant, products),
    )


def _settings(plant: Described, products: _Names) -> dict[str, _Names]:
    found: dict[str, list[str]] = defaultdict(list)
    for _, product in items(plant, "products"):
        for _, step in items(product, "route"):
            setup = word(step, "setup")
            for _, station in words(step, "stations") if setup is not None else ():
                found[station].append(str(setup))
    return {station: _Names((*products.listed, *setups)) for station, setups in found.items()}


def _of_station(path: Path, station: Described, known: _Known) -> Iterator[Fault]:
    owner = word(station, "id")
    says = f"station '{owner}' names unknown calendar"
    yield from _astray((*path, "calendar"), word(station, "calendar"), says, known.calendars)
    yield from _of_people(path, station, known)
    modes = _Names(name for _, name in named(station, "failures"))
    for place, maintenance in items(station, "maintenance"):
        for where, name in words(maintenance, "renews"):
            says = f"maintenance '{word(maintenance, 'id')}' of '{owner}' renews unknown failure mode"
            yield from _astray((*path, *place, *where), name, says, modes)
    for where, name in words(section(station, "dispatch"), "sequence"):
        says = f"the sequence of '{owner}' names unknown order"
        yield from _astray((*path, "dispatch", *where), name, says, known.orders)
    parameters = _Names(name for _, name in named(station, "parameters"))
    for place, response in items(station, "responses"):
        for at, term in items(response, "terms"):
            for where, power in items(term, "of"):
                says = f"a response of '{owner}' names unknown parameter"
                yield from _astray(
                    (*path, *place, *at, *where, "parameter"), word(power, "parameter"), says, parameters
                )
    settings = known.settings.get(owner or "", known.products)
    for place, pair in items(section(station, "setups"), "pairs"):
        for key in ("before", "after"):
            says = f"setup of '{owner}' names unknown product"
            yield from _astray((*path, "setups", *place, key), word(pair, key), says, settings)


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
    steps = _Names(name for _, name in named(product, "route", "step"))
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


def _astray(path: Path, name: str | None, says: str, known: _Names) -> Iterator[Fault]:
    if name is not None and name not in known.held:
        yield Fault(path, f"{says} '{name}'", name, known.listed)
