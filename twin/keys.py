"""What keys the draws of each thing that has luck: the hash of its name, never its position (ADR 0003).

Used by `twin.lowering`. Two names of a kind with one hash would share their luck, so such a plant is refused.
"""

from collections.abc import Iterable, Iterator

from plants.errors import InvalidInput
from plants.model.plant import Plant
from twin.draws import entity_of


def machine_name(station: str, server: int) -> str:
    """What stands for a machine: its station, with its number for the second and further ones."""
    return station if server == 0 else f"{station}#{server + 1}"


def component_name(of: str, product: str) -> str:
    """What stands for the units of a component that are made for an order, or for other components of it."""
    return f"{of}/{product}"


def check_keys(plant: Plant) -> None:
    """Whether all that have luck have a hash of their own.

    Raises:
        InvalidInput: two names of a kind have the same hash.
    """
    for kind, names in _kinds(plant):
        _check(kind, names)


def _kinds(plant: Plant) -> Iterator[tuple[str, Iterable[str]]]:
    yield "orders and arrivals", _lots(plant)
    yield "machines", (machine_name(s.id, n) for s in plant.stations for n in range(s.servers))
    yield "steps", [*(s.id for s in plant.stations), *(s.step for p in plant.products for s in p.route)]
    yield "materials", (m.id for m in plant.materials)
    yield "buffers", (b.id for b in plant.buffers)
    for s in plant.stations:
        yield f"failure modes of '{s.id}'", (m.id for m in s.failures)
        yield f"kinds of maintenance of '{s.id}'", (m.id for m in s.maintenance)


def _lots(plant: Plant) -> Iterator[str]:
    components = {p.id: {c.product for s in p.route for c in s.components} for p in plant.products}
    lots = [(o.id, o.product) for o in plant.orders]
    for name, product in lots:
        yield name
        lots += [(component_name(name, c), c) for c in sorted(components[product])]
    yield from (a.id for a in plant.arrivals)


def _check(kind: str, names: Iterable[str]) -> None:
    taken: dict[int, str] = {}
    for name in names:
        other = taken.setdefault(entity_of(name), name)
        if other != name:
            raise InvalidInput(
                f"{kind} '{other}' and '{name}' would draw the same random numbers, because their names have the same "
                "CRC-32: rename one of them"
            )
