"""Material that is used up: stock, deliveries, reorder points, shortages."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from plants.frozen import Frozen, Name, Text
from plants.model.distribution import Distribution
from plants.model.moment import AfterStart

Quantity = Annotated[float, Field(gt=0, le=1e12)]


class Delivery(Frozen):
    """A delivery that is announced."""

    at_s: AfterStart
    """When it is promised."""
    quantity: Quantity
    """How much comes."""
    late: Distribution | None = None
    """How much later than promised it comes; on time without."""


class Reorder(Frozen):
    """An order is placed when stock and what is on order fall to a point."""

    point: Annotated[float, Field(ge=0, le=1e12)]
    """Stock on hand and on order at which to order."""
    quantity: Quantity
    """How much is ordered."""
    lead: Distribution
    """Time until it comes."""


class Material(Frozen):
    """Something that steps use up. A station that lacks it waits, starved, with the unit in it."""

    id: Name
    """Name, unique in the plant."""
    name: Text
    """Label."""
    unit: Annotated[str, Field(min_length=1, max_length=24)]
    """Unit of its quantities: 'piece', 'kg'."""
    initial: Annotated[float, Field(ge=0, le=1e12)] = 0.0
    """Stock at the start."""
    deliveries: Annotated[tuple[Delivery, ...], Field(max_length=5_000)] = ()
    """What is announced."""
    reorder: Reorder | None = None
    """How more is ordered."""

    @model_validator(mode="after")
    def _comes(self) -> Self:
        if self.initial == 0 and not self.deliveries and self.reorder is None:
            raise ValueError("there is none and none will come: give 'initial', 'deliveries' or 'reorder'")
        return self
