"""Tariff, peak and energy of units, against figures worked out by hand."""

import pytest

from plants.kpi import Kpi
from plants.model.energy import Energy
from tests.twin_lines import constant, line, station
from twin import explain
from twin.insight.meter import Meter

HOUR = 3600.0
TARIFF = [{"start_s": 0, "per_kwh": 100}, {"start_s": "08:00", "per_kwh": 200}, {"start_s": "20:00", "per_kwh": 50}]


def energy(**more: object) -> Energy:
    """A tariff of three bands, metered by quarters of an hour."""
    return Energy.model_validate({"tariff": TARIFF, **more})


@pytest.mark.parametrize(
    ("begin_h", "end_h", "cost"),
    [(0, 1, 1000), (7, 9, 1000 + 2000), (19, 21, 2000 + 500), (0, 24, 8000 + 24000 + 2000), (23, 25, 500 + 1000)],
)
def test_power_costs_what_the_band_of_the_day_says(begin_h: float, end_h: float, cost: float) -> None:
    """Ten kilowatts, over the edges of bands and of days."""
    meter = Meter(energy(), 0, 48 * HOUR)

    meter.add(begin_h * HOUR, end_h * HOUR, 10.0)

    assert meter.read().cost == pytest.approx(cost)


def test_the_peak_is_the_highest_mean_of_a_whole_window() -> None:
    """Two loads meet in one quarter of an hour; a window cut off by the span does not count."""
    meter = Meter(energy(peak_limit_kw=25), 0, 3 * HOUR + 450)

    meter.add(0, 3 * HOUR, 20.0)
    meter.add(1 * HOUR, 1 * HOUR + 450, 16.0)
    meter.add(3 * HOUR, 3 * HOUR + 450, 500.0)

    read = meter.read()
    assert read.peak_kw == pytest.approx(28.0)
    assert read.over_limit == pytest.approx(1 / 12)


def test_a_report_tells_cost_peak_and_the_energy_of_units() -> None:
    """One machine that works without a pause: 10 kW and 0.5 kWh a unit every minute, priced at 100."""
    plant = line(
        [station(constant(60), power_kw={"executing": 10.0}, energy_per_unit_kwh=0.5)],
        energy={"tariff": [{"start_s": 0, "per_kwh": 100}], "peak_limit_kw": 9.0},
    )

    found = explain(plant, horizon_s=HOUR, replications=2, sensitivity_replications=0)

    assert found.meter is not None
    assert found.meter.cost is not None
    assert found.meter.cost.mean == pytest.approx(1000.0)
    assert found.meter.peak_kw.mean == pytest.approx(10.0)
    assert found.meter.over_limit is not None
    assert found.meter.over_limit.mean == 1.0
    (product,) = found.energy
    assert product.kwh_per_good.mean == pytest.approx(10 / 60 + 0.5)
    assert found.result.kpis[Kpi.ENERGY_PER_GOOD].mean == pytest.approx(10 / 60 + 0.5)
