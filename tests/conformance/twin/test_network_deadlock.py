"""Deadlocks are found when they happen and told in words; what only looks like one is not."""

import pickle

import pytest

from plants.errors import Deadlock
from plants.model.plant import Plant
from tests.twin_lines import LABEL
from tests.twin_networks import Described, history, machine, network, product, step, store
from twin import compare, simulate
from twin.network.deadlock import may_lock
from twin.network.lowering import lower_network


def crossing(room: int = 1, **more: object) -> Plant:
    """Red goes from a to b and blue from b to a, over small stores."""
    products = [
        product("red", step("r1", "a", 4.0), step("r2", "b", 5.0)),
        product("blue", step("b1", "b", 4.0), step("b2", "a", 5.0)),
    ]
    buffers = [store("to_b", "b", ["a"], capacity=room), store("to_a", "a", ["b"], capacity=room)]
    entering: Described = {"orders": [order("o", "red"), order("p", "blue")]}
    dispatch = {"rule": "spt"}  # so that what enters comes before what waits
    return network([machine(n, dispatch=dispatch) for n in "ab"], products, buffers, **entering | more)


def order(id: str, product: str, quantity: int = 10) -> Described:
    """An order."""
    return {"id": id, "product": product, "quantity": quantity, "due_s": 0.0}


def deadlock(plant: Plant, until_s: float = 1_000.0) -> str:
    """What is told."""
    with pytest.raises(Deadlock) as caught:
        history(plant, until_s)
    return caught.value.message


def test_two_machines_that_wait_for_each_other_are_told_one_by_one() -> None:
    """Each finished its second unit at 8 s and finds the store to the other full."""
    message = deadlock(crossing())

    assert "plant time 8 s" in message
    assert "'a' holds 'red' of 'o' and waits for room in 'to_b' in front of 'b' (1 of 1 places taken)" in message
    assert "'b' holds 'blue' of 'p' and waits for room in 'to_a' in front of 'a' (1 of 1 places taken)" in message
    assert "give more room to" in message
    assert "wip_limit: 3" in message


def test_the_limit_that_is_told_resolves_it() -> None:
    """With one unit fewer than the circle holds, all twenty units are made."""
    sim, _ = history(crossing(wip_limit=3), 1_000)

    assert [o.good for o in sim.orders] == [10, 10]


def test_one_more_place_at_a_time_only_puts_it_off_and_enough_room_resolves_it() -> None:
    """Three places hold four units less than there are; ten are enough for ever."""
    assert "wip_limit: 7" in deadlock(crossing(3))

    sim, _ = history(crossing(10), 1_000)
    assert [o.good for o in sim.orders] == [10, 10]


def test_a_machine_that_comes_back_to_itself_is_a_circle_of_one() -> None:
    """Re-entrant over one place, while new units go first."""
    plant = network(
        [machine("a", 5.0, dispatch={"rule": "spt"})],
        [product("red", step("one", "a", 4.0), step("two", "a"))],
        [store("back", "a", ["a"], capacity=1)],
        orders=[order("o", "red")],
    )
    message = deadlock(plant)

    assert "'a' holds 'red' of 'o' and waits for room in 'back' in front of 'a'" in message
    assert "wip_limit: 1" in message


def test_a_blocked_line_without_a_circle_is_no_deadlock() -> None:
    """A slow last station blocks all before it, and no circle is looked for."""
    plant = network(
        [machine("a", 1.0), machine("b", 1.0), machine("c", 50.0)],
        [product("red", step("x", "a"), step("y", "b"), step("z", "c"))],
        [store("ab", "b", ["a"], capacity=1), store("bc", "c", ["b"], capacity=1)],
    )

    assert not may_lock(lower_network(plant), None)
    assert may_lock(lower_network(crossing()), None)
    assert not may_lock(lower_network(crossing(5)), 5)
    history(plant, 1_000)


def test_material_that_will_not_come_is_told() -> None:
    """Two units' worth of steel for three."""
    plant = network(
        [machine("a", 5.0)],
        [product("red", step("x", "a", materials=[{"material": "steel", "quantity": 1.0}]))],
        materials=[{"id": "steel", "name": LABEL, "unit": "kg", "initial": 2.0}],
        orders=[order("o", "red", 3)],
    )
    message = deadlock(plant)

    assert "plant time 10 s" in message
    assert "'a' holds 'red' of 'o' and lacks 'steel'" in message


def test_a_batch_that_will_not_be_full_is_told() -> None:
    """Three units, batches of two without a limit on waiting."""
    plant = network(
        [machine("a", 1.0), machine("oven", 5.0, batch={"minimum": 2, "maximum": 2})],
        [product("red", step("x", "a"), step("y", "oven"))],
        [store("s", "oven", ["a"])],
        orders=[order("o", "red", 3)],
    )

    assert "1 units lie in 's'" in deadlock(plant)


def test_a_forecast_fails_with_it_and_it_passes_between_processes() -> None:
    """Simulate and compare; and the error is the same after it came from another process."""
    plant = crossing()

    with pytest.raises(Deadlock, match="stands still from plant time 8 s on"):
        simulate(plant, horizon_s=1_000.0, replications=2)
    for workers in (1, 2):
        with pytest.raises(Deadlock, match=r"replication 0 with the changes: .*waits for room"):
            compare(crossing(wip_limit=3), against=plant, horizon_s=1_000.0, replications=2, workers=workers)
    with pytest.raises(Deadlock, match=r"replication 0 as it is: .*waits for room"):
        compare(plant, horizon_s=1_000.0, replications=2)
    error = Deadlock("message")
    assert pickle.loads(pickle.dumps(error)).message == "message"  # noqa: S301 - our own bytes
