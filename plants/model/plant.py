"""The plant: one line, described once. Everything else in Jayul is derived from this value."""

from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from plants.frozen import Frozen, Name, Text
from plants.model.arrival import Arrival
from plants.model.breadth import breadth_of
from plants.model.calendar import Calendar
from plants.model.change_policy import ChangePolicy
from plants.model.connection import OpcUa, TagPath
from plants.model.consistency import Inconsistent, faults_of
from plants.model.crew import Crew
from plants.model.energy import Energy
from plants.model.fleet import Fleet
from plants.model.material import Material
from plants.model.order import Order, Product
from plants.model.parameter import Parameter
from plants.model.policy import Objective, Watch
from plants.model.rules import StateRule
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
    """A production line: stations and buffers, products and their routes, orders, people, vehicles, and what counts.

    Without routes the stations stand in flow order with a buffer between each two.
    """

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
    """Work units, in flow order."""
    buffers: Annotated[tuple[Buffer, ...], Field(max_length=400)] = ()
    """What is between them; without routes, one between each two neighbours."""
    products: Annotated[tuple[Product, ...], Field(min_length=1, max_length=500)]
    """What can be made."""
    orders: Annotated[tuple[Order, ...], Field(max_length=5_000)] = ()
    """What is asked for, in planned sequence; with no orders and no arrivals, the first product is made without end."""
    arrivals: Annotated[tuple[Arrival, ...], Field(max_length=500)] = ()
    """What comes by itself."""
    wip_limit: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Units on the line at which no more enter (CONWIP)."""
    calendars: Annotated[tuple[Calendar, ...], Field(max_length=100)] = ()
    """When work is done."""
    crews: Annotated[tuple[Crew, ...], Field(max_length=100)] = ()
    """Who works."""
    fleets: Annotated[tuple[Fleet, ...], Field(max_length=50)] = ()
    """What carries."""
    materials: Annotated[tuple[Material, ...], Field(max_length=500)] = ()
    """What is used up."""
    energy: Energy = Energy()
    """What energy costs and stands for."""
    objectives: Annotated[tuple[Objective, ...], Field(max_length=8)] = ()
    """What counts, the most important first."""
    watch: Watch = Watch()
    """How a change is watched."""
    policy: ChangePolicy = ChangePolicy()
    """What is asked of a change before it is made."""
    opcua: OpcUa | None = None
    """How the line is reached."""
    tags: Annotated[tuple[TagPath, ...], Field(max_length=5_000)] = ()
    """Tags that are not at their standard place, or particular in another way."""
    state_rules: Annotated[tuple[StateRule, ...], Field(max_length=200)] = ()
    """Stations whose state is derived, because their controllers do not tell it."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = faults_of(self)
        if faults:
            raise Inconsistent(faults)
        return self

    @cached_property
    def revision(self) -> str:
        """SHA-256 of the description; changes with any figure in it."""
        return self.digest()

    @cached_property
    def breadth(self) -> tuple[str, ...]:
        """Each thing beyond a serial line, in words; engines and mirrors refuse by name what they do not know."""
        return breadth_of(self)

    @property
    def serial(self) -> bool:
        """Whether it is a plain line: single machines in a row, with a buffer between each two."""
        return not self.breadth

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
