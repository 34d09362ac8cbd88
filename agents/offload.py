"""Run a long computation beside the event loop: in the pool that the service gives, or else in a thread."""

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import Executor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def offload(executor: Executor | None, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Result of `work(*args, **kwargs)`, computed in `executor`; in a thread when there is none.

    With a process pool, `work` and its arguments must be picklable. Cancelling the caller does not stop the work.
    """
    call = functools.partial(work, *args, **kwargs)
    if executor is None:
        return await asyncio.to_thread(call)
    return await asyncio.get_running_loop().run_in_executor(executor, call)
