"""Intervals: Student's t for means, Wilson for proportions, prediction intervals for one more observation.

Used by `simulate`, `compare`, `screen` and `judge`.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy.special import ndtri, stdtrit

from plants.errors import InvalidInput
from plants.flow.verdict import Interval


@lru_cache(maxsize=1024)
def t_quantile(p: float, df: int) -> float:
    """Quantile of Student's t."""
    return float(stdtrit(df, p))


def mean_interval(values: Sequence[float], level: float = 0.95) -> Interval:
    """Mean with a two-sided confidence interval by Student's t.

    Raises:
        InvalidInput: fewer than two values.
    """
    mean, sd = mean_sd(values)
    half = t_quantile(0.5 + level / 2, len(values) - 1) * sd / math.sqrt(len(values))
    return Interval(mean=mean, low=mean - half, high=mean + half, level=level)


def mean_sd(values: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation (n - 1).

    Raises:
        InvalidInput: fewer than two values.
    """
    if len(values) < 2:
        raise InvalidInput(f"an interval needs at least 2 replications, {len(values)} were given")
    data = np.asarray(values, dtype=np.float64)
    return float(data.mean()), float(data.std(ddof=1))


def wilson(successes: int, n: int, level: float = 0.95) -> Interval:
    """A proportion with Wilson's score interval (Wilson 1927); it never leaves 0 to 1 and works at 0 and n."""
    if n < 1:
        raise InvalidInput("a proportion needs at least one observation")
    z = float(ndtri(0.5 + level / 2))
    p = successes / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return Interval(mean=p, low=max(min(centre - half, p), 0.0), high=min(max(centre + half, p), 1.0), level=level)
