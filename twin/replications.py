"""Replications: many runs of one scenario, here or in other processes, always with the same results.

Used by `simulate`, `compare`, `screen` and `judge`. Replications are numbered and draw from keys of their own, so
neither their sequence nor the number of workers matters.
"""

import multiprocessing
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Self, TypeVar

from plants.errors import InvalidInput
from plants.flow.change import Change
from plants.flow.state import LineState
from plants.model.plant import Plant
from twin.run import RunResult, run

Progress = Callable[[int, int], None]
"""Called with (done, all) after each run."""

Job = TypeVar("Job")
Found = TypeVar("Found")


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
    slots: int = 0


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
        slots=scenario.slots,
    )


def play_all(
    jobs: Sequence[tuple[Scenario, int]], *, workers: int = 1, progress: Progress | None = None
) -> list[RunResult]:
    """All jobs, in the order given.

    Raises:
        InvalidInput: fewer than one worker, or a job that does not fit the plant.
        RunFailed: a run does not come forward.
    """
    with Crew(min(workers, max(len(jobs), 1)) if workers > 0 else workers) as crew:
        return crew.map(play, jobs, progress)


class Crew:
    """Processes that take jobs round after round, until the `with` block ends; with one worker, this process.

    Args:
        workers: Processes; what `map` returns does not depend on it.

    Raises:
        InvalidInput: fewer than one worker.
    """

    def __init__(self, workers: int) -> None:
        if workers < 1:
            raise InvalidInput(f"workers must be at least 1, {workers} was given")
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def map(
        self, function: Callable[[Job], Found], jobs: Sequence[Job], progress: Progress | None = None
    ) -> list[Found]:
        """`function` of every job, in the order given; the function must be a name in a module.

        Raises:
            JayulError: what the function raises.
        """
        if self._workers == 1 or len(jobs) < 2:
            return _collect(map(function, jobs), len(jobs), progress)
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(max_workers=self._workers, mp_context=context)
        chunk = max(1, len(jobs) // (self._workers * 4))
        return _collect(self._pool.map(function, jobs, chunksize=chunk), len(jobs), progress)


def _collect(results: Iterable[Found], total: int, progress: Progress | None) -> list[Found]:
    done = []
    for result in results:
        done.append(result)
        if progress is not None:
            progress(len(done), total)
    return done
