"""Where the time of a compiled replication goes: draws, the passage of units, events, and Python around them.

Run: `python -m benchmarks.kernel_parts`. The reference line with an order of 3,000 units, by processor time, the best
of several. Settings that are compared share their draws, so a third run of one replication shows the passage alone.
"""

import argparse
import os
import time
from collections.abc import Callable

from benchmarks.handwritten_simpy import line as handwritten
from benchmarks.reference_line import BUFFER, STATIONS, reference_plant
from plants.model.plant import Plant
from twin.engines import KERNELS

UNITS = 3_000
END_S = 12_000.0
"""By then the order is always finished, with failures too."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=25, help="runs of each, the best counts")
    runs = parser.parse_args().runs
    KERNELS.wait()
    print(f"load average {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores; ns of a part-step, without Python around")
    print(f"{'':14} {'draws':>6} {'passage':>8} {'events':>7} {'SimPy by hand':>14}   Python around one run")
    for failures in (False, True):
        plant = ordered(failures=failures)
        around = best(lambda n: pass_until(plant, 1000 + n, 1e-3), runs)  # noqa: B023 - called at once
        passage = best(lambda _: pass_until(plant, 1, END_S), runs + 2) - around  # noqa: B023
        draws = best(lambda n: pass_until(plant, 100 + n, END_S), runs) - around - passage  # noqa: B023
        events = best(lambda n: events_until(plant, n), runs) - around - draws  # noqa: B023
        by_hand = best(lambda n: by_hand_until(failures, n), 3)  # noqa: B023
        case = "with failures" if failures else "no failures"
        us = around * UNITS * STATIONS / 1000
        print(f"{case:14} {draws:6.1f} {passage:8.1f} {events:7.1f} {by_hand:14,.0f}   {us:.0f} us")


def ordered(*, failures: bool) -> Plant:
    """The reference line with an order."""
    order = {"id": "all", "product": "part", "quantity": UNITS, "due_s": END_S}
    return Plant.model_validate(reference_plant(failures=failures).model_dump(mode="json") | {"orders": [order]})


def best(run: Callable[[int], int], runs: int) -> float:
    """Nanoseconds of processor time for a part-step, the best of several; `run` gives the units made, 0 for all."""
    found = []
    for n in range(runs):
        began = time.thread_time()
        units = run(n) or UNITS
        found.append((time.thread_time() - began) / (units * STATIONS) * 1e9)
    return min(found)


def pass_until(plant: Plant, seed: int, until_s: float) -> int:
    """By passage times."""
    from twin.compiled.passage.simulation import DepartureSimulation

    sim = DepartureSimulation(plant, seed=seed, replication=0, marks_s=(until_s,))
    sim.run_until(until_s)
    return sim.totals().good


def events_until(plant: Plant, seed: int) -> int:
    """By events."""
    from twin.compiled.simulation import CompiledSimulation

    sim = CompiledSimulation(plant, seed=seed)
    sim.run_until(END_S)
    return sim.totals().good


def by_hand_until(failures: bool, seed: int) -> int:
    """By SimPy, written by hand."""
    return handwritten(STATIONS, BUFFER, END_S / 2, seed, (100.0, 10.0) if failures else None)


if __name__ == "__main__":
    main()
