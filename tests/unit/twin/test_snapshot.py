"""Snapshots: through JSON and back, exact where times are constant, and equal in distribution where they are not."""

import numpy as np
import pytest
from scipy import stats

from plants.errors import InvalidInput
from plants.flow.state import Condition, LineState, StationState
from plants.loader.load import load_plant
from plants.model.plant import Plant
from tests.twin_lines import constant, line, mode, order, speed, station
from twin import LineSimulation
from twin.totals import Totals
from twin.working import Code

FULL_DAY_S = 24 * 3600.0


def eventful_line() -> Plant:
    """Conveyors, direct transfer, setups, scrap, both clocks, a parameter, orders: something of everything."""
    setups = {"default": constant(40)}
    weibull = {"kind": "weibull", "mean_s": 3.0, "shape": 2.0}
    stations = [
        station(constant(2), setups=setups, parameters=[speed()]),
        station(weibull, scrap=0.1, failures=[mode("calendar", 50, 8), {**mode(mtbf_s=30), "id": "own"}]),
        station(constant(2.5), setups=setups, power_kw={"executing": 3.0}),
        station(weibull, failures=[mode("operating", 40, 5, stop_class="micro_stop")]),
    ]
    orders = [order(n, p, 40) for n, p in (("a", "red"), ("b", "blue"), ("c", "red"))]
    return line(stations, [(4, 3.0), 0, 2], orders=orders)


@pytest.mark.parametrize("at_s", [0.0, 1.0, 33.3, 120.0, 200.0, 260.0, 333.0, 5000.0])
def test_a_state_survives_json_and_a_restart(at_s: float) -> None:
    """A run that starts from a snapshot gives the same snapshot before anything has happened."""
    plant = eventful_line()
    sim = LineSimulation(plant, seed=4)
    sim.run_until(at_s)

    state = LineState.model_validate_json(sim.snapshot().model_dump_json())
    again = LineSimulation(plant, seed=9, state=state).snapshot()

    assert state == sim.snapshot()
    for a, b in zip(again.stations, state.stations, strict=True):
        assert a.worked_s == pytest.approx(b.worked_s)
        assert a.energy_kwh == pytest.approx(b.energy_kwh)
        same = {"worked_s": 0.0, "energy_kwh": 0.0}
        assert a.model_copy(update=same) == b.model_copy(update=same)
    assert (again.buffers, again.orders, again.parameters) == (state.buffers, state.orders, state.parameters)


def test_taking_a_snapshot_changes_nothing() -> None:
    """A run watched every second equals one that is not."""
    plant = eventful_line()
    watched, alone = LineSimulation(plant), LineSimulation(plant)

    for t in range(1, 400):
        watched.run_until(float(t))
        watched.snapshot()
    alone.run_until(399.0)

    assert watched.totals() == alone.totals()


def test_a_run_without_chance_goes_on_exactly() -> None:
    """Constant times, conveyors, setups and a change: restarted from any state it ends the same."""
    setups = {"default": constant(40)}
    stations = [station(constant(2), setups=setups, parameters=[speed()]), station(constant(3.5)), station(constant(1))]
    orders = [order("a", "red", 20), order("b", "blue", 20), order("c", "red", 20)]
    plant = line(stations, [(4, 3.0), 0], orders=orders)
    alone = LineSimulation(plant)
    alone.run_until(400)

    restarted = LineSimulation(plant)
    for t in (10.25, 50.5, 75.0, 90.125, 130.0, 250.75, 400.0):
        restarted = LineSimulation(plant, state=restarted.snapshot())
        restarted.run_until(t)

    assert restarted.snapshot().orders == alone.snapshot().orders
    assert [s.processed for s in restarted.snapshot().stations] == [s.processed for s in alone.snapshot().stations]


def test_figures_of_a_restarted_run_count_from_its_start() -> None:
    """Time in each condition sums to the length of the run, although conditions may have begun before."""
    plant = eventful_line()
    sim = LineSimulation(plant)
    sim.run_until(100.0)

    again = LineSimulation(plant, state=sim.snapshot())
    again.run_until(150.0)

    assert [sum(row) for row in again.totals().spent] == pytest.approx([50.0] * 4)
    assert again.snapshot().stations[0].processed >= sim.snapshot().stations[0].processed


def test_an_endless_line_goes_on_with_the_next_unit() -> None:
    """Without orders, units are numbered on, so no unit's luck is used twice."""
    plant = line([station(), station()], 3)
    sim = LineSimulation(plant)
    sim.run_until(100)
    highest = max(p.index for s in sim.snapshot().stations if (p := s.part))

    again = LineSimulation(plant, state=sim.snapshot())
    again.run_until(110)

    indices = [p.index for b in again.snapshot().buffers for p in b.parts]
    indices += [s.part.index for s in again.snapshot().stations if s.part]
    assert len(set(indices)) == len(indices)
    assert max(indices) > highest


def test_a_state_of_another_plant_is_refused() -> None:
    """The revision binds a state to its description."""
    state = LineSimulation(line([station()])).snapshot()

    with pytest.raises(InvalidInput, match="take a new state"):
        LineSimulation(line([station(constant(2))]), state=state)


def test_a_live_state_with_work_beyond_the_model_ends_soon() -> None:
    """A machine slower than described has worked longer than possible: the unit ends at once, nothing hangs."""
    plant = line([station(constant(2)), station(constant(2))], 1)
    sim = LineSimulation(plant)
    sim.run_until(5)
    state = sim.snapshot()
    late = tuple(s.model_copy(update={"worked_s": 9.0}) for s in state.stations)

    again = LineSimulation(plant, state=state.model_copy(update={"stations": late}))
    again.run_until(5)

    assert [s.processed for s in again.snapshot().stations] == [s.processed + 1 for s in state.stations]


def test_a_part_of_an_unknown_order_causes_no_setup() -> None:
    """A live state may not know the order of every unit on a conveyor."""
    plant = line(
        [station(constant(2)), station(constant(2), setups={"default": constant(50)})],
        5,
        orders=[order("a"), order("b")],
    )
    sim = LineSimulation(plant)
    sim.run_until(5)
    state = sim.snapshot()
    unknown = tuple(
        b.model_copy(update={"parts": tuple(p.model_copy(update={"order": None}) for p in b.parts)})
        for b in state.buffers
    )

    again = LineSimulation(plant, state=state.model_copy(update={"buffers": unknown}))
    again.run_until(100)

    assert again.totals().spent[1][Code.SETUP] == 0
    assert again.snapshot().stations[1].condition is Condition.NO_ORDER


def test_a_setup_known_before_its_unit_is_not_done_twice() -> None:
    """A live station that has been set up for 30 of 50 s, with no unit in it yet, needs 20 s more when one comes."""
    plant = line(
        [station(constant(2), setups={"default": constant(50)})], orders=[order("a", "red", 1), order("b", "blue", 1)]
    )
    sim = LineSimulation(plant)
    state = sim.snapshot()
    first = state.stations[0].model_copy(update={"part": None, "setup_product": "red", "setup_worked_s": 30.0})
    orders = (state.orders[0].model_copy(update={"started": 1, "good": 1, "finished_s": 0.0}), *state.orders[1:])

    again = LineSimulation(plant, state=state.model_copy(update={"stations": (first,), "orders": orders}))
    again.run_until(100)

    assert again.snapshot().orders[1].finished_s == 22


def _forget(s: StationState) -> StationState:
    """The state of a station whose elapsed work, up-times and repairs have been lost."""
    failures = tuple(
        f.model_copy(update={"elapsed_s": 0.0, "down_for_s": None if f.down_for_s is None else 0.0}) for f in s.failures
    )
    return s.model_copy(update={"worked_s": 0.0, "failures": failures})


def _p_values(*, biased: bool) -> list[float]:
    """Whether restarted runs make as much as continued ones: paired t and Kolmogorov-Smirnov, over 300 replications."""
    wear = {"kind": "weibull", "mean_s": 60.0, "shape": 6.0}
    long = {"kind": "lognormal", "mean_s": 30.0, "sd_s": 6.0}
    breaks = {"id": "stop", "name": {"en": "x", "ko": "x"}, "uptime": wear, "repair": long}
    steady = {"kind": "weibull", "mean_s": 8.0, "shape": 5.0}
    plant = line([station(steady, failures=[breaks]), station(steady, failures=[breaks | {"clock": "calendar"}])], 2)
    continued, restarted = [], []
    for r in range(300):
        sim = LineSimulation(plant, seed=1, replication=r)
        sim.run_until(500.0)
        state = sim.snapshot()
        if biased:
            state = state.model_copy(update={"stations": tuple(_forget(s) for s in state.stations)})
        before = sim.totals()
        sim.run_until(560.0)
        again = LineSimulation(plant, seed=2, replication=r, state=state)
        start = again.totals()
        again.run_until(560.0)
        continued.append(_work(sim.totals().since(before)))
        restarted.append(_work(again.totals().since(start)))
    one, other = np.array(continued), np.array(restarted)
    tests = [stats.ttest_rel(one[:, i], other[:, i]).pvalue for i in range(one.shape[1])]
    return [float(p) for p in (*tests, *(stats.ks_2samp(one[:, i], other[:, i]).pvalue for i in range(one.shape[1])))]


def _work(span: Totals) -> list[float]:
    return [span.spent[0][Code.DOWN], span.spent[1][Code.DOWN], float(span.processed[0]), float(span.processed[1])]


def test_a_forecast_from_a_snapshot_equals_letting_the_run_go_on() -> None:
    """Output and downtime of the next minute have one distribution (eight tests, Bonferroni at 1 %, fixed seeds)."""
    assert min(_p_values(biased=False)) > 0.01 / 8


def test_a_forecast_that_forgets_elapsed_times_is_told_apart() -> None:
    """The same comparison must fail for a state that has lost how long work, up-times and repairs have lasted."""
    assert min(_p_values(biased=True)) < 1e-4


def test_the_bottling_line_goes_on_from_any_hour() -> None:
    """The library plant: a day in one go and a day in restarts both make every order."""
    plant = load_plant("bottling")
    sim = LineSimulation(plant)

    for hour in range(3, 25, 3):
        sim = LineSimulation(plant, seed=hour, state=sim.snapshot())
        sim.run_until(hour * 3600.0)

    orders = sim.snapshot().orders
    assert all(o.finished_s is not None and o.finished_s < FULL_DAY_S for o in orders)
    assert [o.good + o.scrapped for o in orders] == [o.quantity for o in plant.orders]
