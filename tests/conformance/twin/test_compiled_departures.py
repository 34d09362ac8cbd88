"""The departure-time recursion gives the totals of the event engine, bit by bit, and says where it does not hold."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plants.errors import InvalidInput, RunFailed
from plants.flow.change import SetParameter
from plants.model.plant import Plant
from tests.twin_lines import LABEL, constant, exponential, line, mode, order, speed, station
from twin import LineSimulation
from twin.working import OrderRun

pytest.importorskip("numba")

from twin.compiled.passage.simulation import DepartureSimulation, plain


def continuous(mean_s: float) -> st.SearchStrategy[dict[str, Any]]:
    """A time in which two events hardly ever fall together."""
    return st.sampled_from(
        [
            exponential(mean_s),
            {"kind": "weibull", "mean_s": mean_s, "shape": 1.5},
            {"kind": "lognormal", "mean_s": mean_s, "sd_s": mean_s / 2},
            {"kind": "uniform", "low_s": mean_s / 2, "high_s": mean_s * 2},
            {"kind": "triangular", "low_s": mean_s / 2, "mode_s": mean_s, "high_s": mean_s * 2},
        ]
    )


CYCLES = st.floats(0.3, 3).flatmap(continuous)
UPTIMES = st.floats(3, 60).flatmap(continuous)
REPAIRS = st.one_of(st.floats(0.5, 20).flatmap(continuous), st.just(constant(3.0)))
MODES = st.builds(
    lambda clock, uptime, repair, stop: (
        {"name": LABEL, "clock": clock, "stop_class": stop} | {"uptime": uptime, "repair": repair}
    ),
    st.sampled_from(["calendar", "operating"]),
    UPTIMES,
    REPAIRS,
    st.sampled_from(["breakdown", "micro_stop"]),
)
POWER = {"executing": 9.0, "waiting": 2.0, "setup": 3.0, "down": 1.0}
WEARING = {"acts_on": "failure_rate", "curve": {"kind": "power", "exponent": 2}}
HUNGRY = {"acts_on": "power", "curve": {"kind": "power", "exponent": 1}}
FASTER = {"acts_on": "cycle_time", "curve": {"kind": "power", "exponent": -1}}
STATIONS = st.builds(
    lambda cycle, has, modes: station(
        cycle,
        power_kw=POWER,
        parameters=[speed(effects=[FASTER, WEARING, HUNGRY])] if has else [],
        failures=[m | {"id": f"mode{k}"} for k, m in enumerate(modes)],
    ),
    CYCLES,
    st.booleans(),
    st.lists(MODES, max_size=3),
)
GAPS = st.one_of(st.just(0), st.integers(1, 6), st.tuples(st.integers(1, 6), st.floats(0.2, 9)))


@st.composite
def plain_lines(draw: st.DrawFn) -> Plant:
    """A line of one to eight stations with failures, with and without orders, buffers and conveyors."""
    stations = draw(st.lists(STATIONS, min_size=1, max_size=8))
    sizes = draw(st.lists(st.integers(1, 70), max_size=3))
    releases = sorted(draw(st.lists(st.floats(0, 150), min_size=len(sizes), max_size=len(sizes))))
    orders = [order(f"o{k}", quantity=n, release_s=r) for k, (n, r) in enumerate(zip(sizes, releases, strict=True))]
    return line(stations, [draw(GAPS) for _ in stations[1:]], orders=orders)


@given(
    plant=plain_lines(),
    seed=st.integers(0, 20),
    marks=st.lists(st.floats(0.01, 400), min_size=1, max_size=5),
    values=st.lists(st.floats(5, 20), min_size=8, max_size=8),
    changes=st.booleans(),
)
@settings(max_examples=220, deadline=None)
def test_totals_are_those_of_the_event_engine(
    plant: Plant, seed: int, marks: list[float], values: list[float], changes: bool
) -> None:
    """At any moments of any plain line, with changes at the start; compared with the reference engine itself."""
    assert plain(plant)
    one = LineSimulation(plant, seed=seed, replication=2)
    two = DepartureSimulation(plant, seed=seed, replication=2, marks_s=tuple(marks))
    for sim in (one, two):
        sim.run_until(0.0)
    assert two.totals() == one.totals()
    for alias, value in zip(plant.parameters if changes else (), values, strict=False):
        one.apply(SetParameter(alias=alias, value=value))
        two.apply(SetParameter(alias=alias, value=value))

    for t in sorted(marks):
        one.run_until(t)
        two.run_until(t)

        assert two.totals() == one.totals()
        assert list(map(progress, two.orders)) == list(map(progress, one.orders))
        assert two.not_started() == one.not_started()


def progress(order: OrderRun) -> tuple[str, int, int, int, float | None]:
    """How far an order has come."""
    return order.lowered.name, order.started, order.good, order.scrapped, order.finished_s


def test_settings_that_share_draws_have_the_figures_of_a_run_of_their_own() -> None:
    """From the second run of a replication on, work is drawn once and kept."""
    stations = [station(exponential(1.0), parameters=[speed()], failures=[mode()]) for _ in range(4)]
    plant = line(stations, 2, orders=[order("one", quantity=50), order("two", quantity=33)])
    expected = LineSimulation(plant, seed=77, replication=5)
    expected.run_until(300.0)

    for _ in range(4):
        sim = DepartureSimulation(plant, seed=77, replication=5, marks_s=(300.0,))
        sim.run_until(300.0)
        assert sim.totals() == expected.totals()
        other = DepartureSimulation(plant, seed=77, replication=5, marks_s=(300.0,))
        other.apply(SetParameter(alias="s1.speed", value=15.0))
        other.run_until(300.0)
        assert other.totals() != expected.totals()


@pytest.mark.parametrize("clock", ["calendar", "operating"])
def test_nothing_is_followed_beyond_the_horizon(clock: str) -> None:
    """A unit that would take a year, at stations that fail every second: some fifty failures, not thirty million."""
    long = station(exponential(3e7), failures=[mode(clock, mtbf_s=1.0, mttr_s=1.0)])
    plant = line([long, long, station(failures=[mode(mtbf_s=0.5, mttr_s=0.5)])], [1, 0])
    expected = LineSimulation(plant, seed=1, replication=0)
    expected.run_until(50.0)
    sim = DepartureSimulation(plant, seed=1, replication=0, marks_s=(50.0,))

    sim.run_until(50.0)

    assert sim.totals() == expected.totals()


def test_a_run_that_does_not_come_forward_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """After as many units as stay within the budget of events."""
    monkeypatch.setattr("twin.compiled.passage.arrays.DEFAULT_BUDGET", 1000)
    sim = DepartureSimulation(line([station(exponential(1e-6))] * 2), seed=1, replication=0, marks_s=(1.0,))

    with pytest.raises(RunFailed, match="given up after 500 units"):
        sim.run_until(1.0)


def test_a_line_that_is_changed_under_way_is_refused() -> None:
    """The recursion has been made to the end already."""
    sim = DepartureSimulation(line([station(parameters=[speed()])]), seed=1, replication=0, marks_s=(10.0, 20.0))
    sim.run_until(10.0)

    with pytest.raises(InvalidInput, match="left alone"):
        sim.apply(SetParameter(alias="s0.speed", value=15.0))


@pytest.mark.parametrize(
    "plant",
    [
        line([station(constant(1.0))]),
        line([station({"kind": "empirical", "quantiles_s": [1.0, 1.0, 2.0]})]),
        line([station(failures=[{"id": "stop", "name": LABEL, "uptime": constant(50.0), "mttr_s": 5.0}])]),
        line([station(scrap=0.1)]),
        line([station(setups={"default": constant(5.0)})]),
        line([station()], orders=[order("o1", release_s=50.0), order("o2")]),
    ],
    ids=["constant", "empirical", "constant uptime", "scrap", "setups", "releases"],
)
def test_lines_that_are_not_plain_are_left_to_events(plant: Plant) -> None:
    """Each thing that the recursion does not know rules it out."""
    assert not plain(plant)
