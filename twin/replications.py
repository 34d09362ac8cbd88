"""Replications: many runs of one scenario, here or in other processes, always with the same results.

Used by `simulate`, `compare`, `screen` and `judge`. Replications are numbered and draw from keys of their own, so
neither their sequence nor the number of workers matters.
"""

import multiprocessing
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from plants.errors import InvalidInput
from plants.flow.change import Change
from plants.flow.state import LineState
from plants.model.plant import Plant
from twin.run import RunResult, run

Progress = Callable[[int, int], None]
"""Called with (done, all) after each run."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What all replications of one scenario share."""

    plant: Plant
    horizon_s: float
    seed: int = 1
    state: LineState | None = None
    changes: tuple[Change, ...] = ()
    warmup_s: float = 0.0
    delay_s: float = 0.0
    window_s: tuple[float, float] | None = None


def play(job: tuple[Scenario, int]) -> RunResult:
    """One replication of a scenario."""
    scenario, replication = job
    return run(
        scenario.plant,
        horizon_s=scenario.horizon_s,
        seed=scenario.seed,
        replication=replication,
        state=scenario.state,
        changes=scenario.changes,
        warmup_s=scenario.warmup_s,
        delay_s=scenario.delay_s,
        window_s=scenario.window_s,
    )


def play_all(
    jobs: Sequence[tuple[Scenario, int]], *, workers: int = 1, progress: Progress | None = None
) -> list[RunResult]:
    """All jobs, in the order given.

    Raises:
        InvalidInput: fewer than one worker, or a job that does not fit the plant.
        RunFailed: a run does not come forward.
    """
    if workers < 1:
        raise InvalidInput(f"workers must be at least 1, {workers} was given")
    if workers == 1 or len(jobs) < 2:
        return _collect(map(play, jobs), len(jobs), progress)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=min(workers, len(jobs)), mp_context=context) as pool:
        chunk = max(1, len(jobs) // (workers * 4))
        return _collect(pool.map(play, jobs, chunksize=chunk), len(jobs), progress)


def _collect(results: Iterable[RunResult], total: int, progress: Progress | None) -> list[RunResult]:
    done = []
    for result in results:
        done.append(result)
        if progress is not None:
            progress(len(done), total)
    return done
