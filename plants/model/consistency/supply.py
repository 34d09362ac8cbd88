"""Material that is enough for one unit, if more cannot come."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from plants.model.consistency.fault import Fault
from plants.model.consistency.flow import Flow

if TYPE_CHECKING:
    from plants.model.material import Material


def supply(flow: Flow) -> Iterator[Fault]:
    """Products of which not even one unit can be made."""
    stock = {m.id: m for m in flow.plant.materials}
    for product, route in flow.routes.items():
        needs: dict[str, float] = defaultdict(float)
        for i, step in enumerate(route):
            for n, use in enumerate(step.materials):
                needs[use.material] += use.quantity
                material = stock[use.material]
                most = _most(material)
                if needs[use.material] > most:
                    message = (
                        f"a unit of '{product}' needs {needs[use.material]:g} {material.unit} of '{material.id}' up to "
                        f"step '{step.step}', and no more than {most:g} will ever be there"
                    )
                    yield Fault((*flow.path(product, i), "materials", n, "quantity"), message)


def _most(material: "Material") -> float:
    """What can come at most; without end where more is ordered in time."""
    ever = material.initial + sum(d.quantity for d in material.deliveries)
    ordered = material.reorder is not None and material.initial <= material.reorder.point
    return float("inf") if ordered else ever
