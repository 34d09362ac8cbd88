"""Predictions: the range that will hold one more measurement, from a few replications and the twin's known error.

Used by the judge for promises. A confidence interval says where the mean lies; this says where the next single value
will.
"""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from plants.errors import InvalidInput
from plants.flow.verdict import Interval
from twin.forecast_error import ForecastError

COVERAGE = 0.9
"""Share of measurements that a promise should hold."""

_GRID = 200
_ERROR_GRID = 1001

Array = npt.NDArray[np.float64]


def predict(values: Sequence[float], error: ForecastError, coverage: float = COVERAGE) -> Interval:
    """Range of the next measured value.

    The next value lies below the k-th of n ordered replications with probability k / (n + 1), whatever its
    distribution; this gives a quantile function (linear between the order statistics), good for the skewed output of
    lines that break down. Its values times the ratio actual / forecast, normal with the error's mean and predictive
    standard deviation, are the measurements to expect; both are taken on a grid of equal probabilities, so no draw is
    needed.

    Raises:
        InvalidInput: fewer than two replications.
    """
    if len(values) < 2:
        raise InvalidInput(f"a prediction needs at least 2 replications, {len(values)} were given")
    outcomes = _quantiles(np.sort(np.asarray(values, dtype=np.float64)), _middles(_GRID))
    products = np.sort(np.outer(outcomes, _ratios(error)).ravel())
    tail = (1 - coverage) / 2
    low, high = (float(np.quantile(products, p)) for p in (tail, 1 - tail))
    return Interval(mean=float(products.mean()), low=low, high=high, level=coverage)


def _middles(n: int) -> Array:
    """Middles of n classes of equal probability."""
    return (np.arange(n) + 0.5) / n


def _ratios(error: ForecastError) -> Array:
    if error.predictive_sd <= 0:
        return np.array([error.mean_ratio])
    normal = NormalDist(error.mean_ratio, error.predictive_sd)
    return np.array([max(normal.inv_cdf(p), 0.0) for p in _middles(_ERROR_GRID)])


def _quantiles(ordered: Array, p: Array) -> Array:
    """Quantiles of the next value: order statistics at k / (n + 1), normal tails beyond.

    Beyond the outermost values, which have probability 1 / (n + 1) each, nothing is known; there the tail of a
    normal with the same spread is joined on, and never below 0 for values that are not.
    """
    n = len(ordered)
    places = np.arange(1, n + 1) / (n + 1)
    inner = np.interp(p, places, ordered)
    sd, normal = float(ordered.std(ddof=1)), NormalDist()
    edge = normal.inv_cdf(1 / (n + 1))
    below = np.array([sd * (normal.inv_cdf(x) - edge) if x < places[0] else 0.0 for x in p])
    above = np.array([sd * (normal.inv_cdf(x) + edge) if x > places[-1] else 0.0 for x in p])
    quantiles: Array = inner + below + above
    return np.maximum(quantiles, 0.0) if ordered[0] >= 0 else quantiles
