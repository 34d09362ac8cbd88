"""A crew: workers that make replications, in this process, in others, in threads, or wherever an executor leads.

Used by `simulate`, `compare`, `judge` and whoever asks many runs. What they return does not depend on who makes them.
Workers are threads for the compiled engine, which runs without the GIL, and processes for SimPy. Where the engine is
`auto`, work of more than about two seconds has the kernels loaded, or compiled, once, in a thread of this process,
while processes begin with SimPy; when they are ready, the rest is made by them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from types import TracebackType
from typing import Self, TypeVar

from plants.errors import InvalidInput
from twin.batches import Order, in_batches
from twin.engines import Engine, compiled_now, engine_named, will_need_kernels
from twin.processes import EndablePool
from twin.replications import Job, Progress, Scenario, pack, play, play_packed
from twin.run import Record, RunResult, steps_of

Workers = int | Executor
"""How many processes or threads of this machine, or an executor that leads elsewhere (`twin.cluster`)."""

BATCH_S, LENT_BATCH_S = 0.25, 1.0
"""Seconds that a batch shall take: on this machine, and where handing it over costs more."""
LENT_WIDTH = 64
"""Workers that an executor is taken to have: it does not tell."""

AnyJob = TypeVar("AnyJob")
Found = TypeVar("Found")


def play_all(jobs: Sequence[Job], *, workers: Workers = 1, progress: Progress | None = None) -> list[RunResult]:
    """All jobs, in the order given.

    Raises:
        InvalidInput: fewer than one worker, or a job that does not fit the plant.
        EngineRefused: engine `compiled` is not there or does not cover the line.
        RunFailed: a run does not come forward.
    """
    with Crew(min(workers, max(len(jobs), 1)) if isinstance(workers, int) and workers > 0 else workers) as crew:
        return crew.play(jobs, progress)


class Crew:
    """Workers that take jobs round after round, until the `with` block ends; with one worker, this process.

    Args:
        workers: Processes, or threads of the compiled engine, or an executor; what `play` returns does not depend on
            it. An executor is left open.
        keep_partial: At a Ctrl-C, `play` and `map` return what there is, the first so many results; `interrupted`
            tells. Without it, `KeyboardInterrupt` is raised.
        recording: Replications that it wants are made in this process, before the others.

    Raises:
        InvalidInput: fewer than one worker.
    """

    def __init__(self, workers: Workers, *, keep_partial: bool = False, recording: Record | None = None) -> None:
        if isinstance(workers, int) and workers < 1:
            raise InvalidInput(f"workers must be at least 1, {workers} was given")
        self._lent = None if isinstance(workers, int) else workers
        self.width = workers if isinstance(workers, int) else LENT_WIDTH
        """Runs that can be made side by side."""
        self._keep_partial = keep_partial
        self._recording = recording
        self._processes: EndablePool | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._packed: dict[int, bytes] = {}
        """Scenarios of the present jobs as bytes, by their identity."""
        self.interrupted = False
        """Whether a Ctrl-C has ended the work."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if self._processes is not None:
            if kind is not None or self.interrupted:
                self._processes.end()
            self._processes.shutdown(cancel_futures=True)
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)

    def play(self, jobs: Sequence[Job], progress: Progress | None = None) -> list[RunResult]:
        """All jobs, in the order given.

        Raises:
            JayulError: what a run raises.
        """
        return self._collect(self._results(jobs), len(jobs), progress)

    def map(
        self, function: Callable[[AnyJob], Found], jobs: Sequence[AnyJob], progress: Progress | None = None
    ) -> list[Found]:
        """`function` of every job by SimPy, in the order given; the function must be a name in a module.

        Raises:
            JayulError: what the function raises.
        """
        if self._alone(jobs):
            return self._collect(map(function, jobs), len(jobs), progress)
        executor = self._lent or self._process_pool()
        return self._collect(
            self._batches(jobs, lambda batch: (executor, function, batch)),
            len(jobs),
            progress,
        )

    def _alone(self, jobs: Sequence[object]) -> bool:
        return self._lent is None and (self.width == 1 or len(jobs) < 2)

    def _results(self, jobs: Sequence[Job]) -> Iterator[RunResult]:
        recording = self._recording
        n = sum(recording.wants(replication) for _, replication in jobs) if recording is not None else 0
        for job in jobs[:n]:
            yield play(job, recording)
        left = jobs[n:]
        if self._alone(left):
            yield from map(play, left)
        else:
            yield from self._side_by_side(left)

    def _side_by_side(self, jobs: Sequence[Job]) -> Iterator[RunResult]:
        """All results; the first is made here while processes begin, so that it is there no later than without them."""
        first = 0
        if self._lent is None:
            _foresee(jobs)
            if self._processes is None and not _compiled(jobs):
                self._process_pool().begin()
                scenario, replication = jobs[0]
                yield play((replace(scenario, engine=Engine.SIMPY), replication))
                first = 1
        self._packed.clear()
        yield from self._batches(jobs[first:], self._place)

    def _batches(self, jobs: Sequence[AnyJob], place: Callable[[Sequence[AnyJob]], Order[Found]]) -> Iterator[Found]:
        batch_s = BATCH_S if self._lent is None else LENT_BATCH_S
        return in_batches(jobs, place, batch_s=batch_s, width=self.width, under_way=3 * self.width)

    def _place(self, jobs: Sequence[Job]) -> Order[RunResult]:
        if self._lent is not None:
            return self._lent, play_packed, [(self._pack(scenario), r) for scenario, r in jobs]
        if _compiled(jobs):
            return self._thread_pool(), play, jobs
        return self._process_pool(), play_packed, [(self._pack(scenario, Engine.SIMPY), r) for scenario, r in jobs]

    def _pack(self, scenario: Scenario, engine: Engine | None = None) -> bytes:
        """A scenario as bytes, made once; with SimPy for a process of its own, which shall compile nothing."""
        if id(scenario) not in self._packed:
            self._packed[id(scenario)] = pack(scenario if engine is None else replace(scenario, engine=engine))
        return self._packed[id(scenario)]

    def _process_pool(self) -> EndablePool:
        if self._processes is None:
            self._processes = EndablePool(self.width)
        return self._processes

    def _thread_pool(self) -> ThreadPoolExecutor:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self.width, thread_name_prefix="jayul-run")
        return self._threads

    def _collect(self, results: Iterable[Found], total: int, progress: Progress | None) -> list[Found]:
        done: list[Found] = []
        if self.interrupted:
            return done
        try:
            for result in results:
                done.append(result)
                if progress is not None:
                    progress(len(done), total)
        except KeyboardInterrupt:
            if not self._keep_partial:
                raise
            self.interrupted = True
        return done


def _foresee(jobs: Sequence[Job]) -> None:
    """Tell the kernels what work is ahead of the processes, which compile nothing themselves."""
    runs: dict[int, int] = {}
    scenarios = {}
    for scenario, _ in jobs:
        scenarios[id(scenario)] = scenario
        runs[id(scenario)] = runs.get(id(scenario), 0) + 1
    for key, scenario in scenarios.items():
        if engine_named(scenario.engine) is Engine.AUTO:
            will_need_kernels(scenario.plant, runs[key] * steps_of(scenario.plant, scenario.horizon_s))


def _compiled(jobs: Iterable[Job]) -> bool:
    """Whether the compiled engine makes all of these, now."""
    scenarios = {id(scenario): scenario for scenario, _ in jobs}.values()
    engines = {engine_named(s.engine) for s in scenarios}
    if Engine.SIMPY in engines:
        return False
    return all(engine_named(s.engine) is Engine.COMPILED or compiled_now(s.plant) for s in scenarios)
