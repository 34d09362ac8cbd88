"""A plan: exactly what would be written, in order, and how it is put back. It is hashed and approved as a whole."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from plants.flow.sample import Value
from plants.flow.verdict import Promise
from plants.frozen import Alias, Frozen, Name, PlantTime, RecordId, Seconds, Sha256
from plants.model.change_policy import Risk


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
    stage: Annotated[int, Field(ge=1, le=16)] = 1
    """Which stage of a ramp this is, 1 first."""
    stages: Annotated[int, Field(ge=1, le=16)] = 1
    """Stages of the ramp; 1 for a change in one step."""


class Basis(Frozen):
    """One figure of the judged state, and how far it may move before an approval is void."""

    alias: Alias
    """The tag."""
    value: Value
    """What it held."""
    tolerance: Annotated[float, Field(ge=0)] = 0.0
    """Numbers: ± in the tag's unit. Sequences: orders that may have begun since."""


class CarriedOutBy(StrEnum):
    """Who makes a change."""

    EXECUTOR = "executor"
    """Jayul writes tags."""
    PEOPLE = "people"
    """People do it, from the work list."""


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
    steps: Annotated[tuple[WriteStep, ...], Field(min_length=1, max_length=64)]
    """Writes in order; rolled back in reverse."""
    promise: Promise
    """What is watched afterwards, and when to roll back."""
    carried_out_by: CarriedOutBy = CarriedOutBy.EXECUTOR
    """Who makes it."""
    risk: Risk = Risk.HIGH
    """Its class by the plant's rules."""
    risk_because: Annotated[str, Field(max_length=400)] = ""
    """Which rules gave it that class."""
    approvers: Annotated[int, Field(ge=1, le=2)] = 2
    """People who must approve, none of whom proposed."""
    reauthenticate: bool = True
    """Whether they must prove again who they are."""
    basis: Annotated[tuple[Basis, ...], Field(max_length=5_000)] = ()
    """The state of the line that it was judged on, with tolerances."""
    judged_s: PlantTime = 0.0
    """Plant time of that state."""
