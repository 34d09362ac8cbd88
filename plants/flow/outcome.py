"""An outcome: how a proposal ended, and whether its promise came true."""

from plants.flow.proposal import Status
from plants.flow.verdict import Promise
from plants.frozen import Frozen, PlantTime, RecordId, WallTime
from plants.kpi import Kpi


class Measurement(Frozen):
    """A KPI as measured on the equipment over a span of plant time."""

    kpi: Kpi
    """Which KPI."""
    value: float | None
    """The figure; None when the data do not suffice."""
    start_s: PlantTime
    """Start of the span."""
    end_s: PlantTime
    """End of the span."""
    samples: int
    """Samples behind it."""
    sufficient: bool
    """Whether the data cover the span with good quality."""


class Outcome(Frozen):
    """How a proposal ended."""

    proposal_id: RecordId
    """Which proposal."""
    status: Status
    """A final status."""
    explanation: str
    """In plain words with figures."""
    promise: Promise
    """What was promised."""
    measured: Measurement | None = None
    """What was measured, if it came to that."""
    kept: bool | None = None
    """Whether the measured value lies in the promise; None when it was not measured."""
    at: WallTime
    """When it was decided."""
