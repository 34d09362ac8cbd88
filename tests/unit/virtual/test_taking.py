"""A setpoint is held at once and taken up when its tag says."""

import pytest

from plants.flow.sample import Value
from plants.loader.load import load_plant
from plants.model.connection import TagPath, TakesEffect
from plants.model.plant import Plant
from virtual.plant import GRID_S, VirtualPlant
from virtual.still import StillPlant

SPEED = "filler.speed_per_min"
ACTUAL = f"{SPEED}.actual"


def line(effect: TakesEffect) -> Plant:
    """The bottling line with a filler that takes its speed up like that."""
    return load_plant("bottling").model_copy(update={"tags": (TagPath(alias=SPEED, takes_effect=effect),)})


@pytest.mark.parametrize(
    ("effect", "others", "moment"),
    [
        (TakesEffect.NEXT_PART, [("filler.order", "o02")], ("filler.processed", 24)),
        (TakesEffect.ORDER_START, [("filler.processed", 24)], ("filler.order", "o02")),
        (TakesEffect.CHANGEOVER, [("filler.processed", 24)], ("filler.order", "o02")),
    ],
)
def test_a_setpoint_waits_for_its_moment_and_for_nothing_else(
    effect: TakesEffect, others: list[tuple[str, Value]], moment: tuple[str, Value]
) -> None:
    """Held is held; what the machine runs at follows when the moment has come."""
    plant = StillPlant(line(effect))
    plant.put("filler.order", "o01")
    plant.write(SPEED, 610.0)

    held = (plant.values()[SPEED], plant.values()[ACTUAL])
    for other in others:
        plant.put(*other)
    waiting = plant.values()[ACTUAL]
    plant.put(*moment)

    assert held == (610.0, 600.0)
    assert waiting == 600.0
    assert plant.values()[ACTUAL] == 610.0


def test_a_changeover_is_another_product_not_another_order() -> None:
    """Two orders of one product in a row: the setpoint waits on."""
    plant = StillPlant(line(TakesEffect.CHANGEOVER))
    orders = plant.plant.orders
    first = orders[0]
    same = first.model_copy(update={"id": "o99"})
    plant = StillPlant(line(TakesEffect.CHANGEOVER).model_copy(update={"orders": (*orders, same)}))
    plant.put("filler.order", first.id)
    plant.write(SPEED, 610.0)

    plant.put("filler.order", "o99")

    assert plant.values()[ACTUAL] == 600.0


def test_with_physics_the_actual_value_begins_to_follow_after_the_next_part() -> None:
    """The lag of the machine comes after the wait."""
    plant = VirtualPlant(line(TakesEffect.NEXT_PART), seed=1, warm_s=600.0)
    plant.write(SPEED, 610.0)
    at_once = plant.values()[ACTUAL]

    plant.advance(20 * GRID_S)

    assert at_once == 600.0
    assert plant.values()[ACTUAL] != 600.0
