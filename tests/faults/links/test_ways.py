"""Setpoints given by a method and by a handshake, nodes of other types, small operation limits, addresses by node id.

All against a server of another make, whose machine answers as the test says.
"""

import threading
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from connectors.opcua import OpcUaActuator, OpcUaSource
from plants.errors import NotSent, TagMissing, WriteOutcomeUnknown
from plants.flow.sample import Value
from plants.model.connection import ByHandshake, ByMethod, TagPath, TakesEffect
from plants.model.plant import Plant
from plants.model.tags import tags_of
from service.clock import SystemClock
from tests.faults.links.conftest import QUICK, WRITER, until
from tests.peers.peer import Machines, NodeServer, served_tags
from virtual.still import StillPlant

CALLED = "labeller.speed_per_min"
SHAKEN = "packer.speed_per_min"
COUNTER = "filler.processed"
HANDS = ByHandshake(
    request=("Packer", "Command", "Request"),
    acknowledge=("Packer", "Command", "Acknowledge"),
    refused=("Packer", "Command", "Refused"),
    within_wall_s=1.0,
)
BITS = [
    {
        "alias": f"bit.{name.lower()}",
        "path": ["Packer", "Command", name],
        "type": "Boolean",
        "array": False,
        "writable": True,
        "value": False,
    }
    for name in ("Request", "Acknowledge", "Refused")
]
METHOD = {
    "name": "set_speed",
    "path": ["Labeller", "Methods", "SetSpeed"],
    "inputs": [{"name": "Speed", "type": "Double", "array": False}],
}


class Machine:
    """The machine behind the server: takes a method, and a handshake as `manner` says."""

    def __init__(self, server: NodeServer, equipment: StillPlant) -> None:
        self.manner = "acknowledge"
        self.pending = False
        self.equipment = equipment
        self.requests: list[bool] = []
        self._server = server
        self._machines = Machines(server, equipment)
        self._offered: Value = equipment.values()[SHAKEN]
        server.on_write = self._write
        server.on_call = self._call
        self._machines.show(time.time() * 1000)
        self._set(request=False, acknowledge=False, refused=False)

    def _set(self, **bits: bool) -> None:
        self._server.put([(f"bit.{name}", value, "Good", None) for name, value in bits.items()])

    def _write(self, alias: str, value: Value) -> tuple[str, Value | None]:
        if alias == "bit.request":
            return self._requested(value is True)
        if alias == SHAKEN:
            self._offered = value
            return "Good", value
        return self._machines.write(alias, value)

    def _requested(self, asked: bool) -> tuple[str, Value | None]:
        self.requests.append(asked)
        if asked and self.manner == "shut":
            return "BadUserAccessDenied", None
        if asked and self.manner == "acknowledge":
            self.equipment.put(SHAKEN, self._offered)
            threading.Timer(0.1, self._set, kwargs={"acknowledge": True}).start()
        elif asked and self.manner == "refuse":
            threading.Timer(0.1, self._set, kwargs={"refused": True}).start()
        elif not asked:
            self._set(acknowledge=False, refused=False)
        return "Good", asked

    def _call(self, name: str, inputs: list[Any]) -> str:
        assert name == "set_speed"
        return self._machines.write(CALLED, inputs[0])[0]


@pytest.fixture(scope="module")
def odd(plant: Plant) -> Plant:
    """The bottling line as an odd server has it."""
    return plant.model_copy(
        update={
            "tags": (
                TagPath(alias=CALLED, write=ByMethod(path=("Labeller", "Methods", "SetSpeed"))),
                TagPath(alias=SHAKEN, write=HANDS, takes_effect=TakesEffect.NEXT_PART),
                TagPath(alias=COUNTER, node_id=f"nsu=urn:jayul:bottling;s={COUNTER}"),
            )
        }
    )


@pytest.fixture(scope="module")
def server(odd: Plant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeServer]:
    """A server that takes few operations a call, with a 16-bit counter and a single-precision speed."""
    tags = served_tags(odd, StillPlant(odd).values())
    types = {COUNTER: "UInt16", "capper.speed_per_min": "Float", "depalletiser.state": "Byte"}
    for tag in tags:
        tag["type"] = types.get(tag["alias"], tag["type"])
        tag["path"] = ["Elsewhere", "Counter"] if tag["alias"] == COUNTER else tag["path"]
    limits = {
        "maxNodesPerRead": 7,
        "maxMonitoredItemsPerCall": 5,
        "maxNodesPerTranslateBrowsePathsToNodeIds": 3,
    }
    server = NodeServer(tmp_path_factory.mktemp("odd"), odd, [*tags, *BITS], [METHOD], limits=limits)
    server.start()
    yield server
    server.end()


@pytest.fixture
def machine(server: NodeServer, odd: Plant) -> Machine:
    """A fresh machine behind the server."""
    return Machine(server, StillPlant(odd))


@pytest.fixture
async def actuator(machine: Machine, server: NodeServer, odd: Plant) -> AsyncIterator[OpcUaActuator]:
    """An open writing session."""
    actuator = OpcUaActuator(odd, SystemClock(), endpoint=server.endpoint, security=WRITER, request_wall_s=2.0)
    await actuator.open()
    yield actuator
    await actuator.close()


async def test_a_setpoint_is_given_by_a_method(machine: Machine, actuator: OpcUaActuator) -> None:
    """The method is called once, with the declared type; the machine holds the value."""
    status = await actuator.write(CALLED, 500)

    assert status == "Good"
    assert machine.equipment.values()[CALLED] == 500.0


async def test_a_method_that_refuses_is_a_refusal(machine: Machine, actuator: OpcUaActuator) -> None:
    """The machine's limits speak through the method's status."""
    with pytest.raises(NotSent, match="BadOutOfRange"):
        await actuator.write(CALLED, 5000.0)

    assert machine.equipment.values()[CALLED] == 675.0


async def test_a_handshake_ends_acknowledged_with_its_request_taken_back(
    machine: Machine, actuator: OpcUaActuator
) -> None:
    """Value, request, acknowledgement, request back: the machine runs at the value, and nothing is pending."""
    status = await actuator.write(SHAKEN, 640.0)

    assert status == "Good"
    assert machine.equipment.values()[SHAKEN] == 640.0
    assert machine.requests == [True, False]


async def test_a_machine_that_refuses_in_a_handshake_keeps_what_it_held(
    machine: Machine, actuator: OpcUaActuator
) -> None:
    """It said no: safe to propose again."""
    machine.manner = "refuse"

    with pytest.raises(NotSent, match="the machine refused"):
        await actuator.write(SHAKEN, 640.0)

    assert machine.equipment.values()[SHAKEN] == 720.0
    assert machine.requests == [True, False]


async def test_a_machine_that_says_nothing_in_a_handshake_leaves_it_unknown_and_the_next_request_unsent(
    machine: Machine, actuator: OpcUaActuator
) -> None:
    """Neither yes nor no in time: read back; a second request is not piled upon the first."""
    machine.manner = "silence"

    with pytest.raises(WriteOutcomeUnknown, match="did not acknowledge"):
        await actuator.write(SHAKEN, 640.0)
    machine._set(request=True)
    with pytest.raises(NotSent, match="another request is pending"):
        await actuator.write(SHAKEN, 650.0)


async def test_a_request_bit_that_is_refused_after_the_value_was_written_is_unknown(
    machine: Machine, actuator: OpcUaActuator
) -> None:
    """The value lies there for whoever sets the bit next: that is not `not sent`."""
    machine.manner = "shut"

    with pytest.raises(WriteOutcomeUnknown, match="request bit was refused"):
        await actuator.write(SHAKEN, 640.0)


@pytest.mark.parametrize("alias", [CALLED, SHAKEN])
async def test_on_local_neither_a_method_nor_a_handshake_is_tried(
    machine: Machine, actuator: OpcUaActuator, alias: str
) -> None:
    """The selector is looked at by us, because a method may not look."""
    machine.equipment.put("line.remote", False)
    machine._machines.show(time.time() * 1000)

    async def shown() -> bool:
        [selector] = await actuator.read(("line.remote",))
        return selector.value is False

    await until(shown)

    with pytest.raises(NotSent, match="local/remote selector"):
        await actuator.write(alias, 640.0)

    assert machine.requests == []


async def test_a_number_takes_the_type_of_its_node_and_its_range(machine: Machine, actuator: OpcUaActuator) -> None:
    """A Float node gets a Float; the actual value is read from whatever type it has."""
    status = await actuator.write("capper.speed_per_min", 600)
    [back, counter, state] = await actuator.read(("capper.speed_per_min", COUNTER, "depalletiser.state"))

    assert (status, back.value, counter.value, state.value) == ("Good", 600.0, 0, 4)


async def test_few_operations_a_call_are_enough_to_see_every_tag(
    machine: Machine, server: NodeServer, odd: Plant
) -> None:
    """Browse paths, reads and monitored items come in batches that the server takes; it refuses larger ones."""
    source = OpcUaSource(odd, SystemClock(), endpoint=server.endpoint, options=QUICK)
    seen: set[str] = set()

    async def whole() -> bool:
        seen.update(s.alias for s in await source.poll())
        return len(seen) == len(tags_of(odd))

    try:
        await source.open()
        await until(whole)
        assert source.missed == 0
    finally:
        await source.close()


async def test_what_a_way_of_writing_needs_and_does_not_find_is_named(odd: Plant, server: NodeServer) -> None:
    """One message: the method that is not there, and the node id of a namespace that is not there."""
    wrong = odd.model_copy(
        update={
            "tags": (
                TagPath(alias=CALLED, write=ByMethod(path=("Labeller", "Methods", "SetPace"))),
                TagPath(alias=COUNTER, node_id="nsu=urn:nowhere;s=x"),
                TagPath(alias="filler.state", node_id="nsu=urn:jayul:bottling;s=nothing"),
            )
        }
    )
    actuator = OpcUaActuator(wrong, SystemClock(), endpoint=server.endpoint, security=WRITER)

    with pytest.raises(TagMissing) as raised:
        await actuator.open()

    assert f"{CALLED} at Bottling/Labeller/Command/SpeedPerMin has no method" in raised.value.message
    assert f"{COUNTER} at nsu=urn:nowhere;s=x is not there" in raised.value.message
    assert "filler.state at nsu=urn:jayul:bottling;s=nothing is not there" in raised.value.message
