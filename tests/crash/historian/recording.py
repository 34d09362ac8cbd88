"""`python -m tests.crash.historian.recording ENDPOINT FILE WALL_S`: record a plant as the service does, until killed.

Source and history are the service's, and so is the cadence that is given; it says `recording` once something has been
recorded.
"""

import asyncio
import sys
from pathlib import Path

from connectors.opcua import OpcUaSource
from historian.historian import Historian
from plants.loader.load import load_plant
from service.clock import SystemClock


async def record(endpoint: str, file: Path, every_wall_s: float) -> None:
    """Record for ever."""
    plant, clock = load_plant("bottling"), SystemClock()
    historian = Historian(plant, file)
    historian.begin(clock.now())
    source = OpcUaSource(plant, clock, endpoint=endpoint)
    await source.open()
    said = False
    while True:
        historian.record(await source.poll())
        if not said and historian.plant_time_s() is not None:
            said = True
            sys.stdout.write("recording\n")
            sys.stdout.flush()
        await asyncio.sleep(every_wall_s)


if __name__ == "__main__":
    asyncio.run(record(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])))
