"""Properties of any plant: units are conserved, nothing is over-used or stands still, runs can be stopped and told."""

import sys
from collections import Counter

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from plants.errors import Deadlock
from plants.flow.state import LineState
from tests.twin_network_invariants import faults
from tests.twin_random_networks import HORIZON_S, Drawn, networks
from twin.log import EventKind, EventLog
from twin.network.engine import NetworkSimulation

RANDOM = settings(deadline=None, suppress_health_check=list(HealthCheck))
TINY = 1e-5
AT_LEAST = 30
"""Of 500 random plants, how many must have each feature."""
CUTS = st.lists(st.integers(1, int(HORIZON_S)), min_size=1, max_size=3, unique=True).map(sorted)


def goes_on(sim: NetworkSimulation, until_s: float) -> bool:
    """Run on; says whether it did not end in a deadlock."""
    try:
        sim.run_until(until_s)
    except Deadlock:
        return False
    return True


def check_run(drawn: Drawn, seed: int, cuts: list[int]) -> bool:
    """Everything holds at some moments and at the end; says whether the run did not end in a deadlock."""
    log = EventLog()
    sim = NetworkSimulation(drawn.plant, seed=seed, log=log)
    for until in (*cuts, HORIZON_S):
        if not goes_on(sim, until):
            return False
        assert faults(sim, log) == []
    return True


@given(drawn=networks(), seed=st.integers(0, 1000), cuts=CUTS)
@settings(RANDOM, max_examples=60)
def test_units_are_conserved_and_nothing_is_over_used_or_stands_still(drawn: Drawn, seed: int, cuts: list[int]) -> None:
    """At any moment of any plant."""
    check_run(drawn, seed, cuts)


@given(drawn=networks(), seed=st.integers(0, 1000), cuts=CUTS)
@settings(RANDOM, max_examples=30)
def test_a_run_in_pieces_with_snapshots_equals_one_in_one(drawn: Drawn, seed: int, cuts: list[int]) -> None:
    """Stopping, taking a snapshot and going on changes no event; the same seed gives the same run."""
    one, two = EventLog(), EventLog()
    whole = NetworkSimulation(drawn.plant, seed=seed, log=one)
    ended = goes_on(whole, HORIZON_S)

    sim = NetworkSimulation(drawn.plant, seed=seed, log=two)
    for until in (*cuts, HORIZON_S):
        if not goes_on(sim, until):
            assert not ended
            return
        assert sim.snapshot() == sim.snapshot()

    assert ended
    assert one.rows() == two.rows()
    assert whole.snapshot() == sim.snapshot()
    assert whole.totals() == sim.totals()


def check_restart(drawn: Drawn, seed: int, cut: int) -> float:
    """A run from a snapshot, through JSON and back, goes on as the original does; says for how many seconds."""
    log, again_log = EventLog(), EventLog()
    sim = NetworkSimulation(drawn.plant, seed=seed, log=log)
    assume(goes_on(sim, cut) and not _waiting_at_once(sim))
    state = sim.snapshot()
    read = LineState.model_validate_json(state.model_dump_json())
    assert read == state

    try:
        again = NetworkSimulation(drawn.plant, seed=seed, state=read, log=again_log)
    except Deadlock:  # found as soon as the run begins: the original, which may find it later, must end in it too
        assert not goes_on(sim, HORIZON_S)
        return 0.0
    assert _told(again.snapshot()) == _told(state)
    try:
        end = _until_a_tie(sim, HORIZON_S)
    except Deadlock:
        end = sim.now_s
        assert not goes_on(again, HORIZON_S)
    else:
        assert goes_on(again, end - TINY)
        assert end < HORIZON_S or (goes_on(again, end) and _counted(again) == _counted(sim))
    assert _events(again_log, cut, end) == _events(log, cut, end)
    return end - cut


def _until_a_tie(sim: NetworkSimulation, until_s: float) -> float:
    """Run on, and say when two events of the clock first fell together; `until_s` where none did.

    Which of two comes first depends on which was scheduled first, long before the state was taken, and a state does not
    say that. From there on two runs may rightly differ, so events are compared before it.
    """
    queue = sim._clock._schedule
    while queue and queue[0][0] <= until_s:
        at = queue[0][0]
        if sum(entry[0] - at < TINY for entry in queue) > 1:
            return at
        sim.run_until(at)
    sim.run_until(until_s)
    return until_s


def _waiting_at_once(sim: NetworkSimulation) -> bool:
    """Whether two machines wait for a person, or for room, since the same moment: who was first is not told either."""
    moments = Counter((int(r.errand), r.since_s) for r in sim.requests)
    moments.update((-1, m.job[0].queued_s) for m in sim.machines if m.finished)
    return max(moments.values(), default=0) > 1


def _told(state: LineState) -> object:
    """A state without what is reckoned from a difference of times, which may be off in the last digit."""
    stations = [
        (
            s.station,
            s.server,
            s.condition,
            s.part,
            s.batch,
            s.finished,
            s.setup_product,
            s.processed,
            s.scrapped,
            s.crew,
        )
        for s in state.stations
    ]
    return stations, state.buffers, state.orders, [(v.phase, v.at, v.loads) for v in state.vehicles], state.calls


def _events(log: EventLog, after: float, before: float) -> list[tuple[float, EventKind, int, int, int]]:
    span = (after + TINY, before - TINY)
    return sorted((round(t, 5), kind, s, o, i) for t, kind, s, o, i, _ in log.rows() if span[0] < t < span[1])


def _counted(sim: NetworkSimulation) -> object:
    rows = [(m.processed, m.scrapped, m.breakdowns, m.setup_class) for m in sim.machines]
    return rows, [(o.started, o.good, o.scrapped) for o in sim.makes], sim.wip, sim.at_step


@given(drawn=networks(exact=True), seed=st.integers(0, 1000), cut=st.integers(1, int(HORIZON_S) - 20))
@settings(RANDOM, max_examples=60)
def test_a_run_from_a_snapshot_goes_on_as_the_original(drawn: Drawn, seed: int, cut: int) -> None:
    """With constant times: the same events at the same times."""
    check_restart(drawn, seed, cut)


@pytest.mark.slow
@pytest.mark.timeout(5_000)
def test_500_random_plants_keep_every_property_and_have_every_feature_often(capsys: pytest.CaptureFixture[str]) -> None:
    """The counts are printed."""
    counts: Counter[str] = Counter()
    compared: list[float] = []

    @given(drawn=networks(), exact=networks(exact=True), seed=st.integers(0, 1000), cuts=CUTS)
    @settings(RANDOM, max_examples=500, database=None)
    def search(drawn: Drawn, exact: Drawn, seed: int, cuts: list[int]) -> None:
        counts["deadlock"] += not check_run(drawn, seed, cuts)
        compared.append(check_restart(exact, seed, min(cuts[0], int(HORIZON_S) - 20)))
        counts.update(drawn.features)

    search()

    lines = [f"{count:6d}  {feature}" for feature, count in sorted(counts.items())]
    with capsys.disabled():
        mean = sum(compared) / len(compared)
        sys.stdout.write("\n".join([f"\n{mean:.0f} s compared after a restart, in the mean", *lines, ""]))
    assert min(counts.values()) >= AT_LEAST
