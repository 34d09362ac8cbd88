"""Assembly, components, material: all times and quantities are constant and reckoned by hand."""

from plants.model.plant import Plant
from tests.twin_lines import LABEL, constant
from tests.twin_networks import Described, history, machine, network, product, step, store, told
from twin.log import EventKind, EventLog
from twin.network.engine import NetworkSimulation
from twin.working import Code

START, FINISH, EXIT = EventKind.START, EventKind.FINISH, EventKind.EXIT


def order(id: str, product: str, quantity: int = 1, **more: object) -> Described:
    """An order."""
    return {"id": id, "product": product, "quantity": quantity, "due_s": 1000.0, **more}


def bicycles(*orders: Described, transport_s: float = 0.0, room: int = 10, limit: int | None = None) -> Plant:
    """A frame of 5 s and two wheels of 2 s each are put together in 4 s."""
    route = [
        step("frame", "welder", 5.0),
        step("join", "fitter", 4.0, components=[{"product": "wheel", "quantity": 2}]),
    ]
    return network(
        [machine("welder"), machine("lathe"), machine("fitter")],
        [product("bicycle", *route), product("wheel", step("turn", "lathe", 2.0))],
        [
            store("frames", "fitter", ["welder"]),
            store("wheels", "fitter", ["lathe"], capacity=room, transport_s=transport_s),
        ],
        orders=list(orders),
        wip_limit=limit,
    )


def test_what_an_order_needs_of_components_is_made_by_itself() -> None:
    """Two bicycles: four wheels at 2, 4, 6, 8 s; frames at 5, 10 s; joined at 5-9 and 10-14 s."""
    sim, log = history(bicycles(order("o", "bicycle", 2)), 100)

    assert [t for t, _ in told(sim, log, FINISH, "lathe")] == [2, 4, 6, 8]
    assert [t for t, _ in told(sim, log, EXIT)] == [9, 14]
    assert [(t, n) for t, n in told(sim, log, EventKind.BUILT_IN, "fitter")] == [
        (5, "o_wheel:0"),
        (5, "o_wheel:1"),
        (10, "o_wheel:2"),
        (10, "o_wheel:3"),
    ]
    assert [(o.lowered.name, o.good, o.finished_s) for o in sim.makes] == [("o", 2, 14), ("o_wheel", 4, 8)]
    assert sim.wip == 0
    assert all(m.closed for m in sim.machines)


def test_assembly_waits_for_the_last_component_to_cross() -> None:
    """With 6 s on the conveyor the wheels are there at 8 and 10 s: the frame, there at 5 s, waits, starved."""
    sim, log = history(bicycles(order("o", "bicycle"), transport_s=6.0), 100)

    assert told(sim, log, EXIT) == [(14, "o")]
    assert sim.totals().spent[2][Code.STARVED] == 10


def test_a_component_on_a_conveyor_is_not_forgotten_in_a_snapshot() -> None:
    """At 9 s the frame waits for the wheel that is on the conveyor until 10 s, and gets it then."""
    plant = bicycles(order("o", "bicycle"), transport_s=6.0)
    before, _ = history(plant, 9)
    log = EventLog()
    sim = NetworkSimulation(plant, state=before.snapshot(), log=log)
    sim.run_until(100)

    assert told(sim, log, EXIT) == [(14, "o")]


def test_components_stop_where_there_is_no_room_for_them() -> None:
    """Room for two: the seventh wheel, finished at 14 s, waits until two are taken at 15 s."""
    sim, log = history(bicycles(order("o", "bicycle", 4), room=2), 100)

    assert [t for t, _ in told(sim, log, START, "lathe")] == [0, 2, 4, 6, 8, 10, 12, 15]
    assert [t for t, _ in told(sim, log, EXIT)] == [9, 14, 19, 24]


def test_a_component_that_is_built_in_lets_another_unit_enter() -> None:
    """Three units at most: at 5 s two wheels are built in, and a frame and a wheel enter; the last wheel at 9 s."""
    sim, log = history(bicycles(order("o", "bicycle", 2), limit=3), 100)

    assert [t for t, _ in told(sim, log, START, "lathe")] == [0, 2, 5, 9]
    assert [t for t, _ in told(sim, log, EXIT)] == [9, 15]


def test_components_that_have_orders_of_their_own_are_not_made_twice() -> None:
    """Three wheels are ordered by themselves: two go into the bicycle, one stays."""
    sim, log = history(bicycles(order("o", "bicycle"), order("w", "wheel", 3)), 100)

    assert len(told(sim, log, FINISH, "lathe")) == 3
    assert told(sim, log, EXIT) == [(9, "o")]
    assert sim.wip == 1
    assert sim.lots[1].finished_s == 6


def stocked(quantity: float = 2.0, **material: object) -> Plant:
    """Units of 10 s that use up so much each."""
    use = [{"material": "steel", "quantity": quantity}]
    return network(
        [machine("press", 10.0)],
        [product("red", step("press", "press", materials=use))],
        materials=[{"id": "steel", "name": LABEL, "unit": "kg", **material}],
        orders=[order("o", "red", 9)],
    )


def test_stock_is_ordered_anew_at_its_point_and_comes_after_its_lead() -> None:
    """(s, Q) = (4, 6), lead 15 s, 10 kg: 8 left at 0 s, 6 at 10, 4 at 20 (six are ordered), 2 at 30, 8 at 35."""
    plant = stocked(initial=10.0, reorder={"point": 4.0, "quantity": 6.0, "lead": constant(15.0)})
    sim, log = history(plant, 95)

    assert [(t, v) for t, *_, v in log.rows(EventKind.DELIVERY)] == [(35, 6), (65, 6), (95, 6)]
    assert [t for t, _ in told(sim, log, FINISH)] == [10, 20, 30, 40, 50, 60, 70, 80, 90]
    assert sim.materials[0].stock == 10 + 18 - 18


def test_a_shortage_stops_the_station_until_the_delivery() -> None:
    """4 kg last for two units; the next 5 kg come at 50 s: two more, and 1 kg is not enough for another until 90 s."""
    plant = stocked(initial=4.0, deliveries=[{"at_s": 50.0, "quantity": 5.0}, {"at_s": 90.0, "quantity": 20.0}])
    sim, log = history(plant, 130)

    assert [t for t, _ in told(sim, log, FINISH)] == [10, 20, 60, 70, 100, 110, 120, 130]
    assert sim.totals().spent[0][Code.STARVED] == 30 + 20
    assert sim.totals().spent[0][Code.EXECUTING] == 80


def test_a_late_delivery_comes_so_much_later() -> None:
    """Promised for 20 s, 13 s late."""
    plant = stocked(initial=2.0, deliveries=[{"at_s": 20.0, "quantity": 50.0, "late": constant(13.0)}])
    sim, log = history(plant, 60)

    assert [(t, v) for t, *_, v in log.rows(EventKind.DELIVERY)] == [(33, 50)]
    assert [t for t, _ in told(sim, log, FINISH)] == [10, 43, 53]


def test_a_batch_uses_up_material_for_all_its_units() -> None:
    """Three units of 2 kg: 5 kg are not enough, so all wait for the delivery at 40 s."""
    use = [{"material": "steel", "quantity": 2.0}]
    plant = network(
        [machine("oven", 10.0, batch={"minimum": 3, "maximum": 3})],
        [product("red", step("bake", "oven", materials=use))],
        materials=[
            {
                "id": "steel",
                "name": LABEL,
                "unit": "kg",
                "initial": 5.0,
                "deliveries": [{"at_s": 40.0, "quantity": 1.0}],
            }
        ],
        orders=[order("o", "red", 3)],
    )
    sim, log = history(plant, 100)

    assert [t for t, _ in told(sim, log, EXIT)] == [50, 50, 50]
    assert sim.materials[0].stock == 0


def test_two_stations_share_a_stock_and_the_longest_waiting_is_served_first() -> None:
    """One unit's worth comes at 30 s and one at 60 s; b has waited since 10 s, a since 20 s."""
    use = [{"material": "steel", "quantity": 1.0}]
    plant = network(
        [machine("a"), machine("b")],
        [product("red", step("x", "a", 20.0, materials=use)), product("blue", step("y", "b", 10.0, materials=use))],
        materials=[
            {
                "id": "steel",
                "name": LABEL,
                "unit": "kg",
                "initial": 2.0,
                "deliveries": [{"at_s": 30.0, "quantity": 1.0}, {"at_s": 60.0, "quantity": 1.0}],
            }
        ],
        orders=[order("o", "red", 2), order("p", "blue", 2)],
    )
    sim, log = history(plant, 100)
    half, _ = history(plant, 25)
    rest = EventLog()
    again = NetworkSimulation(plant, state=half.snapshot(), log=rest)
    again.run_until(100)

    assert told(sim, log, EXIT) == [(10, "p:0"), (20, "o:0"), (40, "p:1"), (80, "o:1")]
    assert told(again, rest, EXIT) == [(40, "p:1"), (80, "o:1")]
