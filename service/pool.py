"""The process pool that simulation runs in, so that the event loop of the service never waits for it."""

import os

from twin.processes import EndablePool

NICE = 5
"""Simulation gives way to the mirror and to writing."""


def make_pool(workers: int) -> EndablePool:
    """A pool of fresh processes: they leave Ctrl-C to the service, run at a lower priority, and end with it."""
    return EndablePool(workers, _give_way)


def _give_way() -> None:
    os.nice(NICE)
