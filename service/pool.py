"""The process pool that simulation runs in, so that the event loop of the service never waits for it."""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor

NICE = 5
"""Simulation gives way to the mirror and to writing."""


def make_pool(workers: int) -> ProcessPoolExecutor:
    """A pool of fresh processes: they leave Ctrl-C to the service, run at a lower priority, and end with it."""
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_prepare)


def _prepare() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()


def _end_with_parent() -> None:
    """A service that is killed cannot end its workers, and the pool's pipes stay open among them: watch the parent."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
