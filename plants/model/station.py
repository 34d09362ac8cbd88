"""A station (ISA-95 work unit): its servers, cycle, failures, setups, scrap, power, people and parameters."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from plants.frozen import Fraction, Frozen, Name, Seconds, Text
from plants.model.crew import Operator
from plants.model.dispatch import Dispatch
from plants.model.distribution import Constant, Distribution, Exponential, mean_s
from plants.model.fleet import Position
from plants.model.maintenance import Maintenance, Wear
from plants.model.names import Names
from plants.model.parameter import Parameter
from plants.model.response import Response
from plants.model.route import Batch

UNLIMITED = 1_000_000
"""Capacity of a buffer that has no limit that matters."""


class FailureClock(StrEnum):
    """Which time brings a failure nearer."""

    OPERATING = "operating"
    """Only time spent executing: an idle machine does not wear (operation-dependent failures)."""
    CALENDAR = "calendar"
    """All time, whatever the station does (time-dependent failures)."""


class StopClass(StrEnum):
    """How a stop counts in the OEE loss tree."""

    BREAKDOWN = "breakdown"
    """Availability loss."""
    MICRO_STOP = "micro_stop"
    """Performance loss."""


class FailureMode(Frozen):
    """One way in which a station stops by itself."""

    id: Name
    """Name within the station."""
    name: Text
    """Label."""
    stop_class: StopClass = StopClass.BREAKDOWN
    """Breakdown or micro-stop."""
    clock: FailureClock = FailureClock.OPERATING
    """Time that counts towards the next failure."""
    mtbf_s: Annotated[float, Field(gt=0, le=1e9)] | None = None
    """Mean time between failures, exponential; or give `uptime` instead."""
    uptime: Distribution | None = None
    """Time between failures when it is not exponential."""
    mttr_s: Annotated[float, Field(gt=0, le=1e9)] | None = None
    """Mean time to repair, exponential; or give `repair` instead."""
    repair: Distribution | None = None
    """Time to repair when it is not exponential."""
    skill: Name | None = None
    """What the person who repairs it must be able to do; none is waited for where none is named."""

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if (self.mtbf_s is None) == (self.uptime is None):
            raise ValueError("give either 'mtbf_s' (exponential) or 'uptime' (a distribution), not both")
        if (self.mttr_s is None) == (self.repair is None):
            raise ValueError("give either 'mttr_s' (exponential) or 'repair' (a distribution), not both")
        return self

    @property
    def uptime_distribution(self) -> Distribution:
        """Time between failures at nominal parameters."""
        return self.uptime or Exponential(kind="exponential", mean_s=self.mtbf_s or 1.0)

    @property
    def repair_distribution(self) -> Distribution:
        """Time to repair."""
        return self.repair or Exponential(kind="exponential", mean_s=self.mttr_s or 1.0)


class SetupPair(Frozen):
    """Setup time for one pair of products."""

    before: Name
    """Product made before, or the `setup` of a step."""
    after: Name
    """Product made after, or the `setup` of a step."""
    time: Distribution
    """Duration."""


class Setups(Frozen):
    """Sequence-dependent setups; the same product again needs none."""

    default: Distribution = Constant(mean_s=0.0)
    """Duration for pairs not listed."""
    pairs: Annotated[tuple[SetupPair, ...], Field(max_length=10_000)] = ()
    """Durations for particular pairs of products, or of what steps call their `setup`."""

    def time(self, before: str | None, after: str) -> Distribution | None:
        """Duration between two products, or None where nothing has to be set up."""
        if before is None or before == after:
            return None
        for pair in self.pairs:
            if (pair.before, pair.after) == (before, after):
                return pair.time
        return self.default if mean_s(self.default) > 0 else None


class PowerDraw(Frozen):
    """Electric power in each class of state, in kW."""

    executing: Annotated[float, Field(ge=0, le=1e6)] = 0.0
    """While a unit is being processed."""
    waiting: Annotated[float, Field(ge=0, le=1e6)] = 0.0
    """While blocked, starved or out of orders."""
    setup: Annotated[float, Field(ge=0, le=1e6)] = 0.0
    """While being set up."""
    down: Annotated[float, Field(ge=0, le=1e6)] = 0.0
    """While broken down, micro-stopped or being maintained."""
    off: Annotated[float, Field(ge=0, le=1e6)] = 0.0
    """While off shift."""


class Station(Frozen):
    """One work unit of the line, or several alike side by side."""

    id: Name
    """Name, unique in the plant."""
    name: Text
    """Label."""
    cycle: Distribution = Constant(mean_s=0.0)
    """Time per unit of flow (or batch) at nominal parameters; left out only where every step here says its own."""
    servers: Annotated[int, Field(ge=1, le=1_000)] = 1
    """Machines alike, each with failures, setups and wear of its own."""
    scrap: Fraction = 0.0
    """Share of units rejected here at nominal parameters; a rejected unit leaves the line."""
    failures: Annotated[tuple[FailureMode, ...], Field(max_length=16)] = ()
    """How it stops by itself."""
    setups: Setups = Setups()
    """Changeovers."""
    batch: Batch | None = None
    """Several units at once."""
    dispatch: Dispatch = Dispatch()
    """Which waiting unit is taken next."""
    calendar: Name | None = None
    """When it works; always, where none is named. Work under way rests and goes on (preempt-resume)."""
    operator: Operator | None = None
    """The person it needs."""
    wear: Wear | None = None
    """Wear, where it matters."""
    maintenance: Annotated[tuple[Maintenance, ...], Field(max_length=16)] = ()
    """Planned maintenance."""
    power_kw: PowerDraw = PowerDraw()
    """Power per class of state, of each machine."""
    energy_per_unit_kwh: Annotated[float, Field(ge=0, le=1e6)] = 0.0
    """Energy of each unit processed, besides."""
    position: Position | None = None
    """Where it stands; vehicles need it."""
    docks: Annotated[int, Field(ge=1, le=100)] = 1
    """Vehicles that can load or unload here at once; others wait in front."""
    parameters: Annotated[tuple[Parameter, ...], Field(max_length=16)] = ()
    """Setpoints that may be changed."""
    responses: Annotated[tuple[Response, ...], Field(max_length=16)] = ()
    """What its parameters do together, besides what each does on its own."""


class Buffer(Frozen):
    """A conveyor or store in front of stations; a conveyor (`transport_s`) keeps its order."""

    id: Name
    """Name, unique in the plant."""
    name: Text
    """Label."""
    upstream: Names | None = None
    """Stations that fill it; any station where none is named."""
    downstream: Names
    """Stations that empty it."""
    capacity: Annotated[int, Field(ge=0, le=UNLIMITED)] = UNLIMITED
    """Units of flow that fit; 0 hands over directly. Left out, there is no limit that matters."""
    transport_s: Seconds = 0.0
    """Shortest time from end to end."""
    carrier: Name | None = None
    """Fleet that brings units here; they move by themselves where none is named."""
