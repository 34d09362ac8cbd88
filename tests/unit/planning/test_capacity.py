"""Rates of stations in isolation, against figures worked out by hand."""

import pytest

from planning.capacity import bottleneck, isolated_efficiency, nominal_values, station_rates
from plants.loader.load import load_plant
from plants.model.plant import Plant
from plants.model.station import Station


@pytest.fixture(scope="module")
def plant() -> Plant:
    """The bottling line."""
    return load_plant("bottling")


def test_a_machine_that_is_down_half_as_long_as_it_runs_is_worth_two_thirds() -> None:
    """1 / (1 + MTTR/MTBF) for a failure that comes with use; MTBF / (MTBF + MTTR) for one that comes with time."""
    label = {"en": "x", "ko": "x"}
    failure = {"id": "f", "name": label, "mtbf_s": 100.0, "mttr_s": 50.0}
    base = {"id": "s", "name": label, "cycle": {"kind": "constant", "mean_s": 2}}
    used = Station.model_validate({**base, "failures": [failure]})
    timed = Station.model_validate({**base, "failures": [{**failure, "clock": "calendar"}]})
    both = Station.model_validate({**base, "failures": [failure, {**failure, "id": "g"}]})

    efficiencies = [isolated_efficiency(s, {}) for s in (used, timed, both)]

    assert efficiencies == pytest.approx([2 / 3, 2 / 3, 1 / 2])


def test_the_filler_limits_the_line_by_design(plant: Plant) -> None:
    """600 bottles a minute in cases of 24 are 1,500 cases an hour, less its failures and the scrap after it."""
    rates = station_rates(plant, nominal_values(plant))

    limit = bottleneck(rates)

    efficiency = 1 / (1 + 20 / 1500 + 600 / 28000)
    good = (1 - 0.004) * (1 - 0.001) * (1 - 0.003) * (1 - 0.001)
    assert limit.station == "filler"
    assert limit.good_per_h == pytest.approx(1500 * efficiency * good)


def test_a_slow_labeller_becomes_the_bottleneck(plant: Plant) -> None:
    """480 instead of 675 a minute: 3 seconds a case."""
    values = {**nominal_values(plant), "labeller.speed_per_min": 480.0}

    limit = bottleneck(station_rates(plant, values))

    assert limit.station == "labeller"
    assert limit.cycle_s == pytest.approx(24 * 60 / 480, rel=1e-5)


def test_a_labeller_at_its_limit_stops_more_often(plant: Plant) -> None:
    """The failure rate at 760 is 3.5 times the nominal one."""
    values = {"labeller.speed_per_min": 760.0}

    efficiency = isolated_efficiency(plant.station("labeller"), values)

    assert efficiency == pytest.approx(1 / (1 + 3.5 * (22 / 700 + 540 / 30000)))
