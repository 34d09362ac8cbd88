"""A plant with more tags than some servers take in a call."""

import pytest

from connectors.opcua import OpcUaActuator, OpcUaSource
from plants.model.connection import OpcUa
from plants.model.plant import Plant
from plants.model.tags import tags_of
from service.clock import SystemClock
from tests.conformance.links.conftest import QUICK, WRITER, Rig
from virtual.server import PlantServer
from virtual.still import StillPlant

STATIONS = 120


def long_line(stations: int = STATIONS) -> Plant:
    """A line of many stations without parameters."""

    def label(what: str, n: int) -> dict[str, str]:
        return {"en": f"{what} {n}", "ko": f"{what} {n}"}

    cycle = {"kind": "constant", "mean_s": 2.0}
    return Plant.model_validate(
        {
            "plant": "long",
            "name": label("Line", 1),
            "flow_unit": {"name": label("part", 1), "piece": label("part", 1)},
            "stations": [{"id": f"s{n}", "name": label("Station", n), "cycle": cycle} for n in range(stations)],
            "buffers": [
                {
                    "id": f"b{n}",
                    "name": label("Buffer", n),
                    "upstream": f"s{n}",
                    "downstream": f"s{n + 1}",
                    "capacity": 5,
                }
                for n in range(stations - 1)
            ],
            "products": [{"id": "p", "name": label("Product", 1)}],
            "opcua": OpcUa(endpoint="opc.tcp://127.0.0.1:0", namespace_uri="urn:jayul:long", root="Long").model_dump(),
        }
    )


@pytest.mark.slow
async def test_more_than_a_thousand_tags_are_resolved_watched_and_read_in_batches() -> None:
    """Nothing is lost at the seams between the batches."""
    plant = long_line()
    assert len(tags_of(plant)) > 1000
    server = PlantServer(StillPlant(plant))
    await server.start()
    source = OpcUaSource(plant, SystemClock(), endpoint=server.endpoint, options=QUICK)
    actuator = OpcUaActuator(plant, SystemClock(), endpoint=server.endpoint, security=WRITER)
    rig = Rig(StillPlant(plant), source, actuator, server.stop, server.start)

    try:
        await rig.open()
        await rig.until(lambda: len(rig.latest) == len(tags_of(plant)))
        read = await actuator.read(tuple(tag.alias for tag in tags_of(plant)))
    finally:
        await source.close()
        await actuator.close()
        await server.stop()

    assert [s.alias for s in read] == [tag.alias for tag in tags_of(plant)]
    assert source.faults == 0
