"""Experience: how earlier changes ended, and which of them are left alone for a while.

Written by the learn node, read by the brains. What a person rejected, or what had to be rolled back, is not proposed
again until it has cooled down.
"""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from planning.candidates import alike
from plants.flow.change import Change, Changes
from plants.flow.draft import Finding, FindingKind
from plants.flow.proposal import Status
from plants.frozen import Fraction, Frozen, Name, PlantTime, RecordId
from plants.model.plant import Plant

NOT_BETTER = "not_better"
"""The twin did not find it better; nobody was asked."""
REFUSED = "refused"
"""The gate refused it; nobody was asked."""

_GROWN = 0.03
"""Growth of a finding's cost by which it counts as new."""
_LEFT_ALONE = frozenset({NOT_BETTER, REFUSED, Status.REJECTED.value, Status.ROLLED_BACK.value, Status.UNKNOWN.value})


class Experience(Frozen):
    """How one proposed set of changes ended."""

    draft_id: RecordId
    """The draft."""
    proposal_id: RecordId | None = None
    """The proposal, if it came to that."""
    changes: Annotated[tuple[Change, ...], Field(min_length=1, max_length=16)]
    """What was proposed."""
    status: Name
    """A final status of the lifecycle, `not_better` or `refused`."""
    at_s: PlantTime
    """When it was learned, plant time."""
    kept: bool | None = None
    """Whether the promise was kept; None when it was not measured."""
    ratio: float | None = None
    """Measured over predicted value; None when it was not measured."""


class Looked(Frozen):
    """A finding that was looked into without finding anything better to do."""

    kind: FindingKind
    """What kind of finding."""
    subject: Name
    """Station, order or `line`."""
    severity: Fraction
    """How much it was estimated to cost."""
    at_s: PlantTime
    """When, plant time."""

    @property
    def key(self) -> str:
        """What it is about."""
        return f"{self.kind}.{self.subject}"


def news(
    findings: Iterable[Finding], looked: Iterable[Looked], *, now_s: float, cool_down_s: float
) -> tuple[Finding, ...]:
    """Findings that were not looked into lately, or have grown worse since: what is worth asking a brain about."""
    lately = {(r.kind, r.subject): r.severity for r in looked if 0.0 <= now_s - r.at_s < cool_down_s}
    return tuple(f for f in findings if f.severity > lately.get((f.kind, f.subject), -1.0) + _GROWN)


def cooling(
    plant: Plant, changes: Changes, experience: Iterable[Experience], *, now_s: float, cool_down_s: float
) -> Experience | None:
    """The experience because of which `changes` are left alone at `now_s`, or None.

    A record from after `now_s` belongs to an earlier production day and no longer counts.
    """
    for past in experience:
        recent = 0.0 <= now_s - past.at_s < cool_down_s
        if recent and past.status in _LEFT_ALONE and alike(plant, changes, past.changes):
            return past
    return None
