"""Properties of any line: parts are conserved, time is accounted for, and more room never hurts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plants.flow.state import Condition, LineState, Part
from plants.model.plant import Plant
from tests.twin_lines import constant, exponential, line, mode, order, station
from twin import LineSimulation
from twin.log import EventKind, EventLog

CYCLES = st.one_of(
    st.floats(0.5, 4).map(constant),
    st.floats(0.5, 4).map(exponential),
    st.floats(0.5, 4).map(lambda m: {"kind": "weibull", "mean_s": m, "shape": 2.0}),
    st.floats(0.5, 4).map(lambda m: {"kind": "lognormal", "mean_s": m, "sd_s": m / 2}),
)
MODES = st.builds(
    lambda clock, up, down: [mode(clock, up, down)],
    st.sampled_from(["operating", "calendar"]),
    st.floats(5, 100),
    st.floats(1, 20),
)
STATIONS = st.builds(
    lambda cycle, failures, scrap, setup: station(
        cycle, failures=failures, scrap=scrap, setups={"default": constant(setup)}
    ),
    CYCLES,
    st.one_of(st.just([]), MODES),
    st.sampled_from([0.0, 0.1]),
    st.sampled_from([0.0, 5.0]),
)
BUFFERS = st.one_of(st.integers(0, 4), st.tuples(st.integers(1, 4), st.floats(0, 10)))
ORDERS = st.one_of(
    st.just([]),
    st.lists(
        st.tuples(st.sampled_from(["red", "blue"]), st.integers(1, 30), st.floats(0, 60)), min_size=1, max_size=5
    ).map(lambda rows: [order(f"o{i}", p, q, release_s=r) for i, (p, q, r) in enumerate(rows)]),
)


@st.composite
def lines(draw: st.DrawFn) -> Plant:
    """A random serial line of one to six stations."""
    stations = draw(st.lists(STATIONS, min_size=1, max_size=6))
    buffers = [draw(BUFFERS) for _ in stations[1:]]
    return line(stations, buffers, orders=draw(ORDERS))


def on_the_line(sim: LineSimulation) -> int:
    """Units in stations and buffers, counted one by one."""
    state = sim.snapshot()
    return sum(s.part is not None for s in state.stations) + sum(len(b.parts) for b in state.buffers)


@given(plant=lines(), seed=st.integers(0, 1000), times=st.lists(st.floats(0, 300), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_parts_in_are_parts_out_and_scrapped_and_on_the_line(plant: Plant, seed: int, times: list[float]) -> None:
    """At any moment of any line; and no buffer holds more than it can."""
    log = EventLog()
    sim = LineSimulation(plant, seed=seed, log=log)

    for t in sorted(times):
        sim.run_until(t)
        totals = sim.totals()

        assert totals.entered == totals.good + sum(totals.scrapped) + on_the_line(sim)
        assert totals.entered == len(log.rows(EventKind.ENTER))
        levels = [len(b.parts) for b in sim.snapshot().buffers]
        assert all(n <= b.capacity for n, b in zip(levels, plant.buffers, strict=True))


@given(plant=lines(), seed=st.integers(0, 1000), until=st.floats(1, 300))
@settings(max_examples=60, deadline=None)
def test_every_second_of_every_station_has_one_condition(plant: Plant, seed: int, until: float) -> None:
    """Conditions sum to the time, none is negative, and the condition shown agrees with the data."""
    sim = LineSimulation(plant, seed=seed)
    sim.run_until(until)

    totals = sim.totals()

    assert [sum(row) for row in totals.spent] == pytest.approx([until] * len(plant.stations))
    assert all(s >= 0 for row in totals.spent for s in row)


@given(plant=lines(), seed=st.integers(0, 1000), cut=st.floats(0, 200))
@settings(max_examples=60, deadline=None)
def test_a_run_in_two_stretches_equals_one_in_one(plant: Plant, seed: int, cut: float) -> None:
    """Stopping and going on changes no event."""
    one, two = EventLog(), EventLog()
    LineSimulation(plant, seed=seed, log=one).run_until(200)

    sim = LineSimulation(plant, seed=seed, log=two)
    sim.run_until(cut)
    sim.run_until(200)

    assert one.rows() == two.rows()


@given(plant=lines(), seed=st.integers(0, 1000), at=st.floats(0, 300))
@settings(max_examples=60, deadline=None)
def test_any_state_can_be_gone_on_from(plant: Plant, seed: int, at: float) -> None:
    """A snapshot restarts to the same parts, orders and conditions, and the new run conserves parts too."""
    sim = LineSimulation(plant, seed=seed)
    sim.run_until(at)
    state = sim.snapshot()

    again = LineSimulation(plant, seed=seed + 1, state=state)
    restarted = again.snapshot()
    before = on_the_line(again)
    again.run_until(at + 100)

    assert [s.condition for s in restarted.stations] == [s.condition for s in state.stations]
    assert (restarted.buffers, restarted.orders) == (state.buffers, state.orders)
    totals = again.totals()
    scrapped = sum(totals.scrapped) - sum(s.scrapped for s in state.stations)
    assert before + totals.entered == totals.good + scrapped + on_the_line(again)


@given(plant=lines(), seed=st.integers(0, 1000), at=st.floats(0, 300), data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_doubtful_live_state_does_not_break_the_twin(plant: Plant, seed: int, at: float, data: st.DataObject) -> None:
    """Lost parts, unknown orders, wrong clocks, overfull buffers: a run from it ends, and loses no part."""
    sim = LineSimulation(plant, seed=seed)
    sim.run_until(at)
    state = sim.snapshot()
    stray = Part(order=None, index=data.draw(st.integers(0, 5000)), entered_s=at)
    stations = tuple(
        s.model_copy(
            update={
                "condition": data.draw(st.sampled_from(Condition)),
                "part": data.draw(st.sampled_from([s.part, None, stray])),
                "worked_s": data.draw(st.sampled_from([s.worked_s, 0.0, 1e6])),
                "setup_worked_s": data.draw(st.sampled_from([s.setup_worked_s, None, 3.0])),
                "finished": data.draw(st.booleans()),
                "failures": data.draw(st.sampled_from([s.failures, ()])),
            }
        )
        for s in state.stations
    )
    buffers = tuple(
        b.model_copy(update={"parts": b.parts + (stray,) * data.draw(st.integers(0, 9))}) for b in state.buffers
    )
    doubtful = state.model_copy(update={"stations": stations, "buffers": buffers})

    again = LineSimulation(plant, seed=seed, state=LineState.model_validate(doubtful.model_dump()))
    before = on_the_line(again) - again.totals().entered + again.totals().good
    again.run_until(at + 200)

    totals = again.totals()
    scrapped = sum(totals.scrapped) - sum(s.scrapped for s in state.stations)
    assert before + totals.entered == totals.good + scrapped + on_the_line(again)


@given(
    means=st.lists(st.floats(0.3, 3), min_size=2, max_size=5),
    places=st.lists(st.integers(0, 3), min_size=4, max_size=4),
    more=st.lists(st.integers(0, 3), min_size=4, max_size=4),
    seed=st.integers(0, 1000),
)
@settings(max_examples=80, deadline=None)
def test_more_room_never_makes_fewer_parts(means: list[float], places: list[int], more: list[int], seed: int) -> None:
    """With the same draws every departure is as early or earlier (departure times are max-plus in the capacities)."""
    stations = [station(exponential(m)) for m in means]
    few = places[: len(means) - 1]
    many = [a + b for a, b in zip(few, more[: len(few)], strict=True)]

    def exits(buffers: list[int]) -> list[float]:
        log = EventLog()
        LineSimulation(line(stations, buffers), seed=seed, log=log).run_until(150)
        return [t for t, *_ in log.rows(EventKind.EXIT)]

    tight, roomy = exits(few), exits(many)

    assert len(roomy) >= len(tight)
    assert all(b <= a + 1e-9 for a, b in zip(tight, roomy, strict=False))


@given(seed=st.integers(0, 1000), n=st.integers(2, 5), b=st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_departures_follow_the_recursion(seed: int, n: int, b: int) -> None:
    """Departure of unit k from station i is max(finish, departure of unit k - b - 1 from station i + 1), by hand."""
    log = EventLog()
    plant = line([station()] * n, b)
    LineSimulation(plant, seed=seed, log=log).run_until(100)
    starts = {(s, i): t for t, _, s, _, i, _ in log.rows(EventKind.START)}
    finish = {(s, i): t for t, _, s, _, i, _ in log.rows(EventKind.FINISH)}
    done = [i for _, _, _, _, i, _ in log.rows(EventKind.EXIT)]

    departs: dict[tuple[int, int], float] = {}
    for k in done:
        for i in range(n):
            free = departs.get((i, k - 1), 0.0)
            came = departs.get((i - 1, k), 0.0)
            work = finish[i, k] - starts[i, k]
            departs[i, k] = max(max(free, came) + work, departs.get((i + 1, k - b - 1), 0.0) if i + 1 < n else 0.0)

    exits = {i: t for t, _, _, _, i, _ in log.rows(EventKind.EXIT)}
    assert [departs[n - 1, k] for k in done] == pytest.approx([exits[k] for k in done])
