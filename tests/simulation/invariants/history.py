"""What the equipment itself recorded: every request that reached it, and every value it took up, whoever set it.

Kept by the plant of the simulation, never by the service. Moments are plant seconds. `rows` is the length of the audit
chain at that moment, noted by whoever watches both: it tells what was on record before bytes arrived, also when clocks
lie.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from plants.flow.sample import Value


@dataclass(frozen=True)
class Request:
    """One write request that reached the equipment."""

    number: int
    """Position among all requests, 0 first."""
    plant_s: float
    """When, in plant seconds."""
    alias: str
    """The tag."""
    value: Value
    """The value asked for."""
    user: str
    """The account of the session that it came through."""
    rows: int
    """Length of the audit chain at that moment."""
    held: Mapping[str, Value] = field(default_factory=dict)
    """The setpoints and interlocks as they stood at that moment."""
    unseen: tuple[str, ...] = ()
    """Tags that the service could not know well then: their data were wrong a moment ago, or they had just changed."""


@dataclass(frozen=True)
class Taken:
    """A value that a tag holds from a moment on."""

    plant_s: float
    """When."""
    alias: str
    """The tag."""
    value: Value
    """What it holds from now on."""
    request: int | None
    """The request that set it; None for the panel, a restart, or the line itself."""
    rows: int
    """Length of the audit chain at that moment."""


@dataclass(frozen=True)
class Judged:
    """What was wrong with the data when a draft was judged."""

    draft_id: str
    """The draft."""
    wrong: tuple[str, ...]
    """Tags whose data were, for long enough to be noticed, not what the equipment holds."""


@dataclass
class PlantHistory:
    """All of it, oldest first."""

    requests: list[Request] = field(default_factory=list)
    """Every request."""
    taken: list[Taken] = field(default_factory=list)
    """Every value taken up."""
    begun: list[tuple[int, str]] = field(default_factory=list)
    """Every order that began, with the length of the audit chain at that moment."""
    judged: list[Judged] = field(default_factory=list)
    """The true state of the data behind each verdict."""
