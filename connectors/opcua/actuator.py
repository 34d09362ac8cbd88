"""Writing to an OPC UA server: a session of its own, without any reconnecting, one request at a time.

Used by the executor through `Actuator`. A write is sent once. What surely did not leave, or was refused, is `NotSent`;
whatever else goes wrong is `WriteOutcomeUnknown`, because a server may have applied what it never answered.
"""

import asyncio

from asyncua.client.client import Client
from asyncua.client.ua_client import UaClientState

from connectors.opcua.convert import to_sample, to_variant
from connectors.opcua.limits import OperationLimits, operation_limits
from connectors.opcua.resolve import ResolvedTag, know_structures, read_all, resolve
from connectors.opcua.security import OpcUaSecurity
from connectors.opcua.session import close_client, link_errors, open_client
from connectors.opcua.source import place_of
from connectors.opcua.ways import give
from plants.errors import LinkDown, NotSent, UnknownName
from plants.flow.sample import Sample, Value
from plants.model.connection import ByJobOrders
from plants.model.plant import Plant
from plants.model.tags import REMOTE, tags_of, wire_tags
from plants.ports.clock import Clock


class OpcUaActuator:
    """An `Actuator` over one OPC UA server. After a lost link, `open()` connects anew; nothing does so by itself."""

    def __init__(
        self,
        plant: Plant,
        clock: Clock,
        *,
        endpoint: str | None = None,
        security: OpcUaSecurity | None = None,
        request_wall_s: float = 4.0,
        session_wall_s: float = 30.0,
    ) -> None:
        self._place = place_of(plant, endpoint)
        self._tags = wire_tags(plant)
        self._elsewhere = {tag.alias for tag in tags_of(plant)} - {tag.alias for tag in self._tags}
        self._clock = clock
        self._security = security or OpcUaSecurity()
        self._request_wall_s = request_wall_s
        self._session_wall_s = session_wall_s
        self._client: Client | None = None
        self._resolved: dict[str, ResolvedTag] = {}
        self._limits = OperationLimits()
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """Connect, and resolve all tags; an earlier session is ended first.

        Raises:
            LinkDown: no connection.
            NotTrusted: the server's certificate is not accepted.
            TagMissing: a tag is not there, has another type, or (writable) may not be written by this account.
            Refused: the channel would be plain and leave this machine.
        """
        await self.close()
        client = await open_client(
            self._place.endpoint,
            self._security,
            session_timeout_wall_s=self._session_wall_s,
            request_wall_s=self._request_wall_s,
            now=self._clock.now(),
        )
        try:
            async with link_errors(self._place.endpoint):
                self._limits = await operation_limits(client)
            found = await resolve(client, self._place, self._tags, self._limits, for_writing=True)
            async with link_errors(self._place.endpoint):
                await know_structures(client, found)
        except BaseException:
            await close_client(client, self._request_wall_s)
            raise
        self._resolved = {r.tag.alias: r for r in found}
        self._client = client

    async def read(self, aliases: tuple[str, ...]) -> tuple[Sample, ...]:
        """Present values, fresh from the server and in the order asked for.

        Raises:
            LinkDown: no connection, or no answer within the deadline.
            UnknownName: an alias that the plant does not have.
        """
        client = self._live_client()
        if client is None:
            raise LinkDown(f"{self._place.endpoint}: there is no writing session; open it again")
        wanted = [self._tag(alias) for alias in aliases]
        async with self._turn, link_errors(self._place.endpoint), asyncio.timeout(self._request_wall_s):
            values = await read_all(client, [r.node_id for r in wanted], self._limits)
        now = self._clock.now()
        return tuple(
            to_sample(r.tag, data, now, self._place.trust_clock) for r, data in zip(wanted, values, strict=True)
        )

    async def write(self, alias: str, value: Value) -> str:
        """Send one value once and return the server's status name. `Good` means only that the server took it.

        Raises:
            NotSent: the request surely did not leave, or the server refused it.
            WriteOutcomeUnknown: it left and no clear answer came. Read back; never send again.
            UnknownName: an alias that the plant does not have.
        """
        tag = self._writable(alias)
        try:
            variant = to_variant(tag.tag, value, None if isinstance(tag.tag.write, ByJobOrders) else tag.node_type)
        except ValueError as fault:
            raise NotSent(f"{fault}; nothing was sent") from fault
        async with self._turn:
            client = self._live_client()
            if client is None:
                raise NotSent(f"{alias}: there is no session with {self._place.endpoint}; nothing was sent")
            if tag.tag.write is not None:
                await self._on_remote(client)
            return await give(client, tag, variant, self._request_wall_s)

    async def close(self) -> None:
        """End the session. May be called twice."""
        client, self._client = self._client, None
        if client is not None:
            await close_client(client, self._request_wall_s)

    async def _on_remote(self, client: Client) -> None:
        """A machine behind a method or a handshake may not look at the selector itself.

        Raises:
            NotSent: the selector stands on local, or cannot be read.
        """
        selector = self._resolved.get(REMOTE)
        if selector is None:
            return
        try:
            async with link_errors(self._place.endpoint), asyncio.timeout(self._request_wall_s):
                [data] = await read_all(client, [selector.node_id], self._limits)
        except LinkDown as fault:
            raise NotSent(f"the local/remote selector cannot be read: {fault.message}; nothing was sent") from fault
        if to_sample(selector.tag, data, self._clock.now()).value is not True:
            raise NotSent("the local/remote selector does not stand on remote; nothing was sent")

    def _live_client(self) -> Client | None:
        """The client while its socket and session stand; checked just before each request."""
        client = self._client
        if client is None or client.state is not UaClientState.CONNECTED:
            return None
        return client

    def _tag(self, alias: str) -> ResolvedTag:
        if alias not in self._resolved:
            raise UnknownName(f"no tag '{alias}' is resolved; the plant has {', '.join(sorted(self._resolved)) or '-'}")
        return self._resolved[alias]

    def _writable(self, alias: str) -> ResolvedTag:
        """The tag if it may be written; one that is only read is refused here, before any byte."""
        known = {tag.alias: tag for tag in self._tags}
        if alias in self._elsewhere:
            raise NotSent(f"{alias} is not on the equipment but constant or derived; nothing was sent")
        if alias not in known:
            raise UnknownName(f"the plant has no tag '{alias}'")
        if not known[alias].writable:
            raise NotSent(f"{alias} is not a setpoint; nothing was sent")
        if alias not in self._resolved:
            raise NotSent(f"{alias}: the session was never opened; nothing was sent")
        return self._resolved[alias]
