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
    step: Name | None = None
    """Step of its route it is at or waits for; None when it is done, and where there are no routes."""
    queued_s: PlantTime | None = None
    """When it came to where it waits, where that matters."""
    reworks: Annotated[int, Field(ge=0)] = 0
    """How often it was sent back."""
    defective: bool = False
    """It has a defect that nobody has seen."""


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
    renewed: Annotated[int, Field(ge=0)] = 0
    """Times its clock began anew by maintenance."""
    crew: Name | None = None
    """Whose person repairs it, where one is needed."""
    repairing_s: Seconds | None = None
    """Time since that person came; None while one is waited for."""


class CareState(Frozen):
    """How far planned maintenance has come."""

    maintenance: Name
    """Which."""
    count: Annotated[int, Field(ge=0)] = 0
    """Times it was begun; keys the next draw."""
    last_s: PlantTime = 0.0
    """When it was last done, or the start."""
    operated_s: Seconds = 0.0
    """Time executed since."""
    units: Annotated[int, Field(ge=0)] = 0
    """Units processed since."""
    due: bool = False
    """It is to be done."""
    in_hand: bool = False
    """It is being done, or a person is waited for."""
    doing_s: Seconds | None = None
    """Time since it began."""


class StationState(Frozen):
    """What a machine of a station is doing now and what it needs to go on."""

    station: Name
    """Which station."""
    server: Annotated[int, Field(ge=0)] = 0
    """Which of its machines."""
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
    batch: Annotated[tuple[Part, ...], Field(max_length=10_000)] = ()
    """The other units of its batch."""
    supplied: bool = True
    """Components and material of its job are there."""
    crew: Name | None = None
    """Whose person is with it, for the work or for maintenance."""
    asked_s: PlantTime | None = None
    """Since when it waits for a person, for the work or for maintenance."""
    wear: Annotated[float, Field(ge=0)] = 0.0
    """Level of its wear."""
    unreckoned_s: Seconds = 0.0
    """Time executed that wear and maintenance have not been reckoned up with yet."""
    care: Annotated[tuple[CareState, ...], Field(max_length=16)] = ()
    """Planned maintenance, in the order of the plant file."""


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


class ArrivalState(Frozen):
    """A stream of arrivals."""

    arrival: Name
    """Which stream."""
    count: Annotated[int, Field(ge=0)] = 0
    """Arrivals so far; keys the next draw."""
    units: Annotated[int, Field(ge=0)] = 0
    """Units that came so far."""
    last_s: PlantTime
    """When the last one came, or the stream began."""
    parts: Annotated[tuple[Part, ...], Field(max_length=100_000)] = ()
    """Units that wait in front of the line, the longest waiting first."""


class ComingState(Frozen):
    """A delivery under way."""

    number: int
    """Position among the announced deliveries, or -n for the n-th order placed."""
    quantity: Annotated[float, Field(gt=0)]
    """How much comes."""
    since_s: PlantTime
    """When it was promised for, or ordered."""


class MaterialState(Frozen):
    """Stock of a material, and what is under way."""

    material: Name
    """Which."""
    stock: Annotated[float, Field(ge=0)]
    """On hand."""
    ordered: Annotated[int, Field(ge=0)] = 0
    """Orders placed so far; keys the next draw."""
    coming: Annotated[tuple[ComingState, ...], Field(max_length=10_000)] = ()
    """Under way."""


class LoadState(Frozen):
    """A unit that a vehicle carries, fetches, or is called for."""

    station: Name
    """Where it is fetched."""
    server: Annotated[int, Field(ge=0)] = 0
    """From which machine."""
    buffer: Name
    """Where it goes."""
    since_s: PlantTime
    """Since when it waits."""
    part: Part
    """The unit; until it is taken up it is also in its machine."""


class VehicleState(Frozen):
    """One vehicle."""

    fleet: Name
    """Which fleet."""
    number: Annotated[int, Field(ge=0)]
    """Which vehicle."""
    at: Name
    """Station where it is, or to which it goes."""
    phase: Name
    """What it does (`twin.network.working.Phase`, lower case)."""
    since_s: PlantTime
    """Since when."""
    until_s: PlantTime | None = None
    """When that ends, where it is known."""
    level_kwh: Annotated[float, Field(ge=0)] = 0.0
    """What its battery holds."""
    loads: Annotated[tuple[LoadState, ...], Field(max_length=1_000)] = ()
    """What it fetches or carries."""


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
    """One per machine: stations in flow order, their servers one after the other."""
    buffers: tuple[BufferState, ...]
    """One per buffer, in flow order."""
    orders: tuple[OrderState, ...] = ()
    """The orders in the sequence they are or will be made, each followed by what it needs of components."""
    begun: Annotated[int, Field(ge=0)] | None = None
    """Units that entered a line without orders and arrivals, where that does not follow from its first station."""
    arrivals: Annotated[tuple[ArrivalState, ...], Field(max_length=500)] = ()
    """Streams of arrivals."""
    materials: Annotated[tuple[MaterialState, ...], Field(max_length=500)] = ()
    """Stocks."""
    vehicles: Annotated[tuple[VehicleState, ...], Field(max_length=10_000)] = ()
    """Vehicles, fleet by fleet."""
    calls: Annotated[tuple[LoadState, ...], Field(max_length=100_000)] = ()
    """Units for which a vehicle is called and none is sent yet, the longest waiting first."""
    parameters: tuple[ParameterValue, ...] = ()
    """Present values of all parameters."""
    foreign_orders: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(max_length=1000)
    ] = ()
    """Orders on the line that the plant file does not have, such as jobs that somebody stored at the machine: the twin
    does not know what they take, so no sequence is planned while they are there."""
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
