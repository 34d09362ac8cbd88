"""Distributions of times, each sampled by its inverse so that one uniform number gives one draw.

Inverse sampling keeps common random numbers monotone (a better machine is never slower on the same draw) and gives the
residual of a time already under way from the same formula: `ppf(F(t) + u (1 - F(t))) - t`.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from plants.frozen import Frozen

Time = Annotated[float, Field(gt=0, le=1e9)]


class Constant(Frozen):
    """Always the same time."""

    kind: Literal["constant"] = "constant"
    mean_s: Annotated[float, Field(ge=0, le=1e9)]
    """The time, in seconds."""


class Exponential(Frozen):
    """Exponential with the given mean."""

    kind: Literal["exponential"]
    mean_s: Time
    """Mean, in seconds."""


class Uniform(Frozen):
    """Uniform between two bounds."""

    kind: Literal["uniform"]
    low_s: Annotated[float, Field(ge=0, le=1e9)]
    """Lower bound, in seconds."""
    high_s: Time
    """Upper bound, in seconds."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low_s >= self.high_s:
            raise ValueError(f"low_s ({self.low_s:g}) must be below high_s ({self.high_s:g})")
        return self


class Triangular(Frozen):
    """Triangular between two bounds with a most likely value."""

    kind: Literal["triangular"]
    low_s: Annotated[float, Field(ge=0, le=1e9)]
    """Lower bound, in seconds."""
    mode_s: Time
    """Most likely value, in seconds."""
    high_s: Time
    """Upper bound, in seconds."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low_s <= self.mode_s <= self.high_s or self.low_s == self.high_s:
            raise ValueError("low_s <= mode_s <= high_s must hold, with low_s below high_s")
        return self


class Lognormal(Frozen):
    """Lognormal given by its own mean and standard deviation (not those of its logarithm)."""

    kind: Literal["lognormal"]
    mean_s: Time
    """Mean, in seconds."""
    sd_s: Time
    """Standard deviation, in seconds."""


class Weibull(Frozen):
    """Weibull given by its mean and shape; the scale follows as mean / Γ(1 + 1/shape)."""

    kind: Literal["weibull"]
    mean_s: Time
    """Mean, in seconds."""
    shape: Annotated[float, Field(ge=0.2, le=50)]
    """Shape: below 1 early failures, 1 exponential, above 1 wear-out."""


class Empirical(Frozen):
    """Piecewise linear between equally spaced quantiles of observed times."""

    kind: Literal["empirical"]
    quantiles_s: Annotated[tuple[Annotated[float, Field(ge=0, le=1e9)], ...], Field(min_length=2, max_length=1001)]
    """Minimum, equally spaced quantiles, maximum, in seconds and ascending."""

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if list(self.quantiles_s) != sorted(self.quantiles_s) or self.quantiles_s[-1] <= 0:
            raise ValueError("quantiles_s must ascend and end above 0")
        return self


Distribution = Annotated[
    Constant | Exponential | Uniform | Triangular | Lognormal | Weibull | Empirical, Field(discriminator="kind")
]


def mean_s(distribution: Distribution) -> float:
    """Mean of a distribution, in seconds."""
    match distribution:
        case Uniform():
            return (distribution.low_s + distribution.high_s) / 2
        case Triangular():
            return (distribution.low_s + distribution.mode_s + distribution.high_s) / 3
        case Empirical():
            q = distribution.quantiles_s
            return (sum(q) - (q[0] + q[-1]) / 2) / (len(q) - 1)
        case _:
            return distribution.mean_s
