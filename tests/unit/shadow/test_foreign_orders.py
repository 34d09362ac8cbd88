"""Orders on the line that the plant file does not have: told, and nobody plans over them."""

from datetime import timedelta

import pytest

from agents.permitted import objection
from planning.sequences import named_sequences
from plants.flow.change import Resequence
from plants.flow.sample import Sample
from plants.loader.load import load_plant
from plants.model.plant import Plant
from plants.model.tags import ORDER_SEQUENCE
from tests.unit.shadow.line import SeenLine
from twin.shadow.shadow import Shadow

SETTLED = timedelta(seconds=0.5)


@pytest.fixture(scope="module")
def plant() -> Plant:
    """The bottling line."""
    return load_plant("bottling")


def _sequence(line: SeenLine, *before: str) -> list[Sample]:
    """The next tick, with other orders before those that wait."""
    waiting = tuple(order for order in line.sim.not_started())
    line.changes[ORDER_SEQUENCE] = (*before, *waiting)
    return line.run(line.sim.now_s + 2 * line.tick_s)


def test_an_order_that_somebody_stored_is_told_until_it_is_gone(plant: Plant) -> None:
    """While it waits, while it is made, and no longer when it has left the stations."""
    line, shadow = SeenLine(plant), Shadow(plant)
    shadow.feed(line.run(120.0))
    before = shadow.state(line.now + SETTLED).foreign_orders

    shadow.feed(_sequence(line, "rush 17", "rush 18"))
    waiting = shadow.state(line.now + SETTLED)
    line.changes["filler.order"] = "rush 17"
    shadow.feed(_sequence(line, "rush 18"))
    made = shadow.state(line.now + SETTLED)
    line.changes["filler.order"] = "o01"
    shadow.feed(_sequence(line))

    assert before == ()
    assert waiting.foreign_orders == ("rush 17", "rush 18")
    assert made.foreign_orders == ("rush 17", "rush 18")
    assert shadow.state(line.now + SETTLED).foreign_orders == ()
    assert [o.order for o in waiting.orders] == [o.id for o in plant.orders]


def test_while_it_is_there_no_sequence_is_planned_or_permitted(plant: Plant) -> None:
    """Setpoints may still be proposed; a sequence would be one of orders that are not all known."""
    line, shadow = SeenLine(plant), Shadow(plant)
    shadow.feed(line.run(120.0))
    free = shadow.state(line.now + SETTLED)
    shadow.feed(_sequence(line, "rush 17"))
    state = shadow.state(line.now + SETTLED)
    change = Resequence(orders=tuple(reversed(line.sim.not_started())))

    assert named_sequences(plant, free) != {}
    assert named_sequences(plant, state) == {}
    assert objection(plant, free, (change,)) is None
    assert "rush 17" in (objection(plant, state, (change,)) or "")
