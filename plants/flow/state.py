"""`LineState`: the frozen, serialisable snapshot of a line from which any run can start."""

from enum import IntEnum, StrEnum
from functools import cached_property
from typing import Annotated

from pydantic import Field

from plants.frozen import Alias, Frozen, Name, PlantTime, Seconds, Sha256, WallTime


class PackML(IntEnum):
    """PackML StateCurrent numbers (OPC 30050)."""

    STOPPED = 2
    IDLE = 4
    SUSPENDED = 5
    EXECUTE = 6
    ABORTED = 9
    HELD = 11
    COMPLETE = 17


class Condition(StrEnum):
    """What a station is doing; the vocabulary of the twin, the KPIs and the screen."""

    EXECUTING = "executing"
    """Processing a unit (PackML Execute)."""
    STARVED = "starved"
    """Waiting for a unit from upstream (PackML Suspended)."""
    BLOCKED = "blocked"
    """Holding a finished unit that downstream cannot take (PackML Suspended)."""
    DOWN = "down"
    """Broken down or micro-stopped (PackML Aborted for a breakdown, Held for a micro-stop)."""
    SETUP = "setup"
    """Being changed over (PackML Stopped, stop reason setup)."""
    NO_ORDER = "no_order"
    """Nothing left to make (PackML Idle)."""
    MAINTENANCE = "maintenance"
    """Under planned maintenance (PackML Stopped)."""
    OFF_SHIFT = "off_shift"
    """Not working by its calendar (PackML Stopped)."""
    NO_CREW = "no_crew"
    """Waiting for a person: to set up, to run, or to begin maintenance (PackML Suspended)."""
    UNKNOWN = "unknown"
    """Not known: no good data."""


class Part(Frozen):
    """One unit of flow on the line."""

    order: Name | None
    """The order it belongs to; None on a line without orders."""
    index: Annotated[int, Field(ge=0)]
    """Its position in the order, 0 first; with the order it keys the unit's random numbers."""
    entered_s: PlantTime
    """When it entered the line."""
    ready_s: PlantTime = 0.0
    """On a conveyor: when it reaches the end."""


class FailureState(Frozen):
    """How far a failure mode has come."""

    mode: Name
    """The mode."""
    count: Annotated[int, Field(ge=0)] = 0
    """Failures so far; keys the next draws."""
    elapsed_s: Seconds = 0.0
    """Time on the mode's clock since the last repair ended."""
    down_for_s: Seconds | None = None
    """Time since the failure, while being repaired; None while up."""


class StationState(Frozen):
    """What a station is doing now and what it needs to go on."""

    station: Name
    """Which station."""
    condition: Condition
    """What it is doing."""
    since_s: PlantTime
    """Since when."""
    part: Part | None = None
    """The unit in it."""
    worked_s: Seconds = 0.0
    """Work already done on that unit, at the present parameters."""
    finished: bool = False
    """The unit is finished and waits to leave."""
    setup_product: Name | None = None
    """Product it is set up for."""
    setup_worked_s: Seconds | None = None
    """Time already spent on a setup under way; None when there is none."""
    failures: Annotated[tuple[FailureState, ...], Field(max_length=16)] = ()
    """One per failure mode, in the order of the plant file."""
    processed: Annotated[int, Field(ge=0)] = 0
    """Units finished since the start of the day, good and rejected."""
    scrapped: Annotated[int, Field(ge=0)] = 0
    """Units rejected since the start of the day."""
    energy_kwh: Annotated[float, Field(ge=0)] = 0.0
    """Energy since the start of the day."""
    fresh: bool = True
    """Whether its data are good and recent."""


class BufferState(Frozen):
    """What is in a buffer."""

    buffer: Name
    """Which buffer."""
    parts: Annotated[tuple[Part, ...], Field(max_length=100_000)] = ()
    """Units, the next to leave first."""
    level_sd: Annotated[float, Field(ge=0)] = 0.0
    """Standard deviation of the count: 0 when it is known exactly."""


class OrderState(Frozen):
    """How far an order has come."""

    order: Name
    """Which order."""
    started: Annotated[int, Field(ge=0)] = 0
    """Units that entered the line."""
    good: Annotated[int, Field(ge=0)] = 0
    """Good units that left the line."""
    scrapped: Annotated[int, Field(ge=0)] = 0
    """Units rejected on the way."""
    finished_s: PlantTime | None = None
    """When its last unit left, if it has."""


class ParameterValue(Frozen):
    """The value of a parameter."""

    alias: Alias
    """Which parameter."""
    value: float
    """Value, in the parameter's unit."""


class LineState(Frozen):
    """The state of a line at one moment; complete enough to go on from."""

    plant: Name
    """Which plant."""
    plant_revision: Sha256
    """Revision of the description it was made with."""
    plant_time_s: PlantTime
    """The moment, in plant seconds."""
    taken_at: WallTime | None = None
    """The moment in wall time, for a live state."""
    stations: tuple[StationState, ...]
    """One per station, in flow order."""
    buffers: tuple[BufferState, ...]
    """One per buffer, in flow order."""
    orders: tuple[OrderState, ...] = ()
    """The orders in the sequence they are or will be made."""
    parameters: tuple[ParameterValue, ...] = ()
    """Present values of all parameters."""
    stale: Annotated[tuple[Alias, ...], Field(max_length=10_000)] = ()
    """Tags without good and recent data; empty for a simulated state."""

    @cached_property
    def revision(self) -> str:
        """SHA-256 of the state."""
        return self.digest()

    @property
    def trustworthy(self) -> bool:
        """Whether every tag it was made from was good and recent."""
        return not self.stale

    def parameter(self, alias: str) -> float:
        """Present value of a parameter.

        Raises:
            KeyError: the plant has no such parameter.
        """
        for p in self.parameters:
            if p.alias == alias:
                return p.value
        raise KeyError(alias)
