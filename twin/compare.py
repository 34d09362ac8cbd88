"""`compare`: what a change does to every KPI, by paired replications.

Used by the command line, the console and agents. The judge does the same for the plant's objectives and adds a promise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from plants.errors import InvalidInput
from plants.flow.change import Change
from plants.flow.state import LineState
from plants.flow.verdict import Interval, KpiEffect
from plants.kpi import KPI_UNITS, Kpi
from plants.model.plant import Plant
from twin.crew import Workers
from twin.effects import effects_of, natural_objective, objectives_of
from twin.engines import Engine, names_of
from twin.notebook import plots
from twin.notebook.frames import to_pandas, to_parquet
from twin.notebook.markup import comparison_html
from twin.notebook.plots import Axes
from twin.notebook.tables import effects_table
from twin.precision import DEFAULT_MOST, Aim, Look, Precision, play_fixed, play_until
from twin.replications import AS_IT_IS, CHANGED, Progress, Scenario
from twin.run import RunResult


@dataclass(frozen=True, slots=True)
class Comparison:
    """A change against leaving it as it is; all differences hold together with 95 % confidence (Bonferroni)."""

    plant: str
    plant_revision: str
    horizon_s: float
    replications: int
    seed: int
    effects: tuple[KpiEffect, ...]
    engine: str = "simpy"
    """Which engine ran."""
    planned: int = 0
    """Replications that were asked for; with a precision, those up to the last look."""
    precision: Precision | None = None
    """How narrow the difference became that should become narrow, where that was asked for."""
    against: str | None = None
    """The other plant, where two were compared."""

    @property
    def partial(self) -> bool:
        """Whether a Ctrl-C came before all replications were made."""
        return self.replications < self.planned

    def effect(self, kpi: Kpi) -> KpiEffect:
        """The effect on one KPI."""
        return next(e for e in self.effects if e.kpi is kpi)

    def as_dict(self) -> dict[str, object]:
        """The comparison as plain JSON values."""
        return {
            "plant": self.plant,
            "plant_revision": self.plant_revision,
            "against": self.against,
            "horizon_s": self.horizon_s,
            "replications": self.replications,
            "planned": self.planned,
            "partial": self.partial,
            "seed": self.seed,
            "precision": None if self.precision is None else self.precision.as_dict(),
            "engine": self.engine,
            "effects": [{**e.model_dump(mode="json"), "unit": KPI_UNITS[e.kpi]} for e in self.effects],
        }

    def to_pandas(self) -> Any:  # noqa: ANN401 - pandas.DataFrame, optional
        """One row a KPI: as it is, changed, difference. Raises MissingExtra without pandas."""
        return to_pandas(effects_table(self))

    def to_parquet(self, path: str | Path) -> Path:
        """Write the same to a Parquet file. Raises MissingExtra without pyarrow."""
        about = {"plant": self.plant, "plant_revision": self.plant_revision, "seed": str(self.seed), "table": "effects"}
        return to_parquet(effects_table(self), path, about)

    def plot_effects(self, ax: Axes = None) -> Axes:
        """Differences with their intervals; returns the axes. Raises MissingExtra without matplotlib."""
        return plots.plot_effects(self, ax)

    def _repr_html_(self) -> str:
        return comparison_html(self)


def compare(
    plant: Plant,
    *,
    changes: Sequence[Change] = (),
    against: Plant | None = None,
    horizon_s: float,
    replications: int = 30,
    seed: int = 1,
    state: LineState | None = None,
    precision: float | None = None,
    precision_kpi: Kpi | None = None,
    max_replications: int = DEFAULT_MOST,
    workers: Workers = 1,
    progress: Progress | None = None,
    look: Look | None = None,
    engine: str = Engine.AUTO,
    keep_partial: bool = False,
) -> Comparison:
    """Compare a line with and without changes made at the start, or with another, under common random numbers.

    Args:
        plant: The line.
        changes: What is changed.
        against: Another plant that is what the line becomes, such as the same with a station or a buffer more; what
            both have draws the same random numbers, by name.
        horizon_s: Plant seconds simulated.
        replications: Pairs of runs; with a precision, those before the first look (at least 10).
        seed: Seed of all draws.
        state: Where every run starts from; an empty line without one.
        precision: Go on until the half-width of one KPI's difference is this share of its baseline mean (0.01 is 1 %).
        precision_kpi: Which KPI; the plant's first objective without one.
        max_replications: Where to give up.
        workers: Processes or threads, or an executor that leads elsewhere; the result does not depend on it.
        progress: Called with (done, all) after each run.
        look: Called with the precision there is, whenever it is looked at.
        engine: `simpy`, `compiled` or `auto`; the figures do not depend on it.
        keep_partial: At a Ctrl-C, give what the first replications say, those that are whole: the result of a call that
            asks for so many, but for its mark `partial`.

    Raises:
        InvalidInput: arguments that do not fit the plant or each other.
        RunFailed: a run does not come forward.
        KeyboardInterrupt: a Ctrl-C, without `keep_partial` or before there were two replications.
    """
    if against is not None and state is not None:
        raise InvalidInput("a state belongs to one plant: leave it out to compare two plants, which start empty")
    before = Scenario(plant, horizon_s, seed, state, engine=engine, name=AS_IT_IS)
    pair = [before, replace(before, plant=against or plant, changes=tuple(changes), name=CHANGED)]
    found = None
    if precision is None:
        rows = play_fixed(pair, replications, workers=workers, progress=progress, keep_partial=keep_partial)
    else:
        aim = Aim(precision_kpi or objectives_of(plant)[0].kpi, precision, max_replications)
        rows, found = play_until(
            pair,
            aim,
            lambda rows: _relative_to_baseline(rows, aim.kpi),
            replications=replications,
            workers=workers,
            progress=progress,
            look=look,
            keep_partial=keep_partial,
        )
    ran = names_of(r.engine for row in rows for r in row)
    return Comparison(
        plant=plant.plant,
        plant_revision=plant.revision,
        horizon_s=horizon_s,
        replications=len(rows[0]),
        planned=replications if found is None else found.planned,
        seed=seed,
        effects=_effects(rows),
        engine=ran,
        precision=found,
        against=None if against is None else against.plant,
    )


def _effects(rows: Sequence[Sequence[RunResult]]) -> tuple[KpiEffect, ...]:
    return effects_of([natural_objective(k) for k in Kpi], rows[0], rows[1])


def _relative_to_baseline(rows: Sequence[Sequence[RunResult]], kpi: Kpi) -> tuple[Interval, float]:
    effect = next(e for e in _effects(rows) if e.kpi is kpi)
    return effect.difference, effect.baseline.mean
