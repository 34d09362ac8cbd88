"""Insight: bottlenecks by hand and where they are known, losses that add up, levers, spreads, energy, orders."""

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from plants.errors import InvalidInput
from plants.flow.change import SetParameter
from plants.flow.verdict import Interval
from plants.kpi import Kpi
from plants.model.distribution import mean_s
from plants.model.plant import Plant
from plants.model.station import UNLIMITED
from tests.twin_lines import constant, exponential, line, mode, order, speed, station
from twin import EmissionFactor, LineSimulation, explain, run, simulate
from twin.insight.active import Period, bottlenecks, periods, stays
from twin.insight.observe import PERCENT, observe
from twin.insight.sensitivity import Lever, Sensitivity, levers, scaled
from twin.insight.spread import quantile_interval, ratio_interval
from twin.replications import Scenario
from twin.working import Code

GRID = EmissionFactor(kg_per_kwh=0.5, source="a test", year=2024)
POWER = {"executing": 10.0, "waiting": 2.0, "setup": 5.0, "down": 1.0}


def test_periods_merge_neighbours_that_are_active() -> None:
    """Work, repair and setup in a row are one period; waiting ends it."""
    spells = [
        (0.0, 2.0, int(Code.EXECUTING)),
        (2.0, 3.0, int(Code.DOWN)),
        (3.0, 4.0, int(Code.BLOCKED)),
        (4.0, 6.0, int(Code.SETUP)),
        (6.0, 7.0, int(Code.EXECUTING)),
        (7.0, 9.0, int(Code.STARVED)),
    ]

    assert periods(spells, 3) == [Period(0, 3, 3), Period(4, 7, 3)]


def test_the_shifting_bottleneck_by_hand() -> None:
    """Station 0 active 0 to 10, station 1 from 6 to 20, station 2 in bits: 4 s of overlap, nobody from 20 to 25."""
    active = [[Period(0, 10, 0)], [Period(6, 20, 1)], [Period(1, 2, 2), Period(9, 12, 2), Period(25, 27, 2)]]

    chain = bottlenecks(active)

    assert chain == [Period(0, 10, 0), Period(6, 20, 1), Period(25, 27, 2)]
    assert [tuple(s) for s in stays(chain, 3)] == [(6, 4), (10, 4), (2, 0)]


def test_the_longest_period_at_each_moment_is_the_bottleneck() -> None:
    """Checked against the definition, moment by moment, on random periods."""
    rng = np.random.default_rng(1)
    active = []
    for i in range(4):
        edges = np.sort(rng.uniform(0, 100, 40)).tolist()
        active.append([Period(a, b, i) for a, b in zip(edges[::2], edges[1::2], strict=True)])

    chain = bottlenecks(active)

    everything = [p for row in active for p in row]
    for before, after in pairwise(chain):
        at = max(before.end_s, after.begin_s)
        going_on = [p for p in everything if p.begin_s <= at < p.end_s]
        assert after == max(going_on, key=lambda p: p.end_s - p.begin_s)
    assert sum(s.sole_s + s.shifting_s for s in stays(chain, 4)) == pytest.approx(sum(b - a for a, b, _ in chain))


def three(slow: int = 1, **more: object) -> Plant:
    """Three exponential stations, one slower than the rest, that fail and draw power."""
    means = [0.8] * 3
    means[slow] = 1.2
    stations = [station(exponential(m), failures=[mode(mttr_s=5.0)], power_kw=POWER) for m in means]
    return line(stations, 4, **more)


@pytest.mark.parametrize("slow", [0, 1, 2])
def test_the_slow_station_is_found_by_all_three_signs(slow: int) -> None:
    """It is active most, is the bottleneck most of the time, and its speed gives most."""
    insight = explain(three(slow), horizon_s=1000, replications=6, sensitivity_replications=8)

    assert insight.bottleneck.station == f"s{slow}"
    assert insight.clear
    assert max(insight.stations, key=lambda s: s.active.mean).station == f"s{slow}"
    assert (insight.sensitivity[0].place, insight.sensitivity[0].lever) == (f"s{slow}", Lever.SPEED)
    assert insight.sensitivity[0].certain
    assert all(0 <= s.bottleneck.mean <= 1 + 1e-9 for s in insight.stations)


def test_stations_that_are_alike_make_no_clear_bottleneck() -> None:
    """The middle of a balanced line wins by little; the report does not claim more than the intervals say."""
    plant = line([station()] * 3, 4)

    assert not explain(plant, horizon_s=300, replications=4, sensitivity_replications=0).clear


def test_a_lone_station_is_the_bottleneck_while_it_works() -> None:
    """Without chance and without others: all the time."""
    insight = explain(line([station(constant(1))]), horizon_s=100, replications=2, sensitivity_replications=0)

    (only,) = insight.stations
    assert (only.sole.mean, only.shifting.mean, only.active.mean) == (1.0, 0.0, 1.0)


def test_the_report_is_of_the_same_runs_as_simulate() -> None:
    """Watching a run does not change it."""
    plant = three(orders=[order("a", quantity=200), order("b", "blue", 300)])

    insight = explain(plant, horizon_s=600, warmup_s=100, replications=3, sensitivity_replications=0)
    plain = simulate(plant, horizon_s=600, warmup_s=100, replications=3)

    assert insight.result.kpis == plain.kpis
    assert insight.result.orders == plain.orders
    assert insight.result.shares == plain.shares


def test_the_loss_tree_adds_up_from_step_to_step() -> None:
    """What is left of a step after its losses is the next step; the last is what was good."""
    plant = three(orders=[order("a", quantity=300), order("b", "blue", 100)])

    insight = explain(plant, horizon_s=900, replications=5, sensitivity_replications=0)

    assert insight.slowest == "s1"
    assert insight.losses[0].minutes.mean == pytest.approx(15)
    left = 0.0
    for loss in insight.losses:
        if loss.depth == 0:
            assert left == pytest.approx(0.0, abs=1e-9) or loss.minutes.mean == pytest.approx(left)
            left = loss.minutes.mean
        else:
            left -= loss.minutes.mean
    steps = [x.minutes.mean for x in insight.losses if x.depth == 0]
    assert steps == sorted(steps, reverse=True)
    assert steps[-1] == pytest.approx(insight.result.losses_min["good"].mean)


def test_wip_and_lead_times_are_those_of_a_line_without_chance() -> None:
    """A 2 s and a 5 s station without a buffer: two units nearly always, each 10 s on the line."""
    plant = line([station(constant(2)), station(constant(5))])

    insight = explain(plant, horizon_s=200, warmup_s=20, replications=2, sensitivity_replications=0)

    assert {p: i.mean for p, i in insight.wip.quantiles.items()} == dict.fromkeys(PERCENT, 2.0)
    assert insight.lead_time is not None
    assert {p: i.mean for p, i in insight.lead_time.quantiles.items()} == pytest.approx(dict.fromkeys(PERCENT, 10.0))


def test_wip_over_time_has_the_mean_that_the_engine_counts() -> None:
    """Quantiles come from the log, the mean from integrated counters: here both are known exactly."""
    plant = line([station(), station()], 1)

    insight = explain(plant, horizon_s=4000, warmup_s=100, replications=10, sensitivity_replications=0)

    # unfinished behind the first: 0 to 3, a quarter of the time each; with the unit in the first, WIP is 1, 2, 3, 3
    wip = {p: i.mean for p, i in insight.wip.quantiles.items()}
    assert {p: round(mean) for p, mean in wip.items() if p != 50} == {5: 1, 90: 3, 95: 3}
    assert 2 <= wip[50] <= 3  # half of the time it is 2 at most
    assert insight.result.kpis[Kpi.WIP].mean == pytest.approx(2.25, abs=0.05)


def test_energy_of_all_products_and_of_none_is_all_the_energy() -> None:
    """Nothing is charged twice or lost, with setups, breakdowns, scrap, idle time and a change of power."""
    power = {"acts_on": "power", "curve": {"kind": "power", "exponent": 2}}
    tuned = speed(effects=[*speed()["effects"], power])
    stations = [
        station(constant(1), power_kw=POWER, setups={"default": constant(30)}, parameters=[tuned]),
        station(exponential(1.1), power_kw=POWER, failures=[mode()], scrap=0.1),
    ]
    plant = line(stations, 3, orders=[order("a", quantity=100), order("b", "blue", 150)])
    scenario = Scenario(plant, 600.0, changes=(SetParameter(alias="s0.speed", value=12.0),), warmup_s=50.0)

    seen = observe((scenario, 0))

    assert sum(seen.product_kwh.values()) == pytest.approx(sum(seen.run.energy_kwh.values()))
    assert set(seen.product_kwh) == {-1, 0, 1}
    assert sum(seen.product_good.values()) == seen.run.counters["good"]


def test_energy_by_product_by_hand_and_its_carbon() -> None:
    """10 units of 2 s at 10 kW, then a setup of 36 s at 5 kW and 10 units of the other product."""
    plant = line(
        [station(constant(2), power_kw=POWER, setups={"default": constant(36)})],
        orders=[order("a", quantity=10), order("b", "blue", 10)],
    )

    insight = explain(plant, horizon_s=100, replications=2, emission=GRID, sensitivity_replications=0)

    red, blue = insight.energy
    assert red.kwh_per_good.mean == pytest.approx(20 * 10 / 3600 / 10)
    assert blue.kwh_per_good.mean == pytest.approx((20 * 10 + 36 * 5) / 3600 / 10)
    assert blue.kg_co2e_per_good is not None
    assert blue.kg_co2e_per_good.mean == pytest.approx(blue.kwh_per_good.mean * 0.5)
    assert insight.uncharged_kwh.mean == pytest.approx(24 * 2 / 3600)


def test_an_emission_factor_needs_a_source_and_a_year() -> None:
    """Without them it is a number that anyone may have made up."""
    for wrong in ({"source": ""}, {"source": "  "}, {"year": 24}, {"kg_per_kwh": -1}):
        with pytest.raises(ValidationError):
            EmissionFactor.model_validate({"kg_per_kwh": 0.4, "source": "grid", "year": 2024} | wrong)


def test_orders_are_told_with_their_lateness() -> None:
    """By hand: 20 s early, 20 s late, and one that the horizon cuts off."""
    orders = [
        order("a", quantity=10, due_s=30.0),
        order("b", quantity=10, due_s=0.0),
        order("c", quantity=100, due_s=900.0),
    ]

    first, second, third = explain(
        line([station(constant(1))], orders=orders), horizon_s=50, replications=3, sensitivity_replications=0
    ).orders

    assert (first.lateness_s.mean, second.lateness_s.mean) == (-20.0, 20.0)
    assert (first.on_time.mean, second.on_time.mean) == (1.0, 0.0)
    assert (first.projected, third.projected) == (0.0, 1.0)
    assert third.lateness_s.mean == pytest.approx(120 - 900)


def test_a_report_can_start_from_a_state() -> None:
    """Units that are on the line already keep when they entered; levers start from the same state."""
    plant = three()
    sim = LineSimulation(plant, seed=5)
    sim.run_until(300)
    state = sim.snapshot()

    insight = explain(plant, state=state, horizon_s=400, replications=4, sensitivity_replications=2)
    plain = run(plant, state=state, horizon_s=400)

    assert insight.result.runs[0].kpis == plain.kpis
    seen = observe((Scenario(plant, 1.0, state=state), 0))
    assert seen.wip[0] > 0
    assert len(insight.sensitivity) == 3 + 3 + 2


def test_the_report_is_plain_json() -> None:
    """What the command line prints."""
    plant = three(orders=[order("a", quantity=100)])

    insight = explain(plant, horizon_s=50, replications=2, emission=GRID, sensitivity_replications=2)

    told = json.loads(json.dumps(insight.as_dict(), allow_nan=False))
    assert told["energy"]["emission_factor"] == {"kg_per_kwh": 0.5, "source": "a test", "year": 2024}
    assert told["bottleneck"]["station"] in {"s0", "s1", "s2"}


def test_the_number_of_workers_changes_nothing() -> None:
    """Two processes give the same report."""
    plant = three()

    one, two = (explain(plant, horizon_s=60, replications=3, sensitivity_replications=2, workers=w) for w in (1, 2))

    assert one == two


def test_levers_change_one_figure_each() -> None:
    """Cycle, repair and capacity; nothing to repair, nothing to try."""
    plant = line([station(exponential(2.1)), station(failures=[mode(mttr_s=10.0)])], [(7, 3.0)])

    tried = {(place, lever): changed for place, lever, _, changed in levers(plant)}

    assert set(tried) == {("s0", Lever.SPEED), ("s1", Lever.SPEED), ("s1", Lever.REPAIR), ("b0", Lever.ROOM)}
    assert mean_s(tried["s0", Lever.SPEED].stations[0].cycle) == pytest.approx(2.0)
    assert tried["s0", Lever.SPEED].stations[1] == plant.stations[1]
    assert mean_s(tried["s1", Lever.REPAIR].stations[1].failures[0].repair_distribution) == pytest.approx(8.0)
    assert tried["b0", Lever.ROOM].buffers[0].capacity == 9
    assert len({p.revision for p in [plant, *tried.values()]}) == 5


@pytest.mark.parametrize(
    "time",
    [
        constant(3),
        exponential(3),
        {"kind": "uniform", "low_s": 1, "high_s": 4},
        {"kind": "triangular", "low_s": 1, "mode_s": 2, "high_s": 4},
        {"kind": "lognormal", "mean_s": 3, "sd_s": 1},
        {"kind": "weibull", "mean_s": 3, "shape": 2},
        {"kind": "empirical", "quantiles_s": [1, 2, 5]},
    ],
)
def test_any_distribution_can_be_scaled(time: dict[str, object]) -> None:
    """Twice the times, twice the mean."""
    cycle = line([station(time)]).stations[0].cycle

    assert mean_s(scaled(cycle, 2.0)) == pytest.approx(2 * mean_s(cycle))


def test_a_lever_of_an_isolated_machine_gives_what_can_be_worked_out() -> None:
    """1 / (c (1 + MTTR / MTBF)): 5 % more speed gives 5 %; repairs of 8 s instead of 10 s give 1.1 / 1.08 - 1."""
    plant = line([station(constant(1), failures=[mode(mtbf_s=100.0, mttr_s=10.0)])])

    insight = explain(plant, horizon_s=20_000, replications=2, sensitivity_replications=6)

    relative = {s.lever: s.relative for s in insight.sensitivity}
    assert relative[Lever.SPEED] == pytest.approx(0.05, abs=0.005)
    assert relative[Lever.REPAIR] == pytest.approx(1.1 / 1.08 - 1, abs=0.005)


def test_nothing_is_a_share_of_nothing() -> None:
    """A baseline of 0 gives a relative effect of 0, and an interval around 0 is not certain."""
    nothing = Sensitivity("s0", Lever.SPEED, "+5% speed", Interval(mean=0, low=-1, high=1), 0.0)

    assert (nothing.relative, nothing.certain) == (0.0, False)


def test_intervals_of_quantiles_hold_as_often_as_they_say() -> None:
    """The median and the 90th percentile of 60 exponential values, 400 times."""
    rng = np.random.default_rng(1)

    for p in (0.5, 0.9):
        found = [quantile_interval(rng.exponential(size=60).tolist(), p) for _ in range(400)]
        exact = -np.log(1 - p)
        assert sum(i.low <= exact <= i.high for i in found) / 400 > 0.92
        assert found[0].level >= 0.95


def test_too_few_values_for_a_quantile_say_which_level_they_have() -> None:
    """Ten values: the 90th percentile lies beyond the largest with probability 0.9 ** 10 = 35 %."""
    interval = quantile_interval([float(i) for i in range(10)], 0.9)

    assert interval.high == 9.0
    assert interval.level < 1 - 0.9**10
    with pytest.raises(InvalidInput):
        quantile_interval([1.0], 0.5)


def test_intervals_of_ratios_hold_as_often_as_they_say() -> None:
    """Energy with a fixed and a variable part over good units, 400 times; the mean of ratios would be off."""
    rng = np.random.default_rng(2)
    hits = 0

    for _ in range(400):
        good = rng.gamma(4.0, 5.0, size=30)
        kwh = 10 + 2 * good + rng.normal(size=30)
        interval = ratio_interval(kwh.tolist(), good.tolist())
        assert interval is not None
        hits += interval.low <= 2.5 <= interval.high

    assert hits / 400 > 0.91
    assert ratio_interval([1.0, 1.0], [0.0, 0.0]) is None
    assert ratio_interval([1.0], [1.0]) is None


@pytest.mark.parametrize("wrong", [{"replications": 1}, {"sensitivity_replications": 1}, {"warmup_s": 60.0}])
def test_figures_that_cannot_be_are_refused(wrong: dict[str, int]) -> None:
    """With a message."""
    given: dict[str, Any] = {"horizon_s": 50, "replications": 2, "sensitivity_replications": 0}

    with pytest.raises(InvalidInput):
        explain(three(), **(given | wrong))


def test_a_buffer_without_a_limit_is_no_lever() -> None:
    """More room than for ever cannot help; that of a buffer with one place can."""
    plant = line([station(), station(), station()], [UNLIMITED, 1])

    assert [place for place, lever, _, _ in levers(plant) if lever is Lever.ROOM] == ["b1"]
