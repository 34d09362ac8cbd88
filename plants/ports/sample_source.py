"""Port: reading. What comes from the equipment, and whether the link stands."""

from enum import StrEnum
from typing import Protocol

from plants.flow.sample import Sample


class LinkState(StrEnum):
    """The three states of a link."""

    CONNECTED = "connected"
    CONNECTING = "connecting"
    CLOSED = "closed"


class SampleSource(Protocol):
    """A supervised reading session. It has no method that writes."""

    @property
    def link(self) -> LinkState:
        """Whether the link stands."""
        ...

    @property
    def dropped(self) -> int:
        """Samples lost because nobody fetched them in time."""
        ...

    async def open(self) -> None:
        """Connect, resolve all tags, subscribe; reconnects by itself afterwards.

        Raises:
            LinkDown: the first connection could not be made.
            TagMissing: a declared tag is not there or has another type; all such tags are named.
        """
        ...

    async def poll(self) -> tuple[Sample, ...]:
        """All samples since the last call, oldest first; returns at once and never raises for a lost link."""
        ...

    async def close(self) -> None:
        """End the session. May be called twice."""
        ...
