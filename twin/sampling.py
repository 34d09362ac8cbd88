"""Times from uniform numbers: each distribution by its inverse, and the residual of a time already under way.

Used by the engines on lowered distributions (`Time`). Only `math` functions are used, one value at a time, so that a
compiled engine can compute the same bits. All functions ascend in u, which keeps common random numbers monotone.
"""

import bisect
import math
from collections.abc import Sequence
from enum import IntEnum
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from plants.model.distribution import (
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Lognormal,
    Triangular,
    Uniform,
    Weibull,
)
from twin.logarithm import log1m, log1m_of_all

_NORMAL_PPF = NormalDist().inv_cdf  # Wichura's AS 241: relative error about 1e-16
_SQRT_HALF = math.sqrt(0.5)


class TimeKind(IntEnum):
    """Which distribution a lowered time has."""

    CONSTANT = 0
    EXPONENTIAL = 1
    UNIFORM = 2
    TRIANGULAR = 3
    LOGNORMAL = 4
    WEIBULL = 5
    EMPIRICAL = 6


class Time(NamedTuple):
    """A distribution as flat numbers; what a, b and c mean depends on the kind (see `lower_time`)."""

    kind: int
    a: float
    b: float = 0.0
    c: float = 0.0
    table: tuple[float, ...] = ()


def lower_time(distribution: Distribution) -> Time:
    """A distribution of the plant file as flat numbers.

    Constant (value); exponential (mean); uniform (low, high); triangular (low, mode, high); lognormal (mu and sigma of
    the logarithm); Weibull (scale, shape); empirical (table of equally spaced quantiles).
    """
    match distribution:
        case Constant(mean_s=mean):
            return Time(TimeKind.CONSTANT, mean)
        case Exponential(mean_s=mean):
            return Time(TimeKind.EXPONENTIAL, mean)
        case Uniform(low_s=low, high_s=high):
            return Time(TimeKind.UNIFORM, low, high)
        case Triangular(low_s=low, mode_s=mode, high_s=high):
            return Time(TimeKind.TRIANGULAR, low, mode, high)
        case Lognormal(mean_s=mean, sd_s=sd):
            variance = math.log1p((sd / mean) ** 2)
            return Time(TimeKind.LOGNORMAL, math.log(mean) - variance / 2, math.sqrt(variance))
        case Weibull(mean_s=mean, shape=shape):
            return Time(TimeKind.WEIBULL, mean / math.gamma(1 + 1 / shape), shape)
        case Empirical(quantiles_s=quantiles):
            return Time(TimeKind.EMPIRICAL, quantiles[0], table=quantiles)


def ppf(time: Time, u: float) -> float:
    """The time with probability u below it, 0 < u < 1."""
    kind, a, b, c, table = time
    if kind == TimeKind.CONSTANT:
        return a
    if kind == TimeKind.EXPONENTIAL:
        return -a * log1m(u)
    if kind == TimeKind.UNIFORM:
        return a + u * (b - a)
    if kind == TimeKind.TRIANGULAR:
        return _triangular_ppf(a, b, c, u)
    if kind == TimeKind.LOGNORMAL:
        return math.exp(a + b * _NORMAL_PPF(u))
    if kind == TimeKind.WEIBULL:
        return float(a * (-log1m(u)) ** (1 / b))
    place = u * (len(table) - 1)
    i = min(int(place), len(table) - 2)
    return table[i] + (place - i) * (table[i + 1] - table[i])


def cdf(time: Time, t: float) -> float:
    """Probability of a time of at most t."""
    kind, a, b, c, table = time
    if kind == TimeKind.CONSTANT:
        return 1.0 if t >= a else 0.0
    if t <= 0:
        return 0.0
    if kind == TimeKind.EXPONENTIAL:
        return -math.expm1(-t / a)
    if kind == TimeKind.UNIFORM:
        return min(max((t - a) / (b - a), 0.0), 1.0)
    if kind == TimeKind.TRIANGULAR:
        return _triangular_cdf(a, b, c, t)
    if kind == TimeKind.LOGNORMAL:
        return 0.5 * math.erfc((a - math.log(t)) / b * _SQRT_HALF)
    if kind == TimeKind.WEIBULL:
        return float(-math.expm1(-((t / a) ** b)))
    return _empirical_cdf(table, t)


def residual(time: Time, elapsed: float, u: float) -> float:
    """What is left of a time of which `elapsed` has passed: `ppf(F(t) + u (1 - F(t))) - t`, at least 0.

    Exponential, Weibull and lognormal use the equivalent form in the survival function, exact far into the tail. A time
    that has lasted longer than the distribution allows ends at once.
    """
    kind, a, b, _, _ = time
    if kind == TimeKind.CONSTANT:
        return max(a - elapsed, 0.0)
    if elapsed <= 0:
        return ppf(time, u)
    if kind == TimeKind.EXPONENTIAL:
        return -a * log1m(u)
    if kind == TimeKind.WEIBULL:
        return max(float(a * ((elapsed / a) ** b - log1m(u)) ** (1 / b)) - elapsed, 0.0)
    if kind == TimeKind.LOGNORMAL:
        survival = 0.5 * math.erfc((math.log(elapsed) - a) / b * _SQRT_HALF) * (1 - u)
        return max(math.exp(a - b * _NORMAL_PPF(survival)) - elapsed, 0.0) if survival > 0 else 0.0
    done = cdf(time, elapsed)
    return max(ppf(time, done + u * (1 - done)) - elapsed, 0.0) if done < 1 else 0.0


def times(time: Time, us: Sequence[float]) -> list[float]:
    """`ppf` of many uniform numbers, the same bits."""
    if time.kind == TimeKind.CONSTANT:
        return [time.a] * len(us)
    if time.kind == TimeKind.EXPONENTIAL:
        exponential: list[float] = (-time.a * log1m_of_all(np.array(us))).tolist()
        return exponential
    return [ppf(time, u) for u in us]


def _triangular_ppf(low: float, mode: float, high: float, u: float) -> float:
    if u * (high - low) < mode - low:
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt((1 - u) * (high - low) * (high - mode))


def _triangular_cdf(low: float, mode: float, high: float, t: float) -> float:
    if t <= low:
        return 0.0
    if t >= high:
        return 1.0
    if t < mode:
        return (t - low) ** 2 / ((high - low) * (mode - low))
    return 1 - (high - t) ** 2 / ((high - low) * (high - mode))


def _empirical_cdf(table: Sequence[float], t: float) -> float:
    if t < table[0]:
        return 0.0
    if t >= table[-1]:
        return 1.0
    i = bisect.bisect_right(table, t) - 1  # the last row not above t: a run of equal quantiles is a step
    return (i + (t - table[i]) / (table[i + 1] - table[i])) / (len(table) - 1)
