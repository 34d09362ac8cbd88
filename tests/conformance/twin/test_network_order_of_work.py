"""What a machine takes next, reckoned by hand: batches, setups, dispatch rules, fixed sequences."""

import pytest

from plants.model.plant import Plant
from tests.twin_lines import constant
from tests.twin_networks import Described, Told, history, machine, network, product, step, store, told
from twin.log import EventKind


def order(id: str, product: str, quantity: int = 1, **more: object) -> Described:
    """An order of one unit."""
    return {"id": id, "product": product, "quantity": quantity, "due_s": 1000.0, **more}


def started(plant: Plant, station: str, until_s: float = 1_000.0) -> list[Told]:
    """When a station took up which unit."""
    sim, log = history(plant, until_s)
    return told(sim, log, EventKind.START, station)


def batching(rows: list[tuple[str, float]], **batch: object) -> Plant:
    """A feeder of 1 s a unit and an oven of 10 s a batch; orders of one unit, by product and release."""
    return network(
        [machine("feed", 1.0), machine("oven", 10.0, batch=batch)],
        [product(p, step("feed", "feed"), step("bake", "oven")) for p in ("red", "blue")],
        [store("b", "oven", ["feed"])],
        orders=[order(f"o{i}", p, release_s=r) for i, (p, r) in enumerate(rows)],
    )


def test_a_batch_waits_for_its_minimum_and_takes_its_maximum() -> None:
    """Two are enough; while the first two bake, three more come, which is the most that go in."""
    plant = batching([("red", 0.0)] * 8, minimum=2, maximum=3)

    assert started(plant, "oven")[:5] == [(2, "o0"), (2, "o1"), (12, "o2"), (12, "o3"), (12, "o4")]
    assert started(plant, "oven")[5:] == [(22, "o5"), (22, "o6"), (22, "o7")]


def test_a_batch_that_has_waited_long_enough_goes_in_with_fewer() -> None:
    """The last one, there since 6 s, goes when the oven is empty again at 22 s, as it has waited for more than 8 s."""
    plant = batching([("red", 0.0)] * 6, minimum=2, maximum=3, wait_s=8.0)

    assert started(plant, "oven")[-1] == (22, "o5")


def test_a_single_unit_waits_its_time_and_goes() -> None:
    """One unit, ready at 1 s, goes at 1 + 8 s."""
    assert started(batching([("red", 0.0)], minimum=2, maximum=3, wait_s=8.0), "oven") == [(9, "o0")]


@pytest.mark.parametrize(
    ("mix", "expected"),
    [
        ("any", [(2, "o0"), (2, "o1"), (12, "o2"), (12, "o3")]),
        ("step", [(2, "o0"), (2, "o1"), (12, "o2"), (12, "o3")]),
        ("product", [(3, "o0"), (3, "o2"), (13, "o1"), (13, "o3")]),
    ],
)
def test_what_may_share_a_batch(mix: str, expected: list[Told]) -> None:
    """Red, blue, red, blue: together, or each colour by itself."""
    plant = batching([("red", 0.0), ("blue", 0.0), ("red", 0.0), ("blue", 0.0)], minimum=2, maximum=2, mix=mix)

    assert started(plant, "oven") == expected


def test_a_batch_may_be_gathered_outside_the_line() -> None:
    """Orders begin at the oven itself: three of the order go in, then the two that are left."""
    plant = network(
        [machine("oven", 10.0, batch={"minimum": 3, "maximum": 3})],
        [product("red", step("bake", "oven"))],
        orders=[order("o", "red", 5)],
    )

    assert [t for t, _ in started(plant, "oven")] == [0, 0, 0, 10, 10]


def shop(rule: str | Described, rows: list[Described], setups: Described | None = None) -> Plant:
    """A feeder of 1 s a unit, and a machine with a rule at which the products take 10, 6, 2 and 4 s."""
    dispatch = rule if isinstance(rule, dict) else {"rule": rule}
    times = {"red": 10.0, "blue": 6.0, "green": 2.0, "grey": 4.0}
    return network(
        [machine("feed", 1.0), machine("m", dispatch=dispatch, setups=setups or {})],
        [product(p, step("feed", "feed"), step("work", "m", t)) for p, t in times.items()],
        [store("b", "m", ["feed"])],
        orders=rows,
    )


ROWS = [
    order("a", "red", due_s=50.0),
    order("b", "blue", due_s=40.0, priority=9),
    order("c", "green", due_s=60.0, priority=1),
    order("d", "grey", due_s=30.0),
]
"""The first comes at 1 s and is worked on to 11 s, when the other three are there."""


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("fifo", [(1, "a"), (11, "b"), (17, "c"), (19, "d")]),
        ("lifo", [(1, "a"), (11, "d"), (15, "c"), (17, "b")]),
        ("spt", [(1, "a"), (11, "c"), (13, "d"), (17, "b")]),
        ("edd", [(1, "a"), (11, "d"), (15, "b"), (21, "c")]),
        ("priority", [(1, "a"), (11, "c"), (13, "d"), (17, "b")]),
        # (due - now) / work: b 29/6 = 4.8, c 49/2 = 24.5, d 19/4 = 4.75; then at 15 s: b 25/6, c 45/2
        ("cr", [(1, "a"), (11, "d"), (15, "b"), (21, "c")]),
        # w/p exp(-slack / (2 mean p)), mean 4: b 1/6 e^(-23/8) = .0094, c 9/2 e^(-47/8) = .0127, d 5/4 e^(-15/8) = .19;
        # then at 15 s, mean 4: b 1/6 e^(-19/8) = .0155, c 9/2 e^(-43/8) = .0208
        ("atc", [(1, "a"), (11, "d"), (15, "c"), (17, "b")]),
    ],
)
def test_dispatch_rules_take_the_units_in_the_order_reckoned_by_hand(rule: str, expected: list[Told]) -> None:
    """Each rule gives another order, or the same for a reason of its own."""
    assert started(shop(rule, ROWS), "m") == expected


def test_setup_avoiding_takes_what_needs_least_setup() -> None:
    """After red: green needs 1 s, grey 5, blue 20; then grey before blue again."""
    pairs = [("red", "blue", 20.0), ("red", "green", 1.0), ("red", "grey", 5.0), ("green", "grey", 3.0)]
    setups = {
        "default": constant(7.0),
        "pairs": [{"before": a, "after": b, "time": constant(t)} for a, b, t in pairs],
    }
    sim, log = history(shop("setup_avoiding", ROWS, setups), 1_000)

    assert told(sim, log, EventKind.START, "m") == [(1, "a"), (11, "c"), (14, "d"), (21, "b")]
    assert told(sim, log, EventKind.FINISH, "m") == [(11, "a"), (14, "c"), (21, "d"), (34, "b")]


def test_steps_that_share_a_setup_need_none_between() -> None:
    """Red and blue are clamped alike; green is not: one setup before it, and one after."""
    products = [
        product("red", step("one", "m", 1.0, setup="vice")),
        product("blue", step("two", "m", 1.0, setup="vice")),
        product("green", step("three", "m", 1.0)),
    ]
    rows = [order("a", "red"), order("b", "blue"), order("c", "green"), order("d", "red")]
    plant = network([machine("m", setups={"default": constant(5.0)})], products, orders=rows)
    sim, log = history(plant, 100)

    assert told(sim, log, EventKind.FINISH, "m") == [(1, "a"), (2, "b"), (8, "c"), (14, "d")]


def test_a_fixed_sequence_is_kept_even_where_another_unit_waits() -> None:
    """d, b, a, c although a is there from 1 s: d comes at 4 s."""
    plant = shop({"rule": "sequence", "sequence": ["d", "b", "a", "c"]}, ROWS)

    assert started(plant, "m") == [(4, "d"), (8, "b"), (14, "a"), (24, "c")]


def test_orders_outside_a_fixed_sequence_come_after_it() -> None:
    """Only c and a are named: c, a, then d and b, the more urgent priority first."""
    plant = shop({"rule": "sequence", "sequence": ["c", "a"]}, ROWS)

    assert started(plant, "m") == [(3, "c"), (5, "a"), (15, "d"), (19, "b")]


def test_an_order_that_comes_back_has_a_turn_for_each_visit_where_it_is_named_again() -> None:
    """At m: a, b, then a again, although a is back (at 4 s) before b comes (at 6 s); named once, a does both first."""
    routes = [
        product("twice", step("one", "m", 3.0), step("wash", "w", 1.0), step("two", "m", 2.0)),
        product("once", step("cut", "c", 6.0), step("mill", "m", 5.0)),
    ]
    machines = [machine("w"), machine("c")]
    rows = [order("a", "twice"), order("b", "once")]

    def turns(*sequence: str) -> list[Told]:
        m = machine("m", dispatch={"rule": "sequence", "sequence": list(sequence)})
        stores = [store("to_m", "m", ["w", "c"]), store("to_w", "w", ["m"])]
        return started(network([m, *machines], routes, stores, orders=rows), "m")

    assert turns("a", "b", "a") == [(0, "a"), (6, "b"), (11, "a")]
    assert turns("a", "b") == [(0, "a"), (4, "a"), (6, "b")]
    assert turns("b", "a", "a") == [(6, "b"), (11, "a"), (15, "a")]


def test_parallel_servers_take_the_longest_waiting_in_turn() -> None:
    """Two servers of 4 s behind a feeder of 1 s."""
    plant = network(
        [machine("feed", 1.0), machine("m", 4.0, servers=2)],
        [product("red", step("feed", "feed"), step("work", "m"))],
        [store("b", "m", ["feed"])],
        orders=[order("o", "red", 5)],
    )
    sim, log = history(plant, 100)
    by_server: dict[int, list[float]] = {}
    for t, _, s, *_ in log.rows(EventKind.START):
        by_server.setdefault(s, []).append(t)

    assert by_server[1] == [1, 5, 9]
    assert by_server[2] == [2, 6]
    assert all(m.closed for m in sim.machines)


def test_alternative_stations_take_a_unit_when_they_are_free() -> None:
    """A fast machine of 2 s and a slow one of 5 s share a store: each takes the next when it is empty."""
    plant = network(
        [machine("feed", 1.0), machine("fast", 2.0), machine("slow", 5.0)],
        [product("red", step("feed", "feed"), step("work", ["fast", "slow"]))],
        [store("b", ["fast", "slow"], ["feed"])],
        orders=[order("o", "red", 5)],
    )

    assert started(plant, "fast")[:3] == [(1, "o:0"), (3, "o:2"), (5, "o:3")]
    assert started(plant, "slow")[0] == (2, "o:1")
    assert (7, "o:4") in started(plant, "fast") + started(plant, "slow")


def test_a_re_entrant_route_visits_a_machine_again() -> None:
    """Three visits of 2 s with a cool-down of 3 s between; a second unit fits in between."""
    route = [step("a", "m", 2.0), step("x", "cool", 3.0), step("b", "m", 2.0)]
    plant = network(
        [machine("m"), machine("cool", servers=2)],
        [product("red", *route)],
        [store("to_cool", "cool", ["m"]), store("back", "m", ["cool"])],
        orders=[order("o", "red"), order("p", "red")],
    )
    sim, log = history(plant, 100)

    assert told(sim, log, EventKind.START, "m") == [(0, "o"), (2, "p"), (5, "o"), (7, "p")]
    assert told(sim, log, EventKind.EXIT) == [(7, "o"), (9, "p")]
