"""The wire between a session and its server, spoilt by a proxy: rows 1 and 2 of docs/reliability.md."""

import asyncio
import time
from collections.abc import AsyncIterator
from functools import partial

import pytest
from structlog.testing import capture_logs

from connectors.opcua import OpcUaSecurity
from connectors.opcua.session import close_client, open_client
from plants.errors import LinkDown, NotSent, WriteOutcomeUnknown
from plants.model.plant import Plant
from plants.model.tags import tags_of
from plants.ports.sample_source import LinkState
from tests.faults.links.conftest import MakeActuator, MakeSource, PlantHere, until
from tests.faults.links.test_reading import Seen, of_kind
from tests.proxy import FaultProxy, Way

SPEED = "labeller.speed_per_min"


@pytest.fixture
async def wire(here: PlantHere) -> AsyncIterator[FaultProxy]:
    """A proxy in front of a plant at rest."""
    await here.start()
    wire = FaultProxy(here.endpoint)
    await wire.start()
    yield wire
    await wire.stop()


async def _held(make_actuator: MakeActuator, here: PlantHere) -> object:
    """What the plant holds, read by another way."""
    other = make_actuator(here.endpoint)
    await other.open()
    [back] = await other.read((SPEED,))
    return back.value


async def test_a_write_whose_answer_is_swallowed_is_unknown_and_was_applied(
    here: PlantHere, wire: FaultProxy, make_actuator: MakeActuator
) -> None:
    """Blackhole towards the client: the server applied it, nobody said so; read back, never sent again."""
    actuator = make_actuator(wire.endpoint)
    await actuator.open()
    wire.blackhole(Way.TO_CLIENT)

    with pytest.raises(WriteOutcomeUnknown, match="do not send again"):
        await actuator.write(SPEED, 500.0)

    assert await _held(make_actuator, here) == 500.0


async def test_a_write_that_is_swallowed_on_its_way_is_unknown_and_was_not_applied(
    here: PlantHere, wire: FaultProxy, make_actuator: MakeActuator
) -> None:
    """Blackhole towards the server: it looks the same from here, and the read-back tells the difference."""
    actuator = make_actuator(wire.endpoint)
    await actuator.open()
    wire.blackhole(Way.TO_SERVER)

    with pytest.raises(WriteOutcomeUnknown):
        await actuator.write(SPEED, 500.0)
    wire.heal()

    assert await _held(make_actuator, here) == 675.0


async def test_a_swallowed_write_does_not_arrive_when_the_wire_heals(
    here: PlantHere, wire: FaultProxy, make_actuator: MakeActuator
) -> None:
    """No queue of ours delivers it later, also not when the session is opened again."""
    actuator = make_actuator(wire.endpoint)
    await actuator.open()
    wire.blackhole(Way.TO_SERVER)
    with pytest.raises(WriteOutcomeUnknown):
        await actuator.write(SPEED, 500.0)

    wire.heal()
    await actuator.open()
    [back] = await actuator.read((SPEED,))

    assert back.value == 675.0


@pytest.mark.parametrize("way", list(Way))
async def test_a_write_cut_in_the_middle_of_a_message_is_unknown(
    here: PlantHere, wire: FaultProxy, make_actuator: MakeActuator, way: Way
) -> None:
    """Truncated after 40 bytes: half a request is not applied, half an answer means that it was."""
    actuator = make_actuator(wire.endpoint)
    await actuator.open()
    wire.truncate(way, 40)

    with pytest.raises(WriteOutcomeUnknown):
        await actuator.write(SPEED, 500.0)

    assert await _held(make_actuator, here) == (675.0 if way is Way.TO_SERVER else 500.0)


async def test_an_answer_later_than_the_deadline_is_unknown(
    here: PlantHere, wire: FaultProxy, make_actuator: MakeActuator
) -> None:
    """Delayed by more than the request may take; it was applied all the same."""
    actuator = make_actuator(wire.endpoint)
    await actuator.open()
    wire.delay(1.2)

    with pytest.raises(WriteOutcomeUnknown):
        await actuator.write(SPEED, 500.0)

    await until(lambda: here.equipment.values()[SPEED] == 500.0)


@pytest.mark.parametrize("how", ["cut", "reset"])
async def test_after_a_cut_or_a_reset_nothing_is_sent_until_the_session_is_opened_again(
    here: PlantHere, wire: FaultProxy, make_actuator: MakeActuator, how: str
) -> None:
    """The session is gone: surely not sent, and the plant holds what it held."""
    actuator = make_actuator(wire.endpoint)
    await actuator.open()
    if how == "cut":
        await wire.cut()
    else:
        wire.reset()

    async def refused() -> bool:
        with pytest.raises((NotSent, WriteOutcomeUnknown)) as raised:
            await actuator.write(SPEED, 500.0)
        return raised.type is NotSent

    await until(refused)
    with pytest.raises(LinkDown):
        await actuator.read((SPEED,))
    await wire.start()
    await actuator.open()
    status = await actuator.write(SPEED, 510.0)

    assert (status, here.equipment.values()[SPEED]) == ("Good", 510.0)


@pytest.mark.parametrize("way", [Way.TO_SERVER, pytest.param(Way.TO_CLIENT, marks=pytest.mark.slow)])
async def test_a_half_open_connection_is_noticed_and_taken_up_again_with_a_full_read(
    plant: Plant, wire: FaultProxy, make_source: MakeSource, way: Way
) -> None:
    """One direction swallows everything: noticed in 3 s, one line on loss, one on recovery, every tag again."""
    source = make_source(wire.endpoint)
    await source.open()
    seen = Seen(source)
    await until(lambda: seen.at_least(len(tags_of(plant))))

    with capture_logs() as logs:
        wire.blackhole(way)
        spoilt_at = time.monotonic()
        await until(lambda: source.link is LinkState.CONNECTING)
        noticed_wall_s = time.monotonic() - spoilt_at
        seen.latest.clear()
        await source.poll()
        wire.heal()
        healed_at = time.monotonic()
        await until(lambda: seen.at_least(len(tags_of(plant))))
        back_wall_s = time.monotonic() - healed_at
        await until(lambda: logs[-1]["event"] == "opcua_link_restored")

    assert noticed_wall_s < 5
    assert back_wall_s < 10
    assert [line["event"] for line in logs] == ["opcua_link_lost", "opcua_link_restored"]


@pytest.mark.slow
async def test_a_network_that_flaps_ends_connected_with_one_pair_of_lines_per_loss(
    plant: Plant, wire: FaultProxy, make_source: MakeSource
) -> None:
    """Three resets and a cut: four losses, four recoveries, all values in the end."""
    source = make_source(wire.endpoint)
    await source.open()
    seen = Seen(source)

    with capture_logs() as logs:
        for turn in range(4):
            if turn == 3:
                await wire.cut()
            else:
                wire.reset()
            await until(lambda: source.link is LinkState.CONNECTING)
            await wire.start()
            await until(lambda: source.link is LinkState.CONNECTED)
        seen.latest.clear()
        await until(lambda: seen.at_least(len(tags_of(plant))))

    assert len(of_kind(logs, "opcua_link_lost")) == len(of_kind(logs, "opcua_link_restored")) == 4


async def test_a_wire_that_delivers_late_loses_nothing(
    here: PlantHere, wire: FaultProxy, make_source: MakeSource
) -> None:
    """Every change arrives, in order, although each piece takes a tenth of a second more."""
    source = make_source(wire.endpoint)
    await source.open()
    wire.delay(0.1)
    counted: list[object] = []

    async def arrived(number: int) -> bool:
        counted.extend(s.value for s in await source.poll() if s.alias == "filler.processed")
        return number in counted

    for number in range(1, 6):
        here.equipment.put("filler.processed", number)
        await until(partial(arrived, number))

    assert [v for i, v in enumerate(counted) if i == 0 or v != counted[i - 1]][-5:] == [1, 2, 3, 4, 5]
    assert source.link is LinkState.CONNECTED
    assert source.missed == 0


@pytest.mark.parametrize("after_wall_s", [0.0, 0.05, 0.2])
async def test_taking_leave_of_a_silent_server_can_be_broken_off(
    here: PlantHere, wire: FaultProxy, after_wall_s: float
) -> None:
    """A service that ends does not wait for it: the cancellation is not swallowed with the library's own."""
    client = await open_client(wire.endpoint, OpcUaSecurity(), session_timeout_wall_s=30, request_wall_s=5)
    wire.blackhole(Way.TO_SERVER)
    leaving = asyncio.create_task(close_client(client, 5))
    await asyncio.sleep(after_wall_s)
    leaving.cancel()

    async with asyncio.timeout(1):
        with pytest.raises(asyncio.CancelledError):
            await leaving
