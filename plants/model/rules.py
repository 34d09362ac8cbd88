"""Rules by which a station's state is derived where its controller does not tell it (brownfield machines).

Used by `connectors.deriving`. In this order: the first bit that is set decides; else a counter that moves means
EXECUTE; else a stop code tells why; else the length of the stop tells a micro-stop from a breakdown.
"""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from plants.frozen import Frozen, Name, Seconds
from plants.model.connection import NODE_ID, BrowsePath


class Spot(Frozen):
    """Where a bit or a number of a controller is."""

    path: BrowsePath | None = None
    """Browse names from the line's object downwards."""
    node_id: Annotated[str, StringConstraints(pattern=NODE_ID, max_length=500)] | None = None
    """The node with its namespace URI."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.path is None) == (self.node_id is None):
            raise ValueError("give either a path or a node_id")
        return self


class Bit(Spot):
    """A Boolean that means something about the station."""

    means: Name
    """`executing`, `starved`, `blocked`, `setup`, `no_order`, or a failure mode of the station."""
    when: bool = True
    """Value at which it does."""


class StopCode(Frozen):
    """What one number of the controller's stop code means."""

    code: Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
    """The number."""
    means: Name
    """`starved`, `blocked`, `setup`, `no_order`, or a failure mode of the station."""


class StateRule(Frozen):
    """How a station's state is derived."""

    station: Name
    """Which station."""
    bits: Annotated[tuple[Bit, ...], Field(max_length=64)] = ()
    """Bits in order; the first that is set decides."""
    moving_within_s: Annotated[Seconds, Field(gt=0)] | None = None
    """It executes while its counter of processed pieces has risen within so many plant seconds."""
    stop_code: Spot | None = None
    """Where the controller tells why it stands."""
    codes: Annotated[tuple[StopCode, ...], Field(max_length=1000)] = ()
    """What its numbers mean; a number that is not listed tells nothing."""
    micro_stop_s: Seconds = 60.0
    """A stop of no known reason is a micro-stop until it has lasted so many plant seconds, then a breakdown."""

    @model_validator(mode="after")
    def _tells_something(self) -> Self:
        if not self.bits and self.moving_within_s is None:
            raise ValueError("give bits or moving_within_s: without either nothing tells when the station executes")
        if self.codes and self.stop_code is None:
            raise ValueError("codes need a stop_code that says where the number is")
        return self
