"""Reading from an OPC UA server: a supervised session that comes back by itself.

Used by the mirror through `SampleSource`. It has no method that writes. On a lost link it emits nothing: the link says
CONNECTING and values grow old by their own age. After each connect, and every few seconds while the link stands, every
tag is read in full, so that a value which never changes is still seen to be fresh, and none is lost for long.
"""

import asyncio
import random
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Annotated

import structlog
from asyncua import ua
from asyncua.client.client import Client
from asyncua.ua.object_ids import ObjectIds
from pydantic import Field

from connectors.opcua.convert import to_sample
from connectors.opcua.limits import OperationLimits, operation_limits
from connectors.opcua.order import Deadband, Newest
from connectors.opcua.queue import SampleQueue
from connectors.opcua.resolve import ResolvedTag, know_structures, read_all, resolve, standard_node
from connectors.opcua.scrutiny import Scrutiny, Trouble
from connectors.opcua.security import OpcUaSecurity
from connectors.opcua.server_clock import ServerClock
from connectors.opcua.session import close_client, link_errors, open_client
from connectors.opcua.subscription import TagSubscription
from plants.errors import InvalidInput, LinkDown, LinkError
from plants.flow.sample import Sample
from plants.frozen import Frozen
from plants.model.connection import OpcUa
from plants.model.plant import Plant
from plants.model.tags import Tag, wire_tags
from plants.ports.clock import Clock
from plants.ports.sample_source import LinkState

log = structlog.get_logger(__name__)

_SERVER_TIME = standard_node(ObjectIds.Server_ServerStatus_CurrentTime)

_CANCEL_AGAIN_WALL_S = 1.0

WallSeconds = Annotated[float, Field(gt=0, le=3600)]


class SourceOptions(Frozen):
    """Cadences and limits of a reading session; all durations are wall seconds."""

    publishing_wall_s: WallSeconds = 0.05
    """How often the server sends changes."""
    request_wall_s: WallSeconds = 2.0
    """Deadline of each request."""
    probe_wall_s: WallSeconds = 0.5
    """How often the server's own clock is read, to see that it lives."""
    frozen_wall_s: WallSeconds = 2.0
    """A server whose clock stands this long, or that publishes nothing for this long beyond its promise, is lost.

    With the probe, and with the deadline of a request, that is within 3 s; a clock that steps slowly may stand longer.
    """
    refresh_wall_s: WallSeconds = 5.0
    """How often every tag is read in full."""
    retry_first_wall_s: WallSeconds = 0.2
    """First wait before connecting again; doubles each time, with jitter."""
    retry_most_wall_s: WallSeconds = 2.5
    """Longest wait before connecting again: data are back within 3 s of a server's return, however long it was away."""
    stable_wall_s: WallSeconds = 10.0
    """A link that stood this long starts again with the first wait; a flapping one goes on from the last."""
    session_wall_s: WallSeconds = 60.0
    """Session timeout asked of the server."""
    queue_limit: Annotated[int, Field(ge=1, le=1_000_000)] = 50_000
    """Samples kept for a consumer that does not poll."""


def place_of(plant: Plant, endpoint: str | None) -> OpcUa:
    """Where the plant is reached, at another endpoint if one is given.

    Raises:
        InvalidInput: the plant file does not say.
    """
    if plant.opcua is None:
        raise InvalidInput(f"plant '{plant.plant}' has no 'opcua' section; give endpoint, namespace_uri and root there")
    return plant.opcua if endpoint is None else plant.opcua.model_copy(update={"endpoint": endpoint})


class OpcUaSource:
    """A `SampleSource` over one OPC UA server.

    The network runs in real time, so deadlines and waits here are the event loop's; `clock` only stamps samples.
    """

    def __init__(
        self,
        plant: Plant,
        clock: Clock,
        *,
        endpoint: str | None = None,
        security: OpcUaSecurity | None = None,
        options: SourceOptions | None = None,
    ) -> None:
        self._place = place_of(plant, endpoint)
        self._tags = wire_tags(plant)
        self._clock = clock
        self._security = security or OpcUaSecurity()
        self._options = options or SourceOptions()
        self._queue = SampleQueue(self._options.queue_limit)
        self._link = LinkState.CLOSED
        self._connecting = False
        self._client: Client | None = None
        self._resolved: tuple[ResolvedTag, ...] = ()
        self._limits = OperationLimits()
        self._scrutiny = Scrutiny()
        self._deadband = Deadband()
        self._newest = Newest()
        self._alarm = asyncio.Event()
        self._subscription = self._new_subscription()
        self._supervisor: asyncio.Task[None] | None = None
        self._retry_wall_s = self._options.retry_first_wall_s
        self._jitter = random.Random()  # spreads reconnects of several sources; no result depends on it

    @property
    def link(self) -> LinkState:
        """Whether the link stands."""
        return self._link

    @property
    def dropped(self) -> int:
        """Samples lost because nobody fetched them in time."""
        return self._queue.dropped

    @property
    def faults(self) -> int:
        """Values of this connection that could not be handled; each is a defect of ours."""
        return self._subscription.faults

    @property
    def missed(self) -> int:
        """Publish responses of this connection that never came; a full read made good what was in them."""
        return self._subscription.missed

    @property
    def sampled_wall_s(self) -> Mapping[str, float]:
        """Tags that the server of this connection samples rather than telling each change, with its interval."""
        return self._subscription.sampled_wall_s

    @property
    def troubles(self) -> Mapping[str, Mapping[Trouble, int]]:
        """What was wrong with values since this source was made, by tag; tags without trouble are not in it."""
        return self._scrutiny.counts

    def silent(self, wall_s: float) -> tuple[str, ...]:
        """Tags of which nothing was heard for so many wall seconds, not even in a full read."""
        return self._scrutiny.silent((tag.alias for tag in self._tags), wall_s)

    async def open(self) -> None:
        """Connect, resolve all tags, subscribe; reconnects by itself afterwards.

        Raises:
            LinkDown: the first connection could not be made.
            NotTrusted: the server's certificate is not accepted.
            TagMissing: a declared tag is not there or has another type; all such tags are named.
            Refused: the channel would be plain and leave this machine.
        """
        if self._supervisor is not None:
            return
        await self._connect()
        self._supervisor = asyncio.create_task(self._supervise(), name=f"opcua source {self._place.endpoint}")

    async def poll(self) -> tuple[Sample, ...]:
        """All samples since the last call, oldest first; returns at once and never raises for a lost link."""
        return () if self._connecting else self._queue.drain()

    async def close(self) -> None:
        """End the session. May be called twice."""
        supervisor, self._supervisor = self._supervisor, None
        while supervisor is not None and not supervisor.done():
            supervisor.cancel()  # again, where the library has swallowed it
            await asyncio.wait({supervisor}, timeout=_CANCEL_AGAIN_WALL_S)
        await self._disconnect()
        self._link = LinkState.CLOSED

    async def _supervise(self) -> None:
        while True:
            connected_at, reason = time.monotonic(), ""
            try:
                await self._watch()
            except LinkError as fault:
                reason = fault.message
            except Exception as fault:  # a supervisor outlives what it supervises
                log.exception("opcua_source_fault", endpoint=self._place.endpoint)
                reason = f"{type(fault).__name__}: {fault}"
            self._link = LinkState.CONNECTING
            log.warning("opcua_link_lost", endpoint=self._place.endpoint, reason=reason)
            lost_at = time.monotonic()
            await self._disconnect()
            if lost_at - connected_at >= self._options.stable_wall_s:
                self._retry_wall_s = self._options.retry_first_wall_s
            attempts = await self._reconnect()
            log.info(
                "opcua_link_restored",
                endpoint=self._place.endpoint,
                attempts=attempts,
                lost_wall_s=round(time.monotonic() - lost_at, 1),
            )

    async def _reconnect(self) -> int:
        """Connect again, however long it takes; returns how many attempts it took."""
        attempts, said = 0, ""
        while True:
            await asyncio.sleep(self._retry_wall_s * self._jitter.uniform(0.5, 1.0))
            self._retry_wall_s = min(self._retry_wall_s * 2, self._options.retry_most_wall_s)
            attempts += 1
            try:
                await self._connect()
            except LinkError as fault:
                if not isinstance(fault, LinkDown) and fault.message != said:
                    # The server is back, but not what it was: that needs a person, who is told once.
                    log.error("opcua_link_refused", endpoint=self._place.endpoint, reason=fault.message)
                    said = fault.message
            else:
                return attempts

    async def _connect(self) -> None:
        options = self._options
        client = await open_client(
            self._place.endpoint,
            self._security,
            session_timeout_wall_s=options.session_wall_s,
            request_wall_s=options.request_wall_s,
            now=self._clock.now(),
        )
        self._client = client
        self._connecting = True  # what is read meanwhile is handed out once the link stands
        try:
            async with link_errors(self._place.endpoint):
                self._limits = await operation_limits(client)
            self._resolved = await resolve(client, self._place, self._tags, self._limits)
            self._subscription = self._new_subscription()
            async with link_errors(self._place.endpoint):
                await know_structures(client, self._resolved)
                await self._subscription.start(
                    client, self._resolved, options.publishing_wall_s, self._limits, self._place.trust_clock
                )
                await self._read_all(client)
        except BaseException:
            await self._disconnect()
            raise
        finally:
            self._connecting = False
        self._link = LinkState.CONNECTED
        slow = [wall_s for wall_s in self.sampled_wall_s.values() if wall_s > options.publishing_wall_s]
        if slow:
            log.warning("opcua_server_samples", endpoint=self._place.endpoint, tags=len(slow), slowest_wall_s=max(slow))

    async def _disconnect(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await close_client(client, self._options.request_wall_s)

    async def _watch(self) -> None:
        """Stay while the server lives.

        Raises:
            LinkDown: it was lost, is frozen, or ended the subscription.
        """
        client, options = self._client, self._options
        if client is None:
            raise LinkDown("there is no session")
        server_clock = ServerClock(options.frozen_wall_s)
        refresh_at = time.monotonic() + options.refresh_wall_s
        missed = self._subscription.missed
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(options.probe_wall_s):
                    await self._alarm.wait()
            async with link_errors(self._place.endpoint):
                server_clock.look(await self._server_time(client), time.monotonic())
                if time.monotonic() >= refresh_at or self._subscription.missed > missed:
                    missed = self._subscription.missed
                    await self._read_all(client)
                    refresh_at = time.monotonic() + options.refresh_wall_s
            self._check_life(server_clock)

    def _check_life(self, server_clock: ServerClock) -> None:
        """Judge the connection by the server's clock and by the subscription."""
        if self._subscription.ended:
            raise LinkDown(f"the subscription was ended: {self._subscription.ended}")
        if server_clock.stands:
            raise LinkDown(f"the server answers, but its clock has stood for {server_clock.standing_wall_s:.1f} s")
        silent = self._subscription.silent_wall_s
        if silent >= self._subscription.keep_alive_wall_s + self._options.frozen_wall_s:
            raise LinkDown(f"the server answers, but has published nothing for {silent:.1f} s")

    async def _server_time(self, client: Client) -> datetime | None:
        [data] = await read_all(client, [_SERVER_TIME], self._limits)
        value = data.Value.Value if data.Value is not None else None
        return value if isinstance(value, datetime) else None

    async def _read_all(self, client: Client) -> None:
        """Every tag, also those that have not changed: that they were read shows that they are fresh."""
        values = await read_all(client, [r.node_id for r in self._resolved], self._limits)
        for r, data in zip(self._resolved, values, strict=True):
            self._take(r.tag, data, whole=True)

    def _take(self, tag: Tag, data: ua.DataValue, *, whole: bool = False) -> None:
        sample = to_sample(tag, data, self._clock.now(), self._place.trust_clock)
        self._scrutiny.look(tag, data, sample)
        if self._newest.overtaken(sample):
            return
        if whole or self._deadband.passes(tag, sample):
            self._queue.put(sample)

    def _new_subscription(self) -> TagSubscription:
        self._newest = Newest()
        self._deadband = Deadband()
        self._alarm = asyncio.Event()
        return TagSubscription(on_value=self._take, on_end=self._alarm.set)
