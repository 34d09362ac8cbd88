"""`select_best`: which of several candidate changes is the best, leaving it as it is among them.

Used by whoever has more candidates than `screen` should decide between on a few runs: planning, a notebook, examples.
The procedures are in `twin.ranking`. The winner is judged against leaving it as it is on draws that the choice has not
seen, for the largest of several means is too large by its luck.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from plants.errors import InvalidInput
from plants.flow.change import Changes
from plants.flow.state import LineState
from plants.flow.verdict import KpiEffect, Result
from plants.kpi import Kpi
from plants.model.plant import Plant
from twin.crew import Crew, Workers
from twin.effects import effects_of, objectives_of, overall, sign
from twin.engines import Engine
from twin.judge import FRESH
from twin.ranking import ObserveMany, Selected, kn, ocba
from twin.replications import AS_IT_IS, Scenario

MOST = 500
"""Replications of one candidate at which a selection is given up, unless said otherwise."""


@dataclass(frozen=True, slots=True)
class Contender:
    """How a candidate did in the selection; these figures chose it and are no forecast."""

    index: int | None
    """Its position among the candidates; None for leaving it as it is."""
    changes: Changes
    mean: float
    """Mean of the KPI over the replications that the decision was taken on."""
    replications: int
    in_the_running: bool
    """Whether it could still be the best at the end."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What was selected, and what fresh draws say of it."""

    kpi: Kpi
    method: str
    best: int | None
    """Position of the winner among the candidates; None for leaving it as it is."""
    decided: bool
    """Whether one was left; if not, the best of those that were."""
    probability: float
    """Of a correct selection: guaranteed (kn) or estimated (ocba); 0 when undecided."""
    indifference: float | None
    """Differences below this do not matter, in the KPI's unit (kn)."""
    contenders: tuple[Contender, ...]
    """Leaving it as it is first, then the candidates as given."""
    effects: tuple[KpiEffect, ...]
    """The winner against leaving it as it is on fresh draws, one per objective; none when that is the winner."""
    confirmed: Result | None
    """What those say; None when leaving it as it is won."""

    @property
    def runs(self) -> int:
        """Replications that the decision was taken on, of all contenders."""
        return sum(c.replications for c in self.contenders)


def select_best(
    plant: Plant,
    state: LineState | None,
    candidates: Sequence[Changes],
    *,
    horizon_s: float,
    indifference: float | None = None,
    alpha: float = 0.05,
    method: Literal["kn", "ocba"] = "kn",
    budget: int | None = None,
    first: int = 10,
    most: int = MOST,
    confirm: int = 30,
    seed: int = 1,
    delay_s: float = 0.0,
    workers: Workers = 1,
    engine: str = Engine.AUTO,
) -> Selection:
    """Select the best of several changes on the plant's first objective, under common random numbers.

    Args:
        plant: The line.
        state: Where every run starts from.
        candidates: Sets of changes; leaving it as it is takes part besides.
        horizon_s: Plant seconds simulated.
        indifference: For `kn`: the least difference worth detecting, in the KPI's unit.
        alpha: For `kn`: risk of selecting one that is worse than the best by more than that.
        method: `kn` or `ocba`.
        budget: For `ocba`: replications in all.
        first: Replications of every contender before any is dropped or favoured.
        most: Replications of one contender at which it is given up.
        confirm: Fresh pairs of replications for the winner, at least 2.
        seed: Seed of all draws.
        delay_s: Plant seconds until the changes are made.
        workers: Processes or threads, or an executor that leads elsewhere; the result does not depend on it.
        engine: `simpy`, `compiled` or `auto`; the figures do not depend on it.

    Raises:
        InvalidInput: figures that cannot be, or a candidate that does not fit the plant.
        RunFailed: a run does not come forward.
    """
    if confirm < 2:
        raise InvalidInput(f"confirming takes at least 2 pairs of runs, {confirm} was given")
    base = Scenario(plant, horizon_s, seed, state, delay_s=delay_s, engine=engine, name=AS_IT_IS)
    arms = [base, *(replace(base, changes=tuple(c), name=f"of candidate {i}") for i, c in enumerate(candidates))]
    with Crew(workers) as crew:
        observe = _observer(plant, arms, crew)
        if method == "kn":
            if indifference is None:
                raise InvalidInput("kn needs an indifference: the least difference worth detecting, in the KPI's unit")
            ahead = 2 * crew.width if crew.width > 1 else 0
            found = kn(observe, len(arms), indifference=indifference, alpha=alpha, first=first, most=most, ahead=ahead)
        else:
            if budget is None:
                raise InvalidInput("ocba needs a budget: replications in all")
            found = ocba(observe, len(arms), budget=budget, first=first, most=most)
        effects = _confirm(plant, base, arms[found.best], confirm, crew) if found.best else ()
    objective = objectives_of(plant)[0]
    return Selection(
        kpi=objective.kpi,
        method=method,
        best=found.best - 1 if found.best else None,
        decided=len(found.survivors) == 1,
        probability=found.probability,
        indifference=indifference if method == "kn" else None,
        contenders=_contenders(arms, found, sign(objective)),
        effects=effects,
        confirmed=overall(effects) if effects else None,
    )


def _observer(plant: Plant, arms: Sequence[Scenario], crew: Crew) -> ObserveMany:
    objective = objectives_of(plant)[0]

    def observe(jobs: Sequence[tuple[int, int]]) -> list[float]:
        runs = crew.play([(arms[i], r) for i, r in jobs])
        return [sign(objective) * r.kpis[objective.kpi] for r in runs]

    return observe


def _confirm(plant: Plant, base: Scenario, winner: Scenario, pairs: int, crew: Crew) -> tuple[KpiEffect, ...]:
    runs = crew.play([(s, FRESH + r) for r in range(pairs) for s in (base, winner)])
    return effects_of(objectives_of(plant), runs[::2], runs[1::2])


def _contenders(arms: Sequence[Scenario], found: Selected, signed: float) -> tuple[Contender, ...]:
    return tuple(
        Contender(i - 1 if i else None, arm.changes, signed * found.means[i], found.counts[i], i in found.survivors)
        for i, arm in enumerate(arms)
    )
