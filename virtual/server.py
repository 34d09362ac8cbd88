"""The virtual plant's OPC UA server: the plant's tags at their paths, typed exactly, kept up to date, badly on script.

Used by `virtual.process`. Source times are wall time, also when plant time runs faster. It refuses to listen for other
machines.
"""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from datetime import UTC
from urllib.parse import urlparse

import structlog
from asyncua import ua
from asyncua.common.callback import CallbackType
from asyncua.common.node import Node
from asyncua.server.server import Server
from asyncua.ua.status_codes import StatusCodes

from connectors.opcua.convert import VARIANT_TYPES, is_array
from connectors.opcua.loopback import is_loopback
from plants.errors import InvalidInput, LinkDown, Refused
from plants.flow.sample import Quality, Value
from plants.model.connection import OpcUa
from plants.model.tags import PLANT_TIME, TIME_SCALE, Tag, tags_of
from virtual.accounts import Accounts, OpenForReading, PlantUsers
from virtual.attributes import PlantAttributes
from virtual.equipment import Equipment
from virtual.protection import Protection
from virtual.script import NO_SCRIPT, BadQuality, FrozenTag, Restart, Script

log = structlog.get_logger(__name__)

_STATUS = {
    Quality.GOOD: StatusCodes.Good,
    Quality.UNCERTAIN: StatusCodes.UncertainLastUsableValue,
    Quality.BAD: StatusCodes.BadSensorFailure,
}


class PlantServer:
    """An OPC UA server that shows one `Equipment`."""

    def __init__(
        self,
        equipment: Equipment,
        *,
        endpoint: str | None = None,
        script: Script = NO_SCRIPT,
        accounts: Accounts | None = None,
        protection: Protection | None = None,
    ) -> None:
        """Nothing listens before `start`. Without `protection` there is the plain endpoint only.

        Raises:
            InvalidInput: the plant has no 'opcua' section.
            Refused: the endpoint is not on this machine.
        """
        if equipment.plant.opcua is None:
            raise InvalidInput(f"plant '{equipment.plant.plant}' has no 'opcua' section to serve")
        self._place: OpcUa = equipment.plant.opcua
        self._equipment = equipment
        self.endpoint = endpoint or self._place.endpoint
        if not is_loopback(self.endpoint):
            raise Refused(f"{self.endpoint} is not on this machine; a practice plant listens on 127.0.0.1 only")
        self._script = script
        self._accounts = accounts or Accounts()
        self._protection = protection
        self._program = next((e for e in self._script.between(-1.0, 0.0) if isinstance(e, Restart)), Restart())
        self._server: Server | None = None
        self._tags: dict[str, Tag] = {}
        self._nodes: dict[str, ua.NodeId] = {}
        self._shown: dict[str, tuple[Value, Quality]] = {}
        self._taken_at: dict[str, ua.DateTime] = {}

    async def start(self) -> None:
        """Listen and show every tag.

        Raises:
            LinkDown: the port is taken.
        """
        server = await self._new_server()
        attributes = PlantAttributes(
            server.iserver.aspace,
            self._equipment,
            self._script,
            self._accounts,
            show=self._show_held,
            drop=self._drop,
        )
        server.iserver.attribute_service = attributes
        server.subscribe_server_callback(CallbackType.PostRead, attributes.tell_access)
        await self._build(server, attributes)
        await self._listen(server)
        self._server = server
        await self.show(1.0)

    async def _new_server(self) -> Server:
        """A server with its accounts and its security, not yet listening."""
        protection = self._protection
        server = Server(user_manager=PlantUsers(self._accounts, protection.clients() if protection else frozenset()))
        with _not_collecting():
            await server.init()
        server.disable_clock(True)
        server.set_endpoint(self.endpoint)
        server.set_server_name("Jayul virtual plant")
        await server.set_application_uri(protection.application_uri() if protection else "urn:jayul:virtual")
        server.allow_remote_admin(False)
        policies = protection.policies if protection else [ua.SecurityPolicyType.NoSecurity]
        server.set_security_policy(policies, permission_ruleset=OpenForReading())
        tokens = [ua.AnonymousIdentityToken, ua.UserNameIdentityToken]
        if protection is not None:
            tokens.append(ua.X509IdentityToken)
            await protection.set_up(server)
        server.set_identity_tokens(tokens)
        return server

    async def stop(self) -> None:
        """Close all connections and stop listening. May be called twice."""
        server, self._server = self._server, None
        self._shown.clear()
        if server is not None:
            await server.stop()

    async def restart(self, event: Restart) -> None:
        """Go away and come back as the event says."""
        log.info("virtual_server_restart", down_wall_s=event.down_wall_s, namespace_shift=event.namespace_shift)
        await self.stop()
        self._program = event
        await asyncio.sleep(event.down_wall_s)
        await self.start()

    async def show(self, time_scale: float) -> None:
        """Put what has changed since the last call on the nodes; plant time always."""
        if self._server is None:
            return
        await self._show_server_time(self._server)
        values = {**self._equipment.values(), TIME_SCALE: time_scale}
        for alias in self._nodes:
            frozen = self._script.acting(FrozenTag, alias, self._equipment.shown_s)
            if frozen is None or frozen.only_time:
                await self._show(alias, values[alias])

    async def _show_server_time(self, server: Server) -> None:
        """The server's clock goes with the plant's loop, not beside it: if that hangs, clients see it."""
        now = ua.DateTime.now(UTC)
        await server.iserver.current_time_node.write_value(now)
        status = copy(await server.iserver.server_status_node.read_value())
        status.CurrentTime = now
        await server.iserver.server_status_node.write_value(status)

    async def _show_held(self, alias: str, value: Value) -> None:
        """The value held after a client's write, at once."""
        await self._show(alias, value)

    async def _show(self, alias: str, value: Value) -> None:
        fault = self._script.acting(BadQuality, alias, self._equipment.shown_s)
        quality = fault.quality if fault is not None else Quality.GOOD
        if self._shown.get(alias) == (value, quality) and alias != PLANT_TIME:
            return
        self._shown[alias] = (value, quality)
        if self._server is not None:
            await self._server.write_attribute_value(self._nodes[alias], self._data(self._tags[alias], value, quality))

    def _data(self, tag: Tag, value: Value, quality: Quality) -> ua.DataValue:
        now = ua.DateTime.now(UTC)
        if not self._script.acting(FrozenTag, tag.alias, self._equipment.shown_s):
            self._taken_at[tag.alias] = now
        return ua.DataValue(
            self._variant(tag, value),
            StatusCode=ua.StatusCode(ua.UInt32(_STATUS[quality])),
            SourceTimestamp=self._taken_at.get(tag.alias, now),
            ServerTimestamp=now,
        )

    def _variant(self, tag: Tag, value: Value) -> ua.Variant:
        if tag.alias in self._program.wrong_type:
            if VARIANT_TYPES[tag.data_type] is ua.VariantType.String:
                return ua.Variant(0, ua.VariantType.Int64)
            return ua.Variant(str(value), ua.VariantType.String)
        array = is_array(tag.data_type)
        raw = list(value) if isinstance(value, tuple) else value
        return ua.Variant(raw, VARIANT_TYPES[tag.data_type], is_array=array)

    async def _build(self, server: Server, attributes: PlantAttributes) -> None:
        """Objects down to each tag, and its variable."""
        for number in range(self._program.namespace_shift):
            await server.register_namespace(f"urn:jayul:other:{number}")
        index = await server.register_namespace(self._place.namespace_uri)
        objects: dict[tuple[str, ...], Node] = {(): await server.nodes.objects.add_object(index, self._place.root)}
        values = self._equipment.values()
        self._nodes.clear()
        here = [tag for tag in tags_of(self._equipment.plant) if tag.alias not in self._program.missing]
        self._tags = {tag.alias: tag for tag in here}
        for tag in here:
            parent = await _object(objects, index, tag.path[:-1])
            variable = await parent.add_variable(index, tag.path[-1], self._variant(tag, values[tag.alias]))
            if tag.writable:
                await variable.set_writable()
            self._nodes[tag.alias] = variable.nodeid
            attributes.tags[variable.nodeid] = tag
        attributes.mistyped = frozenset(self._program.wrong_type)

    async def _listen(self, server: Server) -> None:
        try:
            await server.start()
        except OSError as fault:
            raise LinkDown(f"{self.endpoint}: cannot listen there ({fault.strerror}); choose another port") from fault
        if server.bserver is not None and urlparse(self.endpoint).port == 0:
            self.endpoint = f"opc.tcp://127.0.0.1:{server.bserver.port}"

    def _drop(self, user: str) -> None:
        """Cut the connections of a user."""
        if self._server is None or self._server.bserver is None:
            return
        for client in list(self._server.bserver.clients):
            session = client.processor.session if client.processor is not None else None
            if session is not None and session.user.name == user and client.transport is not None:
                client.transport.close()


@contextmanager
def _not_collecting() -> Iterator[None]:
    """Making the thousands of standard nodes is three times as fast without looking for garbage among them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


async def _object(objects: dict[tuple[str, ...], Node], index: int, path: tuple[str, ...]) -> Node:
    """The object at a path, made if it is not there yet."""
    if path not in objects:
        parent = await _object(objects, index, path[:-1])
        objects[path] = await parent.add_object(index, path[-1])
    return objects[path]
