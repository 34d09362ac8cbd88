"""Effects: what a change does to KPIs, from paired replications, and the verdict on each and on all.

Used by `compare` and `judge`. Both scenarios use common random numbers, so the interval is on the paired difference,
which is far narrower than that of either mean.
"""

from collections.abc import Sequence

from plants.flow.verdict import Interval, KpiEffect, Result
from plants.kpi import Kpi
from plants.model.plant import Plant
from plants.model.policy import Direction, Objective
from twin.intervals import kpi_interval, mean_interval
from twin.run import RunResult

LEVEL = 0.95
"""Confidence of all differences together; Bonferroni shares it among them."""

_SMALLER_IS_BETTER = {Kpi.WIP, Kpi.LEAD_TIME, Kpi.TARDINESS, Kpi.ENERGY_PER_GOOD}


def natural_objective(kpi: Kpi) -> Objective:
    """A KPI's usual direction, with no tolerance."""
    direction = Direction.MINIMISE if kpi in _SMALLER_IS_BETTER else Direction.MAXIMISE
    return Objective(kpi=kpi, direction=direction)


def objectives_of(plant: Plant) -> tuple[Objective, ...]:
    """The plant's objectives; throughput where it names none."""
    return plant.objectives or (natural_objective(Kpi.THROUGHPUT),)


def sign(objective: Objective) -> float:
    """1 where more is better, -1 where less is."""
    return 1.0 if objective.direction is Direction.MAXIMISE else -1.0


def effects_of(
    objectives: Sequence[Objective], baseline: Sequence[RunResult], candidate: Sequence[RunResult]
) -> tuple[KpiEffect, ...]:
    """One effect per objective; the level of the differences is adjusted for their number (Bonferroni)."""
    level = 1 - (1 - LEVEL) / len(objectives)
    return tuple(_effect(o, baseline, candidate, level) for o in objectives)


def overall(effects: Sequence[KpiEffect]) -> Result:
    """Better when the first KPI gains and no other is worse; worse when any is worse; else inconclusive."""
    if any(e.result is Result.WORSE for e in effects):
        return Result.WORSE
    return effects[0].result


def _effect(
    objective: Objective, baseline: Sequence[RunResult], candidate: Sequence[RunResult], level: float
) -> KpiEffect:
    before = [r.kpis[objective.kpi] for r in baseline]
    after = [r.kpis[objective.kpi] for r in candidate]
    differences = [b - a for a, b in zip(before, after, strict=True)]
    base, difference = kpi_interval(objective.kpi, before), mean_interval(differences, level)
    tolerated = objective.tolerance * abs(base.mean)
    harmed = sum(sign(objective) * d < -tolerated for d in differences)
    return KpiEffect(
        kpi=objective.kpi,
        baseline=base,
        candidate=kpi_interval(objective.kpi, after),
        difference=difference,
        result=_result(objective, difference, tolerated),
        harm=harmed / len(differences),
    )


def _result(objective: Objective, difference: Interval, tolerated: float) -> Result:
    """Better beyond 0, worse wholly beyond the tolerated worsening, else inconclusive."""
    if objective.direction is Direction.MAXIMISE:
        low, high = difference.low, difference.high
    else:
        low, high = -difference.high, -difference.low
    if low > 0:
        return Result.BETTER
    return Result.WORSE if high < -tolerated else Result.INCONCLUSIVE
