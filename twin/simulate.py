"""`simulate`: a forecast with intervals from many replications.

Used by the command line, the console and agents.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from plants.errors import InvalidInput
from plants.flow.change import Change
from plants.flow.state import Condition, LineState
from plants.flow.verdict import Interval
from plants.kpi import KPI_UNITS, Kpi
from plants.model.plant import Plant
from twin.engines import Engine, names_of
from twin.intervals import mean_interval, wilson
from twin.replications import Progress, Scenario, play_all
from twin.run import RunResult

MAX_REPLICATIONS = 100_000


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
    """What many replications say. All intervals are 95 % confidence intervals of the mean, by Student's t."""

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
    engine: str
    """Which engine ran."""

    def as_dict(self) -> dict[str, object]:
        """The result as plain JSON values, without the single runs."""
        return {
            "plant": self.plant,
            "plant_revision": self.plant_revision,
            "horizon_s": self.horizon_s,
            "warmup_s": self.warmup_s,
            "replications": self.replications,
            "seed": self.seed,
            "engine": self.engine,
            "kpis": {k.value: {**v.model_dump(), "unit": KPI_UNITS[k]} for k, v in self.kpis.items()},
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


def simulate(
    plant: Plant,
    *,
    horizon_s: float,
    replications: int = 30,
    seed: int = 1,
    state: LineState | None = None,
    changes: Sequence[Change] = (),
    warmup_s: float = 0.0,
    workers: int = 1,
    progress: Progress | None = None,
    engine: str = Engine.AUTO,
) -> SimulationResult:
    """Forecast a line over `horizon_s` plant seconds, from `state` or from empty.

    Args:
        plant: The line.
        horizon_s: Plant seconds simulated.
        replications: Independent runs, 2 to 100,000.
        seed: Seed of all draws; the same seed gives the same result.
        state: Where every run starts from.
        changes: Made at the start.
        warmup_s: Left out of all figures.
        workers: Processes or threads; the result does not depend on it.
        progress: Called with (done, all) after each run.
        engine: `simpy`, `compiled` or `auto`; the figures do not depend on it.

    Raises:
        InvalidInput: arguments that do not fit the plant or each other.
        RunFailed: a run does not come forward.
    """
    if not 2 <= replications <= MAX_REPLICATIONS:
        raise InvalidInput(f"replications must be 2 to {MAX_REPLICATIONS}, {replications} was given")
    scenario = Scenario(plant, horizon_s, seed, state, tuple(changes), warmup_s, engine=engine)
    runs = play_all([(scenario, r) for r in range(replications)], workers=workers, progress=progress)
    return SimulationResult(
        plant=plant.plant,
        plant_revision=plant.revision,
        horizon_s=horizon_s,
        warmup_s=warmup_s,
        replications=replications,
        seed=seed,
        kpis=kpi_intervals(runs),
        shares=_shares(runs),
        losses_min={name: mean_interval([r.losses_min[name] for r in runs]) for name in runs[0].losses_min},
        orders=tuple(_order_forecast(runs, i) for i in range(len(runs[0].orders))),
        runs=tuple(runs),
        engine=names_of(r.engine for r in runs),
    )


def kpi_intervals(runs: Sequence[RunResult], level: float = 0.95) -> dict[Kpi, Interval]:
    """Mean of every KPI with its interval."""
    return {kpi: mean_interval([r.kpis[kpi] for r in runs], level) for kpi in Kpi}


def _shares(runs: Sequence[RunResult]) -> dict[str, dict[Condition, Interval]]:
    return {
        name: {c: mean_interval([r.conditions_s[name][c] / r.span_s for r in runs]) for c in row}
        for name, row in runs[0].conditions_s.items()
    }


def _order_forecast(runs: Sequence[RunResult], i: int) -> OrderForecast:
    rows = [r.orders[i] for r in runs]
    return OrderForecast(
        order=rows[0].order,
        due_s=rows[0].due_s,
        end_s=mean_interval([o.end_s for o in rows]),
        tardiness_s=mean_interval([o.tardiness_s for o in rows]),
        on_time=wilson(sum(o.on_time for o in rows), len(rows)),
    )
