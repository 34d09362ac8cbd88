"""What the peers' models share: command line, answer, and the time that a unit of work takes at a machine that fails.

Failures go by the calendar clock, whatever the machine does; work rests and goes on. Each peer draws its times by this
one function, so that only the handling of events differs. It needs nothing but Python.
"""

import argparse
import contextlib
import importlib.metadata
import json
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

Line = Callable[[int, int, float, int, bool], int]
"""From stations, places of each buffer, horizon, seed and whether machines fail, to the parts that leave the line."""
UP_S, DOWN_S = 100.0, 10.0


class Work:
    """The machine of one station: how long its next unit takes."""

    def __init__(self, rng: random.Random, *, fails: bool) -> None:
        self._rng = rng
        self._fails = fails
        self._next_failure = rng.expovariate(1 / UP_S) if fails else float("inf")

    def time(self, now: float) -> float:
        """Time until a unit that is begun now is done, with the failures that come in between."""
        left = self._rng.expovariate(1.0)
        if not self._fails:
            return left
        start = now
        while self._next_failure < now + left:
            repaired = self._next_failure + self._rng.expovariate(1 / DOWN_S)
            left -= max(self._next_failure - now, 0.0)
            now = max(repaired, now)
            self._next_failure = repaired + self._rng.expovariate(1 / UP_S)
        return now + left - start


def answer(line: Line, package: str) -> None:
    """Run a line as the command line asks, and print parts, processor seconds and the peer's version as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--horizon", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--fails", action="store_true")
    given = parser.parse_args()
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):  # some chat
        began = time.process_time()
        parts = line(10, 5, given.horizon, given.seed, given.fails)
        took = time.process_time() - began
    version = importlib.metadata.version(package)
    sys.stdout.write(json.dumps({"parts": parts, "seconds": took, "version": version}) + "\n")
