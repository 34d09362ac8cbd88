"""The plant: one line, described once. Everything else in Jayul is derived from this value."""

from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from plants.frozen import Frozen, Name, Text
from plants.model.change_policy import ChangePolicy
from plants.model.consistency import Fault, Inconsistent, Path, faults_of
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
        faults += self._policy_faults()
        if faults:
            raise Inconsistent(faults)
        return self

    def _policy_faults(self) -> tuple[Fault, ...]:
        """Tags that the policy names and the plant does not have: a rule about them would never apply."""
        known = (*(f"{s.id}.{p.id}" for s in self.stations for p in s.parameters), "line.order_sequence")
        places: list[tuple[Path, str]] = [
            (("policy", "write_order", i), alias) for i, alias in enumerate(self.policy.write_order)
        ]
        for i, rule in enumerate(self.policy.risks):
            places += [(("policy", "risks", i, "aliases", j), alias) for j, alias in enumerate(rule.aliases)]
        return tuple(
            Fault(path=path, message=f"the policy names '{alias}', which may not be written", word=alias, known=known)
            for path, alias in places
            if alias not in known
        )

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
