"""Insight on any line, from any moment: nothing is counted twice, and watching changes nothing."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plants.model.plant import Plant
from tests.twin_lines import constant, exponential, line, mode, order, station
from twin import LineSimulation, run
from twin.insight.active import Period, bottlenecks, stays
from twin.insight.observe import observe
from twin.replications import Scenario

POWER = {"executing": 7.0, "waiting": 2.0, "setup": 3.0, "down": 1.0}


@st.composite
def lines(draw: st.DrawFn) -> Plant:
    """One to four stations with chance in everything, with and without orders."""
    n = draw(st.integers(1, 4))
    times = st.sampled_from([constant(1), exponential(0.8), exponential(1.3)])
    failures = st.sampled_from([[], [mode(mtbf_s=20.0, mttr_s=4.0)], [mode("calendar", mtbf_s=30.0, mttr_s=3.0)]])
    stations = [
        station(
            draw(times),
            failures=draw(failures),
            scrap=draw(st.sampled_from([0.0, 0.2])),
            setups={"default": constant(draw(st.sampled_from([0.0, 4.0])))},
            power_kw=POWER,
        )
        for _ in range(n)
    ]
    gaps: list[Any] = [draw(st.sampled_from([0, 1, 3, (2, 1.5)])) for _ in range(n - 1)]
    orders = draw(st.sampled_from([[], [order("a", quantity=15), order("b", "blue", 20, release_s=30.0)]]))
    return line(stations, gaps, orders=orders)


@settings(max_examples=25, deadline=None)
@given(plant=lines(), seed=st.integers(0, 100), before=st.floats(0, 60), warmup=st.sampled_from([0.0, 13.0]))
def test_a_watched_run_is_the_same_run_and_all_of_it_is_accounted_for(
    plant: Plant, seed: int, before: float, warmup: float
) -> None:
    """KPIs as without watching; energy by product sums to all energy; bottleneck time is no longer than the time."""
    sim = LineSimulation(plant, seed=seed)
    sim.run_until(before)
    state = sim.snapshot()

    seen = observe((Scenario(plant, 80.0, seed, state, warmup_s=warmup), 0))

    assert seen.run == run(plant, horizon_s=80.0, seed=seed, state=state, warmup_s=warmup)
    assert sum(seen.product_kwh.values()) == pytest.approx(sum(seen.run.energy_kwh.values()))
    assert sum(seen.product_good.values()) == seen.run.counters["good"]
    assert all(s.sole_s + s.shifting_s <= seen.run.span_s + 1e-6 for s in seen.stays)
    assert sum(s.sole_s for s in seen.stays) <= seen.run.span_s + 1e-6
    assert all(q >= 0 for q in seen.wip)
    assert (seen.lead_s is None) == (seen.run.counters["good"] == 0)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.integers(0, 60), min_size=0, max_size=12, unique=True).map(sorted),
        min_size=1,
        max_size=4,
    )
)
def test_whenever_a_station_is_active_there_is_a_bottleneck(edges: list[list[int]]) -> None:
    """And never when none is; the chain never goes back, and no station is it for longer than it was active."""
    active = [
        [Period(float(a), float(b), i) for a, b in zip(row[::2], row[1::2], strict=False)]
        for i, row in enumerate(edges)
    ]

    chain = bottlenecks(active)

    for moment in range(60):
        at = moment + 0.5
        going_on = any(p.begin_s < at < p.end_s for row in active for p in row)
        assert going_on == any(p.begin_s < at < p.end_s for p in chain)
    sole = [sum(p.begin_s < moment + 0.5 < p.end_s for p in chain) == 1 for moment in range(60)]
    assert sum(s.sole_s for s in stays(chain, len(active))) == sum(sole)
    assert [p.end_s for p in chain] == sorted({p.end_s for p in chain})
    for stay, row in zip(stays(chain, len(active)), active, strict=True):
        assert stay.sole_s + stay.shifting_s <= sum(b - a for a, b, _ in row)
