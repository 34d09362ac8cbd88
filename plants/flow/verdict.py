"""A verdict: what the twin says of a draft, with intervals, and the promise that is later compared with the facts."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from plants.frozen import Fraction, Frozen, Name, PlantTime, RecordId, Seconds, Sha256
from plants.kpi import Kpi


class Result(StrEnum):
    """Outcome of a comparison."""

    BETTER = "better"
    WORSE = "worse"
    INCONCLUSIVE = "inconclusive"


class Interval(Frozen):
    """An estimate with its interval."""

    mean: float
    """Point estimate."""
    low: float
    """Lower end."""
    high: float
    """Upper end."""
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    """Confidence (or coverage, for a prediction)."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.high:
            raise ValueError("low must not be above high")
        return self

    @property
    def half_width(self) -> float:
        """Half of the interval's width."""
        return (self.high - self.low) / 2


class KpiEffect(Frozen):
    """What a change does to one KPI."""

    kpi: Kpi
    """Which KPI."""
    baseline: Interval
    """Leaving it as it is."""
    candidate: Interval
    """With the change."""
    difference: Interval
    """Candidate minus baseline, paired by replication; the level is already adjusted for the number of KPIs judged."""
    result: Result
    """Whether the difference is good, bad or not told apart from none (or from the tolerated worsening)."""
    harm: Fraction
    """Estimated probability that a replication is worse than the baseline beyond the tolerance."""


class Promise(Frozen):
    """What the KPI will measure in the watch window: a prediction interval, not a confidence interval."""

    kpi: Kpi
    """Which KPI will be measured."""
    prediction: Interval
    """Range that will hold the measured value with the stated coverage."""
    without: Interval
    """The same for leaving it as it is; what is measured is not compared with it."""
    settle_s: Seconds
    """Plant seconds after the write that are left out."""
    window_s: Annotated[Seconds, Field(gt=0)]
    """Plant seconds measured."""
    abort_below: float
    """Measured value, half the window past, under which the change is rolled back at once."""
    error_sd: Annotated[float, Field(ge=0)]
    """Relative forecast error of the twin that the prediction allows for (standard deviation)."""


class Verdict(Frozen):
    """What the twin says of a draft against leaving it as it is."""

    id: RecordId
    """Id of the verdict."""
    draft_id: RecordId
    """The draft."""
    draft_hash: Sha256
    """Digest of the draft."""
    plant: Name
    """Which plant."""
    plant_revision: Sha256
    """Revision of the plant description."""
    state_revision: Sha256
    """Revision of the live state that every replication started from."""
    state_time_s: PlantTime
    """Plant time of that state."""
    horizon_s: Annotated[Seconds, Field(gt=0)]
    """Plant seconds simulated."""
    replications: Annotated[int, Field(ge=2)]
    """Paired replications behind every interval."""
    confirmed_on_fresh: bool
    """Whether the intervals come from draws that were not used to pick the winner."""
    seed: int
    """Seed of the draws."""
    engine: str
    """Engine that ran."""
    effects: Annotated[tuple[KpiEffect, ...], Field(min_length=1, max_length=16)]
    """One per objective, the first the most important."""
    result: Result
    """Better only when the first objective gains and no other is worse beyond its tolerance."""
    promise: Promise
    """What will be measured."""
    data_sufficient: bool
    """False when the live data were stale or bad; such a verdict cannot be approved."""
    caveats: Annotated[tuple[str, ...], Field(max_length=32)] = ()
    """What limits it, in words."""

    @property
    def approvable(self) -> bool:
        """Whether a person may approve it: enough data, and better."""
        return self.data_sufficient and self.result is Result.BETTER
