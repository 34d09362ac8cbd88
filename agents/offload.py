"""Run a long computation beside the event loop: in the pool that the service gives, or else in a thread."""

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import Executor
from typing import ParamSpec, TypeVar

from plants.errors import RunFailed

P = ParamSpec("P")
T = TypeVar("T")


class Offload:
    """Where work is done, and how long it may take."""

    def __init__(self, executor: Executor | None, deadline_wall_s: float) -> None:
        self._executor = executor
        self._deadline_wall_s = deadline_wall_s

    async def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Result of `work(*args, **kwargs)`.

        With a process pool, `work` and its arguments must be picklable. Work that is given up goes on in its process or
        thread until it ends by itself.

        Raises:
            RunFailed: there was no result within the deadline.
        """
        call = functools.partial(work, *args, **kwargs)
        going = asyncio.get_running_loop().run_in_executor(self._executor, call)
        try:
            async with asyncio.timeout(self._deadline_wall_s):
                return await going
        except TimeoutError as late:
            raise RunFailed(
                f"The twin gave no result within {self._deadline_wall_s:g} s of wall time; shorten the horizon or give "
                "the agents more processes."
            ) from late
