"""What is made (products) and what is asked for (orders)."""

from typing import Annotated

from pydantic import Field

from plants.frozen import Frozen, Name, Text
from plants.model.moment import AfterStart
from plants.model.route import Step


class Product(Frozen):
    """Something the line makes."""

    id: Name
    """Name, unique in the plant."""
    name: Text
    """Label."""
    family: Name | None = None
    """Products that are alike for colour on the screen."""
    route: Annotated[tuple[Step, ...], Field(max_length=2_000)] = ()
    """Its steps; without any it passes all stations in flow order."""


class Order(Frozen):
    """A quantity of one product, wanted by a time."""

    id: Name
    """Name, unique in the plant."""
    product: Name
    """What is made."""
    quantity: Annotated[int, Field(ge=1, le=10_000_000)]
    """Units of flow to start."""
    release_s: AfterStart = 0.0
    """Not started before."""
    due_s: AfterStart
    """Wanted by."""
    priority: Annotated[int, Field(ge=1, le=9)] = 5
    """1 is the most urgent."""
