"""Processes that simulate: they leave Ctrl-C to the process that started them, and end when it ends or says so.

Used by `twin.crew` and by the service's pool. A process that is killed cannot end its children, and those that are in
the middle of a run cannot be asked; so each has a thread that waits for the end of a pipe whose other end is held by
the parent alone. The pipe ends when the parent closes it, and when the parent dies, however it dies.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any


class EndablePool(ProcessPoolExecutor):
    """A pool of fresh processes that can be ended in the middle of their work.

    Args:
        workers: How many.
        prepare: Called in each before its first task; the name of a function in a module.
    """

    def __init__(self, workers: int, prepare: Callable[[], None] | None = None) -> None:
        context = multiprocessing.get_context("spawn")
        self._theirs, self._ours = context.Pipe(duplex=False)
        super().__init__(workers, mp_context=context, initializer=_begin, initargs=(self._theirs, prepare))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as the standard's
        """As the standard's; processes that this starts never see a Ctrl-C."""
        with _without_interrupts():
            return super().submit(fn, *args, **kwargs)

    def begin(self) -> None:
        """Start the processes now, before there is work for them."""
        self.submit(os.getpid)

    def end(self) -> None:
        """End all processes now; what they were doing fails with `BrokenProcessPool`."""
        self._ours.close()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As the standard's."""
        super().shutdown(wait, cancel_futures=cancel_futures)
        if wait:
            self._ours.close()
            self._theirs.close()


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Hold back SIGINT in this thread: a process inherits that, from its first instruction on."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(pipe: Connection, prepare: Callable[[], None] | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(pipe,), name="end-with-parent", daemon=True).start()
    if prepare is not None:
        prepare()


def _end_with(pipe: Connection) -> None:
    try:
        pipe.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)
