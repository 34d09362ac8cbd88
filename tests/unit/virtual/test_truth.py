"""The hidden truth: other figures, other families, the same names and envelopes."""

import pytest

from plants.model.distribution import Constant, Exponential, Lognormal, Weibull, mean_s
from plants.model.parameter import EffectOn
from plants.model.plant import Plant
from plants.model.station import StopClass
from virtual.truth import truth_of


def test_the_same_seed_gives_the_same_truth_and_another_seed_another(plant: Plant) -> None:
    """Deterministic by seed."""
    assert truth_of(plant, 3) == truth_of(plant, 3)
    assert truth_of(plant, 3) != truth_of(plant, 4)
    assert truth_of(plant, 3).engine_seed != truth_of(plant, 4).engine_seed


@pytest.mark.parametrize("seed", range(1, 6))
def test_every_figure_is_off_by_a_little_and_none_by_much(plant: Plant, seed: int) -> None:
    """Cycles within 1.5 %, failures, repairs and scrap within 12 %, and never as declared."""
    truth = truth_of(plant, seed).plant

    for declared, true in zip(plant.stations, truth.stations, strict=True):
        assert 0.003 < abs(mean_s(true.cycle) / mean_s(declared.cycle) - 1) <= 0.015
        if declared.scrap:
            assert 0.04 < abs(true.scrap / declared.scrap - 1) <= 0.12
        for said, so in zip(declared.failures, true.failures, strict=True):
            for a, b in (
                (said.uptime_distribution, so.uptime_distribution),
                (said.repair_distribution, so.repair_distribution),
            ):
                assert 0.04 < abs(mean_s(b) / mean_s(a) - 1) <= 0.12 + 1e-9


def test_families_differ_where_the_description_says_exponential_or_constant(plant: Plant) -> None:
    """Exponential up-times are Weibull, exponential repairs and constant cycles lognormal."""
    truth = truth_of(plant, 1).plant

    for declared, true in zip(plant.stations, truth.stations, strict=True):
        assert isinstance(declared.cycle, Constant)
        assert isinstance(true.cycle, Lognormal)
        for said, so in zip(declared.failures, true.failures, strict=True):
            if isinstance(said.uptime_distribution, Exponential):
                assert isinstance(so.uptime, Weibull)
                assert abs(so.uptime.shape - 1) > 0.1
            if isinstance(said.repair_distribution, Exponential):
                assert isinstance(so.repair, Lognormal)


def test_names_envelopes_and_orders_are_those_declared(plant: Plant) -> None:
    """The truth is about how the plant behaves, not about what it is called or allowed."""
    truth = truth_of(plant, 1).plant

    assert list(truth.parameters) == list(plant.parameters)
    for alias, declared in plant.parameters.items():
        true = truth.parameters[alias]
        assert (true.minimum, true.maximum, true.nominal) == (declared.minimum, declared.maximum, declared.nominal)
    assert truth.orders == plant.orders
    assert truth.buffers == plant.buffers
    assert truth.revision != plant.revision


def test_effects_are_stronger_or_weaker_but_leave_the_nominal_figures_alone(plant: Plant) -> None:
    """At nominal every factor is 1; away from it the truth differs."""
    declared = plant.parameters["labeller.speed_per_min"]
    true = truth_of(plant, 1).plant.parameters["labeller.speed_per_min"]

    assert true.factor(EffectOn.FAILURE_RATE, true.nominal) == pytest.approx(1.0)
    assert true.factor(EffectOn.FAILURE_RATE, 740) != pytest.approx(
        declared.factor(EffectOn.FAILURE_RATE, 740), rel=0.01
    )
    assert true.factor(EffectOn.CYCLE_TIME, 470) == declared.factor(EffectOn.CYCLE_TIME, 470)


def test_micro_stops_come_in_spells_whose_mean_rate_is_the_declared_one(plant: Plant) -> None:
    """A regime changes when stops come, not how many in the long run."""
    regimes = truth_of(plant, 1).regimes

    micro = {(s.id, f.id) for s in plant.stations for f in s.failures if f.stop_class is StopClass.MICRO_STOP}
    assert set(regimes) == micro
    for r in regimes.values():
        mean = (r.calm_mean_s * r.calm_factor + r.bad_mean_s * r.bad_factor) / (r.calm_mean_s + r.bad_mean_s)
        assert mean == pytest.approx(1.0)
        assert r.calm_factor < 1 < r.bad_factor


def test_actual_values_can_follow_the_largest_step_in_the_time_the_plant_file_allows(plant: Plant) -> None:
    """A lag that broke `reach_s` would make every honest change look like a failure."""
    truth = truth_of(plant, 1)

    for alias, p in plant.parameters.items():
        steps = p.max_step / p.tolerance
        assert 2.718281828 ** (p.reach_s / truth.lags_s[alias]) > steps
