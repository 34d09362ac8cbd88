"""One OPC UA session: opened within a deadline, closed within a deadline, every library error translated at this edge.

Used by the source and the actuator, each with a session of its own. The library's own reconnecting stays off: a
reconnecting client holds requests back and may deliver a stale one later.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import structlog
from asyncua.client.client import Client
from asyncua.ua import uaerrors
from asyncua.ua.uaerrors import UaError, UaStatusCodeError
from asyncua.ua.uatypes import StatusCode

from connectors.opcua.encrypt import encrypt, log_in
from connectors.opcua.security import OpcUaSecurity, check_channel
from plants.errors import LinkDown

log = structlog.get_logger(__name__)

_LIBRARY_LOG = logging.getLogger("asyncua")
if _LIBRARY_LOG.level == logging.NOTSET:
    _LIBRARY_LOG.setLevel(logging.CRITICAL)  # what it reports as warnings and tracebacks, we report once, translated

_WATCHDOG_SHARE = 1 / 3
"""Interval of the library's own probe, of the session timeout: often enough to keep an idle session alive, and slow
enough to leave the verdict on a slow server to us (it gives a server only that long to answer)."""

LOST = (OSError, TimeoutError, asyncio.TimeoutError, AssertionError, UaError)
"""What the library raises when a server is not there, does not answer, or says no."""


async def open_client(
    endpoint: str,
    security: OpcUaSecurity,
    *,
    session_timeout_wall_s: float,
    request_wall_s: float,
    now: datetime | None = None,
) -> Client:
    """A connected client with an activated session. Certificates are judged at `now`, by default this machine's clock.

    Raises:
        LinkDown: no server answers there, or it refused the session; the message says which and what to do.
        NotTrusted: the server's certificate is not accepted, or it does not offer the policy.
        Refused: the channel would be plain and leave this machine.
    """
    check_channel(endpoint, security)
    client = Client(endpoint, timeout=request_wall_s, watchdog_intervall=session_timeout_wall_s * _WATCHDOG_SHARE)
    client.session_timeout = int(session_timeout_wall_s * 1000)
    client.secure_channel_timeout = 3_600_000
    client.name = client.description = "Jayul"
    client.application_uri = "urn:jayul:client"
    try:
        async with link_errors(endpoint):
            if security.encrypted:
                await encrypt(client, endpoint, security, now or datetime.now(UTC), request_wall_s)
            await log_in(client, security)
            await client.connect()
    except BaseException:
        client.disconnect_socket()
        raise
    return client


async def close_client(client: Client, wall_s: float) -> None:
    """End a session, politely while the server answers, and in any case within `wall_s`.

    The library takes leave in a task of its own: it swallows a cancellation that comes meanwhile, and ours must not be.
    """
    leaving = asyncio.create_task(client.disconnect(), name="opcua leave")
    leaving.add_done_callback(_have_left)
    try:
        await asyncio.wait({leaving}, timeout=wall_s)
    finally:
        leaving.cancel()
        client.disconnect_socket()


def _have_left(leaving: "asyncio.Task[None]") -> None:
    """A server that could not be told that we leave is left all the same; any other fault is a defect and is logged."""
    fault = None if leaving.cancelled() else leaving.exception()
    if fault is not None and not isinstance(fault, LOST):
        log.error("opcua_leave_fault", fault=f"{type(fault).__name__}: {fault}")


@asynccontextmanager
async def link_errors(endpoint: str) -> AsyncIterator[None]:
    """Everything the library raises for a lost or refusing server, as `LinkDown` with a message for a person."""
    try:
        yield
    except LOST as fault:
        raise LinkDown(f"{endpoint}: {explain(fault)}") from fault


def explain(fault: BaseException) -> str:
    """What a library error means and what to do, in one sentence."""
    match fault:
        case ConnectionRefusedError():
            return "nothing listens there; start the server or correct opcua.endpoint in the plant file"
        case TimeoutError():
            return "no answer within the deadline; see whether the server runs and the network lets it through"
        case AssertionError():
            return "the server refused our certificate; trust it on the server, or use an account it accepts"
        case uaerrors.BadUserAccessDenied() | uaerrors.BadIdentityTokenRejected():
            return "the server refused the account; check user and password"
        case uaerrors.BadIdentityTokenInvalid():
            return "the server does not take this kind of login; see which it offers and give such an account"
        case UaStatusCodeError():
            return f"the server answered {StatusCode(fault.code).name}: {StatusCode(fault.code).doc}"
        case _:
            return f"the connection failed ({type(fault).__name__}: {fault}); see whether the server runs"
