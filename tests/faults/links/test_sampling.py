"""A server that folds changes tells so by its interval, one whose queue is full by a bit: no loss is untold."""

import asyncio
from pathlib import Path

import pytest

from connectors.opcua import OpcUaSource
from connectors.opcua.scrutiny import Trouble
from plants.model.plant import Plant
from service.clock import SystemClock
from tests.faults.links.conftest import QUICK, until
from tests.peers.peer import NodeServer, served_tags
from virtual.still import StillPlant

COUNTERS = ["filler.processed", "labeller.processed", "packer.processed"]
CHANGES = 1_200


async def streamed(folder: Path, plant: Plant, *, every: bool) -> tuple[dict[str, float], int, bool]:
    """What is told of sampling, how many of the changes came (each once), and whether full queues were told of."""
    tags = served_tags(plant, StillPlant(plant).values())
    for tag in tags:
        tag["plain"] = tag["alias"] in COUNTERS
    server = NodeServer(folder, plant, tags, every=every)
    await asyncio.to_thread(server.start)
    source = OpcUaSource(plant, SystemClock(), endpoint=server.endpoint, options=QUICK)
    seen: set[float] = set()

    async def made() -> bool:
        came = [sample.value for sample in await source.poll() if sample.alias in COUNTERS]
        seen.update(value for value in came if isinstance(value, int | float))
        return any(said.get("streamed") == CHANGES for said in server.said)

    try:
        await source.open()
        await source.poll()
        server.stream(COUNTERS, 600, CHANGES)
        await until(made, 30)
        await asyncio.sleep(1.0)
        await made()
        full = any(Trouble.OVERFLOW in source.troubles.get(alias, {}) for alias in COUNTERS)
        return dict(source.sampled_wall_s), len(seen & set(range(1, CHANGES + 1))), full
    finally:
        await source.close()
        await asyncio.to_thread(server.end)


@pytest.mark.parametrize("every", [True, False])
async def test_changes_all_come_or_the_server_is_known_to_fold_them(tmp_path: Path, plant: Plant, every: bool) -> None:
    """200 changes a second of each counter: told one by one, or one in 50 ms with the interval known."""
    sampled, came, full = await streamed(tmp_path, plant, every=every)

    counters = {alias: sampled.get(alias, 0.0) for alias in COUNTERS}
    if every:
        assert set(counters.values()) == {0.0}
        assert came == CHANGES or full
    else:
        assert min(counters.values()) >= 0.05
        assert came < CHANGES / 2
