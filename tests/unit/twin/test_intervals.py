"""Intervals: textbook values, coverage, and predictions that hold what they say."""

import numpy as np
import pytest

from plants.errors import InvalidInput
from plants.kpi import Kpi
from twin.forecast_error import DEFAULT_ERROR, ForecastError
from twin.intervals import kpi_interval, mean_interval, positive_interval, share_interval, wilson
from twin.prediction import predict

EXACT = ForecastError(sd=0.0)


def test_a_t_interval_of_known_numbers() -> None:
    """1 to 5: mean 3, sd 1.5811, t(0.975, 4) = 2.7764."""
    interval = mean_interval([1.0, 2.0, 3.0, 4.0, 5.0])

    assert interval.mean == 3
    assert interval.half_width == pytest.approx(2.7764 * 1.5811 / 5**0.5, rel=1e-4)


def test_a_wilson_interval_of_known_numbers() -> None:
    """8 of 10 at 95 %: 0.4902 to 0.9433; none and all give no interval of width 0."""
    interval = wilson(8, 10)

    assert (interval.low, interval.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert (wilson(0, 10).low, wilson(10, 10).high) == (0.0, 1.0)
    assert wilson(0, 10).high > 0.2
    assert wilson(10, 10).low < 0.8


def test_an_interval_of_shares_stays_within_0_and_1_where_that_of_a_mean_does_not() -> None:
    """Close to 1; in the middle it is that of a mean; where nothing varies it is a point."""
    high, middle = [0.99, 1.0, 1.0, 0.9], [0.49, 0.5, 0.51, 0.5]

    assert mean_interval(high).high > 1
    assert 0.6 < share_interval(high).low < 0.9725 < share_interval(high).high < 1
    assert share_interval([1 - v for v in high]).low == pytest.approx(1 - share_interval(high).high)
    assert share_interval(middle).half_width == pytest.approx(mean_interval(middle).half_width, rel=1e-3)
    for value in (0.0, 0.3, 1.0):
        point = share_interval([value] * 5)
        assert (point.low, point.mean, point.high) == (value, value, value)


@pytest.mark.parametrize("mean", [0.5, 0.9, 0.98])
def test_an_interval_of_shares_holds_the_mean_as_often_as_that_of_a_mean(mean: float) -> None:
    """2,000 times ten replications of a beta distribution: near 0.98, 91.6 % where a t interval holds 85.8 %."""
    rng = np.random.Generator(np.random.Philox(7))
    rows = rng.beta(20 * mean, 20 * (1 - mean), (2_000, 10)).tolist()

    shares, plain = ([f(row) for row in rows] for f in (share_interval, mean_interval))
    held, held_plain = (sum(i.low <= mean <= i.high for i in found) / 2_000 for found in (shares, plain))

    assert all(0 <= i.low <= i.high <= 1 for i in shares)
    assert held >= max(0.9, held_plain)


def test_a_kpi_has_an_interval_of_values_that_it_can_have() -> None:
    """Shares within 0 and 1; performance above 1 where a run is; nothing below 0."""
    near, above, rare = [0.99, 1.0, 1.0, 0.9], [0.99, 1.04, 1.0, 0.9], [0.0, 0.0, 0.0, 9.0]

    assert kpi_interval(Kpi.AVAILABILITY, near).high < 1
    assert kpi_interval(Kpi.PERFORMANCE, near).high < 1
    assert kpi_interval(Kpi.PERFORMANCE, above) == mean_interval(above)
    assert kpi_interval(Kpi.TARDINESS, rare) == positive_interval(rare)
    assert mean_interval(rare).low < 0 == positive_interval(rare).low


def test_too_few_values_are_refused() -> None:
    """One replication says nothing of its spread."""
    with pytest.raises(InvalidInput, match="at least 2"):
        mean_interval([1.0])
    with pytest.raises(InvalidInput, match="at least 2"):
        share_interval([1.0])
    with pytest.raises(InvalidInput, match="at least 2"):
        predict([1.0], DEFAULT_ERROR)
    with pytest.raises(InvalidInput, match="at least one"):
        wilson(0, 0)


@pytest.mark.parametrize("n", [10, 30])
@pytest.mark.parametrize("shape", ["normal", "skewed"])
def test_a_prediction_holds_the_next_value_as_often_as_it_says(n: int, shape: str) -> None:
    """2,000 times: n values seen, one more drawn; 90 % intervals hold 88 to 92.5 %, for a skewed distribution too."""
    rng = np.random.Generator(np.random.Philox(5))

    def draw(size: int) -> np.ndarray:
        return rng.normal(100, 10, size) if shape == "normal" else 200 - rng.exponential(30, size)

    held = 0
    for _ in range(2000):
        values = draw(n + 1)
        interval = predict([float(v) for v in values[:-1]], EXACT)
        held += interval.low <= values[-1] <= interval.high

    assert 0.88 <= held / 2000 <= 0.925


def test_a_prediction_allows_for_the_error_of_the_twin() -> None:
    """Values without spread: the width is the model error's alone, 2 x 1.645 x 4.38 % of 100; its mean shifts all."""
    interval = predict([100.0] * 10, DEFAULT_ERROR)
    shifted = predict([100.0] * 10, ForecastError(mean_ratio=0.9, sd=0.0))

    assert interval.half_width == pytest.approx(1.645 * DEFAULT_ERROR.predictive_sd * 100, rel=0.02)
    assert (shifted.low, shifted.mean, shifted.high) == pytest.approx((90, 90, 90))


def test_a_prediction_of_what_cannot_be_negative_is_not() -> None:
    """Throughput of a line that may stand still."""
    assert predict([0.0, 0.0, 10.0, 30.0], DEFAULT_ERROR).low >= 0


def test_experience_moves_the_forecast_error_from_its_prior_to_the_facts() -> None:
    """Forecasts that are 8 % too high with 2 % spread: learned within fifty outcomes."""
    rng = np.random.Generator(np.random.Philox(1))
    error = DEFAULT_ERROR

    for ratio in rng.normal(0.92, 0.02, 50):
        error = error.update(1000.0, 1000.0 * float(ratio))

    assert error.mean_ratio == pytest.approx(0.92, abs=0.015)
    assert error.sd == pytest.approx(0.03, abs=0.015)
    assert error.n == 55


def test_chance_is_not_held_against_the_twin() -> None:
    """Measurements with 10 % chance spread around right forecasts: the error stays small when the chance is told."""
    rng = np.random.Generator(np.random.Philox(2))
    told = untold = ForecastError(sd=0.02, n=10)

    for ratio in rng.normal(1.0, 0.1, 60):
        told = told.update(1000.0, 1000.0 * float(ratio), chance_sd=0.1)
        untold = untold.update(1000.0, 1000.0 * float(ratio))

    assert told.sd < 0.03
    assert untold.sd > 0.07


def test_a_forecast_of_nothing_teaches_nothing() -> None:
    """A ratio to 0 does not exist."""
    with pytest.raises(InvalidInput, match="above 0"):
        DEFAULT_ERROR.update(0.0, 10.0)
