"""Both engines give the same events, totals and snapshots, bit by bit; the compiled one is used itself: no fallback."""

import itertools
import sys
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from plants.flow.change import Change, Resequence
from plants.flow.state import LineState
from plants.loader.load import load_plant
from plants.model.plant import Plant
from tests.twin_random_plants import HORIZON_S, Case, cases
from twin import LineSimulation
from twin.log import EventLog
from twin.totals import Totals

pytest.importorskip("numba")

from twin.compiled.simulation import CompiledSimulation

Simulation = LineSimulation | CompiledSimulation
AT_LEAST = 30
"""Of 500 random plants, how many must have each feature."""


def history(
    sim: Simulation, log: EventLog, horizon_s: float, changes: tuple[Change, ...], delay_s: float
) -> tuple[EventLog, list[Totals], LineState]:
    """Run in stretches with the changes at their moment; events, totals at every stop, and the end."""
    start, seen = sim.now_s, []
    for mark in sorted({0.0, delay_s, horizon_s / 2, horizon_s}):
        sim.run_until(start + mark)
        seen.append(sim.totals())
        if mark == delay_s:
            for change in changes:
                possible = _still_possible(sim, change)
                if possible is not None:
                    sim.apply(possible)
            seen.append(sim.totals())
    return log, seen, sim.snapshot()


def _still_possible(sim: Simulation, change: Change) -> Change | None:
    """Of a sequence, what has not started during the delay."""
    if isinstance(change, Resequence):
        waiting = sim.not_started()
        return Resequence(orders=tuple(o for o in change.orders if o in waiting)) if waiting else None
    return change


def assert_same(case: Case, horizon_s: float = HORIZON_S) -> int:
    """Both engines on one case; gives the number of events."""
    logs = EventLog(), EventLog()
    one = LineSimulation(case.plant, seed=case.seed, replication=3, state=case.state, log=logs[0])
    two = CompiledSimulation(case.plant, seed=case.seed, replication=3, state=case.state, log=logs[1])
    log, totals, end = history(one, logs[0], horizon_s, case.changes, case.delay_s)
    other_log, other_totals, other_end = history(two, logs[1], horizon_s, case.changes, case.delay_s)

    for n, (row, other) in enumerate(itertools.zip_longest(log.rows(), other_log.rows())):
        assert row == other, f"event {n}"
    assert totals == other_totals
    assert end == other_end
    return len(log)


def case_of(plant: Plant, **more: object) -> Case:
    """A case without changes unless they are given."""
    return Case(**({"plant": plant, "state": None, "changes": (), "delay_s": 0.0, "seed": 1} | more))  # type: ignore[arg-type]


@given(case=cases())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_plants_have_the_same_events(case: Case) -> None:
    """From empty, live and doubtful states, with changes."""
    assert_same(case)


@pytest.mark.slow
def test_500_random_plants_have_the_same_events_and_every_feature_often(capsys: pytest.CaptureFixture[str]) -> None:
    """The counts are printed."""
    counts: Counter[str] = Counter()
    events = []

    @given(case=cases())
    @settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def search(case: Case) -> None:
        events.append(assert_same(case))
        counts.update(case.features)

    search()

    lines = [f"{count:6d}  {feature}" for feature, count in sorted(counts.items())]
    with capsys.disabled():
        sys.stdout.write("\n".join([f"\n{len(events)} random plants, {sum(events):,} events equal", *lines, ""]))
    assert min(counts.values()) >= AT_LEAST


def test_bottling_has_the_same_events_from_empty() -> None:
    """A working day of the library's plant."""
    assert assert_same(case_of(load_plant("bottling")), 12 * 3600) > 100_000


@pytest.mark.parametrize("at_s", [600.0, 9_000.0, 17_000.0])
def test_bottling_has_the_same_events_from_a_live_state(at_s: float) -> None:
    """From the middle of work, setups and repairs."""
    plant = load_plant("bottling")
    before = LineSimulation(plant, seed=9)
    before.run_until(at_s)

    assert assert_same(case_of(plant, state=before.snapshot(), seed=4), 3 * 3600) > 10_000
