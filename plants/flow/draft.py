"""A draft: what an agent or an engineer would change, and why. It has no authority."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from plants.flow.change import Change
from plants.frozen import Frozen, Name, Person, PlantTime, RecordId, Sha256, WallTime


class FindingKind(StrEnum):
    """What kind of trouble was noticed."""

    BOTTLENECK_SHIFT = "bottleneck_shift"
    """A station limits the line that should not."""
    SLOW_STATION = "slow_station"
    """A station runs below its nominal speed and limits the line."""
    SCRAP = "scrap"
    """More is rejected than the plant file says."""
    LATE_ORDER = "late_order"
    """An order is forecast to be late."""
    SETUP_LOSS = "setup_loss"
    """The sequence of orders costs more setup time than it needs to."""
    LOW_THROUGHPUT = "low_throughput"
    """The line makes less than the twin expects of it."""
    ENERGY = "energy"
    """More energy per good unit than the plant file says."""


class Evidence(Frozen):
    """One figure that supports a finding."""

    figure: Annotated[str, Field(min_length=1, max_length=80)]
    """What it is: 'labeller executing', 'filler blocked'."""
    value: float
    """The figure."""
    unit: Annotated[str, Field(max_length=16)] = ""
    """Its unit; empty for a share."""
    expected: float | None = None
    """What would be expected."""


class Finding(Frozen):
    """Trouble that was noticed in the live line."""

    kind: FindingKind
    """What kind."""
    subject: Name
    """Station, order or `line`."""
    at_s: PlantTime
    """When, in plant time."""
    severity: Annotated[float, Field(ge=0, le=1)]
    """Estimated share of throughput (or of on-time delivery) that it costs."""
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=32)] = ()
    """The figures behind it."""


class Alternative(Frozen):
    """Something else that was considered, and why it was not taken."""

    changes: Annotated[tuple[Change, ...], Field(max_length=16)]
    """What it would change; none is 'leave it as it is'."""
    reason: Annotated[str, Field(max_length=400)]
    """Why not."""


class Draft(Frozen):
    """A proposed set of changes with its reasons."""

    id: RecordId
    """Id of the draft."""
    plant: Name
    """Which plant."""
    plant_revision: Sha256
    """Revision of the plant description."""
    state_revision: Sha256
    """Revision of the live state it was made from."""
    author: Person
    """Who proposes: `agent:solver`, `agent:llm:<model>`, or a person."""
    created_at: WallTime
    """When."""
    findings: Annotated[tuple[Finding, ...], Field(max_length=16)]
    """What was noticed."""
    changes: Annotated[tuple[Change, ...], Field(min_length=1, max_length=16)]
    """What to change."""
    rationale: Annotated[str, Field(min_length=1, max_length=4000)]
    """Why, in plain words."""
    alternatives: Annotated[tuple[Alternative, ...], Field(max_length=32)] = ()
    """What else was considered."""
    notes: Annotated[tuple[str, ...], Field(max_length=16)] = ()
    """What a reader must know besides, such as a fallback from the model to the solver."""
