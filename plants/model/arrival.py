"""Units that come by themselves, without an order."""

from typing import Annotated

from pydantic import Field

from plants.frozen import Frozen, Name, Seconds
from plants.model.distribution import Distribution
from plants.model.moment import AfterStart


class Arrival(Frozen):
    """A stream of units of one product; they wait, without limit, in front of the first step of its route."""

    id: Name
    """Name, unique in the plant."""
    product: Name
    """What comes."""
    every: Distribution
    """Time between arrivals."""
    quantity: Annotated[int, Field(ge=1, le=10_000)] = 1
    """Units at each arrival."""
    start_s: AfterStart = 0.0
    """The first comes after one time between arrivals from here."""
    due_after_s: Seconds | None = None
    """Wanted so long after it came; dispatch rules look at it."""
    priority: Annotated[int, Field(ge=1, le=9)] = 5
    """1 is the most urgent."""
