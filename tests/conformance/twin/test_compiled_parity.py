"""Both engines give the same events, totals and snapshots, bit by bit; the compiled one is used itself: no fallback."""

import sys
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from plants.loader.load import load_plant
from tests.twin_parity import assert_same, case_of
from tests.twin_random_plants import Case, cases
from twin import LineSimulation

pytest.importorskip("numba")

from twin.compiled.simulation import CompiledSimulation

ENGINES = (LineSimulation, CompiledSimulation)
AT_LEAST = 30
"""Of 500 random plants, how many must have each feature."""


@given(case=cases())
@settings(max_examples=220, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_plants_have_the_same_events(case: Case) -> None:
    """From empty, live and doubtful states, with changes."""
    assert_same(case, ENGINES)


@pytest.mark.slow
@pytest.mark.timeout(5_000)
def test_500_random_plants_have_the_same_events_and_every_feature_often(capsys: pytest.CaptureFixture[str]) -> None:
    """The counts are printed."""
    counts: Counter[str] = Counter()
    events = []

    @given(case=cases())
    @settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def search(case: Case) -> None:
        events.append(assert_same(case, ENGINES))
        counts.update(case.features)

    search()

    lines = [f"{count:6d}  {feature}" for feature, count in sorted(counts.items())]
    with capsys.disabled():
        sys.stdout.write("\n".join([f"\n{len(events)} random plants, {sum(events):,} events equal", *lines, ""]))
    assert min(counts.values()) >= AT_LEAST


def test_bottling_has_the_same_events_from_empty() -> None:
    """A working day of the library's plant."""
    assert assert_same(case_of(load_plant("bottling")), ENGINES, 12 * 3600) > 100_000


@pytest.mark.parametrize("at_s", [600.0, 9_000.0, 17_000.0])
def test_bottling_has_the_same_events_from_a_live_state(at_s: float) -> None:
    """From the middle of work, setups and repairs."""
    plant = load_plant("bottling")
    before = LineSimulation(plant, seed=9)
    before.run_until(at_s)

    assert assert_same(case_of(plant, state=before.snapshot(), seed=4), ENGINES, 3 * 3600) > 10_000
