"""Run a service until it is told to stop: loops, API, graceful end."""

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog
import uvicorn

from plants.errors import LinkDown
from service.api.app import make_api
from service.build import build
from service.memory import set_aside_what_stays
from service.parts import Parts
from service.running import Service
from service.settings import Settings
from service.supervise import run_all

log = structlog.get_logger("jayul.serve")

ADDRESS_FILE = "service.json"
DRAIN_WALL_S = 10.0


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the service has one place that stops it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(settings: Settings, parts: Parts, ready: Callable[[str], None] = lambda _: None) -> None:
    """Start everything, call `ready(address)`, run until SIGTERM or SIGINT, end everything.

    Raises:
        LinkDown: the equipment, or the API's own port, cannot be had at the start.
        TagMissing: the equipment lacks a declared tag.
        Refused: another service writes to this ledger.
        RunFailed: a vital loop gave up.
    """
    settings.directory.mkdir(parents=True, exist_ok=True)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with build(settings, parts) as service:
        server, task = await _listen(settings, service)
        address = _address(server, settings)
        _publish(settings.directory, address)
        set_aside_what_stays()
        ready(address)
        try:
            await run_all(service.loops(), service.clock, service.beats, _or_server(stop, task))
        finally:
            server.should_exit = True
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(task, DRAIN_WALL_S)
            (settings.directory / ADDRESS_FILE).unlink(missing_ok=True)
            log.info("stopped")


async def _listen(settings: Settings, service: Service) -> tuple[_Server, "asyncio.Task[None]"]:
    config = uvicorn.Config(
        make_api(service),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
        limit_concurrency=200,
        h11_max_incomplete_event_size=65_536,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(), name="api")
    while not server.started:
        if task.done():
            raise LinkDown(f"Port {settings.port} on {settings.host} is taken; choose another with --port.")
        await asyncio.sleep(0.02)
    return server, task


def _address(server: _Server, settings: Settings) -> str:
    port = server.servers[0].sockets[0].getsockname()[1]
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{port}"


def _publish(directory: Path, address: str) -> None:
    draft = directory / (ADDRESS_FILE + ".new")
    draft.write_text(json.dumps({"address": address, "pid": os.getpid()}), encoding="utf-8")
    draft.replace(directory / ADDRESS_FILE)


def _or_server(stop: asyncio.Event, task: "asyncio.Task[None]") -> asyncio.Event:
    task.add_done_callback(lambda _: stop.set())
    return stop
