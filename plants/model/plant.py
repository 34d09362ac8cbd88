"""The plant: one line, described once. Everything else in Jayul is derived from this value."""

from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from plants.frozen import Frozen, Name, Text
from plants.model.order import Order, Product
from plants.model.parameter import Parameter
from plants.model.policy import Objective, OpcUa, TagPath, Watch
from plants.model.station import Buffer, Station


class FlowUnit(Frozen):
    """What one unit of flow is: a part, or a case of 24 bottles."""

    name: Text
    """Label of a unit: case."""
    piece: Text
    """Label of what counters count: bottle."""
    pieces: Annotated[int, Field(ge=1, le=10_000)] = 1
    """Pieces in a unit."""


class Plant(Frozen):
    """A production line: stations in flow order, a buffer between each two, products, orders and what counts."""

    plant: Name
    """Name of the plant file's subject; also the library name."""
    name: Text
    """Label."""
    site: Annotated[str, Field(max_length=80)] = ""
    """ISA-95 site."""
    area: Annotated[str, Field(max_length=80)] = ""
    """ISA-95 area."""
    flow_unit: FlowUnit
    """What flows."""
    stations: Annotated[tuple[Station, ...], Field(min_length=1, max_length=200)]
    """Work units in flow order."""
    buffers: Annotated[tuple[Buffer, ...], Field(max_length=200)] = ()
    """One between each two neighbouring stations."""
    products: Annotated[tuple[Product, ...], Field(min_length=1, max_length=500)]
    """What can be made."""
    orders: Annotated[tuple[Order, ...], Field(max_length=5_000)] = ()
    """What is asked for, in planned sequence; with none, the first product is made without end."""
    objectives: Annotated[tuple[Objective, ...], Field(max_length=8)] = ()
    """What counts, the most important first."""
    watch: Watch = Watch()
    """How a change is watched."""
    opcua: OpcUa | None = None
    """How the line is reached."""
    tags: Annotated[tuple[TagPath, ...], Field(max_length=5_000)] = ()
    """Tags that are not at their standard place."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [*_doubles(self), *_chain(self), *_references(self)]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @cached_property
    def revision(self) -> str:
        """SHA-256 of the description; changes with any figure in it."""
        return self.digest()

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """All parameters by alias, `station.parameter`, in flow order."""
        return {f"{s.id}.{p.id}": p for s in self.stations for p in s.parameters}

    @cached_property
    def station_index(self) -> dict[str, int]:
        """Position of each station in the flow, 0 first."""
        return {s.id: i for i, s in enumerate(self.stations)}

    def station(self, id: str) -> Station:
        """The station of that name.

        Raises:
            KeyError: there is none.
        """
        return self.stations[self.station_index[id]]

    def order(self, id: str) -> Order:
        """The order of that name.

        Raises:
            KeyError: there is none.
        """
        for order in self.orders:
            if order.id == id:
                return order
        raise KeyError(id)


def _doubles(plant: Plant) -> list[str]:
    problems = []
    for what, ids in (
        ("station or buffer", [*(s.id for s in plant.stations), *(b.id for b in plant.buffers), "line"]),
        ("product", [p.id for p in plant.products]),
        ("order", [o.id for o in plant.orders]),
    ):
        problems += [f"{what} name '{i}' is used twice" for i in sorted({i for i in ids if ids.count(i) > 1})]
    for s in plant.stations:
        for what, ids in (("failure", [f.id for f in s.failures]), ("parameter", [p.id for p in s.parameters])):
            if len(set(ids)) < len(ids):
                problems.append(f"station '{s.id}' has two {what}s of one name")
    return problems


def _chain(plant: Plant) -> list[str]:
    wanted = [(a.id, b.id) for a, b in zip(plant.stations, plant.stations[1:], strict=False)]
    given = [(b.upstream, b.downstream) for b in plant.buffers]
    if given == wanted:
        return []
    known = {s.id for s in plant.stations}
    problems = [f"buffer between unknown stations '{u}' and '{d}'" for u, d in given if not {u, d} <= known]
    problems += [
        f"no buffer between '{u}' and '{d}' (capacity 0 hands over directly)" for u, d in wanted if (u, d) not in given
    ]
    problems += [
        f"buffer from '{u}' to '{d}' does not join neighbours in flow order" for u, d in given if (u, d) not in wanted
    ]
    return problems or ["buffers must be listed in flow order, one between each two stations"]


def _references(plant: Plant) -> list[str]:
    products = {p.id for p in plant.products}
    problems = [
        f"order '{o.id}' asks for unknown product '{o.product}'" for o in plant.orders if o.product not in products
    ]
    for s in plant.stations:
        for pair in s.setups.pairs:
            problems += [
                f"setup of '{s.id}' names unknown product '{name}'"
                for name in (pair.before, pair.after)
                if name not in products
            ]
    return problems
