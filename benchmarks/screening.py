"""Screening: 1,000 settings, 30 paired replications each, of a shift of 480 units on a line of 20 stations.

Run: `python -m benchmarks.screening`. 288 million part-steps; target: under 30 s on 2 cores. Every setting changes the
speeds of three stations; all are paired with the line as it is, which is checked to make its 480 units. `--profile`
tells where one thread spends its time.
"""

import argparse
import cProfile
import os
import pstats
import random
import time
from dataclasses import replace

from benchmarks.lines import faster, line
from plants.kpi import Kpi
from twin.crew import play_all
from twin.engines import KERNELS
from twin.intervals import mean_interval
from twin.replications import Scenario

STATIONS, UNITS, REPLICATIONS = 20, 480, 30
CYCLE_S, HORIZON_S = 40.0, 12 * 3600.0
"""A shift in which the order of 480 units is always finished."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--settings", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--profile", action="store_true", help="one thread, with a profile")
    given = parser.parse_args()
    KERNELS.wait()
    print(f"load average {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores")
    if given.profile:
        with cProfile.Profile() as profile:
            measure(given.settings, 1)
        pstats.Stats(profile).sort_stats("tottime").print_stats(18)
    else:
        measure(given.settings, given.workers)
    print(f"load average {os.getloadavg()[0]:.2f}")


def measure(settings: int, workers: int) -> None:
    """Play all, and print one line."""
    rng = random.Random(1)
    base = Scenario(line(STATIONS, CYCLE_S, buffer=5, quantity=UNITS), HORIZON_S, engine="compiled")
    arms = [base]
    for _ in range(settings):
        changes = [faster(i, rng.uniform(-0.1, 0.1)) for i in rng.sample(range(STATIONS), 3)]
        arms.append(replace(base, changes=tuple(changes)))
    jobs = [(arm, r) for arm in arms for r in range(REPLICATIONS)]
    began, cpu = time.perf_counter(), time.process_time()
    runs = play_all(jobs, workers=workers)
    lead = [r.kpis[Kpi.LEAD_TIME] for r in runs]
    rows = [lead[i * REPLICATIONS : (i + 1) * REPLICATIONS] for i in range(len(arms))]
    paired = [mean_interval([a - b for a, b in zip(row, rows[0], strict=True)]) for row in rows[1:]]
    wall, used = time.perf_counter() - began, time.process_time() - cpu
    if any(r.totals.good != UNITS for r in runs):
        raise SystemExit("a run did not make its 480 units: the horizon is too short")
    steps = len(jobs) * STATIONS * UNITS
    best = min(range(settings), key=lambda i: paired[i].mean)
    print(
        f"{settings} settings x {REPLICATIONS}: {steps / 1e6:.0f} M part-steps in {wall:.1f} s on {workers} threads "
        f"({used:.1f} s of processor time, {steps / used / 1e6:.1f} M/s); best is {best}, {paired[best].mean:+.0f} s"
    )


if __name__ == "__main__":
    main()
