"""Intervals: textbook values, coverage, and predictions that hold what they say."""

import numpy as np
import pytest

from plants.errors import InvalidInput
from twin.forecast_error import DEFAULT_ERROR, ForecastError
from twin.intervals import mean_interval, wilson
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


def test_too_few_values_are_refused() -> None:
    """One replication says nothing of its spread."""
    with pytest.raises(InvalidInput, match="at least 2"):
        mean_interval([1.0])
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
