"""What electric energy stands for: its price over the day, its carbon dioxide, and the peak that must not be passed."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from plants.frozen import Frozen
from plants.model.moment import AfterStart


class EmissionFactor(Frozen):
    """How much carbon dioxide a kilowatt-hour stands for. Without a source and a year such a figure means nothing."""

    kg_per_kwh: Annotated[float, Field(ge=0, le=5)]
    """Kilograms of CO2 equivalent per kWh."""
    source: Annotated[str, StringConstraints(min_length=3, max_length=300, strip_whitespace=True)]
    """Who says so."""
    year: Annotated[int, Field(ge=1990, le=2100)]
    """Year it holds for."""


class Price(Frozen):
    """A price from one time of the day on, until the next one."""

    start_s: AfterStart
    """From when, within the day."""
    per_kwh: Annotated[float, Field(ge=0, le=1e6)]
    """Price of a kilowatt-hour."""


class Energy(Frozen):
    """Tariff, emission and peak of a plant."""

    emission: EmissionFactor | None = None
    """Carbon dioxide per kilowatt-hour."""
    currency: Annotated[str, Field(min_length=1, max_length=8)] = "KRW"
    """Of the prices."""
    tariff: Annotated[tuple[Price, ...], Field(max_length=48)] = ()
    """Prices over the day; the first begins at 0."""
    peak_limit_kw: Annotated[float, Field(gt=0, le=1e9)] | None = None
    """Mean power of a metering window that should not be passed."""
    peak_window_s: Annotated[float, Field(ge=60, le=86_400)] = 900.0
    """Length of a metering window."""

    @model_validator(mode="after")
    def _covers_the_day(self) -> Self:
        starts = [p.start_s for p in self.tariff]
        if starts and (starts[0] != 0 or starts != sorted(set(starts)) or starts[-1] >= 86_400):
            raise ValueError("the prices must begin at 0 and ascend within the day")
        return self
