"""Speed of the twin's engine on the reference line, against SimPy written by hand, in the same run on the same core.

Run: `python -m benchmarks.reference_line`. The throughput of both is checked before anything is timed: a fast wrong
model counts for nothing. Ten stations, nine buffers of five, exponential times of mean 1, horizon 20,000; with failures
by the calendar clock, mean 100 up and 10 down.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable

from benchmarks.handwritten_simpy import line as handwritten
from plants.model.plant import Plant
from twin import LineSimulation

STATIONS, BUFFER, HORIZON_S = 10, 5, 20_000.0
EXPECTED = {"no failures": 0.762, "with failures": 0.502}
TOLERANCE = 0.015
"""Of the mean of three runs; one run of this length has a relative standard deviation of about 0.6 %."""


def reference_plant(*, failures: bool) -> Plant:
    """The reference line as a plant."""
    name = {"en": "x", "ko": "x"}
    mode = {"id": "stop", "name": name, "clock": "calendar", "mtbf_s": 100.0, "mttr_s": 10.0}
    stations = [
        {
            "id": f"s{i}",
            "name": name,
            "cycle": {"kind": "exponential", "mean_s": 1.0},
            "failures": [mode] if failures else [],
        }
        for i in range(STATIONS)
    ]
    buffers = [
        {"id": f"b{i}", "name": name, "upstream": f"s{i}", "downstream": f"s{i + 1}", "capacity": BUFFER}
        for i in range(STATIONS - 1)
    ]
    return Plant.model_validate(
        {
            "plant": "reference",
            "name": name,
            "flow_unit": {"name": name, "piece": name},
            "stations": stations,
            "buffers": buffers,
            "products": [{"id": "part", "name": name}],
        }
    )


def twin_parts(failures: bool, seed: int) -> int:
    """Parts that the twin's engine lets leave the line."""
    sim = LineSimulation(reference_plant(failures=failures), seed=seed)
    sim.run_until(HORIZON_S)
    return sim.totals().good


def handwritten_parts(failures: bool, seed: int) -> int:
    """Parts that the hand-written model lets leave the line."""
    return handwritten(STATIONS, BUFFER, HORIZON_S, seed, (100.0, 10.0) if failures else None)


def timed(parts: Callable[[bool, int], int], failures: bool, runs: int) -> tuple[float, float]:
    """Throughput, and the best rate of several runs in part-steps per wall second."""
    rates, made = [], []
    for seed in range(1, runs + 1):
        began = time.perf_counter()
        n = parts(failures, seed)
        rates.append(n * STATIONS / (time.perf_counter() - began))
        made.append(n / HORIZON_S)
    return statistics.mean(made), max(rates)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="runs of each, the best counts (at least 3)")
    runs = max(parser.parse_args().runs, 3)
    print(f"load average {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores")
    print(f"{'':14} {'simulator':18} {'throughput':>10} {'expected':>9} {'part-steps/s':>13} {'ratio':>6}")
    for case, expected in EXPECTED.items():
        failures = case == "with failures"
        rows = [("hand-written SimPy", timed(handwritten_parts, failures, runs))]
        rows.append(("twin (SimPy)", timed(twin_parts, failures, runs)))
        peer = rows[0][1][1]
        for name, (throughput, rate) in rows:
            if abs(throughput / expected - 1) > TOLERANCE:
                raise SystemExit(f"{name}, {case}: throughput {throughput:.4f} is not {expected}: the model is wrong")
            print(f"{case:14} {name:18} {throughput:10.4f} {expected:9.3f} {rate:13,.0f} {rate / peer:6.2f}")
    print(f"load average {os.getloadavg()[0]:.2f}")


if __name__ == "__main__":
    main()
