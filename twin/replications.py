"""Replications: many runs of one scenario, here or in other processes, always with the same results.

Used by `simulate`, `compare`, `screen` and `judge`. Replications are numbered and draw from keys of their own, so
neither their sequence nor the number of workers matters.
"""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Self, TypeVar

from plants.errors import InvalidInput, RunFailed
from plants.flow.change import Change
from plants.flow.state import LineState
from plants.model.plant import Plant
from twin.engines import Engine, compiled_now, engine_named
from twin.run import RunResult, run

Progress = Callable[[int, int], None]
"""Called with (done, all) after each run."""

AS_IT_IS, CHANGED = "as it is", "with the changes"
"""Names of the two scenarios of a pair."""

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
    engine: str = Engine.AUTO
    name: str = ""
    """How a person tells it from the others it is played with, such as 'with the changes'."""


def play(job: tuple[Scenario, int]) -> RunResult:
    """One replication of a scenario.

    Raises:
        RunFailed: it does not come forward; the message says which it was.
    """
    scenario, replication = job
    with named(scenario, replication):
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
            engine=scenario.engine,
        )


@contextmanager
def named(scenario: Scenario, replication: int) -> Iterator[None]:
    """Say in the message of a run that failed which scenario and replication it was."""
    try:
        yield
    except RunFailed as error:
        of = f" {scenario.name}" if scenario.name else ""
        raise type(error)(f"replication {replication}{of}: {error}") from error


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
    with Crew(min(workers, max(len(jobs), 1)) if workers > 0 else workers) as crew:
        return crew.play(jobs, progress)


class Crew:
    """Workers that take jobs round after round, until the `with` block ends; with one worker, this process.

    Args:
        workers: Processes, or threads of the compiled engine; what `play` returns does not depend on it.

    Raises:
        InvalidInput: fewer than one worker.
    """

    def __init__(self, workers: int) -> None:
        if workers < 1:
            raise InvalidInput(f"workers must be at least 1, {workers} was given")
        self._workers = workers
        self._pools: dict[type[Executor], Executor] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pool in self._pools.values():
            pool.shutdown(cancel_futures=True)

    def play(self, jobs: Sequence[tuple[Scenario, int]], progress: Progress | None = None) -> list[RunResult]:
        """All jobs, in the order given.

        Raises:
            JayulError: what a run raises.
        """
        return _collect(self._results(jobs), len(jobs), progress)

    def map(
        self, function: Callable[[Job], Found], jobs: Sequence[Job], progress: Progress | None = None
    ) -> list[Found]:
        """`function` of every job by SimPy, in the order given; the function must be a name in a module.

        Raises:
            JayulError: what the function raises.
        """
        if self._workers == 1 or len(jobs) < 2:
            return _collect(map(function, jobs), len(jobs), progress)
        chunk = max(1, len(jobs) // (self._workers * 4))
        return _collect(self._processes().map(function, jobs, chunksize=chunk), len(jobs), progress)

    def _results(self, jobs: Sequence[tuple[Scenario, int]]) -> Iterator[RunResult]:
        if self._workers == 1 or len(jobs) < 2:
            yield from map(play, jobs)
            return
        left = deque(jobs)
        chunk = max(1, len(jobs) // (self._workers * 4))
        while left and not _compiled(left):
            batch = [_by_simpy(left.popleft()) for _ in range(min(len(left), chunk * self._workers))]
            yield from self._processes().map(play, batch, chunksize=chunk)
        if left:
            yield from self._threads().map(play, left)

    def _processes(self) -> Executor:
        if ProcessPoolExecutor not in self._pools:
            context = multiprocessing.get_context("spawn")
            self._pools[ProcessPoolExecutor] = ProcessPoolExecutor(self._workers, mp_context=context)
        return self._pools[ProcessPoolExecutor]

    def _threads(self) -> Executor:
        if ThreadPoolExecutor not in self._pools:
            self._pools[ThreadPoolExecutor] = ThreadPoolExecutor(self._workers, thread_name_prefix="jayul-run")
        return self._pools[ThreadPoolExecutor]


def _collect(results: Iterable[Found], total: int, progress: Progress | None) -> list[Found]:
    done = []
    for result in results:
        done.append(result)
        if progress is not None:
            progress(len(done), total)
    return done


def _compiled(jobs: Iterable[tuple[Scenario, int]]) -> bool:
    """Whether the compiled engine makes all of these, now."""
    scenarios = {id(scenario): scenario for scenario, _ in jobs}.values()
    engines = {engine_named(s.engine) for s in scenarios}
    if Engine.SIMPY in engines:
        return False
    return all(engine_named(s.engine) is Engine.COMPILED or compiled_now(s.plant) for s in scenarios)


def _by_simpy(job: tuple[Scenario, int]) -> tuple[Scenario, int]:
    """The same job for a process of its own, which shall not compile anything."""
    scenario, replication = job
    return replace(scenario, engine=Engine.SIMPY), replication
