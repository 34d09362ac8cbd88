"""Oracles of queueing theory that a serial line can express.

A first station with exponential times and room for ever behind it is a Poisson source: M/M/1, M/G/1 (Pollaczek and
Khinchine) and tandem Jackson networks (Burke 1956) follow. Two stations with b places between them are M/M/1/K with
K = b + 2, and a closed CONWIP loop of two stations with as many cards. Two stations without a buffer make a unit every
max(X, Y), whatever the distributions.
"""

from typing import Any

from scipy.integrate import quad

from plants.model.plant import Plant
from tests.oracles.case import Oracle, throughput, units
from tests.twin_lines import constant, exponential, line, station
from twin.run import RunResult
from twin.sampling import cdf, lower_time

Time = dict[str, Any]

FOR_EVER = 5_000
"""Places that are never used up in these runs."""
UNIFORM = {"kind": "uniform", "low_s": 0.0, "high_s": 2.0}
LOGNORMAL = {"kind": "lognormal", "mean_s": 1.0, "sd_s": 0.5}
WEIBULL = {"kind": "weibull", "mean_s": 1.0, "shape": 2.0}
TRIANGULAR = {"kind": "triangular", "low_s": 0.2, "mode_s": 0.8, "high_s": 2.0}
EMPIRICAL = {"kind": "empirical", "quantiles_s": [0.1, 0.5, 0.9, 1.1, 2.4]}
KINKS = [0.1, 0.2, 0.5, 0.8, 0.9, 1.0, 1.1, 2.0, 2.4]
"""Where these distributions are not smooth."""


def behind_the_source(run: RunResult) -> float:
    """Mean units at the servers and in front of them: the source is never without a unit."""
    return units(run) - 1.0


def sourced(*service: Time, rate: float = 0.5) -> Plant:
    """A Poisson source and servers behind it."""
    return line([station(exponential(1 / rate)), *(station(s) for s in service)], FOR_EVER)


def pollaczek_khinchine(rate: float, mean: float, second: float) -> float:
    """Mean units in an M/G/1 queue: r + λ² E[S²] / (2 (1 - r)), with the load r = λ E[S]."""
    return rate * mean + rate**2 * second / (2 * (1 - rate * mean))


def loss_throughput(first: float, second: float, places: int) -> float:
    """Throughput of two exponential stations, means `first` and `second`: M/M/1/K with K = places + 2."""
    r = second / first
    busy = (places + 2) / (places + 3) if r == 1 else 1 - (1 - r) / (1 - r ** (places + 3))
    return busy / second


def longer_of_two(first: Time, second: Time) -> float:
    """E[max(X, Y)] by integration."""
    x, y = (lower_time(s.cycle) for s in line([station(first), station(second)]).stations)
    found, _ = quad(lambda t: 1 - cdf(x, t) * cdf(y, t), 0, 60, points=KINKS, limit=500)
    return float(found)


def _served(name: str, service: Time, second: float, wrong: Time) -> Oracle:
    exact = pollaczek_khinchine(0.5, 1.0, second)
    return Oracle(
        f"{name} behind a source", sourced(service), behind_the_source, exact, sourced(wrong), 400_000.0, quick=0.01
    )


def _losing(second: float, places: int) -> Oracle:
    stations = [station(), station(exponential(second))]
    exact = loss_throughput(1.0, second, places)
    name = f"M/M/1/{places + 2}, means 1 and {second:g}"
    return Oracle(name, line(stations, places), throughput, exact, line(stations, places + 1))


def _pair(first: Time, second: Time) -> Oracle:
    stations = [station(first), station(second)]
    name = f"longer of {first['kind']} and {second['kind']}"
    return Oracle(name, line(stations), throughput, 1 / longer_of_two(first, second), line(stations, 1))


QUEUES = [
    _served("M/M/1", exponential(1.0), 2.0, constant(1.0)),
    _served("M/D/1", constant(1.0), 1.0, exponential(1.0)),
    _served("M/U/1", UNIFORM, 4 / 3, exponential(1.0)),
    _served("M/LN/1", LOGNORMAL, 1.25, UNIFORM),
    Oracle(
        "tandem M/M/1, loads 0.5 and 0.4",
        sourced(exponential(1.0), exponential(0.8)),
        behind_the_source,
        0.5 / 0.5 + 0.4 / 0.6,
        sourced(exponential(1.0), constant(0.8)),
        400_000.0,
        quick=0.01,
    ),
    *(_losing(second, places) for second, places in [(0.7, 0), (0.7, 4), (1.3, 2), (1.0, 3)]),
    _pair(UNIFORM, UNIFORM),
    _pair(exponential(1.0), constant(1.0)),
    _pair(LOGNORMAL, WEIBULL),
    _pair(TRIANGULAR, EMPIRICAL),
]
