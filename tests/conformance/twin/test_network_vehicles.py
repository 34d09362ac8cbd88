"""Vehicles: ways, loading, docks, capacity and batteries, to the second and the kilowatt-hour, reckoned by hand."""

import pytest

from plants.model.plant import Plant
from tests.twin_lines import LABEL
from tests.twin_networks import Described, history, machine, network, product, step, store, told
from twin.log import EventKind
from twin.network.working import Phase

START, FINISH, EXIT = EventKind.START, EventKind.FINISH, EventKind.EXIT
PICKUP, DROP = EventKind.PICKUP, EventKind.DROP


def carried(
    quantity: int = 3,
    *,
    feed_s: float = 10.0,
    servers: int = 1,
    room: int = 5,
    docks: int = 1,
    battery: Described | None = None,
    **fleet: object,
) -> Plant:
    """A feeder at (0, 0) and a machine at (6, 4): 10 m, 5 s for a vehicle of 2 m/s that stands at the feeder.

    Loading takes 1 s and unloading 2 s a unit unless said otherwise; the machine works 1 s.
    """
    described = {"id": "agv", "name": LABEL, "count": 1, "speed_m_per_s": 2.0, "load_s": 1.0, "unload_s": 2.0}
    return network(
        [
            machine("feed", feed_s, servers=servers, position={"x_m": 0, "y_m": 0}, docks=docks),
            machine("m", 1.0, position={"x_m": 6, "y_m": 4}, docks=docks),
        ],
        [product("red", step("a", "feed"), step("b", "m"))],
        [store("s", "m", ["feed"], capacity=room, carrier="agv")],
        fleets=[described | {"home": "feed", "battery": battery} | fleet],
        orders=[{"id": "o", "product": "red", "quantity": quantity, "due_s": 0.0}],
    )


def test_a_vehicle_fetches_carries_and_comes_back() -> None:
    """Finished at 10 s, loaded at 11, there at 16, set down at 18; called back at 21, it is at the feeder at 26."""
    sim, log = history(carried(), 100)

    assert [t for t, _ in told(sim, log, PICKUP)] == [11, 27, 43]
    assert [t for t, _ in told(sim, log, DROP)] == [18, 34, 50]
    assert [t for t, _ in told(sim, log, EXIT)] == [19, 35, 51]
    # the feeder is free for the next unit when the last one is on the vehicle
    assert [t for t, _ in told(sim, log, START, "feed")] == [0, 11, 27]
    assert sim.fleets[0].vehicles[0].travelled_m == 50
    assert sim.fleets[0].vehicles[0].phase is Phase.IDLE


def test_a_vehicle_takes_several_units_of_one_place_to_one_place() -> None:
    """Four servers finish at 10 s. The first calls it; the others wait, and two of them go with the next tour."""
    sim, log = history(carried(4, servers=4, capacity=2), 100)

    # 10 + 1 + 5 + 2 = 18 for the first; back at 23, two loaded at 25, unloaded at 34; back at 39, loaded at 40
    assert [t for t, _ in told(sim, log, DROP)] == [18, 34, 34, 47]
    assert [t for t, _ in told(sim, log, PICKUP)] == [11, 25, 25, 40]


def test_the_nearest_free_vehicle_comes() -> None:
    """Of two vehicles the second still stands at the feeder at 21 s; at 32 s both are as far, and the first comes."""
    sim, log = history(carried(count=2), 100)

    assert [t for t, _ in told(sim, log, PICKUP)] == [11, 22, 38]
    assert [int(v) for *_, v in log.rows(PICKUP)] == [0, 1, 0]


def test_vehicles_wait_for_a_dock() -> None:
    """Two servers finish at 10 s, two vehicles, one dock: the second loads after the first; with two docks at once."""
    one, two = carried(2, servers=2, count=2, load_s=3.0), carried(2, servers=2, count=2, load_s=3.0, docks=2)

    sim, log = history(one, 100)
    assert [t for t, _ in told(sim, log, PICKUP)] == [13, 16]
    assert [t for t, _ in told(sim, log, DROP)] == [20, 23]
    assert sim.docks == [1, 1]

    sim, log = history(two, 100)
    assert [t for t, _ in told(sim, log, PICKUP)] == [13, 13]
    assert [t for t, _ in told(sim, log, DROP)] == [20, 20]


def test_a_vehicle_is_sent_only_when_there_is_room() -> None:
    """One place, from which the machine takes a unit at 18 s and which is then kept for the next."""
    plant = network(
        [
            machine("feed", 2.0, position={"x_m": 0, "y_m": 0}),
            machine("m", 30.0, position={"x_m": 6, "y_m": 4}),
        ],
        [product("red", step("a", "feed"), step("b", "m"))],
        [store("s", "m", ["feed"], capacity=1, carrier="agv")],
        fleets=[{"id": "agv", "name": LABEL, "count": 1, "speed_m_per_s": 2.0, "home": "feed"}],
        orders=[{"id": "o", "product": "red", "quantity": 3, "due_s": 0.0}],
    )
    sim, log = history(plant, 200)

    # 2 -> 7 and taken at once; called anew at 7 for the one finished at 4, fetched at 12, set down at 17, taken at 37;
    # called at 37, at the feeder at 42, set down at 47
    assert [t for t, _ in told(sim, log, PICKUP)] == [2, 12, 42]
    assert [t for t, _ in told(sim, log, DROP)] == [7, 17, 47]
    assert [t for t, _ in told(sim, log, START, "m")] == [7, 37, 67]


BATTERY = {
    "capacity_kwh": 1.5,
    "moving_kw": 180.0,  # 0.05 kWh a second
    "standing_kw": 0.0,
    "charging_kw": 360.0,  # 0.1 kWh a second
    "charge_below": 0.5,
    "charger_at": "m",
}


def test_a_low_battery_is_charged_until_it_is_full() -> None:
    """1 + 5 + 2 s take 0.4 kWh and leave 1.1 at 18 s, above the mark; 5 + 1 + 5 + 2 s take 0.65 and leave 0.45 at 34 s.

    That is below: the charger is here, and 1.05 kWh take 10.5 s. The third unit, finished at 37 s, waits until then.
    """
    sim, log = history(carried(battery=BATTERY), 100)

    assert [t for t, _ in told(sim, log, DROP)] == [18, 34, 57.5]
    assert sim.fleets[0].vehicles[0].level_kwh == pytest.approx(1.5 - 0.65)


def test_a_battery_below_its_mark_is_charged_after_the_first_tour() -> None:
    """Mark 1.2 kWh: 1.1 at 18 s, full at 22 s, so the second unit, finished at 21 s, waits a second more."""
    sim, log = history(carried(2, battery=BATTERY | {"charge_below": 0.8}), 60)

    assert [t for t, _ in told(sim, log, DROP)] == [18, 35]


def test_vehicles_queue_for_a_charger() -> None:
    """Two vehicles are low at 18 s; one charger: the first is full at 22 s, the second at 26 s."""
    plant = carried(2, servers=2, docks=2, count=2, battery=BATTERY | {"charge_below": 0.8})
    sim, _ = history(plant, 21)
    assert [v.phase for v in sim.fleets[0].vehicles] == [Phase.CHARGING, Phase.WAITING_CHARGER]

    sim.run_until(25.9)
    assert [v.phase for v in sim.fleets[0].vehicles] == [Phase.IDLE, Phase.CHARGING]

    sim.run_until(26)
    assert [v.phase for v in sim.fleets[0].vehicles] == [Phase.IDLE, Phase.IDLE]
    assert [v.level_kwh for v in sim.fleets[0].vehicles] == pytest.approx([1.5, 1.5])
