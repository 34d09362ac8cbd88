"""Memory of one day of a plant with its full event log: the largest resident size of a process that does nothing else.

Run: `python -m benchmarks.memory`, or with the name of a library plant.
"""

import argparse
import resource

from plants.loader.load import load_plant
from twin.engines import reference
from twin.log import EventLog

DAY_S = 86_400.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plant", nargs="?", default="bottling", help="library plant or plant file")
    given = parser.parse_args()
    log = EventLog()
    sim = reference(load_plant(given.plant), log=log)
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sim.run_until(DAY_S)
    after_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = f"{after_kib / 1024:.0f} MiB, of which {before_kib / 1024:.0f} before it began"
    print(f"{given.plant}: {len(log):,} events in a day; {size}")


if __name__ == "__main__":
    main()
