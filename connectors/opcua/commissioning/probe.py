"""Step by step from the network to the tags: where it breaks, why, and what to do.

Used by `jayul connect test`. A step that fails ends the probe; what comes after it could only be a consequence.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import urlparse

from asyncua.client.client import Client
from asyncua.ua.object_ids import ObjectIds

from connectors.opcua.certificates import CertificateStore, thumbprint
from connectors.opcua.encrypt import leaf, offered_endpoints, told
from connectors.opcua.limits import operation_limits
from connectors.opcua.resolve import read_all, resolve, standard_node
from connectors.opcua.security import OpcUaSecurity, check_channel
from connectors.opcua.session import close_client, link_errors, open_client
from plants.errors import JayulError, LinkDown
from plants.frozen import Frozen
from plants.model.connection import OpcUa
from plants.model.plant import Plant
from plants.model.tags import wire_tags

REQUEST_WALL_S = 4.0
_CLOCK_OFF_S = 2.0
"""More than this between the server's clock and ours suspends writing."""


class Finding(Frozen):
    """What one step found."""

    step: str
    """network, endpoints, certificate, session, clock, tags."""
    ok: bool
    """Whether it is as it should be."""
    told: str
    """What was found; what is wrong and what to do."""


async def probe(
    endpoint: str,
    security: OpcUaSecurity,
    *,
    plant: Plant | None = None,
    place: OpcUa | None = None,
    writing: bool = False,
) -> AsyncIterator[Finding]:
    """Each step as it is done; the last one has failed, or all is well.

    With a plant its tags are looked for at `place`; `writing` also asks whether this account may write the setpoints.
    """
    try:
        check_channel(endpoint, security)
        yield Finding(step="network", ok=True, told=await _reach(endpoint))
        yield Finding(step="endpoints", ok=True, told=await _offers(endpoint))
        yield Finding(step="certificate", ok=True, told=await _certificate(endpoint, security))
    except JayulError as fault:
        yield Finding(step=_STEPS.get(fault.code, "network"), ok=False, told=fault.message)
        return
    step = "session"
    client: Client | None = None
    try:
        client = await open_client(
            endpoint, security, session_timeout_wall_s=30, request_wall_s=REQUEST_WALL_S, now=datetime.now(UTC)
        )
        yield Finding(step="session", ok=True, told=f"open as {_account(security)}")
        step = "clock"
        yield await _clock(client, endpoint)
        step = "tags"
        if plant is not None and place is not None:
            yield Finding(step="tags", ok=True, told=await _tags(client, plant, place, writing=writing))
    except JayulError as fault:
        yield Finding(step="certificate" if fault.code == "not_trusted" else step, ok=False, told=fault.message)
    finally:
        if client is not None:
            await close_client(client, REQUEST_WALL_S)


_STEPS = {"not_trusted": "certificate", "invalid_input": "certificate", "refused": "certificate"}


async def _reach(endpoint: str) -> str:
    place = urlparse(endpoint)
    host, port = place.hostname or "", place.port or 4840
    try:
        async with asyncio.timeout(REQUEST_WALL_S):
            _, writer = await asyncio.open_connection(host, port)
    except socket.gaierror as fault:
        raise LinkDown(f"no machine is called '{host}'; correct the endpoint, or use its address") from fault
    except ConnectionRefusedError as fault:
        raise LinkDown(
            f"{host} answers, but nothing listens on port {port}; start the server, or correct the port"
        ) from fault
    except TimeoutError as fault:
        raise LinkDown(f"{host}:{port} does not answer; see whether it runs and a firewall lets us through") from fault
    except OSError as fault:
        raise LinkDown(f"{host}:{port} cannot be reached ({fault.strerror}); see the network") from fault
    writer.close()
    return f"{host}:{port} takes connections"


async def _offers(endpoint: str) -> str:
    async with link_errors(endpoint):
        offered = await offered_endpoints(endpoint, REQUEST_WALL_S)
    return ", ".join(sorted({told(one) for one in offered})) or "nothing"


async def _certificate(endpoint: str, security: OpcUaSecurity) -> str:
    if not security.encrypted or security.certificates is None:
        return "none is needed: the channel is plain"
    async with link_errors(endpoint):
        offered = await offered_endpoints(endpoint, REQUEST_WALL_S)
    ours = CertificateStore(security.certificates).own()
    theirs = thumbprint(leaf(offered[0].ServerCertificate))
    return f"{security.policy}; ours {thumbprint(ours)[:16]}, the server's {theirs[:16]}"


async def _clock(client: Client, endpoint: str) -> Finding:
    async with link_errors(endpoint):
        limits = await operation_limits(client)
        [data] = await read_all(client, [standard_node(ObjectIds.Server_ServerStatus_CurrentTime)], limits)
    value = data.Value.Value if data.Value is not None else None
    if not isinstance(value, datetime):
        return Finding(step="clock", ok=False, told="the server tells no time; its life cannot be judged by it")
    off_s = (value.replace(tzinfo=value.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    if abs(off_s) <= _CLOCK_OFF_S:
        return Finding(step="clock", ok=True, told=f"the server's clock is {off_s:+.1f} s off ours")
    told = (
        f"the server's clock is {off_s:+.0f} s off ours: set one of them, or give opcua.trust_clock in the plant file"
    )
    return Finding(step="clock", ok=False, told=told)


async def _tags(client: Client, plant: Plant, place: OpcUa, *, writing: bool) -> str:
    async with link_errors(place.endpoint):
        limits = await operation_limits(client)
    tags = wire_tags(plant)
    found = await resolve(client, place, tags, limits, for_writing=writing)
    setpoints = sum(r.tag.writable for r in found)
    may = f"; all {setpoints} setpoints may be written" if writing else ""
    return f"all {len(found)} tags are there with types that fit{may}"


def _account(security: OpcUaSecurity) -> str:
    if security.user_certificate is not None:
        return f"the user of {security.user_certificate.name}"
    return f"'{security.user}'" if security.user is not None else "anonymous"
