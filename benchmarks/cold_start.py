"""A cold start: how soon the first result is there, and when compiled kernels take over, from an empty cache.

Run: `python -m benchmarks.cold_start`; the target for the first result is 5 s. Each row is a process of its own that
imports everything, simulates an hour of the bottling line a thousand times, and tells the seconds since it began.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

HOUR_S = 3600.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(given.child, given.replications)
        return
    print(f"load average {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores")
    print(f"{'cache':8} {'workers':>7} {'first result, s':>16} {'kernels, s':>11} {'all, s':>8}  engine")
    for workers in (1, 2):
        with tempfile.TemporaryDirectory() as cache:
            for state in ("empty", "warm"):
                row(state, workers, given.replications, cache)
    print(f"load average {os.getloadavg()[0]:.2f}")


def row(state: str, workers: int, replications: int, cache: str) -> None:
    """Run a child and print what it tells."""
    command = [sys.executable, "-m", "benchmarks.cold_start", "--child", str(workers)]
    command += ["--replications", str(replications)]
    told = subprocess.run(command, env=os.environ | {"XDG_CACHE_HOME": cache}, stdout=subprocess.PIPE, check=True)
    first, kernels, whole, engine = json.loads(told.stdout)
    print(f"{state:8} {workers:7} {first:16.1f} {kernels or float('nan'):11.1f} {whole:8.1f}  {engine}", flush=True)


def child(workers: int, replications: int) -> None:
    """Simulate, and print the seconds since the beginning of the process's work."""
    began = time.monotonic()
    from plants.loader.load import load_plant
    from twin import simulate
    from twin.engines import KERNELS

    seen: dict[str, float] = {}

    def told(_: int, __: int) -> None:
        now = time.monotonic() - began
        seen.setdefault("first", now)
        if KERNELS.ready:
            seen.setdefault("kernels", now)

    plant = load_plant("bottling")
    found = simulate(plant, horizon_s=HOUR_S, replications=replications, workers=workers, progress=told)
    print(json.dumps([seen["first"], seen.get("kernels"), time.monotonic() - began, found.engine]))


if __name__ == "__main__":
    main()
