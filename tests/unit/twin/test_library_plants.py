"""The library's plants with routes, run: stations are as busy as by hand, and plans can mostly be kept."""

import pytest

from plants.flow.state import Condition
from plants.kpi import Kpi
from plants.loader.load import load_plant
from twin import simulate
from twin.simulate import SimulationResult

_WEEK_S = 7 * 86_400.0
_DAY_S = 86_400.0


@pytest.fixture(scope="module")
def minifab() -> SimulationResult:
    """Sixteen weeks, from empty; the first days matter little."""
    return simulate(load_plant("minifab"), horizon_s=16 * _WEEK_S, replications=3, seed=7)


@pytest.fixture(scope="module")
def cell() -> SimulationResult:
    """The three days of the order book."""
    return simulate(load_plant("machining_cell"), horizon_s=3 * _DAY_S, replications=6, seed=7)


def _executing(result: SimulationResult, *stations: str) -> float:
    return sum(result.shares[s][Condition.EXECUTING].mean for s in stations) / len(stations)


def test_the_machines_of_the_mini_fab_are_as_busy_as_by_hand(minifab: SimulationResult) -> None:
    """84 lots a week, of which 2.4 % are lost at each of two visits to C or D; minutes of each step from the page."""
    left = 1 - 0.024
    week_min = 7 * 24 * 60

    assert _executing(minifab, "ma", "mb") == pytest.approx(84 / 3 * (285 + left**2 * 315) / 2 / week_min, rel=0.02)
    assert _executing(minifab, "mc", "md") == pytest.approx(84 * (60 + left * 80) / 2 / week_min, rel=0.02)
    assert _executing(minifab, "me") == pytest.approx(84 * (left * 75 + left**2 * 30) / week_min, rel=0.02)


def test_the_mini_fab_puts_out_what_is_started_and_not_lost(minifab: SimulationResult) -> None:
    """It is stable: what goes in comes out, and a lot takes about twice the 14 hours that its steps take."""
    assert minifab.kpis[Kpi.THROUGHPUT].mean == pytest.approx(84 * (1 - 0.024) ** 2 / 168, rel=0.03)
    assert 845 * 60 * 1.5 < minifab.kpis[Kpi.LEAD_TIME].mean < 845 * 60 * 3


def test_technicians_and_planned_maintenance_of_the_mini_fab_take_the_time_they_should(
    minifab: SimulationResult,
) -> None:
    """75 minutes after each day, 2 hours and half an hour after each shift of twelve; begun between two lots."""
    maintained = {s: minifab.shares[s][Condition.MAINTENANCE].mean for s in ("ma", "mc", "me")}

    assert maintained["ma"] == pytest.approx(75 / (24 * 60), rel=0.25)
    assert maintained["mc"] == pytest.approx(120 / (12 * 60), rel=0.25)
    assert maintained["me"] == pytest.approx(30 / (12 * 60), rel=0.25)


def test_the_machining_cell_keeps_most_of_its_dates_and_not_all(cell: SimulationResult) -> None:
    """A plan worth improving: most orders are mostly on time, some are often late."""
    on_time = [order.on_time.mean for order in cell.orders]

    assert sum(p >= 0.5 for p in on_time) >= 15
    assert min(on_time) < 0.75
    assert all(order.end_s.mean < 3.1 * _DAY_S for order in cell.orders)


def test_the_machining_cell_is_limited_by_its_new_mill_and_rests_at_night(cell: SimulationResult) -> None:
    """Every part of the vocabulary leaves its trace: shifts, people, setups, wear, the limit on parts in the cell."""
    busiest = max(cell.shares, key=lambda s: cell.shares[s][Condition.EXECUTING].mean)

    assert busiest == "mill_1"
    assert cell.shares["mill_2"][Condition.OFF_SHIFT].mean == pytest.approx(1 / 3, abs=0.02)
    assert cell.shares["measuring"][Condition.NO_CREW].mean > 0
    assert cell.shares["mill_1"][Condition.MAINTENANCE].mean > 0
    assert cell.shares["lathe"][Condition.SETUP].mean > 0.02
    assert cell.kpis[Kpi.WIP].mean <= 20
