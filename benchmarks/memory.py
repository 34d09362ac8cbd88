"""Memory of days of a plant with their full event log: the largest resident size of a process that does nothing else.

Run: `python -m benchmarks.memory`, or with the name of a library plant: one day, the log in memory.
`python -m benchmarks.memory bottling --days 30 --log log.parquet --engine compiled`: the log streamed to a file.
"""

import argparse
import resource
import time
from pathlib import Path

from plants.loader.load import load_plant
from plants.model.plant import Plant
from twin import run
from twin.engines import kernels_of, reference
from twin.log import EventLog
from twin.recording import Recording

DAY_S = 86_400.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plant", nargs="?", default="bottling", help="library plant or plant file")
    parser.add_argument("--days", type=float, default=1.0)
    parser.add_argument("--engine", default="simpy", help="simpy or compiled; for a log that is streamed")
    parser.add_argument("--log", type=Path, help="stream the log to this Parquet file")
    given = parser.parse_args()
    plant = load_plant(given.plant)
    if given.days > 1:
        plant = Plant.model_validate(plant.model_dump() | {"orders": ()})  # they end within days; a line without never
    if given.log is None:
        log = EventLog()
        sim = reference(plant, log=log)
        before = peak_mib()
        sim.run_until(given.days * DAY_S)
        tell(given.plant, given.days, len(log), before)
    else:
        streamed(plant, given.days, given.engine, given.log)


def streamed(plant: Plant, days: float, engine: str, path: Path) -> None:
    """A run whose log goes to a file."""
    if engine == "compiled":
        kernels_of(plant).wait()
    with Recording(path, plant) as recording:
        run(plant, horizon_s=60.0, engine=engine)
        before, began = peak_mib(), time.perf_counter()
        run(plant, horizon_s=days * DAY_S, engine=engine, record=recording)
        took = time.perf_counter() - began
    tell(f"{plant.plant}, {engine}", days, recording.rows, before)
    print(f"{path}: {path.stat().st_size / 2**20:.0f} MiB in {took:.0f} s")


def tell(what: str, days: float, events: int, before: float) -> None:
    """Print one line."""
    print(f"{what}: {events:,} events in {days:g} days; {peak_mib():.0f} MiB, of which {before:.0f} before it began")


def peak_mib() -> float:
    """The largest resident size of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
