"""The plant: one line, described once. Everything else in Jayul is derived from this value."""

from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from plants.frozen import Frozen, Name, Text
from plants.model.change_policy import ChangePolicy
from plants.model.consistency import Inconsistent, faults_of
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
    policy: ChangePolicy = ChangePolicy()
    """What is asked of a change before it is made."""
    opcua: OpcUa | None = None
    """How the line is reached."""
    tags: Annotated[tuple[TagPath, ...], Field(max_length=5_000)] = ()
    """Tags that are not at their standard place."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = faults_of(self.model_dump(include={"stations", "buffers", "products", "orders"}))
        if faults:
            raise Inconsistent(faults)
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
