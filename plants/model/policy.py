"""What the plant wants (objectives), how a change is watched, and how equipment is reached."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from plants.frozen import Frozen, Seconds
from plants.kpi import Kpi


class Direction(StrEnum):
    """Which way is good."""

    MAXIMISE = "maximise"
    MINIMISE = "minimise"


class Objective(Frozen):
    """A KPI that counts, with the harm that is still tolerable in it."""

    kpi: Kpi
    """Which KPI."""
    direction: Direction
    """Which way is good."""
    tolerance: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Worsening, as a fraction of the baseline, that is accepted when the first objective gains."""


class Watch(Frozen):
    """How a change is watched after it was written; all in plant seconds."""

    settle_s: Seconds = 300.0
    """Left out after the write, while the line takes up the change."""
    window_s: Annotated[Seconds, Field(gt=0)] = 2400.0
    """Measured afterwards and compared with the promise."""
    abort_below: Annotated[float, Field(gt=0, lt=1)] = 0.6
    """Rolled back early when, half the window past, the KPI is below this share of the low end foreseen for it."""


class OpcUa(Frozen):
    """How an OPC UA server is reached. Node ids are resolved by namespace URI and browse path at each connect."""

    endpoint: Annotated[str, StringConstraints(pattern=r"^opc\.tcp://[^\s/]+(/\S*)?$", max_length=300)]
    """Address, such as opc.tcp://127.0.0.1:4840."""
    namespace_uri: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    """Namespace of the line's nodes."""
    root: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    """Browse name of the line's object under Objects."""


class TagPath(Frozen):
    """Where a tag is found when it is not at its standard place."""

    alias: Annotated[str, StringConstraints(min_length=3, max_length=150)]
    """The tag, such as `filler.speed_per_min`."""
    path: Annotated[tuple[str, ...], Field(min_length=1, max_length=12)]
    """Browse names from the line's object downwards."""
