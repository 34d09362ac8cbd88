"""States that are only partly known."""

from statistics import mean, pstdev

from plants.flow.change import SetParameter
from plants.flow.state import LineState
from plants.kpi import Kpi
from tests.twin_lines import constant, line, order, speed, station
from twin import LineSimulation, compare, run, simulate
from twin.uncertainty import drawn

PLANT = line(
    [station(constant(1)), station(constant(2), parameters=[speed()])],
    [40],
    orders=[order("a", "red", 400)],
    products=[{"id": "red", "name": {"en": "x", "ko": "x"}}],
)


def live(level_sd: float) -> LineState:
    """The line after 30 s, with a count in its buffer that is known so well."""
    sim = LineSimulation(PLANT)
    sim.run_until(30)
    state = sim.snapshot()
    (buffer,) = state.buffers
    return state.model_copy(update={"buffers": (buffer.model_copy(update={"level_sd": level_sd}),)})


def test_counts_are_drawn_around_the_estimate_within_the_capacity() -> None:
    """Mean and spread are those told; nothing lies outside the buffer."""
    state = live(3.0)
    told = len(state.buffers[0].parts)

    counts = [len(drawn(PLANT, state, (1, r)).buffers[0].parts) for r in range(2000)]

    assert abs(mean(counts) - told) < 0.3
    assert abs(pstdev(counts) - 3.0) < 0.3
    assert min(counts) >= 0
    assert max(counts) <= 40
    assert all(0 <= len(drawn(PLANT, live(50.0), (1, r)).buffers[0].parts) <= 40 for r in range(50))


def test_units_that_are_added_or_left_out_keep_the_order_whole() -> None:
    """Started = good + rejected + on the line, and no unit is there twice."""
    state = live(5.0)

    for r in range(200):
        found = drawn(PLANT, state, (1, r))
        (made,) = found.orders
        parts = [*found.buffers[0].parts, *(s.part for s in found.stations if s.part is not None)]
        assert made.started == made.good + made.scrapped + len(parts)
        assert len({p.index for p in parts}) == len(parts)
        assert all(p.index < made.started for p in parts)


def test_what_is_known_is_not_drawn() -> None:
    """A state without doubt stays the very same."""
    state = live(0.0)

    assert drawn(PLANT, state, (1, 3)) is state


def test_a_forecast_averages_over_what_is_not_known() -> None:
    """Times are constant here: all spread between replications comes from the count."""
    sure = simulate(PLANT, state=live(0.0), horizon_s=40, replications=40)
    unsure = simulate(PLANT, state=live(4.0), horizon_s=40, replications=40)

    assert len({r.kpis[Kpi.WIP] for r in sure.runs}) == 1
    assert len({r.kpis[Kpi.WIP] for r in unsure.runs}) > 5
    assert abs(unsure.kpis[Kpi.WIP].mean - sure.kpis[Kpi.WIP].mean) < 2.0


def test_both_scenarios_of_a_comparison_start_from_the_same_states() -> None:
    """Otherwise the paired difference would hold the doubt about the state twice."""
    state = live(4.0)

    nothing = SetParameter(alias="s1.speed", value=10)
    found = compare(PLANT, changes=[nothing], state=state, horizon_s=30, replications=5)

    assert all(e.difference.low == e.difference.high == 0 for e in found.effects)
    assert any(e.baseline.low < e.baseline.high for e in found.effects)


def test_a_run_says_the_same_again() -> None:
    """The draw is keyed, like all others."""
    state = live(4.0)

    assert run(PLANT, horizon_s=50, state=state, replication=3) == run(PLANT, horizon_s=50, state=state, replication=3)
