"""The process pool that simulation runs in, so that the event loop of the service never waits for it."""

import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor

NICE = 5
"""Simulation gives way to the mirror and to writing."""


def make_pool(workers: int) -> ProcessPoolExecutor:
    """A pool of fresh processes; they ignore Ctrl-C (the service ends them) and run at a lower priority."""
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_prepare)


def _prepare() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
