"""Closed forms of queueing theory that a serial line can express.

A first station with exponential times and room for ever behind it is a Poisson source: M/M/1, M/G/1 and tandem Jackson
networks follow. Two stations with b places between them are M/M/1/K with K = b + 2, and a closed CONWIP loop of two
stations with as many cards. Two stations without a buffer make a unit every max(X, Y), whatever the distributions.
Closed loops of three and more stations cannot be expressed yet.
"""

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from plants.flow.verdict import Interval
from plants.model.distribution import mean_s
from plants.model.plant import Plant
from tests.twin_lines import batches, constant, exponential, line, station, throughput
from twin.sampling import cdf, lower_time
from twin.totals import Totals
from twin.working import Code

FOR_EVER = 1_000_000
"""Places that are never used up in these runs."""

NARROW = 0.003
UNIFORM = {"kind": "uniform", "low_s": 0.0, "high_s": 2.0}
LOGNORMAL = {"kind": "lognormal", "mean_s": 1.0, "sd_s": 0.5}
WEIBULL = {"kind": "weibull", "mean_s": 1.0, "shape": 2.0}
TRIANGULAR = {"kind": "triangular", "low_s": 0.2, "mode_s": 0.8, "high_s": 2.0}
EMPIRICAL = {"kind": "empirical", "quantiles_s": [0.1, 0.5, 0.9, 1.1, 2.4]}


def measured(plant: Plant, length_s: float, seed: int = 1) -> Interval:
    """Throughput per second, 99.9 %."""
    return throughput(batches(plant, batch_s=length_s / 80, count=80, seed=seed), plant)


def agrees(interval: Interval, exact: float, width: float = NARROW) -> bool:
    """Whether a narrow enough interval holds the exact value."""
    assert interval.half_width / interval.mean <= width
    return interval.low <= exact <= interval.high


def mean_units(spans: list[Totals], plant: Plant, level: float = 0.999) -> Interval:
    """Time average of the units behind the source, with a controlled interval.

    Controls are the source's and the servers' mean times, whose expectation is known (as in `throughput`).
    """
    time = np.array([s.time_s for s in spans])
    y = np.array([s.wip_area for s in spans]) / time - 1.0  # the source is never without a unit
    columns = [np.ones(len(y))]
    for i, st in enumerate(plant.stations):
        executing = np.array([s.spent[i][Code.EXECUTING] for s in spans])
        control = (executing - mean_s(st.cycle) * np.array([s.processed[i] for s in spans])) / time
        if control.std() > 1e-3:
            columns.append(control)
    processed = np.array([s.processed[0] for s in spans]) / time
    columns.append(processed - 1 / mean_s(plant.stations[0].cycle))
    x = np.column_stack(columns)
    solution, *_ = np.linalg.lstsq(x, y, rcond=None)
    residual, freedom = y - x @ solution, len(y) - x.shape[1]
    sd = math.sqrt(float(residual @ residual) / freedom * float(np.linalg.pinv(x.T @ x)[0, 0]))
    half = float(stats.t.ppf(0.5 + level / 2, freedom)) * sd
    return Interval(mean=float(solution[0]), low=float(solution[0]) - half, high=float(solution[0]) + half, level=level)


def queue(service: dict[str, Any], *more: dict[str, Any], rate: float = 0.5) -> Plant:
    """A Poisson source and servers behind it."""
    return line([station(exponential(1 / rate)), station(service), *(station(m) for m in more)], FOR_EVER)


def units_behind_the_source(plant: Plant, length_s: float, seed: int = 1) -> Interval:
    """Mean units at the servers and in front of them."""
    return mean_units(batches(plant, batch_s=length_s / 40, count=40, seed=seed), plant)


def pollaczek_khinchine(rate: float, mean: float, second: float) -> float:
    """Mean units in an M/G/1 queue: r + λ² E[S²] / (2 (1 - r)), with the load r = λ E[S]."""
    return rate * mean + rate**2 * second / (2 * (1 - rate * mean))


QUEUES = [
    # service, its second moment, seconds until the interval is narrow
    (exponential(1.0), 2.0, 14e6),  # M/M/1: r / (1 - r)
    (constant(1.0), 1.0, 4e6),  # M/D/1
    (UNIFORM, 4 / 3, 7e6),
    (LOGNORMAL, 1.25, 8e6),
]


@pytest.mark.parametrize(("service", "second"), [q[:2] for q in QUEUES])
def test_a_queue_behind_a_poisson_source_is_as_long_as_pollaczek_and_khinchine_say(
    service: dict[str, Any], second: float
) -> None:
    """Within 4 % on 60,000 units; an exact 1 for M/M/1 at a load of 0.5."""
    found = units_behind_the_source(queue(service), 120_000)

    assert agrees(found, pollaczek_khinchine(0.5, 1.0, second), 0.04)


def test_the_wrong_service_fails_the_same_check() -> None:
    """Constant times against the formula for exponential ones."""
    found = units_behind_the_source(queue(constant(1.0)), 120_000)

    assert not agrees(found, pollaczek_khinchine(0.5, 1.0, 2.0), 0.04)


def test_queues_in_a_row_are_as_long_as_if_each_were_alone() -> None:
    """A tandem Jackson network (Burke 1956): the sum of r / (1 - r) at loads of 0.5 and 0.4."""
    found = units_behind_the_source(queue(exponential(1.0), exponential(0.8)), 120_000)

    assert agrees(found, 0.5 / 0.5 + 0.4 / 0.6, 0.04)


@pytest.mark.slow
@pytest.mark.parametrize(("service", "second", "length_s"), QUEUES)
def test_a_queue_behind_a_poisson_source_on_a_long_run(service: dict[str, Any], second: float, length_s: float) -> None:
    """The same within 0.3 %."""
    found = units_behind_the_source(queue(service), length_s, seed=2)

    assert agrees(found, pollaczek_khinchine(0.5, 1.0, second))


def loss_throughput(first: float, second: float, places: int) -> float:
    """Throughput of two exponential stations, means `first` and `second`: M/M/1/K with K = places + 2."""
    r = second / first
    busy = (places + 2) / (places + 3) if r == 1 else 1 - (1 - r) / (1 - r ** (places + 3))
    return busy / second


@pytest.mark.parametrize(("second", "places"), [(0.7, 0), (0.7, 4), (1.3, 2), (1.0, 3)])
def test_two_unequal_stations_are_a_queue_that_loses(second: float, places: int) -> None:
    """Balanced, it is the CONWIP loop of two stations with w = places + 2 cards: TH = w / (w + 2 - 1)."""
    plant = line([station(exponential(1.0)), station(exponential(second))], places)
    exact = loss_throughput(1.0, second, places)

    assert agrees(measured(plant, 300_000), exact)
    if second == 1.0:
        assert exact == (places + 2) / ((places + 2) + 2 - 1)


PAIRS = [
    (UNIFORM, UNIFORM),
    (exponential(1.0), constant(1.0)),
    (LOGNORMAL, WEIBULL),
    (TRIANGULAR, EMPIRICAL),
]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_two_stations_without_a_buffer_take_the_longer_of_two_times(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    """Both begin together, so a unit leaves every max(X, Y): throughput 1 / E[max], whatever the distributions."""
    plant = line([station(first), station(second)])
    x, y = (lower_time(s.cycle) for s in plant.stations)
    expected, _ = quad(
        lambda t: 1 - cdf(x, t) * cdf(y, t), 0, 60, points=[0.2, 0.5, 0.8, 0.9, 1.0, 1.1, 2.0, 2.4], limit=500
    )

    assert agrees(measured(plant, 100_000), 1 / expected)


def test_a_line_and_its_mirror_image_have_the_same_throughput() -> None:
    """Reversibility (Yamazaki and Sakasegawa 1975; Muth 1979), random times: both within 0.3 %, and no difference."""
    means, places = (1.0, 0.7, 1.1, 0.9), (0, 2, 1)

    there = measured(line([station(exponential(m)) for m in means], list(places)), 250_000)
    back = measured(line([station(exponential(m)) for m in means[::-1]], list(places[::-1])), 250_000, seed=2)

    assert max(there.half_width, back.half_width) <= NARROW * there.mean
    assert abs(there.mean - back.mean) <= math.hypot(there.half_width, back.half_width)


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_rejects_at_the_last_station_thin_what_leaves(share: float) -> None:
    """A last station is never blocked, so what it rejects changes nothing before it: (1 - p) of 3/4."""
    plant = line([station(), station(scrap=share)], 1)

    spans = batches(plant, batch_s=2_000, count=40, seed=3)

    good, out = (
        sum(getattr(s, name) if name == "good" else s.processed[-1] for s in spans) for name in ("good", "out")
    )
    assert out / 80_000 == pytest.approx(0.75, rel=0.02)
    assert good / out == pytest.approx(1 - share, abs=4 * math.sqrt(share * (1 - share) / out))
