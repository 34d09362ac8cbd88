"""Intervals: Student's t for means, the same within bounds for shares and KPIs, Wilson for proportions.

Used by `simulate`, `compare`, `screen` and `judge`.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy.special import expit, ndtri, stdtrit

from plants.errors import InvalidInput
from plants.flow.verdict import Interval
from plants.kpi import Kpi

_SHARES = {Kpi.AVAILABILITY, Kpi.QUALITY}
_USUALLY_SHARES = {Kpi.PERFORMANCE, Kpi.OEE}


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


def share_interval(values: Sequence[float], level: float = 0.95) -> Interval:
    """Mean of shares with an interval that cannot leave 0 to 1: Student's t on the logit of the mean (delta method).

    logit p ± t s / (√n p (1 - p)), and back; as wide as the t interval in the middle, the same point at 0 and at 1
    (method `logit` of `svyciprop` in R's package survey).

    Raises:
        InvalidInput: fewer than two values.
    """
    mean, sd = mean_sd(values)
    if sd == 0 or not 0 < mean < 1:
        inside = min(max(mean, 0.0), 1.0)
        return Interval(mean=inside, low=inside, high=inside, level=level)
    half = t_quantile(0.5 + level / 2, len(values) - 1) * sd / math.sqrt(len(values)) / (mean * (1 - mean))
    logit = math.log(mean / (1 - mean))
    return Interval(mean=mean, low=float(expit(logit - half)), high=float(expit(logit + half)), level=level)


def positive_interval(values: Sequence[float], level: float = 0.95) -> Interval:
    """Mean of what is never below 0: Student's t, cut at 0. Cutting off what cannot be makes no interval miss."""
    found = mean_interval(values, level)
    return found.model_copy(update={"low": max(found.low, 0.0)})


def kpi_interval(kpi: Kpi, values: Sequence[float], level: float = 0.95) -> Interval:
    """Mean of a KPI with an interval of values that it can have.

    Availability and quality are shares. So are performance and OEE while no run is above 1; they can be, where a
    station works faster than its description says. All others are never below 0.
    """
    if kpi in _SHARES or (kpi in _USUALLY_SHARES and max(values) <= 1):
        return share_interval(values, level)
    return positive_interval(values, level)


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
