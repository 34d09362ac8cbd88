"""Changes: the closed set of things that may be proposed. Aliases and order ids only; never a node id, never code."""

from typing import Annotated, Literal

from pydantic import Field

from plants.frozen import Alias, Frozen, Name


class SetParameter(Frozen):
    """Set a parameter to a value."""

    kind: Literal["set_parameter"] = "set_parameter"
    alias: Alias
    """The parameter, `station.parameter`."""
    value: float
    """New value, in the parameter's unit."""


class Resequence(Frozen):
    """Make the orders that have not started in another sequence."""

    kind: Literal["resequence"] = "resequence"
    orders: Annotated[tuple[Name, ...], Field(min_length=1, max_length=5_000)]
    """All orders not yet started, in the new sequence."""


Change = Annotated[SetParameter | Resequence, Field(discriminator="kind")]
Changes = Annotated[tuple[Change, ...], Field(max_length=16)]
