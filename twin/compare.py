"""`compare`: what a change does to every KPI, by paired replications.

Used by the command line, the console and agents. The judge does the same for the plant's objectives and adds a promise.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from plants.errors import InvalidInput
from plants.flow.change import Change
from plants.flow.state import LineState
from plants.flow.verdict import KpiEffect
from plants.kpi import KPI_UNITS, Kpi
from plants.model.plant import Plant
from twin.effects import effects_of, natural_objective
from twin.engines import Engine, names_of
from twin.replications import Progress, Scenario, play_all
from twin.simulate import MAX_REPLICATIONS


@dataclass(frozen=True, slots=True)
class Comparison:
    """A change against leaving it as it is; all differences hold together with 95 % confidence (Bonferroni)."""

    plant: str
    plant_revision: str
    horizon_s: float
    replications: int
    seed: int
    effects: tuple[KpiEffect, ...]
    engine: str
    """Which engine ran."""

    def effect(self, kpi: Kpi) -> KpiEffect:
        """The effect on one KPI."""
        return next(e for e in self.effects if e.kpi is kpi)

    def as_dict(self) -> dict[str, object]:
        """The comparison as plain JSON values."""
        return {
            "plant": self.plant,
            "plant_revision": self.plant_revision,
            "horizon_s": self.horizon_s,
            "replications": self.replications,
            "seed": self.seed,
            "engine": self.engine,
            "effects": [{**e.model_dump(mode="json"), "unit": KPI_UNITS[e.kpi]} for e in self.effects],
        }


def compare(
    plant: Plant,
    *,
    changes: Sequence[Change],
    horizon_s: float,
    replications: int = 30,
    seed: int = 1,
    state: LineState | None = None,
    workers: int = 1,
    progress: Progress | None = None,
    engine: str = Engine.AUTO,
) -> Comparison:
    """Compare a line with and without changes, made at the start, under common random numbers.

    Args:
        plant: The line.
        changes: What is changed.
        horizon_s: Plant seconds simulated.
        replications: Pairs of runs.
        seed: Seed of all draws.
        state: Where every run starts from; an empty line without one.
        workers: Processes or threads; the result does not depend on it.
        progress: Called with (done, all) after each run.
        engine: `simpy`, `compiled` or `auto`; the figures do not depend on it.

    Raises:
        InvalidInput: arguments that do not fit the plant or each other.
        RunFailed: a run does not come forward.
    """
    if not 2 <= replications <= MAX_REPLICATIONS:
        raise InvalidInput(f"replications must be 2 to {MAX_REPLICATIONS}, {replications} was given")
    before = Scenario(plant, horizon_s, seed, state, engine=engine)
    after = Scenario(plant, horizon_s, seed, state, tuple(changes), engine=engine)
    jobs = [(scenario, r) for scenario in (before, after) for r in range(replications)]
    runs = play_all(jobs, workers=workers, progress=progress)
    effects = effects_of([natural_objective(k) for k in Kpi], runs[:replications], runs[replications:])
    ran = names_of(r.engine for r in runs)
    return Comparison(plant.plant, plant.revision, horizon_s, replications, seed, effects, ran)
