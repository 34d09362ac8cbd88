"""An actuator over a server that dies, freezes, answers late, drops the session or says no."""

import asyncio
import time

import pytest
from asyncua.client.client import Client
from asyncua.ua.uaerrors import UaStatusCodeError
from asyncua.ua.uatypes import DataValue, Variant, VariantType
from pydantic import SecretStr

from connectors.opcua import OpcUaActuator, OpcUaSecurity
from plants.errors import LinkDown, NotSent, TagMissing, WriteOutcomeUnknown
from plants.flow.sample import Quality
from plants.model.plant import Plant
from service.clock import SystemClock
from tests.faults.links.conftest import WRITER, MakeActuator, PlantProcess, until
from virtual.script import BadQuality, LateAnswer, Script, SessionDrop

SPEED = "labeller.speed_per_min"
PATH = ("Bottling", "Labeller", "Command", "SpeedPerMin")
STATE = ("Bottling", "Labeller", "Status", "StateCurrent")


async def test_a_write_after_the_server_died_is_not_sent(process: PlantProcess, make_actuator: MakeActuator) -> None:
    """The session is known to be gone: nothing leaves."""
    await process.start()
    actuator = make_actuator(process.endpoint)
    await actuator.open()
    await process.kill()

    async def refused() -> bool:
        with pytest.raises((NotSent, WriteOutcomeUnknown)) as raised:
            await actuator.write(SPEED, 500.0)
        return raised.type is NotSent

    await until(refused)
    with pytest.raises(LinkDown):
        await actuator.read((SPEED,))


async def test_a_write_to_a_frozen_server_is_unknown_and_may_be_found_applied_afterwards(
    process: PlantProcess, make_actuator: MakeActuator
) -> None:
    """The deadline passes, the server wakes and applies it: only the read-back tells."""
    await process.start()
    actuator = make_actuator(process.endpoint)
    await actuator.open()
    process.pause()

    with pytest.raises(WriteOutcomeUnknown, match="do not send again"):
        await actuator.write(SPEED, 500.0)
    process.resume()
    await actuator.open()
    [back] = await actuator.read((SPEED,))

    assert back.value == 500.0


async def test_a_late_answer_is_unknown_although_it_was_applied(
    process: PlantProcess, make_actuator: MakeActuator
) -> None:
    """A timeout of the client does not mean that the server did not apply it."""
    await process.start(Script(events=(LateAnswer(alias=SPEED, wall_s=3),)))
    actuator = make_actuator(process.endpoint)
    await actuator.open()

    with pytest.raises(WriteOutcomeUnknown):
        await actuator.write(SPEED, 500.0)
    await actuator.open()
    [back] = await actuator.read((SPEED,))

    assert back.value == 500.0


async def test_a_session_cut_before_the_answer_is_unknown_although_it_was_applied(
    process: PlantProcess, make_actuator: MakeActuator
) -> None:
    """The bytes left, no answer came."""
    await process.start(Script(events=(SessionDrop(alias=SPEED, before_answer=True),)))
    actuator = make_actuator(process.endpoint)
    await actuator.open()

    with pytest.raises(WriteOutcomeUnknown):
        await actuator.write(SPEED, 500.0)
    await actuator.open()
    [back] = await actuator.read((SPEED,))

    assert back.value == 500.0


async def test_a_session_cut_between_write_and_read_back_needs_a_new_session(
    process: PlantProcess, make_actuator: MakeActuator
) -> None:
    """The write was answered Good; the read-back finds no link, and nothing reconnects by itself."""
    await process.start(Script(events=(SessionDrop(alias=SPEED),)))
    actuator = make_actuator(process.endpoint)
    await actuator.open()

    status = await actuator.write(SPEED, 500.0)
    with pytest.raises(LinkDown):
        await actuator.read((SPEED,))
    with pytest.raises(NotSent):
        await actuator.write(SPEED, 600.0)
    await actuator.open()
    [back] = await actuator.read((SPEED,))

    assert (status, back.value) == ("Good", 500.0)


async def test_no_write_is_kept_for_a_server_that_comes_back(
    process: PlantProcess, make_actuator: MakeActuator
) -> None:
    """What failed while the server was away is not delivered later."""
    await process.start()
    actuator = make_actuator(process.endpoint)
    await actuator.open()
    await process.kill()
    with pytest.raises((NotSent, WriteOutcomeUnknown)):
        await actuator.write(SPEED, 500.0)

    await process.start()
    await actuator.open()
    [back] = await actuator.read((SPEED,))

    assert back.value == 675.0


async def test_an_account_that_may_not_write_is_found_out_when_it_opens(
    process: PlantProcess, make_actuator: MakeActuator
) -> None:
    """Every setpoint is named before anybody relies on writing, for the reader as for nobody in particular."""
    await process.start()

    for security in (OpcUaSecurity(user="reader", password=SecretStr("practice")), OpcUaSecurity()):
        actuator = make_actuator(process.endpoint, security)
        with pytest.raises(TagMissing, match=f"{SPEED} at {'/'.join(PATH)} may not be written by this account"):
            await actuator.open()


async def test_a_wrong_password_is_refused_and_not_repeated_in_the_message(
    process: PlantProcess, make_actuator: MakeActuator
) -> None:
    """The message names the account's trouble, never the password."""
    await process.start()
    actuator = make_actuator(process.endpoint, OpcUaSecurity(user="writer", password=SecretStr("open sesame")))

    with pytest.raises(LinkDown, match="refused the account") as raised:
        await actuator.open()

    assert "sesame" not in raised.value.message


async def _node_write(endpoint: str, user: str | None, path: tuple[str, ...], value: Variant) -> None:
    """A write by a plain client, past all checks of ours."""
    client = Client(endpoint)
    if user is not None:
        client.set_user(user)
        client.set_password("practice")
    async with client:
        index = await client.get_namespace_index("urn:jayul:bottling")
        node = await client.nodes.objects.get_child([f"{index}:{name}" for name in path])
        await node.write_value(DataValue(value))


async def test_the_server_itself_refuses_other_accounts_other_nodes_and_values_that_do_not_fit(
    process: PlantProcess,
) -> None:
    """The plant side enforces its own limits, whatever a client believes; NaN is no setpoint."""
    await process.start()
    speed = Variant(500.0, VariantType.Double)

    for user, path, value, status in (
        (None, PATH, speed, "BadUserAccessDenied"),
        ("reader", PATH, speed, "BadUserAccessDenied"),
        ("writer", STATE, Variant(6, VariantType.Int32), "BadNotWritable"),
        ("writer", PATH, Variant(float("nan"), VariantType.Double), "BadOutOfRange"),
        ("writer", PATH, Variant(5000.0, VariantType.Double), "BadOutOfRange"),
        ("writer", PATH, Variant(500, VariantType.Int32), "BadTypeMismatch"),
        ("writer", PATH, Variant([500.0], VariantType.Double, is_array=True), "BadTypeMismatch"),
    ):
        with pytest.raises(UaStatusCodeError, match=status):
            await _node_write(process.endpoint, user, path, value)
    await _node_write(process.endpoint, "writer", PATH, speed)


async def test_a_setpoint_of_bad_quality_is_read_back_as_bad(
    process: PlantProcess, make_actuator: MakeActuator
) -> None:
    """Good to the write, Bad to the read-back: no value to rely on."""
    await process.start(Script(events=(BadQuality(alias=SPEED, quality=Quality.BAD),)))
    actuator = make_actuator(process.endpoint)
    await actuator.open()

    status = await actuator.write(SPEED, 500.0)
    [back] = await actuator.read((SPEED,))

    assert (status, back.quality, back.value) == ("Good", Quality.BAD, None)


async def test_two_requests_at_once_take_turns(process: PlantProcess, make_actuator: MakeActuator) -> None:
    """One request at a time: both are answered, the later one holds."""
    await process.start()
    actuator = make_actuator(process.endpoint)
    await actuator.open()

    first, second = await asyncio.gather(actuator.write(SPEED, 500.0), actuator.write(SPEED, 510.0))
    [back] = await actuator.read((SPEED,))

    assert (first, second, back.value) == ("Good", "Good", 510.0)


@pytest.mark.slow
async def test_an_idle_session_is_kept_alive_beyond_its_timeout(plant: Plant, process: PlantProcess) -> None:
    """A writing session may wait long for something to write; the server must not take it for dead."""
    await process.start()
    session_wall_s = 6.0
    actuator = OpcUaActuator(
        plant, SystemClock(), endpoint=process.endpoint, security=WRITER, session_wall_s=session_wall_s
    )
    await actuator.open()
    opened_at = time.monotonic()

    try:
        await until(lambda: time.monotonic() - opened_at > 1.5 * session_wall_s)
        status = await actuator.write(SPEED, 500.0)
    finally:
        await actuator.close()

    assert status == "Good"
