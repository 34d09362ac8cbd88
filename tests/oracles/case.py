"""An oracle: a plant of which a figure is known exactly, and how the twin's figure is measured to compare them.

Used by the files of oracles beside this one, their test and `python -m tests.oracles`. The twin's own machinery for
precision makes replications until the interval is narrow enough, by the compiled engine where it covers the plant, by
SimPy elsewhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from plants.flow.verdict import Interval
from plants.kpi import Kpi
from plants.model.plant import Plant
from twin.engines import Engine, kernels_of, names_of
from twin.intervals import mean_interval
from twin.precision import MAX_REPLICATIONS, Aim, play_until
from twin.replications import Scenario
from twin.run import RunResult

LEVEL = 0.999
HALF_WIDTH = 0.003
"""Largest half-width of the interval over its mean."""
FIRST_LOOK = 20
"""Replications before the width is looked at for the first time."""

SHORTEST_S = 5_000.0
"""Shortest replication, so that the figures of one are nearly normal."""

Figure = Callable[[RunResult], float]
"""What is known exactly, from one replication."""


@dataclass(frozen=True)
class Oracle:
    """A plant, what is known of it, and a plant of which it is not true."""

    name: str
    plant: Plant
    figure: Figure
    exact: float
    wrong: Plant
    """Differs from the plant in what the oracle is about."""
    horizon_s: float = 50_000.0
    """Length of a replication at `HALF_WIDTH`, after its warm-up."""
    warmup_s: float = 1_000.0
    quick: float = HALF_WIDTH
    """Half-width that `make test` asks for; `make test-all` and `python -m tests.oracles` ask for `HALF_WIDTH`."""


@dataclass(frozen=True)
class Answer:
    """What the twin says."""

    interval: Interval
    replications: int
    engine: str
    steps: int
    """Units finished at stations, in all replications."""

    @property
    def relative(self) -> float:
        """Half-width over mean."""
        return self.interval.half_width / abs(self.interval.mean)

    def agrees(self, exact: float, width: float = HALF_WIDTH) -> bool:
        """Whether the interval holds the exact figure; it must be narrow enough to say so."""
        assert self.relative <= width, f"the interval is ± {self.relative:.2%}, wider than ± {width:.2%}"
        return self.interval.low <= exact <= self.interval.high


def ask(
    oracle: Oracle,
    *,
    wrong: bool = False,
    width: float = HALF_WIDTH,
    seed: int = 1,
    workers: int = 1,
) -> Answer:
    """The figure of the oracle's plant, or of its wrong one, as narrow as asked for."""
    plant = oracle.wrong if wrong else oracle.plant
    span_s = max(oracle.horizon_s * min(HALF_WIDTH / width, 1.0), SHORTEST_S)  # less is enough for wider intervals
    whole_s = oracle.warmup_s + span_s
    scenario = Scenario(plant, whole_s, seed, warmup_s=oracle.warmup_s, engine=Engine.AUTO)
    return measure(scenario, oracle.figure, width=width, workers=workers)


def measure(scenario: Scenario, figure: Figure, *, width: float = HALF_WIDTH, workers: int = 1) -> Answer:
    """Replications of a scenario until the 99.9 % interval of a figure is narrow enough."""
    kernels_of(scenario.plant).wait()
    rows, _ = play_until(
        [scenario],
        Aim(Kpi.THROUGHPUT, width, MAX_REPLICATIONS),
        lambda rows: _interval(rows[0], figure),
        replications=FIRST_LOOK,
        workers=workers,
    )
    runs = rows[0]
    interval, _ = _interval(runs, figure)
    return Answer(interval, len(runs), names_of(r.engine for r in runs), sum(map(_steps, runs)))


def throughput(run: RunResult) -> float:
    """Good units per second."""
    return run.kpis[Kpi.THROUGHPUT] / 3600


def units(run: RunResult) -> float:
    """Time average of the units on the line."""
    return run.kpis[Kpi.WIP]


def lead_time(run: RunResult) -> float:
    """Mean time on the line of units that left, in seconds."""
    return run.kpis[Kpi.LEAD_TIME]


def _interval(runs: Sequence[RunResult], figure: Figure) -> tuple[Interval, float]:
    found = mean_interval([figure(run) for run in runs], LEVEL)
    return found, found.mean


def _steps(run: RunResult) -> int:
    return sum(count for name, count in run.counters.items() if name.endswith(".processed"))
