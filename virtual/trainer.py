"""Calling faults of a practice plant that runs, over its control node.

Used by `jayul virtual-fault`. It reaches the namespace `urn:jayul:practice` only, which only a practice plant has.
"""

from asyncua import ua
from asyncua.client.client import Client
from asyncua.common.node import Node
from pydantic import SecretStr

from connectors.opcua.security import OpcUaSecurity
from connectors.opcua.session import close_client, link_errors, open_client
from plants.errors import InvalidInput, TagMissing
from virtual.accounts import PRACTICE_PASSWORD
from virtual.control import NAMESPACE, ROOT
from virtual.script import event_of

_REQUEST_WALL_S = 4.0


async def call_fault(
    endpoint: str, line: str, event: str | None, *, user: str = "trainer", password: SecretStr = PRACTICE_PASSWORD
) -> list[str]:
    """Let an event (JSON or YAML, as in a script) happen now, or end all that were called; returns those that stand.

    Raises:
        InvalidInput: it is no event, or names what the line does not have.
        TagMissing: there is no practice plant, or no such line.
        LinkDown: nobody answers, or the account may not train.
    """
    if event is not None:
        event = event_of(event).model_dump_json()
    security = OpcUaSecurity(user=user, password=password)
    client = await open_client(endpoint, security, session_timeout_wall_s=30, request_wall_s=_REQUEST_WALL_S)
    try:
        async with link_errors(endpoint):
            nodes = await _nodes(client, endpoint, line)
            if event is None:
                await _write(nodes["Clear"], ua.Variant(True, ua.VariantType.Boolean))
            else:
                await _inject(nodes["Inject"], line, event)
            return list(await nodes["Faults"].read_value() or [])
    finally:
        await close_client(client, _REQUEST_WALL_S)


async def _inject(node: Node, line: str, event: str) -> None:
    try:
        await _write(node, ua.Variant(event, ua.VariantType.String))
    except ua.uaerrors.BadOutOfRange as fault:
        raise InvalidInput(f"line '{line}' does not have what the event names") from fault


async def _write(node: Node, variant: ua.Variant) -> None:
    await node.write_value(ua.DataValue(variant))


async def _nodes(client: Client, endpoint: str, line: str) -> dict[str, Node]:
    known = await client.get_namespace_array()
    if NAMESPACE not in known:
        raise TagMissing(f"{endpoint} is no practice plant: it has no namespace {NAMESPACE}")
    practice = await client.nodes.objects.get_child(f"{known.index(NAMESPACE)}:{ROOT}")
    lines = {str((await node.read_browse_name()).Name): node for node in await practice.get_children()}
    if line not in lines:
        raise TagMissing(f"{endpoint} shows no line '{line}'; it shows {', '.join(sorted(lines))}")
    return {str((await node.read_browse_name()).Name): node for node in await lines[line].get_children()}
