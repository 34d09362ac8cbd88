"""Speed of the twin's engines on the reference line, against SimPy written by hand, in the same run on the same core.

Run: `python -m benchmarks.reference_line`. Speeds are by processor time. The throughput of all is checked before any
speed is told: a fast wrong model counts for nothing. Compiled engines only where Numba is installed; compiling them is
not timed. The second table sets them against our SimPy engine on every plant of the library and on a job shop out of a
generator (`benchmarks.job_shop`), and two threads against one; `--plants` makes that table alone. Ten stations,
nine buffers of five, exponential times of mean 1, horizon 20,000; with failures by the calendar clock, mean 100 up
and 10 down.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Sequence
from functools import cache

from benchmarks.handwritten_simpy import line as handwritten
from benchmarks.job_shop import job_shop
from plants.loader.library import library_names
from plants.loader.load import load_plant
from plants.model.plant import Plant
from twin import LineSimulation, run
from twin.compiled.network.coverage import refused
from twin.crew import play_all
from twin.engines import KERNELS, kernels_of
from twin.network.engine import NetworkSimulation
from twin.replications import Scenario

STATIONS, BUFFER, HORIZON_S = 10, 5, 20_000.0
SHIFT_H = 8
SPANS_H = {"machining_cell": 72, "minifab": 28 * 24}
"""Hours of one replication where a shift is too short: an order book of three days; steps of five hours."""
ENGINES = ("simpy", "compiled")
EXPECTED = {"no failures": 0.762, "with failures": 0.502}
TOLERANCE = 0.015
"""Of the mean of three runs; one run of this length has a relative standard deviation of about 0.6 %."""


@cache
def reference_plant(*, failures: bool) -> Plant:
    """The reference line as a plant; read once, as a plant is."""
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


def network_parts(failures: bool, seed: int) -> int:
    """Parts that the engine for any plant lets leave the line."""
    sim = NetworkSimulation(reference_plant(failures=failures), seed=seed)
    sim.run_until(HORIZON_S)
    return sim.totals().good


def handwritten_parts(failures: bool, seed: int) -> int:
    """Parts that the hand-written model lets leave the line."""
    return handwritten(STATIONS, BUFFER, HORIZON_S, seed, (100.0, 10.0) if failures else None)


def compiled_parts(failures: bool, seed: int) -> int:
    """Parts that the compiled event engine lets leave the line."""
    from twin.compiled.simulation import CompiledSimulation

    sim = CompiledSimulation(reference_plant(failures=failures), seed=seed)
    sim.run_until(HORIZON_S)
    return sim.totals().good


def passage_parts(failures: bool, seed: int) -> int:
    """Parts that leave the line by the recursion of passage times."""
    from twin.compiled.passage.simulation import DepartureSimulation

    plant = reference_plant(failures=failures)
    sim = DepartureSimulation(plant, seed=seed, replication=0, marks_s=(HORIZON_S,))
    sim.run_until(HORIZON_S)
    return sim.totals().good


def timed(parts: Callable[[bool, int], int], failures: bool, runs: int) -> tuple[float, float]:
    """Throughput, and the best rate of several runs in part-steps per second of processor time."""
    rates, made = [], []
    for seed in range(1, runs + 1):
        began = time.thread_time()
        n = parts(failures, seed)
        rates.append(n * STATIONS / (time.thread_time() - began))
        made.append(n / HORIZON_S)
    return statistics.mean(made), max(rates)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="runs of each, the best counts (at least 3)")
    parser.add_argument("--plants", action="store_true", help="the second table only")
    parser.add_argument("--hours", type=float, help="of one replication in the second table, the same for all plants")
    given = parser.parse_args()
    runs = max(given.runs, 3)
    print(f"load average {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores")
    if not given.plants:
        reference_table(runs)
    if KERNELS.wait():
        plants_table(runs, given.hours)
    print(f"load average {os.getloadavg()[0]:.2f}")


def reference_table(runs: int) -> None:
    """The reference line by all simulators."""
    compiled = KERNELS.wait()
    print(f"{'':14} {'simulator':20} {'throughput':>10} {'expected':>9} {'part-steps/s':>13} {'ratio':>6}")
    for case, expected in EXPECTED.items():
        failures = case == "with failures"
        rows = [("hand-written SimPy", timed(handwritten_parts, failures, runs))]
        rows.append(("twin (SimPy)", timed(twin_parts, failures, runs)))
        rows.append(("networks (SimPy)", timed(network_parts, failures, runs)))
        if compiled:
            rows.append(("compiled, events", timed(compiled_parts, failures, 3 * runs)))
            rows.append(("compiled, passage", timed(passage_parts, failures, 3 * runs)))
        peer = rows[0][1][1]
        for name, (throughput, rate) in rows:
            if abs(throughput / expected - 1) > TOLERANCE:
                raise SystemExit(f"{name}, {case}: throughput {throughput:.4f} is not {expected}: the model is wrong")
            print(f"{case:14} {name:20} {throughput:10.4f} {expected:9.3f} {rate:13,.0f} {rate / peer:6.2f}")


def plants_table(runs: int, hours: float | None) -> None:
    """Each plant of the library, and a job shop: the compiled engine against our SimPy engine, over a shift or more."""
    print(f"\n{'plant':14} {'SimPy':>12} {'compiled':>12} {'ratio':>6}   part-steps/s of one replication")
    for plant in (*map(load_plant, library_names()), job_shop()):
        name = plant.plant
        missing = None if plant.serial else refused(plant)
        if missing is not None:
            print(f"{name:14} {'':12} {'':12} {'':6}   not covered: {missing}")
            continue
        kernels_of(plant).wait()
        span_h = hours or SPANS_H.get(name, SHIFT_H)
        made = {engine: [_timed_steps(plant, engine, seed, span_h) for seed in range(runs)] for engine in ENGINES}
        seconds = {engine: min(took for _, took in found) for engine, found in made.items()}
        rates = [max(steps / took for steps, took in made[engine]) for engine in ENGINES]
        print(
            f"{name:14} {rates[0]:12,.0f} {rates[1]:12,.0f} {seconds['simpy'] / seconds['compiled']:6.1f}   "
            f"of {span_h:g} h: {1000 * seconds['simpy']:.1f} and {1000 * seconds['compiled']:.2f} ms"
        )
    jobs = [(Scenario(reference_plant(failures=True), HORIZON_S, engine="compiled"), r) for r in range(100)]
    seconds = [min(_wall_s(jobs, workers) for _ in range(3)) for workers in (1, 2)]
    print(f"\n100 replications: {seconds[0]:.2f} s on one thread, {seconds[0] / seconds[1]:.2f} times as fast on two")


def _timed_steps(plant: Plant, engine: str, seed: int, hours: float) -> tuple[int, float]:
    """Part-steps of one replication, and the seconds of processor time it took."""
    began = time.thread_time()
    result = run(plant, horizon_s=hours * 3600.0, seed=seed, engine=engine)
    return sum(result.totals.processed), time.thread_time() - began


def _wall_s(jobs: Sequence[tuple[Scenario, int]], workers: int) -> float:
    began = time.perf_counter()
    play_all(jobs, workers=workers)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
