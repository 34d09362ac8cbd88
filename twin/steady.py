"""Steady state: where the start of a run stops to matter (MSER-5), and intervals from one long run (batch means).

Used by `simulate --steady`. Refuses a line whose orders run out: it has no steady state. The warm-up is looked for in
replications of its own, so that the figures after it are not those it was chosen by.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist

import numpy as np

from plants.errors import InvalidInput
from plants.flow.state import Condition
from plants.flow.verdict import Interval
from plants.model.plant import Plant
from twin.crew import Workers
from twin.intervals import mean_interval
from twin.precision import play_fixed
from twin.replications import Progress, Scenario
from twin.run import RunResult

BATCH = 5
"""Observations that MSER-5 takes together."""

FIRST = 2_000_000
"""Number of the first replication in which a warm-up is looked for; no forecast or verdict uses it."""

_FEWEST = 10
_LEAST_LEFT = 5

_PILOT_SLOTS = 100
"""Observations of a pilot run. With more of them, each covers less than a breakdown lasts, neighbours are alike, and
MSER takes a quiet hour near the end for the steady state."""

_LONG_SLOTS = 500


@dataclass(frozen=True, slots=True)
class Truncation:
    """Where a series settles."""

    observations: int
    """Observations to leave out."""
    length: int
    """Observations there are."""

    @property
    def settled(self) -> bool:
        """Whether it settles in its first half; later than that the series is too short to tell (White 1997)."""
        return self.observations <= self.length / 2


def mser5(series: Sequence[float]) -> Truncation:
    """Observations to leave out at the start of a series.

    MSER-5 (White, Simulation 69, 1997; White, Cobb and Spratt, WSC 2000): of the means of batches of five, leave out
    the first d that minimise the marginal standard error, `sum((y - mean)**2) / (n - d)**2` of those that stay. The
    last five batches are never all that stays: a few values that happen to be alike would look settled (Franklin and
    White, WSC 2008).

    Raises:
        InvalidInput: fewer than ten batches.
    """
    n = len(series) // BATCH
    if n < _FEWEST:
        raise InvalidInput(f"MSER-5 needs at least {_FEWEST * BATCH} observations, {len(series)} were given")
    y = np.asarray(series[: n * BATCH], dtype=np.float64).reshape(n, BATCH).mean(axis=1)
    y = y - y.mean()  # keeps sums of squares from cancelling
    left = np.arange(n, 0, -1)
    sums, squares = np.cumsum(y[::-1])[::-1], np.cumsum((y**2)[::-1])[::-1]
    errors = np.maximum(squares - sums**2 / left, 0.0) / left.astype(np.float64) ** 2
    best = int(np.argmin(errors[: n - _LEAST_LEFT]))
    return Truncation(best * BATCH, len(series))


@dataclass(frozen=True, slots=True)
class BatchMeans:
    """A long-run mean from one run."""

    interval: Interval
    batches: int
    autocorrelation: float
    """Of neighbouring batch means."""

    @property
    def independent(self) -> bool:
        """Whether the batches are long enough to be taken as independent: no positive correlation at 5 % risk."""
        return self.autocorrelation < NormalDist().inv_cdf(0.95) / sqrt(self.batches)


def batch_means(series: Sequence[float], batches: int = 20, level: float = 0.95) -> BatchMeans:
    """Mean of a stationary series with an interval from the means of consecutive batches (Student's t).

    Observations that do not fill the batches are left out at the start. With 10 to 30 batches the interval loses little
    by having no more (Schmeiser, Operations Research 30, 1982); `independent` tests whether they are long enough.

    Raises:
        InvalidInput: fewer than two batches, or fewer observations than batches.
    """
    if not 2 <= batches <= len(series):
        raise InvalidInput(f"{len(series)} observations do not make {batches} batches: take 2 to {len(series)}")
    size = len(series) // batches
    y = np.asarray(series[len(series) - size * batches :], dtype=np.float64).reshape(batches, size).mean(axis=1)
    centred = y - y.mean()
    total = float(centred @ centred)
    correlation = float(centred[1:] @ centred[:-1]) / total if total > 0 else 0.0
    return BatchMeans(mean_interval(y.tolist(), level), batches, correlation)


@dataclass(frozen=True, slots=True)
class WarmUp:
    """What to leave out of runs that start from empty."""

    warmup_s: float
    """Plant seconds to leave out: the later of the two, but never more than half of the runs."""
    throughput_s: float
    """When throughput settles by MSER-5."""
    wip_s: float
    """When WIP settles by MSER-5."""
    pilot_s: float
    """Length of the runs it was looked for in."""
    replications: int
    """How many of them."""
    warnings: tuple[str, ...]
    """Why it may not be trusted, in words."""

    def as_dict(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "method": "MSER-5",
            "warmup_s": self.warmup_s,
            "throughput_s": self.throughput_s,
            "wip_s": self.wip_s,
            "pilot_s": self.pilot_s,
            "replications": self.replications,
            "warnings": list(self.warnings),
        }


def find_warmup(
    plant: Plant,
    *,
    horizon_s: float,
    replications: int = 10,
    seed: int = 1,
    workers: Workers = 1,
    progress: Progress | None = None,
) -> WarmUp:
    """How long a line that starts empty takes to settle, from throughput and WIP averaged over pilot runs.

    Averaging over replications before truncating takes noise out of the series (Hoad, Robinson and Davies, Journal of
    the Operational Research Society 61, 2010).

    Args:
        plant: The line.
        horizon_s: Length of the pilot runs; several times the warm-up that is expected.
        replications: Pilot runs, at least 2.
        seed: Seed of all draws; other replications than those of a simulation.
        workers: Processes; the result does not depend on it.
        progress: Called with (done, all) after each run.

    Raises:
        InvalidInput: figures that cannot be, or a line that is out of orders before the horizon.
        RunFailed: a run does not come forward.
    """
    scenario = Scenario(plant, horizon_s, seed, slots=_PILOT_SLOTS)
    (runs,) = play_fixed([scenario], replications, first=FIRST, workers=workers, progress=progress)
    _refuse_without_orders(plant, runs, horizon_s)
    good = np.mean([[slot.good for slot in r.slots] for r in runs], axis=0)
    wip = np.mean([[slot.wip for slot in r.slots] for r in runs], axis=0)
    found = {"throughput": mser5(good.tolist()), "WIP": mser5(wip.tolist())}
    slot_s = horizon_s / _PILOT_SLOTS
    throughput_s, wip_s = (t.observations * slot_s for t in found.values())
    return WarmUp(
        warmup_s=min(max(throughput_s, wip_s), horizon_s / 2),
        throughput_s=throughput_s,
        wip_s=wip_s,
        pilot_s=horizon_s,
        replications=replications,
        warnings=tuple(
            f"{name} settles only in the last half of the {horizon_s:g} s simulated: "
            "no warm-up can be trusted, half of the horizon is left out; take a longer horizon, or a plant file "
            "without orders if setups are the cause"
            for name, t in found.items()
            if not t.settled
        ),
    )


def _refuse_without_orders(plant: Plant, runs: Sequence[RunResult], horizon_s: float) -> None:
    first = plant.stations[0].id
    idle_s = max(r.conditions_s[first][Condition.NO_ORDER] for r in runs)
    if idle_s > 0:
        raise InvalidInput(
            f"the orders run out up to {ceil(idle_s / 60)} minutes before the end of {horizon_s:g} s, so there is no "
            "steady state: take a shorter horizon, or a plant file without orders"
        )


def long_run(
    plant: Plant, *, horizon_s: float, warmup_s: float, seed: int = 1, batches: int = 20
) -> tuple[BatchMeans, BatchMeans]:
    """Long-run throughput (1/h) and WIP of a line from one long run, without its warm-up.

    Take the warm-up from `find_warmup`: in a single run one long breakdown can look like a start that has not settled.

    Raises:
        InvalidInput: figures that cannot be, a line that is out of orders before the horizon, or a warm-up of more than
            half of it.
        RunFailed: the run does not come forward.
    """
    if not 0 <= warmup_s <= horizon_s / 2:
        raise InvalidInput(f"a warm-up of {warmup_s:g} s is more than half of {horizon_s:g} s: take a longer horizon")
    ((run,),) = play_fixed([Scenario(plant, horizon_s, seed, slots=_LONG_SLOTS)], 1, first=FIRST - 1, fewest=1)
    _refuse_without_orders(plant, [run], horizon_s)
    settled = [slot for slot in run.slots if slot.until_s - horizon_s / _LONG_SLOTS >= warmup_s]
    per_h = 3600 * _LONG_SLOTS / horizon_s
    return batch_means([slot.good * per_h for slot in settled], batches), batch_means([s.wip for s in settled], batches)
