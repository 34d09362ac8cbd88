"""A machine that takes a setpoint up later cannot go there in stages: each stage would wait for a moment of its own."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from plants.model.connection import TakesEffect
from plants.model.consistency.fault import Fault

if TYPE_CHECKING:
    from plants.model.plant import Plant


def moments(plant: "Plant") -> Iterator[Fault]:
    """Tags that take effect later, of parameters with several stages."""
    for i, tag in enumerate(plant.tags):
        parameter = plant.parameters.get(tag.alias)
        if parameter is None or tag.takes_effect is TakesEffect.NOW or parameter.max_stages == 1:
            continue
        message = (
            f"'{tag.alias}' takes effect at {tag.takes_effect}, so it cannot go in {parameter.max_stages} stages: "
            "let max_stages be 1"
        )
        yield Fault(path=("tags", i, "takes_effect"), message=message)
