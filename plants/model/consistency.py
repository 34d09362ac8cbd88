"""Whether the parts of a plant fit each other: names used once, buffers along the flow, products that exist.

Used by `Plant`, and by the loader on descriptions that have other faults too, so that all are told at once. That is why
these checks take a plain description (mappings and lists, as in the file) and pass over what has not the right form.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Described = Mapping[str, object]
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not fit."""

    path: Path
    """Where: keys and positions from the top."""
    message: str
    """What is wrong."""
    word: str | None = None
    """The name that nothing carries, if that is the fault."""
    known: tuple[str, ...] = ()
    """The names that would do."""


class Inconsistent(ValueError):
    """A description whose parts do not fit each other."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """All faults found."""
        self.faults = tuple(faults)
        super().__init__("; ".join(f.message for f in self.faults))


def faults_of(plant: Described) -> tuple[Fault, ...]:
    """Everything that does not fit in a description."""
    return (*_doubles(plant), *_chain(plant), *_references(plant))


def _doubles(plant: Described) -> Iterator[Fault]:
    places = [*_ids(plant, "stations"), *_ids(plant, "buffers")]
    yield from _twice("station or buffer", [((), "line"), *places])
    yield from _twice("product", _ids(plant, "products"))
    yield from _twice("order", _ids(plant, "orders"))
    for i, station in _items(plant, "stations"):
        for what, key in (("failure", "failures"), ("parameter", "parameters")):
            within = [(("stations", i, *path), name) for path, name in _ids(station, key)]
            for path, _ in _repeated(within):
                yield Fault(path, f"station '{station.get('id')}' has two {what}s of one name")


def _twice(what: str, named: Sequence[tuple[Path, str]]) -> Iterator[Fault]:
    for path, name in _repeated(named):
        yield Fault(path, f"{what} name '{name}' is used twice")


def _repeated(named: Sequence[tuple[Path, str]]) -> Iterator[tuple[Path, str]]:
    """Each name from its second place on; told once a name."""
    counts: Counter[str] = Counter()
    for path, name in named:
        counts[name] += 1
        if counts[name] == 2:
            yield path, name


def _chain(plant: Described) -> Iterator[Fault]:
    stations = tuple(name for _, name in _ids(plant, "stations"))
    buffers = list(_items(plant, "buffers"))
    unknown = [
        Fault(("buffers", i, key), f"buffer '{buffer.get('id')}' names unknown station '{name}'", name, stations)
        for i, buffer in buffers
        for key in ("upstream", "downstream")
        for name in _names(buffer.get(key))
        if name not in stations
    ]
    wanted = list(pairwise(stations))
    given = [(_single(buffer.get("upstream")), _single(buffer.get("downstream"))) for _, buffer in buffers]
    yield from unknown
    if unknown or given == wanted or any(product.get("route") for _, product in _items(plant, "products")):
        return
    astray = [
        Fault(("buffers", i), f"buffer from '{u}' to '{d}' does not join neighbours in flow order")
        for (i, _), (u, d) in zip(buffers, given, strict=True)
        if (u, d) not in wanted
    ]
    missing = [
        Fault(("buffers",), f"no buffer between '{u}' and '{d}' (capacity 0 hands over directly)")
        for u, d in wanted
        if (u, d) not in given
    ]
    in_order = "buffers must be listed in flow order, one between each two stations"
    yield from [*missing, *astray] or [Fault(("buffers",), in_order)]


def _names(given: object) -> tuple[str, ...]:
    """A name, or a list of them, as a list."""
    if isinstance(given, str):
        return (given,)
    return tuple(n for n in given if isinstance(n, str)) if isinstance(given, list | tuple) else ()


def _single(given: object) -> object:
    names = _names(given)
    return names[0] if len(names) == 1 else given


def _references(plant: Described) -> Iterator[Fault]:
    products = tuple(name for _, name in _ids(plant, "products"))
    for i, order in _items(plant, "orders"):
        product = order.get("product")
        if isinstance(product, str) and product not in products:
            message = f"order '{order.get('id')}' asks for unknown product '{product}'"
            yield Fault(("orders", i, "product"), message, product, products)
    for i, station in _items(plant, "stations"):
        setups = station.get("setups")
        for n, pair in _items(setups, "pairs") if isinstance(setups, Mapping) else ():
            for key in ("before", "after"):
                name = pair.get(key)
                if isinstance(name, str) and name not in products:
                    message = f"setup of '{station.get('id')}' names unknown product '{name}'"
                    yield Fault(("stations", i, "setups", "pairs", n, key), message, name, products)


def _items(within: Described, key: str) -> Iterator[tuple[int, Described]]:
    """(position, mapping) of the mappings in a list."""
    listed = within.get(key)
    if isinstance(listed, list | tuple):
        yield from ((i, item) for i, item in enumerate(listed) if isinstance(item, Mapping))


def _ids(within: Described, key: str) -> list[tuple[Path, str]]:
    """(path, id) of the items of a list that have one."""
    found: list[tuple[Path, str]] = []
    for i, item in _items(within, key):
        name = item.get("id")
        if isinstance(name, str):
            found.append(((key, i, "id"), name))
    return found
