"""A plan: exactly what would be written, in order, and how it is put back. It is hashed and approved as a whole."""

from typing import Annotated

from pydantic import Field

from plants.flow.sample import Value
from plants.flow.verdict import Promise
from plants.frozen import Alias, Frozen, Name, RecordId, Seconds, Sha256


class WriteStep(Frozen):
    """One write."""

    alias: Alias
    """The tag."""
    before: Value
    """Value seen when the plan was made, and restored on rollback."""
    target: Value
    """Value to write."""
    unit: str = ""
    """Unit of both."""
    tolerance: Annotated[float, Field(ge=0)] = 0.0
    """Read-back within ± this counts as equal (numbers only)."""
    actual_alias: Alias | None = None
    """Tag whose value must follow, if there is one."""
    reach_s: Seconds = 0.0
    """Plant seconds within which it must follow."""


class Plan(Frozen):
    """Writes in order, with the promise by which they are watched."""

    id: RecordId
    """Id of the plan."""
    plant: Name
    """Which plant."""
    plant_revision: Sha256
    """Revision of the plant description."""
    state_revision: Sha256
    """Revision of the live state it was made from."""
    verdict_hash: Sha256
    """Digest of the verdict."""
    steps: Annotated[tuple[WriteStep, ...], Field(min_length=1, max_length=16)]
    """Writes in order; rolled back in reverse."""
    promise: Promise
    """What is watched afterwards, and when to roll back."""
