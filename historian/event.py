"""An event: something that happened once, such as a lost link or a change that was verified."""

from typing import Annotated

from pydantic import Field

from plants.frozen import Frozen, Name, PlantTime, WallTime

RECORDING_NOT_ENDED = "recording_not_ended"
"""Kind of the event that tells of a recording that was cut off, and of what that may have cost."""


class Event(Frozen):
    """Something that happened."""

    number: Annotated[int, Field(ge=1)]
    """Ascending; the newest has the highest."""
    kind: Name
    """What kind: link_lost, proposal_verified."""
    subject: Annotated[str, Field(min_length=1, max_length=150)]
    """Station, buffer, order, proposal, or `line`."""
    text: Annotated[str, Field(max_length=1000)] = ""
    """In words."""
    detail: Annotated[dict[str, bool | int | float | str | None], Field(max_length=64, default_factory=dict)]
    """Figures behind it."""
    plant_time_s: PlantTime | None = None
    """When, in plant time; None when none was known."""
    at: WallTime
    """When, in wall time."""
