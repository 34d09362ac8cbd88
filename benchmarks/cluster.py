"""What it costs to hand a batch of replications to a Dask cluster, and what that means for a large one.

Run: `python -m benchmarks.cluster`: a scheduler and two workers on this machine. Tasks that do nothing tell what a task
costs; the same with a scenario of the bottling line as their payload, and with its result on the way back, what ours
cost. The last line reckons how busy the one scheduler is with 100 workers that are given batches as `twin.crew` does.
"""

import argparse
import os
import pickle
import time
from collections.abc import Callable
from concurrent.futures import Executor
from functools import cache
from typing import Any

from plants.loader.load import load_plant
from twin.crew import LENT_BATCH_S
from twin.replications import Packed, Scenario, pack, play
from twin.run import RunResult

WORKERS = 100
"""Of the cluster on paper."""


def nothing() -> None:
    """A task that does nothing."""


def take(_: Packed) -> None:
    """A task that is given a scenario."""


def give(_: Packed) -> RunResult:
    """A task that is given a scenario and returns a result, made once."""
    return result_of_an_hour()


@cache
def result_of_an_hour() -> RunResult:
    """Some result."""
    return play((Scenario(load_plant("bottling"), 3600.0, engine="simpy"), 0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=2000)
    given = parser.parse_args()
    from distributed import Client, LocalCluster

    cluster: Any = LocalCluster  # not typed
    client: Any = Client
    print(f"load average {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores")
    with (
        cluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as local,
        client(local, set_as_default=False) as connected,
    ):
        measure(connected.get_executor(), given.tasks)
    print(f"load average {os.getloadavg()[0]:.2f}")


def measure(executor: Executor, tasks: int) -> None:
    """Print the table."""
    job = (pack(Scenario(load_plant("bottling"), 3600.0, engine="simpy")), 0)
    sizes = [len(pickle.dumps(value)) for value in (job, result_of_an_hour())]
    print(f"a scenario is {sizes[0]:,} bytes, a result {sizes[1]:,}")
    print(f"{'task':30} {'tasks':>7} {'ms a task':>10}")
    cases: list[tuple[str, Callable[..., object], tuple[object, ...]]] = [
        ("does nothing", nothing, ()),
        ("takes a scenario", take, (job,)),
        ("takes one, returns a result", give, (job,)),
    ]
    cost_s = 0.0
    for name, function, arguments in cases:
        rounds(executor, 100, function, arguments)
        cost_s = rounds(executor, tasks, function, arguments)
        print(f"{name:30} {tasks:7,} {1000 * cost_s:10.2f}")
    asked = WORKERS / LENT_BATCH_S
    print(
        f"{WORKERS} workers with batches of {LENT_BATCH_S:g} s ask for {asked:.0f} tasks a second; this machine hands "
        f"out {1 / cost_s:.0f}: batches of {WORKERS * cost_s:.2f} s would keep {WORKERS} workers busy"
    )


def rounds(executor: Executor, tasks: int, function: Callable[..., object], arguments: tuple[object, ...]) -> float:
    """Seconds a task."""
    began = time.perf_counter()
    for future in [executor.submit(function, *arguments) for _ in range(tasks)]:
        future.result()
    return (time.perf_counter() - began) / tasks


if __name__ == "__main__":
    main()
