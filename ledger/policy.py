"""Policy: the limits by which the ledger decides. All are wall seconds unless the name ends in `_s` alone."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from plants.frozen import Frozen, Seconds

WallSeconds = Annotated[float, Field(gt=0, le=86_400)]


class Autonomy(StrEnum):
    """How far Jayul may go on this line. Bounded auto is `approve` with a standing authorisation granted."""

    OBSERVE = "observe"
    """Shadow: agents' drafts are not even stored."""
    ADVISE = "advise"
    """Proposals are shown; nothing is written."""
    APPROVE = "approve"
    """What a person (or a standing authorisation a person gave) approved is written."""


class Policy(Frozen):
    """Limits of deciding and writing."""

    autonomy: Autonomy = Autonomy.APPROVE
    """How far Jayul may go."""
    proposal_wall_s: WallSeconds = 1_800.0
    """Time a proposal waits for a decision; silence is no."""
    approval_wall_s: WallSeconds = 600.0
    """Time an approval may be spent."""
    sample_max_age_wall_s: WallSeconds = 5.0
    """Older data are stale."""
    clock_skew_wall_s: WallSeconds = 2.0
    """A wall clock that steps back, or is off against the server, by more than this suspends writing."""
    late_wall_s: WallSeconds = 2.0
    """Time a machine has to take up a value that was sent, before 'still the old one' counts as not applied."""
    read_back_wall_s: WallSeconds = 4.0
    """Time to get an answer when reading back; without one the outcome is unknown."""
    poll_wall_s: WallSeconds = 0.1
    """Pause between two readings while reading back."""
    silence_wall_s: WallSeconds = 300.0
    """A change in flight whose line tells nothing new for this long ends unknown."""
    drift_steps: Annotated[float, Field(ge=1, le=100)] = 2.0
    """Our own changes to one parameter may add up to this many of its `max_step` within `drift_window_s`."""
    drift_window_s: Seconds = 28_800.0
    """Plant seconds over which changes add up: a shift of eight hours."""
    max_open: Annotated[int, Field(ge=1, le=1_000)] = 50
    """Proposals that may wait for a decision at one time."""
