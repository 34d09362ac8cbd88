"""`simulate`: a forecast with intervals from many replications.

Used by the command line, the console and agents.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypedDict

from plants.flow.change import Change
from plants.flow.state import Condition, LineState
from plants.flow.verdict import Interval
from plants.kpi import KPI_UNITS, Kpi
from plants.model.plant import Plant
from twin.crew import Workers
from twin.effects import objectives_of
from twin.engines import Engine, names_of
from twin.intervals import kpi_interval, mean_interval, positive_interval, share_interval, wilson
from twin.kpis import PER_GOOD
from twin.notebook import plots
from twin.notebook.frames import to_pandas, to_parquet
from twin.notebook.markup import simulation_html
from twin.notebook.plots import Axes
from twin.notebook.tables import TableName, table_of
from twin.precision import DEFAULT_MOST, Aim, Look, Precision, play_fixed, play_until
from twin.replications import Progress, Scenario
from twin.run import Record, RunResult

SHIFT_S = 8 * 3600.0
"""Plant seconds simulated unless said otherwise: a shift."""

SLOTS = 48
"""Parts of the horizon for which every run tells how it went on."""


@dataclass(frozen=True, slots=True)
class OrderForecast:
    """How an order will fare."""

    order: str
    due_s: float
    end_s: Interval
    """When it ends, or is projected to end."""
    tardiness_s: Interval
    on_time: Interval
    """Probability of ending by its due time, Wilson's interval."""


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """What many replications say. All intervals are 95 % confidence intervals of the mean (`twin.intervals`)."""

    plant: str
    plant_revision: str
    horizon_s: float
    warmup_s: float
    replications: int
    seed: int
    kpis: dict[Kpi, Interval]
    shares: dict[str, dict[Condition, Interval]]
    """Mean share of the time that each station spends in each condition."""
    losses_min: dict[str, Interval]
    orders: tuple[OrderForecast, ...]
    runs: tuple[RunResult, ...]
    engine: str = "simpy"
    """Which engine ran."""
    planned: int = 0
    """Replications that were asked for; with a precision, those up to the last look."""
    precision: Precision | None = None
    """How narrow the interval became that should become narrow, where that was asked for."""

    @property
    def partial(self) -> bool:
        """Whether a Ctrl-C came before all replications were made."""
        return self.replications < self.planned

    @property
    def runs_without_good(self) -> int:
        """Replications in which no good unit left the line: their lead time and energy per good unit are no figures."""
        return sum(r.totals.good == 0 for r in self.runs)

    def told_of_runs_without_good(self) -> str:
        """What such runs do to the figures, in words; empty where there are none."""
        if not self.runs_without_good:
            return ""
        if self.runs_without_good == self.replications:
            return (
                "No good unit left the line in any run: there is no lead time and no energy per good unit. "
                "Ask for a longer horizon."
            )
        return (
            f"In {self.runs_without_good} of {self.replications} runs no good unit left the line: they count with the "
            "whole span as lead time and all their energy for one unit. Ask for a longer horizon."
        )

    def is_known(self, kpi: Kpi) -> bool:
        """Whether a KPI says something: one of a good unit does not when no run made any, nor quality of nothing."""
        if kpi is Kpi.QUALITY:
            return any(r.totals.good + sum(r.totals.scrapped) for r in self.runs)
        return kpi not in PER_GOOD or self.runs_without_good < self.replications

    def as_dict(self) -> dict[str, object]:
        """The result as plain JSON values, without the single runs; a KPI that is not known has null figures."""
        return {
            "plant": self.plant,
            "plant_revision": self.plant_revision,
            "horizon_s": self.horizon_s,
            "warmup_s": self.warmup_s,
            "replications": self.replications,
            "runs_without_good": self.runs_without_good,
            "planned": self.planned,
            "partial": self.partial,
            "seed": self.seed,
            "precision": None if self.precision is None else self.precision.as_dict(),
            "engine": self.engine,
            "kpis": {k.value: self._told(k) | {"unit": KPI_UNITS[k]} for k in self.kpis},
            "stations": {name: {c.value: i.model_dump() for c, i in row.items()} for name, row in self.shares.items()},
            "losses_min": {name: i.model_dump() for name, i in self.losses_min.items()},
            "orders": [
                {
                    "order": o.order,
                    "due_s": o.due_s,
                    "end_s": o.end_s.model_dump(),
                    "tardiness_s": o.tardiness_s.model_dump(),
                    "on_time": o.on_time.model_dump(),
                }
                for o in self.orders
            ],
        }

    def _told(self, kpi: Kpi) -> dict[str, object]:
        told = self.kpis[kpi].model_dump()
        return told if self.is_known(kpi) else dict.fromkeys(told)

    def to_pandas(self, table: TableName = "replications") -> Any:  # noqa: ANN401 - pandas.DataFrame, optional
        """One of the tables of `twin.notebook.tables.table_of` as a data frame.

        Raises:
            InvalidInput: no table has that name.
            MissingExtra: pandas is not installed.
        """
        return to_pandas(table_of(self, table))

    def to_parquet(self, path: str | Path, table: TableName = "replications") -> Path:
        """Write one of the tables to a Parquet file; plant, revision and seed are in its metadata.

        Raises:
            InvalidInput: no table has that name.
            MissingExtra: pyarrow is not installed.
        """
        about = {"plant": self.plant, "plant_revision": self.plant_revision, "seed": str(self.seed), "table": table}
        about |= {"horizon_s": f"{self.horizon_s:g}", "warmup_s": f"{self.warmup_s:g}"}
        return to_parquet(table_of(self, table), path, about)

    def plot_throughput(self, ax: Axes = None) -> Axes:
        """Good units per hour over the horizon; returns the axes. Raises MissingExtra without matplotlib."""
        return plots.plot_throughput(self, ax)

    def plot_wip(self, ax: Axes = None) -> Axes:
        """Units on the line over the horizon; returns the axes. Raises MissingExtra without matplotlib."""
        return plots.plot_wip(self, ax)

    def plot_states(self, ax: Axes = None) -> Axes:
        """What each station did; returns the axes. Raises MissingExtra without matplotlib."""
        return plots.plot_states(self, ax)

    def plot_orders(self, ax: Axes = None) -> Axes:
        """When orders end and are due; returns the axes. Raises MissingExtra without matplotlib."""
        return plots.plot_orders(self, ax)

    def plot_losses(self, ax: Axes = None) -> Axes:
        """Minutes lost at the slowest station; returns the axes. Raises MissingExtra without matplotlib."""
        return plots.plot_losses(self, ax)

    def _repr_html_(self) -> str:
        return simulation_html(self)


class SimulationOptions(TypedDict, total=False):
    """What may be left out of a call of `simulate`, for those who pass it on."""

    replications: int
    seed: int
    precision: float | None
    precision_kpi: Kpi | None
    max_replications: int
    workers: Workers
    progress: Progress | None
    look: Look | None
    engine: str
    keep_partial: bool


def simulate(
    plant: Plant,
    *,
    horizon_s: float = SHIFT_S,
    replications: int = 30,
    seed: int = 1,
    state: LineState | None = None,
    changes: Sequence[Change] = (),
    warmup_s: float = 0.0,
    precision: float | None = None,
    precision_kpi: Kpi | None = None,
    max_replications: int = DEFAULT_MOST,
    workers: Workers = 1,
    progress: Progress | None = None,
    look: Look | None = None,
    engine: str = Engine.AUTO,
    keep_partial: bool = False,
    recording: Record | None = None,
) -> SimulationResult:
    """Forecast a line over `horizon_s` plant seconds, from `state` or from empty.

    Args:
        plant: The line.
        horizon_s: Plant seconds simulated.
        replications: Independent runs, 2 to 100,000; with a precision, those before the first look (at least 10).
        seed: Seed of all draws; the same seed gives the same result.
        state: Where every run starts from.
        changes: Made at the start.
        warmup_s: Left out of all figures.
        precision: Go on until the half-width of one KPI's interval is this share of its mean (0.01 is 1 %);
            `result.precision` says whether it was reached.
        precision_kpi: Which KPI; the plant's first objective without one.
        max_replications: Where to give up.
        workers: Processes or threads, or an executor that leads elsewhere; the result does not depend on it.
        progress: Called with (done, all) after each run.
        look: Called with the precision there is, whenever it is looked at.
        engine: `simpy`, `compiled` or `auto`; the figures do not depend on it.
        keep_partial: At a Ctrl-C, give what the first replications say, those that are whole: the result of a call that
            asks for so many, but for its mark `partial`.
        recording: Where the first replications are recorded.

    Raises:
        InvalidInput: arguments that do not fit the plant or each other.
        RunFailed: a run does not come forward.
        KeyboardInterrupt: a Ctrl-C, without `keep_partial` or before there were two replications.
    """
    scenario = Scenario(plant, horizon_s, seed, state, tuple(changes), warmup_s, slots=SLOTS, engine=engine)
    found = None
    if precision is None:
        (runs,) = play_fixed(
            [scenario],
            replications,
            workers=workers,
            progress=progress,
            keep_partial=keep_partial,
            recording=recording,
        )
    else:
        aim = Aim(precision_kpi or objectives_of(plant)[0].kpi, precision, max_replications)
        (runs,), found = play_until(
            [scenario],
            aim,
            lambda rows: _relative_to_itself(rows[0], aim.kpi),
            replications=replications,
            workers=workers,
            progress=progress,
            look=look,
            keep_partial=keep_partial,
            recording=recording,
        )
    return replace(result_of(scenario, runs, found), planned=replications if found is None else found.planned)


def _relative_to_itself(runs: Sequence[RunResult], kpi: Kpi) -> tuple[Interval, float]:
    interval = kpi_interval(kpi, [r.kpis[kpi] for r in runs])
    return interval, interval.mean


def result_of(scenario: Scenario, runs: Sequence[RunResult], precision: Precision | None = None) -> SimulationResult:
    """What the runs of a scenario say."""
    plant = scenario.plant
    return SimulationResult(
        plant=plant.plant,
        plant_revision=plant.revision,
        horizon_s=scenario.horizon_s,
        warmup_s=scenario.warmup_s,
        replications=len(runs),
        planned=len(runs),
        seed=scenario.seed,
        kpis=kpi_intervals(runs),
        shares=_shares(runs),
        losses_min=_losses(runs),
        orders=tuple(_order_forecast(runs, i) for i in range(len(runs[0].orders))),
        runs=tuple(runs),
        precision=precision,
        engine=names_of(r.engine for r in runs),
    )


def kpi_intervals(runs: Sequence[RunResult], level: float = 0.95) -> dict[Kpi, Interval]:
    """Mean of every KPI with its interval."""
    return {kpi: kpi_interval(kpi, [r.kpis[kpi] for r in runs], level) for kpi in Kpi}


def _shares(runs: Sequence[RunResult]) -> dict[str, dict[Condition, Interval]]:
    return {
        name: {c: share_interval([r.conditions_s[name][c] / r.span_s for r in runs]) for c in row}
        for name, row in runs[0].conditions_s.items()
    }


def _losses(runs: Sequence[RunResult]) -> dict[str, Interval]:
    """All are times, never below 0, but `speed`, which is gained where work is faster than described."""
    minutes = {name: [r.losses_min[name] for r in runs] for name in runs[0].losses_min}
    return {n: mean_interval(row) if n == "speed" else positive_interval(row) for n, row in minutes.items()}


def _order_forecast(runs: Sequence[RunResult], i: int) -> OrderForecast:
    rows = [r.orders[i] for r in runs]
    return OrderForecast(
        order=rows[0].order,
        due_s=rows[0].due_s,
        end_s=mean_interval([o.end_s for o in rows]),
        tardiness_s=positive_interval([o.tardiness_s for o in rows]),
        on_time=wilson(sum(o.on_time for o in rows), len(rows)),
    )
