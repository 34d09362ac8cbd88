"""What a server or an in-process link needs of a plant, and what a machine refuses by itself.

`virtual.plant.VirtualPlant` has physics; `virtual.still.StillPlant` has none and serves tests of links.
"""

import math
from enum import StrEnum
from typing import Protocol

from plants.errors import Refused
from plants.flow.sample import Value
from plants.model.plant import Plant
from plants.model.tags import HEARTBEAT, ORDER_SEQUENCE, Tag
from virtual.jobs import JobBook


class Refusal(StrEnum):
    """Why a machine does not take a value."""

    NOT_WRITABLE = "not_writable"
    """It is not a setpoint."""
    WRONG_TYPE = "wrong_type"
    """The value is of another type."""
    OUT_OF_RANGE = "out_of_range"
    """The machine's own limits do not allow it."""
    LOCAL = "local"
    """The selector stands on local."""


class WriteRefused(Refused):
    """The machine refuses a value; it holds what it held."""

    code = "write_refused"

    def __init__(self, alias: str, refusal: Refusal, message: str) -> None:
        super().__init__(f"{alias}: {message}")
        self.alias = alias
        self.refusal = refusal


class Equipment(Protocol):
    """A plant as its control system shows it."""

    @property
    def plant(self) -> Plant:
        """The description as declared."""
        ...

    @property
    def now_s(self) -> float:
        """Plant time."""
        ...

    @property
    def shown_s(self) -> float:
        """Plant seconds since it was first shown; scripts count these."""
        ...

    def advance(self, plant_s: float) -> None:
        """Let that many plant seconds pass."""
        ...

    @property
    def jobs(self) -> JobBook | None:
        """The orders of the line as jobs; None where nothing is made."""
        ...

    @property
    def beat(self) -> int:
        """Newest beat that a client has written; 0 before the first."""
        ...

    def values(self) -> dict[str, Value]:
        """Present value of every tag."""
        ...

    def fall_back(self) -> None:
        """Take the local setpoints and turn the selector to local, as when the other side has fallen silent."""
        ...

    def write(self, alias: str, value: Value) -> Value:
        """A client writes; returns what the machine holds afterwards.

        Raises:
            WriteRefused: the machine does not take it.
        """
        ...


def check_write(plant: Plant, tag: Tag, value: Value, *, remote: bool, waiting: tuple[str, ...]) -> None:
    """What every machine checks for itself before it takes a client's value.

    Raises:
        WriteRefused: not writable, wrong type, out of the machine's range, not a permutation of `waiting`, or on local.
    """
    if not tag.writable:
        raise WriteRefused(tag.alias, Refusal.NOT_WRITABLE, "is not a setpoint")
    if not remote:
        raise WriteRefused(tag.alias, Refusal.LOCAL, "the line's selector stands on local")
    if tag.alias == HEARTBEAT:
        _check_beat(tag, value)
    elif tag.alias == ORDER_SEQUENCE:
        _check_sequence(tag, value, waiting)
    else:
        _check_setpoint(plant, tag, value)


def _check_beat(tag: Tag, value: Value) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise WriteRefused(tag.alias, Refusal.WRONG_TYPE, "takes a whole number")


def _check_sequence(tag: Tag, value: Value, waiting: tuple[str, ...]) -> None:
    if not isinstance(value, tuple):
        raise WriteRefused(tag.alias, Refusal.WRONG_TYPE, "takes a list of order ids")
    if sorted(value) != sorted(waiting):
        raise WriteRefused(tag.alias, Refusal.OUT_OF_RANGE, "takes exactly the orders that have not started")


def _check_setpoint(plant: Plant, tag: Tag, value: Value) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WriteRefused(tag.alias, Refusal.WRONG_TYPE, "takes a number")
    parameter = plant.parameters[tag.alias]
    if not math.isfinite(value) or not parameter.minimum <= value <= parameter.maximum:
        raise WriteRefused(
            tag.alias,
            Refusal.OUT_OF_RANGE,
            f"takes {parameter.minimum:g} to {parameter.maximum:g} {parameter.unit}",
        )
