"""Wear, and the maintenance that is planned against it."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from plants.frozen import Frozen, Name, Text
from plants.model.distribution import Distribution
from plants.model.moment import AfterStart
from plants.model.parameter import TableCurve

Level = Annotated[float, Field(ge=0, le=1e9)]


class Wear(Frozen):
    """A level that grows with use, reckoned up after each unit or batch; maintenance brings it back to 0."""

    per_hour: Level = 0.0
    """Growth per hour of executing."""
    per_unit: Level = 0.0
    """Growth per unit of flow processed."""
    failure_rate: TableCurve | None = None
    """Factor on the failure rate, `at` a level."""
    scrap: TableCurve | None = None
    """Factor on the scrapped share, `at` a level."""
    reset_by_repair: bool = False
    """Whether the repair of a breakdown (not of a micro-stop) brings it back to 0, too."""

    @model_validator(mode="after")
    def _grows(self) -> Self:
        if self.per_hour == 0 and self.per_unit == 0:
            raise ValueError("give 'per_hour' or 'per_unit': a level that does not grow is no wear")
        return self


class Maintenance(Frozen):
    """Planned work on a station. It begins between two units, never within one; several triggers may be given."""

    id: Name
    """Name within the station."""
    name: Text
    """Label."""
    duration: Distribution
    """How long it takes."""
    skill: Name | None = None
    """What the person who does it must be able to do; none is waited for where none is named."""
    every_s: Annotated[float, Field(gt=0, le=1e9)] | None = None
    """Due so long after the last one by the calendar."""
    every_operating_s: Annotated[float, Field(gt=0, le=1e9)] | None = None
    """Due after so much time of executing."""
    every_units: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    """Due after so many units of flow."""
    wear_above: Annotated[float, Field(gt=0, le=1e9)] | None = None
    """Due when the wear has reached this level (condition-based)."""
    at_s: Annotated[tuple[AfterStart, ...], Field(max_length=1_000)] = ()
    """Due at these moments of plant time."""
    renews: Annotated[tuple[Name, ...], Field(max_length=16)] = ()
    """Failure modes whose clock begins anew afterwards."""

    @model_validator(mode="after")
    def _triggered(self) -> Self:
        given = (self.every_s, self.every_operating_s, self.every_units, self.wear_above)
        if all(g is None for g in given) and not self.at_s:
            raise ValueError("say when it is due: every_s, every_operating_s, every_units, wear_above or at_s")
        return self
