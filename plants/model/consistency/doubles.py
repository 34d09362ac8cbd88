"""Names used twice where one name means one thing."""

from collections import Counter
from collections.abc import Iterator, Sequence

from plants.model.consistency.described import Described, items, named, section, word, words
from plants.model.consistency.fault import Fault, Path

_LISTS = (
    ("product", "products"),
    ("order", "orders"),
    ("arrival", "arrivals"),
    ("calendar", "calendars"),
    ("crew", "crews"),
    ("fleet", "fleets"),
    ("material", "materials"),
)
_OF_STATION = (("failure", "failures"), ("parameter", "parameters"), ("maintenance", "maintenance"))


def doubles(plant: Described) -> Iterator[Fault]:
    """Each name from its second place on; told once a name."""
    places = [*named(plant, "stations"), *named(plant, "buffers")]
    yield from _twice("station or buffer name '{name}' is used twice", [((), "line"), *places])
    for what, key in _LISTS:
        yield from _twice(f"{what} name '{{name}}' is used twice", named(plant, key))
    for path, station in items(plant, "stations"):
        yield from _under(path, _of_station(station))
    for path, product in items(plant, "products"):
        yield from _under(path, _of_route(product))
    for path, crew in items(plant, "crews"):
        message = f"crew '{word(crew, 'id')}' has skill '{{name}}' twice"
        yield from _under(path, _twice(message, words(crew, "skills")))
    for path, buffer in items(plant, "buffers"):
        for key in ("upstream", "downstream"):
            message = f"buffer '{word(buffer, 'id')}' names station '{{name}}' twice"
            yield from _under(path, _twice(message, words(buffer, key)))


def _of_station(station: Described) -> Iterator[Fault]:
    owner = word(station, "id")
    for what, key in _OF_STATION:
        yield from _twice(f"station '{owner}' has two {what}s of one name", named(station, key))
    for path, maintenance in items(station, "maintenance"):
        yield from _under(path, _twice("failure mode '{name}' is renewed twice", words(maintenance, "renews")))
    yield from _under(("setups",), _pairs(owner, section(station, "setups")))


def _pairs(owner: str | None, setups: Described) -> Iterator[Fault]:
    """The first of two equal pairs would hold, and the second be lost."""
    given = [(path, f"{word(p, 'before')}' to '{word(p, 'after')}") for path, p in items(setups, "pairs")]
    yield from _twice(f"setup of '{owner}' from '{{name}}' is given twice", given)


def _of_route(product: Described) -> Iterator[Fault]:
    owner = word(product, "id")
    yield from _twice(f"the route of '{owner}' has two steps '{{name}}'", named(product, "route", "step"))
    for path, step in items(product, "route"):
        at = f"step '{word(step, 'step')}' of '{owner}'"
        yield from _under(path, _twice(at + " names station '{name}' twice", words(step, "stations")))
        for key, by in (("times", "station"), ("components", "product"), ("materials", "material")):
            yield from _under(path, _twice(at + f" names {by} '{{name}}' twice in {key}", named(step, key, by)))


def _twice(message: str, places: Sequence[tuple[Path, str]]) -> Iterator[Fault]:
    counts: Counter[str] = Counter()
    for path, name in places:
        counts[name] += 1
        if counts[name] == 2:
            yield Fault(path, message.replace("{name}", name))


def _under(path: Path, faults: Iterator[Fault]) -> Iterator[Fault]:
    yield from (Fault((*path, *f.path), f.message, f.word, f.known) for f in faults)
