"""A sample: one value of one tag, with its quality and its times."""

from enum import StrEnum

from plants.frozen import Alias, Frozen, WallTime

Value = bool | int | float | str | tuple[str, ...]
"""What a tag can hold."""


class Quality(StrEnum):
    """OPC UA severity of a value (Part 4, 7.39 StatusCode)."""

    GOOD = "good"
    UNCERTAIN = "uncertain"
    BAD = "bad"


class Sample(Frozen):
    """One value of one tag at one moment."""

    alias: Alias
    """Which tag."""
    value: Value | None
    """The value; None when the quality is bad and the server gave none."""
    quality: Quality
    """How far it can be trusted."""
    source_time: WallTime | None = None
    """When the equipment took it, if it says so."""
    received_at: WallTime
    """When Jayul received it."""
