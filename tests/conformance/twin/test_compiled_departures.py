"""The departure-time recursion gives the totals of the event engine, bit by bit, and says where it does not hold."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plants.model.plant import Plant
from tests.twin_lines import constant, exponential, line, mode, order, speed, station
from twin import LineSimulation

pytest.importorskip("numba")

from twin.compiled.departures import DepartureSimulation, plain

CYCLES = st.floats(0.3, 3).flatmap(
    lambda m: st.sampled_from(
        [
            exponential(m),
            {"kind": "weibull", "mean_s": m, "shape": 1.5},
            {"kind": "lognormal", "mean_s": m, "sd_s": m / 2},
            {"kind": "uniform", "low_s": m / 2, "high_s": m * 2},
        ]
    )
)
POWER = {"executing": 9.0, "waiting": 2.0, "setup": 3.0, "down": 1.0}
STATIONS = st.builds(
    lambda cycle, has: station(cycle, power_kw=POWER, parameters=[speed()] if has else []), CYCLES, st.booleans()
)
GAPS = st.one_of(st.just(0), st.integers(1, 6), st.tuples(st.integers(1, 6), st.floats(0.2, 9)))


@st.composite
def plain_lines(draw: st.DrawFn) -> Plant:
    """A line of one to eight stations, with and without buffers and conveyors."""
    stations = draw(st.lists(STATIONS, min_size=1, max_size=8))
    return line(stations, [draw(GAPS) for _ in stations[1:]])


@given(
    plant=plain_lines(),
    seed=st.integers(0, 1000),
    marks=st.lists(st.floats(0.01, 400), min_size=1, max_size=5),
)
@settings(max_examples=120, deadline=None)
def test_totals_are_those_of_the_event_engine(plant: Plant, seed: int, marks: list[float]) -> None:
    """At any moments of any plain line; compared with the reference engine itself."""
    assert plain(plant)
    one = LineSimulation(plant, seed=seed, replication=2)
    two = DepartureSimulation(plant, seed=seed, replication=2, marks_s=tuple(marks))

    for t in sorted(marks):
        one.run_until(t)
        two.run_until(t)

        assert two.totals() == one.totals()


@pytest.mark.parametrize(
    "plant",
    [
        line([station(constant(1.0))]),
        line([station({"kind": "empirical", "quantiles_s": [1.0, 1.0, 2.0]})]),
        line([station(failures=[mode()])]),
        line([station(scrap=0.1)]),
        line([station()], orders=[order("o1")]),
    ],
    ids=["constant", "empirical", "failures", "scrap", "orders"],
)
def test_lines_that_are_not_plain_are_left_to_events(plant: Plant) -> None:
    """Each thing that the recursion does not know rules it out."""
    assert not plain(plant)
