"""Steady state: MSER-5 finds where a start stops to matter, and says when it cannot; batch means hold the long run."""

import numpy as np
import pytest

from plants.errors import InvalidInput
from plants.kpi import Kpi
from tests.twin_lines import exponential, line, order, station
from twin import simulate
from twin.steady import batch_means, find_warmup, long_run, mser5


def test_mser_leaves_out_a_start_that_is_unlike_the_rest() -> None:
    """A hundred observations start 5 standard deviations off and come back in about 20."""
    rng = np.random.default_rng(1)
    series = rng.normal(size=1000) + 5 * np.exp(-np.arange(1000) / 20)

    cut = mser5(series.tolist())

    assert 20 <= cut.observations <= 150
    assert cut.observations % 5 == 0
    assert cut.settled
    assert abs(series[cut.observations :].mean()) < abs(series.mean())


def test_mser_leaves_out_little_of_a_series_that_is_settled_from_the_start() -> None:
    """Median over 50 series of noise: less than a twentieth."""
    rng = np.random.default_rng(2)

    cuts = [mser5(rng.normal(size=1000).tolist()).observations for _ in range(50)]

    assert np.median(cuts) < 50


def test_mser_agrees_with_its_definition() -> None:
    """The fast sums give the minimum that the formula gives, for series of many kinds."""
    rng = np.random.default_rng(3)

    for shift in (0.0, 3.0, 1e6):
        series = (shift + rng.normal(size=203).cumsum()).tolist()
        y = np.array(series[:200]).reshape(40, 5).mean(axis=1)
        errors = [((y[d:] - y[d:].mean()) ** 2).sum() / (40 - d) ** 2 for d in range(35)]

        assert mser5(series).observations == 5 * int(np.argmin(errors))


def test_a_series_that_never_settles_says_so() -> None:
    """A ramp has its least error at the very end."""
    cut = mser5([float(i) for i in range(200)])

    assert not cut.settled


def test_batch_means_hold_the_mean_of_a_correlated_series_about_as_often_as_they_say() -> None:
    """Autoregressive with 0.9: of 200 intervals at 95 %, at least 90 %; a plain interval would hold it in a third."""
    rng = np.random.default_rng(4)
    hits = independent = 0

    for _ in range(200):
        noise, x = rng.normal(size=5000), np.zeros(5000)
        for i in range(1, 5000):
            x[i] = 0.9 * x[i - 1] + noise[i]
        found = batch_means(x[100:].tolist())
        hits += found.interval.low <= 0 <= found.interval.high
        independent += found.independent

    assert hits >= 180
    assert independent >= 170


def test_batches_that_are_too_short_are_told() -> None:
    """Neighbouring batches of a slow series are alike."""
    slow = np.sin(np.arange(400) / 60)

    assert not batch_means(slow.tolist(), 20).independent


def test_the_warm_up_of_a_line_takes_out_the_bias_of_an_empty_start() -> None:
    """Long conveyors: with the start, throughput is too low; without it, the interval holds the exact 0.5 a second."""
    plant = line([station(exponential(2.0)), station(exponential(0.2)), station(exponential(0.2))], [(500, 200.0)] * 2)

    warmup = find_warmup(plant, horizon_s=4000, seed=3)
    cold = simulate(plant, horizon_s=4000, replications=20).kpis[Kpi.THROUGHPUT]
    warm = simulate(plant, horizon_s=4000, replications=20, warmup_s=warmup.warmup_s).kpis[Kpi.THROUGHPUT]

    assert 300 <= warmup.warmup_s <= 1500
    assert warmup.warmup_s == max(warmup.throughput_s, warmup.wip_s)
    assert warmup.warnings == ()
    assert cold.high < 1800
    assert warm.low < 1800 < warm.high


def test_a_line_that_does_not_settle_in_time_gets_a_warning() -> None:
    """An endless buffer behind a machine that is too fast fills for ever."""
    plant = line([station(exponential(0.5)), station(exponential(1.0))], 1_000_000)

    warmup = find_warmup(plant, horizon_s=500, replications=3)

    assert any("WIP settles only in the last half" in w for w in warmup.warnings)
    assert warmup.wip_s > warmup.warmup_s == 250
    with pytest.raises(InvalidInput, match="longer horizon"):
        long_run(plant, horizon_s=500, warmup_s=warmup.wip_s)


def test_a_line_that_runs_out_of_orders_has_no_steady_state() -> None:
    """It is refused, with what to do."""
    plant = line([station()], orders=[order("a", quantity=50)])

    with pytest.raises(InvalidInput, match="orders run out"):
        find_warmup(plant, horizon_s=1000, replications=2)


def test_one_long_run_holds_the_exact_throughput_and_wip() -> None:
    """Two balanced exponential stations with b places: (b + 2) / (b + 3), and the WIP of the uniform law."""
    throughput, wip = long_run(line([station(), station()], 1), horizon_s=60_000, warmup_s=200)

    # Units the second station has not finished are uniform on 0 … b + 2; the first holds one more but when blocked.
    exact_wip = 1.5 + 3 / 4
    assert throughput.interval.low <= 2700 <= throughput.interval.high
    assert wip.interval.low <= exact_wip <= wip.interval.high
    assert throughput.interval.half_width < 30


def test_short_series_are_refused() -> None:
    """Ten batches of five at least; two batches at least."""
    with pytest.raises(InvalidInput, match="at least 50"):
        mser5([1.0] * 49)
    with pytest.raises(InvalidInput, match="do not make"):
        batch_means([1.0, 2.0], 3)
