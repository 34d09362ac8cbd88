"""Times from uniform numbers: means, monotony, inverse of the distribution function, and residuals."""

import itertools

import numpy as np
import pytest
from scipy import integrate, stats

from plants.model.distribution import (
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Lognormal,
    Triangular,
    Uniform,
    Weibull,
    mean_s,
)
from twin.draws import Purpose, uniforms
from twin.sampling import cdf, lower_time, ppf, residual, times

ALL: list[Distribution] = [
    Exponential(kind="exponential", mean_s=3.0),
    Uniform(kind="uniform", low_s=1.0, high_s=4.0),
    Triangular(kind="triangular", low_s=1.0, mode_s=2.0, high_s=6.0),
    Triangular(kind="triangular", low_s=0.0, mode_s=2.0, high_s=2.0),
    Lognormal(kind="lognormal", mean_s=600.0, sd_s=420.0),
    Weibull(kind="weibull", mean_s=28_000.0, shape=1.3),
    Weibull(kind="weibull", mean_s=10.0, shape=0.7),
    Empirical(kind="empirical", quantiles_s=(1.0, 2.0, 2.5, 7.0)),
]
GRID = np.linspace(0.001, 0.999, 333)


@pytest.mark.parametrize("distribution", ALL, ids=lambda d: f"{d.kind}")
def test_the_mean_of_the_inverse_is_the_mean(distribution: Distribution) -> None:
    """The integral of the inverse over (0, 1) is the mean that the plant file gives."""
    time = lower_time(distribution)

    mean, _ = integrate.quad(lambda u: ppf(time, u), 0, 1, limit=300)

    assert mean == pytest.approx(mean_s(distribution), rel=1e-5)


@pytest.mark.parametrize("distribution", ALL, ids=lambda d: f"{d.kind}")
def test_the_inverse_ascends_and_inverts(distribution: Distribution) -> None:
    """Monotone draws keep common random numbers monotone; F(F⁻¹(u)) = u."""
    time = lower_time(distribution)

    values = [ppf(time, float(u)) for u in GRID]

    assert all(a < b for a, b in itertools.pairwise(values))
    assert [cdf(time, v) for v in values] == pytest.approx(list(GRID), abs=1e-9)


@pytest.mark.parametrize("distribution", ALL, ids=lambda d: f"{d.kind}")
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_residual_is_what_the_formula_says(distribution: Distribution, share: float) -> None:
    """`ppf(F(t) + u (1 - F(t))) - t`, whatever closed form is used."""
    time = lower_time(distribution)
    elapsed = ppf(time, share)
    done = cdf(time, elapsed)

    left = [residual(time, elapsed, float(u)) for u in GRID]

    expected = [ppf(time, min(done + float(u) * (1 - done), 1 - 1e-16)) - elapsed for u in GRID]
    assert left == pytest.approx(expected, rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("distribution", ALL, ids=lambda d: f"{d.kind}")
def test_nothing_elapsed_leaves_the_whole_time(distribution: Distribution) -> None:
    """A residual at 0 is a new draw, so a state just begun continues as if new."""
    time = lower_time(distribution)

    assert [residual(time, 0.0, float(u)) for u in GRID] == [ppf(time, float(u)) for u in GRID]


@pytest.mark.parametrize("distribution", ALL, ids=lambda d: f"{d.kind}")
def test_a_time_that_has_lasted_longer_than_possible_ends_soon(distribution: Distribution) -> None:
    """Far beyond the mean a residual is finite and not negative, even where the distribution function is 1."""
    time = lower_time(distribution)

    left = residual(time, 1000 * mean_s(distribution), 0.5)

    assert 0 <= left < 1e7


def test_residuals_of_a_constant_are_exact() -> None:
    """What is left of a constant time needs no draw."""
    time = lower_time(Constant(mean_s=2.4))

    assert residual(time, 1.0, 0.77) == pytest.approx(1.4)
    assert residual(time, 9.0, 0.77) == 0.0


def test_lognormal_has_the_given_mean_and_deviation() -> None:
    """The plant file gives moments of the time itself, not of its logarithm."""
    time = lower_time(Lognormal(kind="lognormal", mean_s=600.0, sd_s=420.0))

    reference = stats.lognorm(s=time.b, scale=np.exp(time.a))

    assert reference.mean() == pytest.approx(600.0)
    assert reference.std() == pytest.approx(420.0)
    assert [ppf(time, float(u)) for u in GRID] == pytest.approx(list(reference.ppf(GRID)), rel=1e-9)


@pytest.mark.parametrize("distribution", ALL, ids=lambda d: f"{d.kind}")
def test_many_times_equal_single_ones(distribution: Distribution) -> None:
    """Bit for bit, so that it does not matter how draws are made."""
    time = lower_time(distribution)
    us = uniforms((1, 1), 0, 500, 1, 2, Purpose.PROCESSING)

    assert times(time, us) == [ppf(time, u) for u in us]
