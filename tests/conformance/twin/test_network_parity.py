"""On serial lines the engine for any flow gives the same events, totals and snapshots as the engine for lines."""

import pytest
from hypothesis import HealthCheck, given, settings

from plants.loader.load import load_plant
from tests.twin_parity import assert_same, case_of
from tests.twin_random_plants import Case, cases
from twin import LineSimulation
from twin.network.engine import NetworkSimulation

ENGINES = (LineSimulation, NetworkSimulation)


@given(case=cases())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_lines_have_the_same_events(case: Case) -> None:
    """From empty, live and doubtful states, with changes."""
    assert_same(case, ENGINES)


@pytest.mark.slow
@pytest.mark.timeout(5_000)
@given(case=cases())
@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_thousand_random_lines_have_the_same_events(case: Case) -> None:
    """The same, more of them."""
    assert_same(case, ENGINES)


def test_bottling_has_the_same_events_from_empty() -> None:
    """Three hours of the library's plant."""
    assert assert_same(case_of(load_plant("bottling")), ENGINES, 3 * 3600) > 25_000


@pytest.mark.parametrize("at_s", [600.0, 9_000.0])
def test_bottling_has_the_same_events_from_a_live_state(at_s: float) -> None:
    """From the middle of work, setups and repairs."""
    plant = load_plant("bottling")
    before = LineSimulation(plant, seed=9)
    before.run_until(at_s)

    assert assert_same(case_of(plant, state=before.snapshot(), seed=4), ENGINES, 1_800) > 1_000
