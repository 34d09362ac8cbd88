"""What the plant wants (objectives), and how a change is watched."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

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
