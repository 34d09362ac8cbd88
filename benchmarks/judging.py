"""The judge's question: leave it as it is, or one of eight proposals? Target: under 2 s on one core.

Run: `python -m benchmarks.judging`. Ten stations, a shift of eight hours, common random numbers. First KN selects the
best of the nine, with an indifference of 1 % of throughput; then every proposal is compared with leaving it as it is,
until the half-widths of all eight paired 95 % intervals are at most 1 % of throughput. Compiling is not timed.
"""

import argparse
import os
import time
from dataclasses import replace

from benchmarks.lines import faster, line
from plants.flow.verdict import Interval
from plants.kpi import Kpi
from twin.engines import KERNELS
from twin.intervals import mean_interval
from twin.precision import Aim, play_until
from twin.replications import Scenario
from twin.run import RunResult
from twin.selection import select_best

SHIFT_S, STATIONS, CYCLE_S = 8 * 3600.0, 10, 5.0
PROPOSALS = [(faster(i, share),) for i, share in enumerate((0.02, 0.04, 0.06, 0.08, 0.10, -0.02, -0.05, 0.05))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--engine", default="compiled")
    given = parser.parse_args()
    KERNELS.wait()
    print(f"load average {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores; {given.workers} workers, {given.engine}")
    select(given.workers, given.engine)
    intervals(given.workers, given.engine)
    print(f"load average {os.getloadavg()[0]:.2f}")


def select(workers: int, engine: str) -> None:
    """KN, and the winner confirmed on fresh draws."""
    plant = line(STATIONS, CYCLE_S, buffer=5)
    mean = SHIFT_S / CYCLE_S / 8 * 0.01 * 0.85  # 1 % of some 85 % of what one station could make in an hour
    began, cpu = time.perf_counter(), time.process_time()
    found = select_best(
        plant, None, PROPOSALS, horizon_s=SHIFT_S, indifference=mean, workers=workers, confirm=30, engine=engine
    )
    told(f"KN: best {found.best}, decided {found.decided}, {found.runs} runs and 60 to confirm", began, cpu)


def intervals(workers: int, engine: str) -> None:
    """Eight paired intervals, each narrow enough."""
    base = Scenario(line(STATIONS, CYCLE_S, buffer=5), SHIFT_S, engine=engine)
    arms = [base, *(replace(base, changes=changes) for changes in PROPOSALS)]
    began, cpu = time.perf_counter(), time.process_time()
    rows, found = play_until(arms, Aim(Kpi.THROUGHPUT, 0.01), widest, replications=10, workers=workers)
    told(f"intervals: {len(rows[0])} replications, widest ± {found.relative_half_width:.2%}", began, cpu)


def widest(rows: "list[list[RunResult]] | object") -> tuple[Interval, float]:
    """The widest of the paired intervals, and the mean of the line as it is."""
    assert isinstance(rows, list)  # noqa: S101 - of `play_until`
    base = [r.kpis[Kpi.THROUGHPUT] for r in rows[0]]
    paired = [mean_interval([r.kpis[Kpi.THROUGHPUT] - b for r, b in zip(row, base, strict=True)]) for row in rows[1:]]
    return max(paired, key=lambda i: i.half_width), sum(base) / len(base)


def told(what: str, began: float, cpu: float) -> None:
    """Print a line with wall and processor seconds."""
    print(
        f"{what}: {time.perf_counter() - began:.2f} s, {time.process_time() - cpu:.2f} s of processor time", flush=True
    )


if __name__ == "__main__":
    main()
