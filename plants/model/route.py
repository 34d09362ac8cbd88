"""Routes: the steps a product goes through, where each can be done, and what it needs and does there."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from plants.frozen import Fraction, Frozen, Name
from plants.model.distribution import Distribution
from plants.model.names import Names


class Component(Frozen):
    """Another product that a step builds in."""

    product: Name
    """Which."""
    quantity: Annotated[int, Field(ge=1, le=1_000)] = 1
    """How many."""


class MaterialUse(Frozen):
    """Material that a step uses up, when its work begins."""

    material: Name
    """Which."""
    quantity: Annotated[float, Field(gt=0, le=1e9)]
    """How much a unit of flow needs."""


class Inspection(Frozen):
    """A step that finds defects made at steps before it."""

    detects: Fraction = 1.0
    """Share of defective units that it rejects."""
    false_alarms: Fraction = 0.0
    """Share of sound units that it rejects."""


class Rework(Frozen):
    """Units that go back to an earlier step (or to a step of their own), instead of going on."""

    to: Name
    """Step of the same route they go to."""
    share: Fraction | None = None
    """Share of units that go; left out where an inspection decides."""
    limit: Annotated[int, Field(ge=1, le=100)] = 1
    """How often a unit may have gone back in all; one that would go back once more is scrapped."""


class StationTime(Frozen):
    """A time that holds at one station."""

    station: Name
    """Which."""
    time: Distribution
    """Time of the step there at nominal parameters."""


class Step(Frozen):
    """One step of a route."""

    step: Name
    """Name within the route; a station may be visited again and again (re-entrant flow)."""
    stations: Names
    """Where it can be done, the preferred one first."""
    time: Distribution | None = None
    """Time at nominal parameters, for a unit or for a batch; the station's own cycle without."""
    times: Annotated[tuple[StationTime, ...], Field(max_length=200)] = ()
    """Times that differ by station."""
    setup: Name | None = None
    """What the station must be set up for; the product where none is named. Steps of one name need no setup between."""
    scrap: Fraction | None = None
    """Share rejected at this step; the station's own without."""
    defects: Fraction = 0.0
    """Share that this step leaves defective, unseen."""
    inspection: Inspection | None = None
    """Makes it an inspection: what it rejects is scrapped, or reworked where `rework` says so."""
    rework: Rework | None = None
    """Units that go back."""
    components: Annotated[tuple[Component, ...], Field(max_length=50)] = ()
    """Products that are built in (assembly)."""
    materials: Annotated[tuple[MaterialUse, ...], Field(max_length=50)] = ()
    """Material that is used up."""

    @model_validator(mode="after")
    def _decided_once(self) -> Self:
        if self.rework is not None and (self.rework.share is None) == (self.inspection is None):
            raise ValueError("'rework' needs either a 'share', or an 'inspection' that decides")
        return self


class Batch(Frozen):
    """A station that works on several units at once."""

    minimum: Annotated[int, Field(ge=1, le=10_000)] = 1
    """Units to wait for."""
    maximum: Annotated[int, Field(ge=1, le=10_000)]
    """Units that go in at once."""
    wait_s: Annotated[float, Field(ge=0, le=1e9)] | None = None
    """After the first has waited so long, fewer are enough; for ever without."""
    mix: Literal["product", "step", "any"] = "product"
    """What may go together: units of one product at one step, of one step (by name), or any."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.minimum > self.maximum:
            raise ValueError(f"minimum ({self.minimum}) must not be above maximum ({self.maximum})")
        return self
