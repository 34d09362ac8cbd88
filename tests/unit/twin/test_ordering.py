"""Orders come, wait and end while the line runs; the count of units tells."""

import pytest

from plants.errors import InvalidInput
from plants.model.order import Order
from tests.twin_lines import constant, line, order, station
from twin.engine import LineSimulation
from twin.log import EventKind, EventLog

PLANT = line([station(constant(10)), station(constant(8))], 3, orders=[order("o1", quantity=5), order("o2", "blue", 5)])


def entered(log: EventLog) -> list[str]:
    """Orders of the units that have entered, in sequence."""
    return [f"o{row[3] + 1}" for row in log.rows(EventKind.ENTER)]


def run() -> tuple[LineSimulation, EventLog]:
    """A line at its start."""
    log = EventLog()
    return LineSimulation(PLANT, log=log), log


def test_a_held_order_lets_the_next_one_go_first_and_comes_back_when_it_is_released() -> None:
    """Its units on the line go on."""
    sim, log = run()
    sim.run_until(15)
    sim.hold_order("o1")
    sim.run_until(200)
    while_held = entered(log)
    sim.release_order("o1")
    sim.run_until(400)

    assert while_held == ["o1", "o1", "o2", "o2", "o2", "o2", "o2"]
    assert entered(log) == [*while_held, "o1", "o1", "o1"]
    assert sim.order("o1").good == 5


def test_a_line_whose_orders_are_all_held_waits_for_one() -> None:
    """It is starved, not out of orders."""
    sim, log = run()
    for name in ("o1", "o2"):
        sim.hold_order(name)
    sim.run_until(100)
    sim.release_order("o2")
    sim.run_until(130)

    assert entered(log)[:3] == ["o1", "o2", "o2"]


def test_an_order_that_ends_early_is_finished_with_what_had_entered() -> None:
    """Two units had; the line goes on with the next order."""
    sim, log = run()
    sim.run_until(15)
    sim.end_order("o1")
    sim.run_until(300)

    assert entered(log) == ["o1"] * 2 + ["o2"] * 5
    assert sim.order("o1").good == 2
    assert sim.order("o1").finished_s == pytest.approx(28)


def test_an_order_that_ends_before_it_began_is_left_out() -> None:
    """Nothing of it is made."""
    sim, log = run()
    sim.end_order("o2")
    sim.run_until(300)

    assert entered(log) == ["o1"] * 5
    assert sim.not_started() == ()


def test_a_new_order_is_made_after_the_others_also_by_a_line_that_had_ended() -> None:
    """The stations open again."""
    sim, log = run()
    sim.run_until(500)
    before = {s.condition for s in sim.snapshot().stations}
    sim.add_order(Order(id="o3", product="red", quantity=2, due_s=900))
    sim.run_until(600)

    assert {str(c) for c in before} == {"no_order"}
    assert entered(log)[-2:] == ["o3", "o3"]
    assert sim.order("o3").good == 2
    assert {str(s.condition) for s in sim.snapshot().stations} == {"no_order"}


@pytest.mark.parametrize(
    ("order", "says"),
    [
        (Order(id="o1", product="red", quantity=1, due_s=1), "an order 'o1' already"),
        (Order(id="o9", product="green", quantity=1, due_s=1), "makes: red, blue"),
    ],
)
def test_an_order_that_cannot_be_made_is_refused(order: Order, says: str) -> None:
    """And the line is as it was."""
    sim, _ = run()

    with pytest.raises(InvalidInput, match=says):
        sim.add_order(order)

    assert sim.not_started() == ("o2",)


def test_an_unknown_order_is_told_with_those_there_are() -> None:
    """For whoever mistyped."""
    sim, _ = run()

    with pytest.raises(InvalidInput, match="no order 'o7'; orders are: o1, o2"):
        sim.hold_order("o7")
