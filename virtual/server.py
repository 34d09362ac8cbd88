"""The virtual plant's OPC UA server: one line or several, with accounts, encrypted endpoints and a control node.

Used by `virtual.process`. It refuses to listen for other machines.
"""

import asyncio
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import UTC
from functools import partial
from urllib.parse import urlparse

import structlog
from asyncua import ua
from asyncua.common.callback import CallbackType
from asyncua.server.server import Server

from connectors.opcua.loopback import is_loopback
from plants.errors import InvalidInput, LinkDown, Refused
from plants.flow.sample import Value
from virtual.accounts import Accounts, OpenForReading, PlantUsers
from virtual.attributes import PlantAttributes
from virtual.calling import NamingServer, caller
from virtual.control import NAMESPACE, ROOT, Control
from virtual.equipment import Equipment
from virtual.protection import Protection
from virtual.script import NO_SCRIPT, Restart, Script
from virtual.served import ServedLine
from virtual.standards import nodesets
from virtual.standards.line import StandardLine

log = structlog.get_logger(__name__)


class PlantServer:
    """An OPC UA server that shows one `Equipment` or several."""

    def __init__(
        self,
        equipment: Equipment,
        *,
        endpoint: str | None = None,
        script: Script = NO_SCRIPT,
        accounts: Accounts | None = None,
        protection: Protection | None = None,
        beside: Sequence[ServedLine] = (),
        standards: bool = False,
    ) -> None:
        """Nothing listens before `start`. Without `protection` there is the plain endpoint only.

        `beside` are more lines. With `standards` each is shown also as companion specifications want it.

        Raises:
            InvalidInput: a plant has no 'opcua' section, or two have the same place.
            Refused: the endpoint is not on this machine.
        """
        self._lines = [ServedLine(equipment, script), *beside]
        self.endpoint = endpoint or self._lines[0].place.endpoint
        if not is_loopback(self.endpoint):
            raise Refused(f"{self.endpoint} is not on this machine; a practice plant listens on 127.0.0.1 only")
        places = [(line.place.namespace_uri, line.place.root) for line in self._lines]
        if len(set(places)) < len(places):
            raise InvalidInput("two lines have the same namespace_uri and root; give each its own in its plant file")
        self._accounts = accounts or Accounts()
        self._protection = protection
        self._standards = standards
        self._controls = [Control(line) for line in self._lines]
        self._server: Server | None = None

    @property
    def lines(self) -> tuple[ServedLine, ...]:
        """The lines that are shown."""
        return tuple(self._lines)

    async def start(self) -> None:
        """Listen and show every tag.

        Raises:
            LinkDown: the port is taken.
        """
        server = await self._new_server()
        attributes = PlantAttributes(server.iserver.aspace, self._accounts, show=self._show_held, drop=self._drop)
        server.iserver.attribute_service = attributes
        server.subscribe_server_callback(CallbackType.PostRead, attributes.tell_access)
        await self._build(server, attributes)
        await self._listen(server)
        self._server = server
        await self.show(*([1.0] * len(self._lines)))

    async def _new_server(self) -> Server:
        """A server with its accounts and its security, not yet listening."""
        protection = self._protection
        users = PlantUsers(self._accounts, protection.clients() if protection else frozenset())
        server = Server(NamingServer(user_manager=users))
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
        for line in self._lines:
            line.forget()
        if server is not None:
            await server.stop()

    async def restart(self, event: Restart) -> None:
        """Go away and come back as the event says; what is missing or mistyped is so in the line that has such tags."""
        log.info("virtual_server_restart", down_wall_s=event.down_wall_s, namespace_shift=event.namespace_shift)
        await self.stop()
        for line in self._lines:
            line.program = event
        await asyncio.sleep(event.down_wall_s)
        await self.start()

    async def show(self, *time_scales: float) -> None:
        """Put what has changed since the last call on the nodes, with the time scale of each line."""
        if self._server is None:
            return
        await self._show_server_time(self._server)
        for line, time_scale in zip(self._lines, time_scales, strict=True):
            await line.show(self._server, time_scale)

    async def _show_server_time(self, server: Server) -> None:
        """The server's clock goes with the plant's loop, not beside it: if that hangs, clients see it."""
        now = ua.DateTime.now(UTC)
        await server.iserver.current_time_node.write_value(now)
        status = copy(await server.iserver.server_status_node.read_value())
        status.CurrentTime = now
        await server.iserver.server_status_node.write_value(status)

    async def _show_held(self, line: ServedLine, alias: str, value: Value) -> None:
        """The value held after a client's write, at once."""
        if self._server is not None:
            await line.show_one(self._server, alias, value)

    async def _build(self, server: Server, attributes: PlantAttributes) -> None:
        """The nodes of each line, and beside them those of the control."""
        for number in range(max(line.program.namespace_shift for line in self._lines)):
            await server.register_namespace(f"urn:jayul:other:{number}")
        models = await nodesets.load(server) if self._standards else None
        for line in self._lines:
            index = await line.build(server)
            attributes.serve(line)
            if models is not None:
                line.standard = self._standard(line, attributes)
                await line.standard.build(models, index)
        practice = await server.nodes.objects.add_object(await server.register_namespace(NAMESPACE), ROOT)
        for control in self._controls:
            await control.build(server, practice.nodeid)
            attributes.controls |= {
                node: partial(control.obey, server, node) for node in (control.inject, control.clear)
            }

    def _standard(self, line: ServedLine, attributes: PlantAttributes) -> StandardLine:
        """A line in standard terms, behind the same doors as its own tree."""

        def may(alias: str) -> bool:
            return alias in line.tags and attributes.open_to(line, line.tags[alias], caller())

        return StandardLine(line.equipment, line.place.root, may, partial(self._show_held, line))

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
