"""`python -m tests.oracles`: every oracle measured to ± 0.3 % at 99.9 %, and its wrong model, as a table.

Prints what is exact, what the twin says, by which engine and from how many part-steps. Exit code 1 when an interval
misses its exact figure or a wrong model passes.
"""

import argparse
import os
import sys
import time

from tests.oracles.case import HALF_WIDTH, LEVEL, Oracle, ask
from tests.oracles.lines import LINES
from tests.oracles.networks import NETWORKS
from tests.oracles.queues import QUEUES
from twin.engines import kernels_of

ORACLES = [*LINES, *QUEUES, *NETWORKS]
HEAD = f"{'oracle':42} {'exact':>8} {'twin':>8} {'±':>7} {'wrong':>8}  {'engine':9} {'part-steps':>12} {'s':>6}"


def row(oracle: Oracle, width: float, seed: int, workers: int) -> tuple[str, bool]:
    """One line of the table, and whether the twin agrees and the wrong model does not."""
    begun = time.perf_counter()
    right = ask(oracle, width=width, seed=seed, workers=workers)
    took = time.perf_counter() - begun
    wrong = ask(oracle, wrong=True, width=width, seed=seed, workers=workers)
    good = right.agrees(oracle.exact, width) and not wrong.agrees(oracle.exact, width)
    cells = f"{oracle.name:42} {oracle.exact:8.5f} {right.interval.mean:8.5f} {right.relative:7.2%}"
    cells += f" {wrong.interval.mean:8.5f}  {right.engine:9} {right.steps:12,} {took:6.1f}"
    return cells + ("" if good else "  FAILS"), good


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracles", description=__doc__)
    parser.add_argument("--only", default="", help="oracles whose name contains this")
    parser.add_argument("--width", type=float, default=HALF_WIDTH, help="half-width over mean (default 0.003)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    chosen = [o for o in ORACLES if given.only in o.name]
    for oracle in chosen:
        kernels_of(oracle.plant).wait()  # so that their loading is not in the times
    load = os.getloadavg()[0]
    say(f"{len(chosen)} oracles, {LEVEL:.1%} intervals within ± {given.width:.1%}, seed {given.seed}; load {load:.1f}")
    say(HEAD)
    good = True
    for oracle in chosen:
        cells, holds = row(oracle, given.width, given.seed, given.workers)
        say(cells)
        good = good and holds
    say("all agree, and no wrong model passes" if good else "there are failures")
    return 0 if good and chosen else 1


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
