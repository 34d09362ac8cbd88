"""Both engines agree bit by bit on plants with shifts, people, maintenance, material, components and vehicles."""

import sys
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from tests.twin_parity import Made, assert_same_or_locked
from tests.twin_random_networks import HORIZON_S
from tests.twin_random_plants import Case
from tests.twin_random_whole import cases
from twin.network.engine import NetworkSimulation

pytest.importorskip("numba")

from twin.compiled.network.simulation import CompiledNetworkSimulation

ENGINES: tuple[Made, Made] = (NetworkSimulation, CompiledNetworkSimulation)
AT_LEAST = 30
"""Of 500 random plants, how many must have each feature."""

pytestmark = pytest.mark.timeout(900)  # the kernels may have to be compiled first, on a machine that is busy


@given(case=cases())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_plants_have_the_same_events(case: Case) -> None:
    """From empty, live and overfull states, with changes."""
    assert_same_or_locked(case, ENGINES, HORIZON_S)


@pytest.mark.slow
def test_500_random_plants_have_the_same_events_and_every_feature_often(capsys: pytest.CaptureFixture[str]) -> None:
    """The counts are printed."""
    counts: Counter[str] = Counter()
    events = []

    @given(case=cases())
    @settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def search(case: Case) -> None:
        events.append(assert_same_or_locked(case, ENGINES, HORIZON_S))
        counts.update(case.features)

    search()

    lines = [f"{count:6d}  {feature}" for feature, count in sorted(counts.items())]
    with capsys.disabled():
        sys.stdout.write("\n".join([f"\n{len(events)} random plants, {sum(events):,} events equal", *lines, ""]))
    assert min(counts.values()) >= AT_LEAST
