"""`python -m tests.faults.shift.run`: eight hours of plant time at speed 60 with 20 faults, and the figures.

    --seed N      of the plant, its luck, and the faults (default 6)
    --hours H     of plant time (default 8)
    --faults N    (default 20)
    --speed S     plant seconds per wall second (default 60)

Exit code 1 when the mirror says anything else than the plant's own log.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from statistics import median

from plants.loader.load import load_plant
from tests.faults.shift.shift import Report, Shift, play


def main() -> int:
    """Play one shift and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--faults", type=int, default=20)
    parser.add_argument("--speed", type=float, default=60.0)
    given = parser.parse_args()
    shift = Shift(given.seed, given.hours * 3600, given.faults, given.speed)
    _say(f"seed {shift.seed}, {given.hours:g} h at speed {shift.speed:g}, load {os.getloadavg()[0]:.1f} before")
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(play(shift, load_plant("bottling"), Path(folder), Path(folder) / "bytecode"))
    tell(report)
    return 1 if report.problems else 0


def tell(report: Report) -> None:
    """Print the figures of a shift."""
    for fault in report.faults:
        _say(f"  {fault.kind:<22} at {fault.at_s:8.0f} s for {fault.for_s:6.0f} s")
    lost = [outage.wall_s for outage in report.outages]
    _say(f"outages: {len(lost)}, {sum(lost):.1f} wall s in all, longest {max(lost, default=0.0):.1f} wall s")
    _say(f"samples: {report.samples}, dropped {report.dropped}")
    _say(
        f"states, orders and counts shown while the link stood: {report.told.shown}, missing {len(report.told.missing)}"
    )
    counts = Counter(report.answers)
    _say("writes: " + ", ".join(f"{counts[answer]} {answer}" for answer in sorted(counts)))
    _say(f"tags compared at the end: {len(report.own.last)}, different {len(report.differences)}")
    for name, figures in (("mirror", report.mirror_mib), ("plant", report.plant_mib)):
        quarter = max(len(figures) // 4, 1)
        parts = [median(figures[i * quarter : (i + 1) * quarter] or figures[-1:]) for i in range(4)]
        _say(f"memory of the {name}, MiB, median of each quarter: " + ", ".join(f"{part:.1f}" for part in parts))
    for problem in report.problems[:20]:
        _say(f"PROBLEM {problem}")
    _say(f"load {os.getloadavg()[0]:.1f} after")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
