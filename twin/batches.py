"""Batches: jobs handed to an executor some at a time, results in the order of the jobs.

Used by `twin.crew`. A batch takes a part of a second, so that handing it over costs little beside it, whoever has to be
asked often is asked often, and little is lost when the rest is given up. Few are under way at once: memory stays
bounded, and a faster executor can take over what is left.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from plants.errors import RunFailed

_MOST = 1_000
"""Jobs of a batch at most."""

Job = TypeVar("Job")
Found = TypeVar("Found")
Order = tuple[Executor, Callable[[Any], Found], Sequence[Any]]
"""Who makes a batch, by which function, and of what."""
Place = Callable[[Sequence[Job]], Order[Found]]
"""Asked before each batch: from the jobs left, who makes the next, by which function, and those jobs for it."""


def in_batches(
    jobs: Sequence[Job], place: Place[Job, Found], *, batch_s: float, width: int, under_way: int
) -> Iterator[Found]:
    """The results of all jobs, in their order.

    Args:
        jobs: What is to be done.
        place: Where the next batch goes.
        batch_s: Seconds that a batch shall take.
        width: How many can be made side by side.
        under_way: Batches handed over and not fetched, at most.

    Raises:
        RunFailed: a process of a pool has ended.
        JayulError: what a job raises.
    """
    pending: deque[Future[tuple[float, list[Found]]]] = deque()
    handed, seconds, done = 0, 0.0, 0
    try:
        while pending or handed < len(jobs):
            while handed < len(jobs) and len(pending) < under_way:
                size = _size(batch_s * done / max(seconds, 1e-6), len(jobs) - handed, width)
                executor, function, batch = place(jobs[handed : handed + size])
                pending.append(executor.submit(each, function, batch))
                handed += len(batch)
            took, found = pending.popleft().result()
            seconds, done = seconds + took, done + len(found)
            yield from found
    except BrokenProcessPool:
        raise RunFailed(
            "a process that simulated has ended (killed, or out of memory): ask for fewer workers, or a shorter horizon"
        ) from None
    finally:
        for future in pending:
            future.cancel()


def each(function: Callable[[Job], Found], jobs: Sequence[Job]) -> tuple[float, list[Found]]:
    """The seconds it took, and the result of every job."""
    began = time.perf_counter()
    found = [function(job) for job in jobs]
    return time.perf_counter() - began, found


def _size(in_time: float, left: int, width: int) -> int:
    """Jobs of the next batch: one until it is known how many are done in time; at the end nobody waits for another."""
    return max(1, min(int(in_time), left // (2 * width), _MOST))
