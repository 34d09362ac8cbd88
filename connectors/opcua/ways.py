"""Ways of giving a setpoint to a machine: a value on its node, a method, or a handshake. Each is tried once.

Used by the actuator. What surely had no effect is `NotSent`; whatever else goes wrong after the first byte left is
`WriteOutcomeUnknown`, because the machine may have taken what it never confirmed.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from asyncua import ua
from asyncua.client.client import Client
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.uaerrors import UaStatusCodeError

from connectors.opcua.answers import fault_of, taken
from connectors.opcua.jobs import CHANGED, reprioritised
from connectors.opcua.resolve import ResolvedTag
from connectors.opcua.session import LOST, explain
from plants.errors import NotSent, WriteOutcomeUnknown
from plants.model.connection import ByHandshake, ByJobOrders, ByMethod

_LOOK_WALL_S = 0.05
"""How often an acknowledgement is looked for."""


async def give(client: Client, tag: ResolvedTag, variant: ua.Variant, request_wall_s: float) -> str:
    """Give a setpoint to the machine, once, by the way that its tag declares; the server's status name.

    Raises:
        NotSent: it surely had no effect.
        WriteOutcomeUnknown: it left, and no clear answer came. Read back; never send again.
    """
    match tag.tag.write:
        case ByMethod():
            return await _call(client, tag, variant, request_wall_s)
        case ByHandshake():
            return await _shake_hands(client, tag, tag.tag.write, variant, request_wall_s)
        case ByJobOrders():
            return await _sequence_jobs(client, tag, tuple(variant.Value), request_wall_s)
        case _:
            return await _write(client, tag.tag.alias, tag.node_id, variant, request_wall_s)


async def _write(client: Client, alias: str, node: ua.NodeId, variant: ua.Variant, wall_s: float) -> str:
    """One request. Nothing is awaited between the check of the session and the bytes, so a fault is after them."""
    async with _after_the_bytes(alias, wall_s):
        [status] = await client.uaclient.session.write_attributes([node], [ua.DataValue(variant)])
    return taken(alias, status)


async def _call(client: Client, tag: ResolvedTag, variant: ua.Variant, wall_s: float) -> str:
    """A method with the setpoint as its only argument (Part 4, 5.12.2)."""
    request = ua.CallMethodRequest(ObjectId=tag.way["object"], MethodId=tag.way["method"], InputArguments=[variant])
    async with _after_the_bytes(tag.tag.alias, wall_s):
        [result] = await client.uaclient.session.call([request])
    return taken(tag.tag.alias, result.StatusCode)


async def _sequence_jobs(client: Client, tag: ResolvedTag, wanted: tuple[str, ...], wall_s: float) -> str:
    """Other priorities for the jobs that have not begun, all in one request; a job that has begun meanwhile refuses."""
    alias = tag.tag.alias
    try:
        async with asyncio.timeout(wall_s):
            [data] = await client.uaclient.session.read_attributes([tag.node_id], AttributeIds.Value)
            updates = reprioritised(data.Value.Value if data.Value is not None else None, wanted)
    except LOST as fault:
        raise NotSent(f"{alias}: the list of jobs cannot be read: {explain(fault)}; nothing was sent") from fault
    except ValueError as fault:
        raise NotSent(f"{alias}: {fault}; nothing was sent") from fault
    requests = [ua.CallMethodRequest(tag.way["receiver"], tag.way["update"], list(update)) for update in updates]
    if not requests:
        return "Good"
    async with _after_the_bytes(alias, wall_s):
        results = await client.uaclient.session.call(requests)
    refused = [_refusal(result) for result in results if _refusal(result)]
    if len(refused) == len(results):
        raise NotSent(f"{alias}: every job refused its priority ({refused[0]}); the sequence is as before")
    if refused:
        raise WriteOutcomeUnknown(f"{alias}: {len(refused)} of {len(results)} jobs refused ({refused[0]}); read back")
    return "Good"


def _refusal(result: ua.CallMethodResult) -> str:
    """Why a job did not take its priority; empty when it did."""
    if result.StatusCode.is_bad():
        return str(result.StatusCode.name)
    status = result.OutputArguments[0].Value if result.OutputArguments else CHANGED
    return "" if status == CHANGED else f"return status {status}"


async def _shake_hands(client: Client, tag: ResolvedTag, hands: ByHandshake, variant: ua.Variant, wall_s: float) -> str:
    """Value, request bit, acknowledgement, request bit back.

    The value alone is nothing to the machine before the request bit is set; but it stays there for whoever sets the bit
    next, so from the first write on a fault means that the outcome is unknown.
    """
    alias = tag.tag.alias
    for role in ("request", "acknowledge", *(["refused"] if "refused" in tag.way else [])):
        if await _bit(client, tag, role, wall_s):
            raise NotSent(f"{alias}: another request is pending at the machine ({role} is set); nothing was sent")
    status = await _write(client, alias, tag.node_id, variant, wall_s)
    try:
        await _write(client, alias, tag.way["request"], _boolean(True), wall_s)
    except NotSent as fault:
        raise WriteOutcomeUnknown(
            f"{alias}: the value was written and its request bit was refused ({fault.message}); the machine has not "
            "taken it, but will when somebody sets that bit. Read back, do not send again"
        ) from fault
    took = await _acknowledged(client, tag, hands, wall_s)
    await _take_back(client, tag, wall_s)
    if not took:
        raise NotSent(f"{alias}: the machine refused the value; it runs as before")
    return status


async def _acknowledged(client: Client, tag: ResolvedTag, hands: ByHandshake, wall_s: float) -> bool:
    """Whether the machine took the value; it says so, or says that it will not.

    Raises:
        WriteOutcomeUnknown: it says neither in time, or cannot be asked.
    """
    ends_at = time.monotonic() + hands.within_wall_s
    while time.monotonic() < ends_at:
        try:
            if await _bit(client, tag, "acknowledge", wall_s):
                return True
            if "refused" in tag.way and await _bit(client, tag, "refused", wall_s):
                return False
        except NotSent as fault:
            raise WriteOutcomeUnknown(
                f"{tag.tag.alias}: requested, and the machine cannot be asked whether it took the value "
                f"({fault.message}); read back, do not send again"
            ) from fault
        await asyncio.sleep(_LOOK_WALL_S)
    raise WriteOutcomeUnknown(
        f"{tag.tag.alias}: the machine did not acknowledge within {hands.within_wall_s:g} s; its request bit is still "
        "set. Read back, do not send again, and see at the machine what holds it"
    )


async def _take_back(client: Client, tag: ResolvedTag, wall_s: float) -> None:
    """Take the request bit back; that it stays set is told by the next request, which finds it pending."""
    try:
        await _write(client, tag.tag.alias, tag.way["request"], _boolean(False), wall_s)
    except (NotSent, WriteOutcomeUnknown):
        return


async def _bit(client: Client, tag: ResolvedTag, role: str, wall_s: float) -> bool:
    """One of the machine's bits.

    Raises:
        NotSent: it cannot be read, or is not good.
    """
    try:
        async with asyncio.timeout(wall_s):
            [data] = await client.uaclient.session.read_attributes([tag.way[role]], AttributeIds.Value)
    except LOST as fault:
        raise NotSent(f"{tag.tag.alias}: its {role} bit cannot be read: {explain(fault)}") from fault
    if data.Value is None or not isinstance(data.Value.Value, bool) or (data.StatusCode and data.StatusCode.is_bad()):
        raise NotSent(f"{tag.tag.alias}: its {role} bit is not good")
    return data.Value.Value


def _boolean(value: bool) -> ua.Variant:
    return ua.Variant(cast("ua.Boolean", value), ua.VariantType.Boolean)


@asynccontextmanager
async def _after_the_bytes(alias: str, wall_s: float) -> AsyncIterator[None]:
    """One request within its deadline, its faults told by what they mean for the setpoint."""
    try:
        async with asyncio.timeout(wall_s):
            yield
    except UaStatusCodeError as fault:
        raise fault_of(alias, fault) from fault
    except LOST as fault:
        raise WriteOutcomeUnknown(
            f"{alias}: sent, but {explain(fault)}. It may have been applied: read back, do not send again"
        ) from fault
