"""Spreads: intervals of quantiles and of ratios, over replications.

Used by `twin.insight`.
"""

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import bdtr

from plants.errors import InvalidInput
from plants.flow.verdict import Interval
from twin.intervals import t_quantile

_SURE = 1 - 1e-9


def quantile_interval(values: Sequence[float], p: float, level: float = 0.95) -> Interval:
    """A quantile of independent values with an interval between two of them, whatever their distribution.

    The number of values below the quantile is binomial (David and Nagaraja, "Order Statistics", section 7.1). Where so
    few values cannot reach the level, the interval ends at the outermost and carries the level that it has.

    Raises:
        InvalidInput: fewer than two values.
    """
    if len(values) < 2:
        raise InvalidInput(f"an interval needs at least 2 replications, {len(values)} were given")
    ordered, n = np.sort(np.asarray(values, dtype=np.float64)), len(values)
    tail = (1 - level) / 2
    at_most = bdtr(np.arange(n), n, p)  # probability that no more than 0, 1, … values lie below the quantile
    low = max(int(np.searchsorted(at_most, tail)) - 1, 0)
    high = min(int(np.searchsorted(at_most, 1 - tail)), n - 1)
    # between the ordered values number low and high (from 0): at least low + 1 and at most high lie below the quantile
    covered = float(at_most[high] - at_most[low])
    mean = float(np.quantile(ordered, p))
    return Interval(
        mean=mean,
        low=min(float(ordered[low]), mean),
        high=max(float(ordered[high]), mean),
        level=min(max(covered, 1e-9), _SURE),
    )


def ratio_interval(above: Sequence[float], below: Sequence[float], level: float = 0.95) -> Interval | None:
    """Ratio of two means with an interval by the delta method (Cochran, "Sampling Techniques", chapter 6).

    None where the lower mean is 0, or there are fewer than two replications.
    """
    y, x = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    if len(y) < 2 or x.mean() <= 0:
        return None
    ratio = float(y.mean() / x.mean())
    sd = float((y - ratio * x).std(ddof=1))
    half = t_quantile(0.5 + level / 2, len(y) - 1) * sd / math.sqrt(len(y)) / float(x.mean())
    return Interval(mean=ratio, low=ratio - half, high=ratio + half, level=level)
