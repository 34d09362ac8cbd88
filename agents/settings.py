"""Settings of the agents, as the composition root gives them."""

from typing import Annotated

from pydantic import Field

from agents.diagnose import MIN_SEVERITY
from plants.frozen import Fraction, Frozen, Seconds


class AgentSettings(Frozen):
    """How far the agents look, how hard they try, and how long they leave things alone."""

    horizon_s: Annotated[Seconds, Field(gt=0)] = 4 * 3600.0
    """Plant seconds the twin looks ahead."""
    replications: Annotated[int, Field(ge=2, le=10_000)] = 30
    """Paired replications behind a verdict."""
    screen_replications: Annotated[int, Field(ge=2, le=1_000)] = 8
    """Paired replications by which candidates are compared."""
    max_candidates: Annotated[int, Field(ge=1, le=200)] = 24
    """Candidates tried in the twin at most."""
    delay_s: Seconds = 0.0
    """Plant seconds between the state and the write: the time a person takes to decide."""
    twin_wall_s: Annotated[float, Field(gt=0, le=86_400)] = 300.0
    """Wall seconds one screening or judging may take."""
    seed: int = 1
    """Seed of the draws."""
    min_severity: Fraction = MIN_SEVERITY
    """Losses below this share are left alone."""
    cool_down_s: Seconds = 2 * 3600.0
    """Plant seconds for which changes that ended badly are not proposed again."""
    rest_s: Seconds = 600.0
    """Plant seconds between the end of one run and the start of the next."""
    max_age_s: Seconds = 900.0
    """Plant seconds after which a run that was cut off before it was handed in is given up and started afresh."""
