"""`screen`: a quick ranking of candidate changes against leaving it as it is.

Used by planning and agents to pick the few candidates worth a verdict. It runs in two stages: after half the
replications, candidates that are clearly not the best are dropped (screen-to-the-best with paired differences: Nelson,
Swann, Goldsman and Song, "Simple procedures for selecting the best simulated system when the number of alternatives is
large", Operations Research 49, 2001). What is found here is not a verdict: the judge confirms it on draws that were not
used here.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from plants.errors import InvalidInput
from plants.flow.change import Changes
from plants.flow.state import LineState
from plants.flow.verdict import Interval
from plants.kpi import Kpi
from plants.model.plant import Plant
from twin.effects import objectives_of, sign
from twin.engines import Engine
from twin.intervals import mean_interval, mean_sd, t_quantile
from twin.replications import AS_IT_IS, Scenario, play
from twin.run import RunResult

_RISK = 0.05
"""Probability of dropping the best candidate at the first stage."""


@dataclass(frozen=True, slots=True)
class Score:
    """How a candidate did."""

    index: int
    """Its position among the candidates given."""
    changes: Changes
    gain: float
    """Mean gain on the plant's first objective, positive when it is better than leaving it as it is."""
    difference: Interval
    """Candidate minus baseline on the first objective, paired, 95 %."""
    kpis: dict[Kpi, float]
    """Mean of every KPI."""
    harmed: tuple[Kpi, ...]
    """Other objectives whose mean worsens beyond their tolerance."""
    replications: int
    """Replications it was given."""
    dropped: bool
    """Whether it was dropped at the first stage."""


def screen(
    plant: Plant,
    state: LineState | None,
    candidates: Sequence[Changes],
    *,
    horizon_s: float,
    replications: int = 8,
    seed: int = 1,
    delay_s: float = 0.0,
    engine: str = Engine.SIMPY,
) -> tuple[Score, ...]:
    """Score candidates by paired replications: the best harmless one first, then the dropped, then the harmful.

    Args:
        plant: The line.
        state: Where every run starts from.
        candidates: Sets of changes.
        horizon_s: Plant seconds simulated.
        replications: Runs of each candidate that stays, at least 2.
        seed: Seed of all draws.
        delay_s: Plant seconds until the changes are made.
        engine: `simpy`, `compiled` or `auto`; the figures do not depend on it. SimPy unless asked: which engine `auto`
            takes depends on what is loaded, and a repeated call shall give the same value to the last letter.

    Raises:
        InvalidInput: fewer than two replications, or a candidate that does not fit the plant.
        RunFailed: a run does not come forward.
    """
    if replications < 2:
        raise InvalidInput(f"screening needs at least 2 replications, {replications} was given")
    base = Scenario(plant, horizon_s, seed, state, delay_s=delay_s, engine=engine, name=AS_IT_IS)
    others = [replace(base, changes=tuple(c), name=f"of candidate {i}") for i, c in enumerate(candidates)]
    baseline = [play((base, r)) for r in range(replications)]
    first = max(2, math.ceil(replications / 2))
    runs = [[play((s, r)) for r in range(first)] for s in others]
    kept = _survivors(plant, baseline, runs)
    for i in kept:
        runs[i] += [play((others[i], r)) for r in range(first, replications)]
    scores = [_score(plant, i, tuple(c), baseline, runs[i], i not in kept) for i, c in enumerate(candidates)]
    return tuple(sorted(scores, key=lambda s: (bool(s.harmed), s.dropped, -s.gain, s.index)))


def _survivors(plant: Plant, baseline: Sequence[RunResult], runs: Sequence[Sequence[RunResult]]) -> set[int]:
    """Candidates that no harmless candidate beats clearly on the first objective."""
    objective = objectives_of(plant)[0]
    values = [[sign(objective) * r.kpis[objective.kpi] for r in rows] for rows in runs]
    if len(values) < 2:
        return set(range(len(values)))
    n = len(values[0])
    t = t_quantile(1 - _RISK / (len(values) - 1), n - 1)
    rivals = [v for v, rows in zip(values, runs, strict=True) if not _harmed(plant, baseline[:n], rows)]

    def clearly_worse(a: list[float], b: list[float]) -> bool:
        mean, sd = mean_sd([y - x for x, y in zip(a, b, strict=True)])
        return mean > t * sd / math.sqrt(n) and mean > 0

    return {i for i, mine in enumerate(values) if not any(clearly_worse(mine, rival) for rival in rivals)}


def _harmed(plant: Plant, baseline: Sequence[RunResult], runs: Sequence[RunResult]) -> tuple[Kpi, ...]:
    """Objectives after the first whose mean worsens beyond their tolerance."""
    before, after = _means(baseline), _means(runs)
    return tuple(
        o.kpi
        for o in objectives_of(plant)[1:]
        if sign(o) * (after[o.kpi] - before[o.kpi]) < -o.tolerance * abs(before[o.kpi])
    )


def _score(
    plant: Plant, index: int, changes: Changes, baseline: Sequence[RunResult], runs: Sequence[RunResult], dropped: bool
) -> Score:
    objective = objectives_of(plant)[0]
    kpi = objective.kpi
    paired = baseline[: len(runs)]
    difference = mean_interval([b.kpis[kpi] - a.kpis[kpi] for a, b in zip(paired, runs, strict=True)])
    return Score(
        index=index,
        changes=changes,
        gain=sign(objective) * difference.mean,
        difference=difference,
        kpis=_means(runs),
        harmed=_harmed(plant, paired, runs),
        replications=len(runs),
        dropped=dropped,
    )


def _means(runs: Sequence[RunResult]) -> dict[Kpi, float]:
    return {kpi: sum(r.kpis[kpi] for r in runs) / len(runs) for kpi in Kpi}
