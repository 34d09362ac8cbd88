"""Parameters: the setpoints that may be changed, their envelope, and what changing them does.

An effect is a factor on what the station does at its nominal value: at nominal every factor is 1.
"""

import itertools
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from plants.frozen import Frozen, Name, Seconds, Text


class EffectOn(StrEnum):
    """What a parameter acts upon."""

    CYCLE_TIME = "cycle_time"
    """Time per unit of flow."""
    SCRAP = "scrap"
    """Scrapped fraction."""
    FAILURE_RATE = "failure_rate"
    """Failures per hour, all modes of the station (the reciprocal of MTBF)."""
    WEAR = "wear"
    """How fast wear grows, where the station has any."""
    POWER = "power"
    """Electric power while executing."""


class PowerCurve(Frozen):
    """factor = (value / nominal) ** exponent; -1 for a speed on the cycle time."""

    kind: Literal["power"]
    exponent: Annotated[float, Field(ge=-20, le=20)]
    """Exponent of value / nominal."""


class PolynomialCurve(Frozen):
    """factor = 1 + c1 x + c2 x² + …, with x = value / nominal - 1."""

    kind: Literal["polynomial"]
    coefficients: Annotated[tuple[float, ...], Field(min_length=1, max_length=6)]
    """c1, c2, … in that order."""


class TablePoint(Frozen):
    """One row of a table."""

    at: float
    """Value of the parameter, in its unit."""
    factor: Annotated[float, Field(gt=0, le=1000)]
    """Factor on the nominal figure."""


class TableCurve(Frozen):
    """Linear between rows, constant beyond the first and last."""

    kind: Literal["table"]
    points: Annotated[tuple[TablePoint, ...], Field(min_length=2, max_length=200)]
    """Rows with ascending `at`."""

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        at = [point.at for point in self.points]
        if any(a >= b for a, b in itertools.pairwise(at)):
            raise ValueError("table points must have ascending 'at'")
        return self


Curve = Annotated[PowerCurve | PolynomialCurve | TableCurve, Field(discriminator="kind")]


class Effect(Frozen):
    """What moving the parameter away from nominal does to one figure of its station."""

    acts_on: EffectOn
    """The figure acted upon."""
    curve: Curve
    """Factor as a function of the parameter."""


class Parameter(Frozen):
    """A setpoint of a station that may be changed within an envelope."""

    id: Name
    """Name within the station; the alias is `station.id`."""
    name: Text
    """Label."""
    unit: Annotated[str, Field(min_length=1, max_length=24)]
    """Unit as shown: '1/min', '°C'."""
    nominal: Annotated[float, Field(gt=0, le=1e9)]
    """Value at which the figures of the station hold."""
    minimum: float
    """Lower end of the envelope; nothing below is ever sent."""
    maximum: float
    """Upper end of the envelope; nothing above is ever sent."""
    max_step: Annotated[float, Field(gt=0, le=1e9)]
    """Largest change in one write, in the parameter's unit."""
    max_stages: Annotated[int, Field(ge=1, le=16)] = 1
    """Writes of at most `max_step` each into which a larger change is cut; 1 refuses larger changes."""
    tolerance: Annotated[float, Field(gt=0, le=1e9)]
    """Read-back within ± this counts as equal."""
    reach_s: Annotated[Seconds, Field(gt=0)] = 120.0
    """Plant seconds within which the actual value must reach the setpoint."""
    cool_down_s: Seconds = 0.0
    """Plant seconds that must pass between two changes."""
    effects: Annotated[tuple[Effect, ...], Field(max_length=8)] = ()
    """What it does; several effects on one figure multiply."""

    @model_validator(mode="after")
    def _envelope(self) -> Self:
        if not self.minimum < self.maximum:
            raise ValueError(f"minimum ({self.minimum:g}) must be below maximum ({self.maximum:g})")
        if not self.minimum <= self.nominal <= self.maximum:
            raise ValueError(f"nominal ({self.nominal:g}) must lie within {self.minimum:g} to {self.maximum:g}")
        return self

    def factor(self, on: EffectOn, value: float) -> float:
        """Product of this parameter's factors on one figure at `value` (dimensionless, at least 0)."""
        product = 1.0
        for effect in self.effects:
            if effect.acts_on is on:
                product *= curve_factor(effect.curve, value, self.nominal)
        return max(product, 0.0)


def curve_factor(curve: Curve, value: float, nominal: float) -> float:
    """Factor of one curve at `value` (dimensionless)."""
    match curve:
        case PowerCurve():
            return float((value / nominal) ** curve.exponent)
        case PolynomialCurve():
            x = value / nominal - 1.0
            return 1.0 + sum(c * x**n for n, c in enumerate(curve.coefficients, start=1))
        case TableCurve():
            return _interpolate(curve.points, value)


def _interpolate(points: tuple[TablePoint, ...], value: float) -> float:
    if value <= points[0].at:
        return points[0].factor
    for low, high in itertools.pairwise(points):
        if value <= high.at:
            share = (value - low.at) / (high.at - low.at)
            return low.factor + share * (high.factor - low.factor)
    return points[-1].factor
