"""A receipt: what became of one write."""

from enum import StrEnum

from plants.flow.sample import Value
from plants.frozen import Alias, Frozen, WallTime


class Sent(StrEnum):
    """What is known of one write after it was tried and read back."""

    APPLIED = "applied"
    """Read back equal to the target."""
    NOT_APPLIED = "not_applied"
    """Surely not written, or read back equal to the value before."""
    DIFFERENT = "different"
    """Read back as something else: clamped, or changed by somebody."""
    UNKNOWN = "unknown"
    """Could not be read back."""


class Receipt(Frozen):
    """One write, with what was read back."""

    step: int
    """Position in the plan, 0 first."""
    alias: Alias
    """The tag."""
    before: Value | None
    """Value read just before."""
    target: Value
    """Value sent."""
    read_back: Value | None
    """Value read afterwards; None when it could not be read."""
    sent: Sent
    """What is known."""
    server_status: str = ""
    """What the server answered."""
    at: WallTime
    """When it was read back."""
