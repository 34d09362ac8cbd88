"""Replications: many runs of one scenario, here or in other processes, always with the same results.

Used by `simulate`, `compare`, `screen` and `judge`. Replications are numbered and draw from keys of their own, so
neither their sequence nor the number of workers matters.
"""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace

from plants.errors import InvalidInput
from plants.flow.change import Change
from plants.flow.state import LineState
from plants.model.plant import Plant
from twin.engines import KERNELS, Engine, engine_named
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
    engine: str = Engine.AUTO


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
        engine=scenario.engine,
    )


def play_all(
    jobs: Sequence[tuple[Scenario, int]], *, workers: int = 1, progress: Progress | None = None
) -> list[RunResult]:
    """All jobs, in the order given.

    Workers are threads for the compiled engine, which runs without the GIL, and processes for SimPy. Where the engine
    is `auto` and the kernels become ready on the way, the rest is made by them; the results are the same.

    Raises:
        InvalidInput: fewer than one worker, or a job that does not fit the plant.
        EngineRefused: engine `compiled` is not there or does not cover the line.
        RunFailed: a run does not come forward.
    """
    if workers < 1:
        raise InvalidInput(f"workers must be at least 1, {workers} was given")
    done: list[RunResult] = []
    for result in _results(jobs, min(workers, len(jobs))):
        done.append(result)
        if progress is not None:
            progress(len(done), len(jobs))
    return done


def _results(jobs: Sequence[tuple[Scenario, int]], workers: int) -> Iterator[RunResult]:
    if workers <= 1:
        yield from map(play, jobs)
        return
    left = deque(jobs)
    if not _compiled(jobs):
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(max_workers=workers, mp_context=context) as pool:
            while left and not _compiled(left):
                chunk = max(1, len(jobs) // (workers * 4))
                batch = [_by_simpy(left.popleft()) for _ in range(min(len(left), chunk * workers))]
                yield from pool.map(play, batch, chunksize=chunk)
    if left:
        with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="jayul-run") as threads:
            yield from threads.map(play, left)


def _compiled(jobs: Iterable[tuple[Scenario, int]]) -> bool:
    """Whether the compiled engine makes all of these, now."""
    engines = {engine_named(scenario.engine) for scenario, _ in jobs}
    if Engine.SIMPY in engines:
        return False
    return Engine.AUTO not in engines or KERNELS.ready


def _by_simpy(job: tuple[Scenario, int]) -> tuple[Scenario, int]:
    """The same job for a process of its own, which shall not compile anything."""
    scenario, replication = job
    return replace(scenario, engine=Engine.SIMPY), replication
