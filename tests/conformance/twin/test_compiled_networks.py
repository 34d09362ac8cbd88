"""Both engines for networks give the same events, totals and snapshots, bit by bit; no fallback."""

import sys
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from plants.errors import Deadlock, InvalidInput
from plants.flow.change import SetParameter
from plants.loader.library import library_names
from plants.loader.load import load_plant
from tests.twin_lines import LABEL, line, station
from tests.twin_networks import machine, network, product, step, store
from tests.twin_parity import Made, assert_same, assert_same_or_locked, case_of
from tests.twin_random_plants import Case
from tests.twin_random_routes import HORIZON_S, cases
from twin.log import EventLog
from twin.network.engine import NetworkSimulation

pytest.importorskip("numba")

from twin.compiled.network.coverage import refused
from twin.compiled.network.simulation import CompiledNetworkSimulation

ENGINES: tuple[Made, Made] = (NetworkSimulation, CompiledNetworkSimulation)
HOURS = {"bottling": 2, "machining_cell": 72, "minifab": 14 * 24}
AT_LEAST = 30
"""Of 500 random plants, how many must have each feature."""

pytestmark = pytest.mark.timeout(900)  # the kernels may have to be compiled first, on a machine that is busy


@given(case=cases())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_networks_have_the_same_events(case: Case) -> None:
    """From empty, live and overfull states, with changes."""
    assert_same_or_locked(case, ENGINES, HORIZON_S)


@pytest.mark.slow
@pytest.mark.timeout(5_000)
def test_500_random_networks_have_the_same_events_and_every_feature_often(capsys: pytest.CaptureFixture[str]) -> None:
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
        sys.stdout.write("\n".join([f"\n{len(events)} random networks, {sum(events):,} events equal", *lines, ""]))
    assert min(counts.values()) >= AT_LEAST


@pytest.mark.parametrize("name", library_names())
def test_plants_of_the_library_have_the_same_events(name: str) -> None:
    """All of them are covered."""
    plant = load_plant(name)

    assert refused(plant) is None
    assert assert_same(case_of(plant), ENGINES, HOURS[name] * 3600) > 1_000


@pytest.mark.parametrize("name", ["machining_cell", "minifab"])
def test_plants_of_the_library_have_the_same_events_from_a_live_state(name: str) -> None:
    """From the middle of work, setups, repairs, maintenance and journeys, with changes on the way."""
    plant = load_plant(name)
    before = NetworkSimulation(plant, seed=9)
    before.run_until(30.5 * 3600)
    changes = tuple(SetParameter(alias=alias, value=p.minimum) for alias, p in plant.parameters.items())
    case = case_of(plant, state=before.snapshot(), seed=4, changes=changes, delay_s=1800.0)

    assert assert_same(case, ENGINES, 48 * 3600) > 300


def test_a_dispatch_rule_of_a_package_is_refused_by_name() -> None:
    """Only the SimPy engine can ask it."""
    plant = network(
        [machine("a", dispatch={"rule": "of_a_package"})], [product("part", step("one", "a"))], [], wip_limit=3
    )

    with pytest.raises(InvalidInput, match="does not cover dispatch rule of_a_package"):
        CompiledNetworkSimulation(plant)


def test_bottling_has_the_same_events_from_a_live_state() -> None:
    """A serial line, from the middle of work, setups and repairs."""
    plant = load_plant("bottling")
    before = NetworkSimulation(plant, seed=9)
    before.run_until(9_000.0)

    assert assert_same(case_of(plant, state=before.snapshot(), seed=4), ENGINES, 1_800) > 1_000


def test_material_ordered_by_the_million_is_refused_by_name() -> None:
    """A thousandth of a kilogram each, until a ton is under way."""
    steel = {"id": "steel", "name": LABEL, "unit": "kg", "initial": 1.0}
    reorder = {"point": 1_001.0, "quantity": 0.001, "lead": {"kind": "constant", "mean_s": 5.0}}
    plant = network(
        [machine("a")], [product("part", step("one", "a"))], [], wip_limit=3, materials=[steel | {"reorder": reorder}]
    )

    assert refused(plant) == "orders of material by the million (steel: at most 1,000,000 under way)"


def test_a_store_that_fills_without_end_finds_room() -> None:
    """Twice as many units come as the machine can work off: there is room for all of them, and for the log."""
    plant = network(
        [machine("slow", 2.0)],
        [product("part", step("work", "slow"))],
        [],
        arrivals=[{"id": "come", "product": "part", "every": {"kind": "constant", "mean_s": 10.0}, "quantity": 10}],
    )
    logs = EventLog(), EventLog()
    one, two = NetworkSimulation(plant, log=logs[0]), CompiledNetworkSimulation(plant, log=logs[1])
    one.run_until(8_000.0)
    two.run_until(8_000.0)

    assert one.totals().entered == 8_000
    assert logs[0].rows() == logs[1].rows()
    assert one.snapshot() == two.snapshot()


def test_all_that_wait_at_a_full_buffer_move_up_in_turn() -> None:
    """Four machines in front of one place, and a machine that takes from them directly."""
    plant = network(
        [machine("a", 1.0, servers=4), machine("b", 1.5), machine("c", 0.5)],
        [product("part", step("one", "a"), step("two", "b"), step("three", "c"))],
        [store("one_place", "b", ["a"], capacity=1), store("none", "c", ["b"], capacity=0)],
        wip_limit=9,
    )

    assert assert_same(case_of(plant), ENGINES, 500.0) > 2_000


def test_a_state_with_units_at_no_known_step_is_refused_by_name() -> None:
    """It could be any step; SimPy takes it as it comes."""
    plant = network(
        [machine("a", 1.0), machine("b", 5.0)],
        [product("part", step("one", "a"), step("two", "b"), step("three", "a"))],
        [store("to_b", "b", ["a"], capacity=3), store("to_a", "a", ["b"])],
        wip_limit=4,
    )
    before = NetworkSimulation(plant)
    before.run_until(20.0)
    state = before.snapshot()
    stray = tuple(
        b.model_copy(update={"parts": tuple(p.model_copy(update={"step": None}) for p in b.parts)})
        for b in state.buffers
    )

    assert any(b.parts for b in state.buffers)
    assert refused(plant, state) is None
    with pytest.raises(InvalidInput, match="units whose step is not known"):
        CompiledNetworkSimulation(plant, state=state.model_copy(update={"buffers": stray}))


def test_machines_that_wait_for_each_other_are_told_in_the_same_words() -> None:
    """Red goes from a to b and blue from b to a, over one place each; what enters comes before what waits."""
    products = [
        product("red", step("r1", "a", 4.0), step("r2", "b", 5.0)),
        product("blue", step("b1", "b", 4.0), step("b2", "a", 5.0)),
    ]
    plant = network(
        [machine(name, dispatch={"rule": "spt"}) for name in "ab"],
        products,
        [store("to_b", "b", ["a"], capacity=1), store("to_a", "a", ["b"], capacity=1)],
        orders=[{"id": f"o_{p}", "product": p, "quantity": 10, "due_s": 0.0} for p in ("red", "blue")],
    )

    with pytest.raises(Deadlock, match="in a circle") as one:
        NetworkSimulation(plant).run_until(500.0)
    with pytest.raises(Deadlock) as two:
        CompiledNetworkSimulation(plant).run_until(500.0)

    assert str(one.value) == str(two.value)


def test_what_will_not_come_is_told_in_the_same_words() -> None:
    """Three units for a batch of two: the third waits for ever, which is found when nothing is left to happen."""
    plant = network(
        [machine("a", 1.0), machine("b", 2.0, batch={"minimum": 2, "maximum": 2})],
        [product("part", step("one", "a"), step("two", "b"))],
        [store("to_b", "b", ["a"])],
        orders=[{"id": "o", "product": "part", "quantity": 3, "due_s": 0.0}],
    )

    with pytest.raises(Deadlock, match="for what will not come") as one:
        NetworkSimulation(plant).run_until(500.0)
    with pytest.raises(Deadlock) as two:
        CompiledNetworkSimulation(plant).run_until(500.0)

    assert str(one.value) == str(two.value)


def test_a_run_that_does_not_come_forward_is_given_up() -> None:
    """After as many events as it may have."""
    plant = line([station(), station()], 1)
    sim = CompiledNetworkSimulation(plant, budget=100)

    with pytest.raises(Exception, match="given up after 100 events"):
        sim.run_until(1_000.0)
