"""Times from uniform numbers, compiled: the figures of `twin.sampling`, bit by bit.

Used by the other kernels. Every function does the operations of its namesake in the same sequence with the same `log`,
`exp` and `pow` of the C library; `twin.compiled.ready` checks on this machine that they are the same before any is
used.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

import math

from twin.compiled.access import number_at
from twin.compiled.jit import inner
from twin.compiled.layout import BLOCK, Record
from twin.compiled.logarithm import log1m
from twin.sampling import TimeKind

_CONSTANT, _EXPONENTIAL, _UNIFORM = int(TimeKind.CONSTANT), int(TimeKind.EXPONENTIAL), int(TimeKind.UNIFORM)
_TRIANGULAR, _LOGNORMAL, _WEIBULL = int(TimeKind.TRIANGULAR), int(TimeKind.LOGNORMAL), int(TimeKind.WEIBULL)
_SQRT_HALF = math.sqrt(0.5)


@inner
def normal_ppf(p: float) -> float:
    """Standard normal quantile, 0 < p < 1 (Wichura, algorithm AS 241, Applied Statistics 37, 1988)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = 2.5090809287301226727e3 * r + 3.3430575583588128105e4
        top = (top * r + 6.7265770927008700853e4) * r + 4.5921953931549871457e4
        top = (top * r + 1.3731693765509461125e4) * r + 1.9715909503065514427e3
        top = ((top * r + 1.3314166789178437745e2) * r + 3.3871328727963666080e0) * q
        low = 5.2264952788528545610e3 * r + 2.8729085735721942674e4
        low = (low * r + 3.9307895800092710610e4) * r + 2.1213794301586595867e4
        low = (low * r + 5.3941960214247511077e3) * r + 6.8718700749205790830e2
        low = (low * r + 4.2313330701600911252e1) * r + 1.0
        return top / low
    r = p if q <= 0.0 else 1.0 - p
    r = math.sqrt(-math.log(r))
    if r <= 5.0:
        r = r - 1.6
        top = 7.74545014278341407640e-4 * r + 2.27238449892691845833e-2
        top = (top * r + 2.41780725177450611770e-1) * r + 1.27045825245236838258e0
        top = (top * r + 3.64784832476320460504e0) * r + 5.76949722146069140550e0
        top = (top * r + 4.63033784615654529590e0) * r + 1.42343711074968357734e0
        low = 1.05075007164441684324e-9 * r + 5.47593808499534494600e-4
        low = (low * r + 1.51986665636164571966e-2) * r + 1.48103976427480074590e-1
        low = (low * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0
        low = (low * r + 2.05319162663775882187e0) * r + 1.0
    else:
        r = r - 5.0
        top = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5
        top = (top * r + 1.24266094738807843860e-3) * r + 2.65321895265761230930e-2
        top = (top * r + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0
        top = (top * r + 5.46378491116411436990e0) * r + 6.65790464350110377720e0
        low = 2.04426310338993978564e-15 * r + 1.42151175831644588870e-7
        low = (low * r + 1.84631831751005468180e-5) * r + 7.86869131145613259100e-4
        low = (low * r + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1
        low = (low * r + 5.99832206555887937690e-1) * r + 1.0
    x = top / low
    return -x if q < 0.0 else x


@inner
def ppf(time: Record, table: int, u: float) -> float:
    """`twin.sampling.ppf`."""
    kind, a, b, c = time.kind, time.a, time.b, time.c
    if kind == _CONSTANT:
        return a
    if kind == _EXPONENTIAL:
        return -a * log1m(u)
    if kind == _UNIFORM:
        return a + u * (b - a)
    if kind == _TRIANGULAR:
        if u * (c - a) < b - a:
            return a + math.sqrt(u * (c - a) * (b - a))
        return c - math.sqrt((1 - u) * (c - a) * (c - b))
    if kind == _LOGNORMAL:
        return math.exp(a + b * normal_ppf(u))
    if kind == _WEIBULL:
        return a * (-log1m(u)) ** (1.0 / b)
    place = u * (time.size - 1)
    i = min(int(place), time.size - 2)
    low = number_at(table, time.first + i).value
    return low + (place - i) * (number_at(table, time.first + i + 1).value - low)


@inner
def times_of(time: Record, table: int, numbers: int, place: int) -> None:
    """Turn a block of uniform numbers into times: `twin.sampling.times`.

    The address is handed over, not read in the loop, or a number written might be it and there were no vectors.
    """
    if time.kind == _EXPONENTIAL:
        negative_mean = -time.a
        for k in range(BLOCK):
            number_at(numbers, place + k).value = negative_mean * log1m(number_at(numbers, place + k).value)
        return
    for k in range(BLOCK):
        number_at(numbers, place + k).value = ppf(time, table, number_at(numbers, place + k).value)


@inner
def cdf(time: Record, table: int, t: float) -> float:
    """`twin.sampling.cdf` of the kinds whose residual is taken from it: uniform, triangular, empirical."""
    a, b, c = time.a, time.b, time.c
    if t <= 0:
        return 0.0
    if time.kind == _UNIFORM:
        return min(max((t - a) / (b - a), 0.0), 1.0)
    if time.kind == _TRIANGULAR:
        if t <= a:
            return 0.0
        if t >= c:
            return 1.0
        if t < b:
            return (t - a) ** 2 / ((c - a) * (b - a))
        return 1 - (c - t) ** 2 / ((c - a) * (c - b))
    first, last = time.first, time.first + time.size - 1
    if t < number_at(table, first).value:
        return 0.0
    if t >= number_at(table, last).value:
        return 1.0
    i = first
    while number_at(table, i + 1).value <= t:  # the last row not above t
        i += 1
    return (
        i - first + (t - number_at(table, i).value) / (number_at(table, i + 1).value - number_at(table, i).value)
    ) / (time.size - 1)


@inner
def residual(time: Record, table: int, elapsed: float, u: float) -> float:
    """`twin.sampling.residual`."""
    kind, a, b = time.kind, time.a, time.b
    if kind == _CONSTANT:
        return max(a - elapsed, 0.0)
    if elapsed <= 0:
        return ppf(time, table, u)
    if kind == _EXPONENTIAL:
        return -a * log1m(u)
    if kind == _WEIBULL:
        return max(a * ((elapsed / a) ** b - log1m(u)) ** (1.0 / b) - elapsed, 0.0)
    if kind == _LOGNORMAL:
        survival = 0.5 * math.erfc((math.log(elapsed) - a) / b * _SQRT_HALF) * (1 - u)
        return max(math.exp(a - b * normal_ppf(survival)) - elapsed, 0.0) if survival > 0 else 0.0
    done = cdf(time, table, elapsed)
    return max(ppf(time, table, done + u * (1 - done)) - elapsed, 0.0) if done < 1 else 0.0
