"""A practice plant as a process of its own on a free port of this machine, ended whatever happens."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from asyncua import ua
from asyncua.ua.attribute_ids import AttributeIds
from pydantic import SecretStr

from connectors.opcua import OpcUaActuator, OpcUaSecurity, OpcUaSource, SourceOptions
from plants.loader.load import load_plant
from plants.model.plant import Plant
from service.clock import SystemClock
from virtual.accounts import Accounts
from virtual.protection import Protection
from virtual.script import NO_SCRIPT, Script
from virtual.server import PlantServer
from virtual.still import StillPlant

ROOT = Path(__file__).parents[3]
QUICK = SourceOptions(
    publishing_wall_s=0.05,
    probe_wall_s=0.2,
    request_wall_s=1.0,
    frozen_wall_s=5.0,
    refresh_wall_s=60.0,
    retry_first_wall_s=0.05,
    retry_most_wall_s=0.3,
)
WRITER = OpcUaSecurity(user="writer", password=SecretStr("practice"))


class PlantProcess:
    """`python -m virtual bottling` on one port, which it keeps over restarts."""

    def __init__(self, folder: Path, bytecode: Path) -> None:
        self._folder = folder
        self._environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        self._environment["PYTHONPYCACHEPREFIX"] = str(bytecode)
        self._process: Process | None = None
        self.endpoint = "opc.tcp://127.0.0.1:0"

    async def start(
        self,
        script: Script = NO_SCRIPT,
        *,
        more: tuple[str, ...] = ("--still",),
        plant: str = "bottling",
        standards: bool = False,
    ) -> None:
        """Start it and wait until it is ready; in its own types only unless asked otherwise, which starts sooner."""
        more = more if standards else (*more, "--no-standards")
        file = self._folder / "script.json"
        file.write_text(script.model_dump_json(), encoding="utf-8")
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "virtual", plant, *more, "--endpoint", self.endpoint, "--script", str(file)),
            cwd=ROOT,
            stdout=PIPE,
            env=self._environment,
        )
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), 60)
        ready, self.endpoint = line.decode().split()
        assert ready == "ready"

    @property
    def pid(self) -> int:
        """Of the process that runs."""
        assert self._process is not None
        return self._process.pid

    async def kill(self) -> None:
        """SIGKILL: no farewell."""
        await self._end(signal.SIGKILL)

    async def end(self) -> int | None:
        """SIGTERM; returns the exit code. May be called twice."""
        return await self._end(signal.SIGTERM)

    def pause(self) -> None:
        """SIGSTOP: the process stands still, its sockets stay open."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    async def _end(self, number: signal.Signals) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        process.send_signal(number)
        process.send_signal(signal.SIGCONT)
        try:
            await asyncio.wait_for(process.communicate(), 15)
        except TimeoutError:
            process.kill()
            await process.communicate()
        return process.returncode


class PlantHere:
    """A plant at rest behind a real server in this process, on a port of its own: quicker to start than a process."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._server: PlantServer | None = None
        self._showing: asyncio.Task[None] | None = None
        self.equipment = StillPlant(plant)
        self.endpoint = ""

    async def start(
        self, script: Script = NO_SCRIPT, *, accounts: Accounts | None = None, protection: Protection | None = None
    ) -> None:
        """Listen and show every tag."""
        self.equipment = StillPlant(self._plant, script=script)
        self._server = PlantServer(
            self.equipment,
            endpoint="opc.tcp://127.0.0.1:0",
            script=script,
            accounts=accounts,
            protection=protection,
        )
        await self._server.start()
        self.endpoint = self._server.endpoint
        self._showing = asyncio.create_task(self._keep_showing(self._server))

    async def end(self) -> None:
        """Stop listening. May be called twice."""
        if self._showing is not None:
            self._showing.cancel()
            with suppress(asyncio.CancelledError):
                await self._showing
        if self._server is not None:
            await self._server.stop()

    def hang(self) -> None:
        """The program stands, its server answers: nothing is shown any more, the server's clock included."""
        assert self._showing is not None
        self._showing.cancel()

    async def stop_publishing(self) -> None:
        """The server's subscriptions fall silent, keep-alives included; reads are answered as before."""
        assert self._server is not None
        assert self._server._server is not None
        for subscription in self._server._server.iserver.subscription_service.subscriptions.values():
            assert subscription._task is not None
            subscription._task.cancel()

    async def inject(self, alias: str, data: ua.DataValue) -> None:
        """Put anything at all on a tag's node, past the checks of the server's own library.

        It stays until the plant has another value to show.
        """
        assert self._server is not None
        assert self._server._server is not None
        space = self._server._server.iserver.aspace
        held = space._nodes[self._server.lines[0].nodes[alias]].attributes[AttributeIds.Value]
        held.value = data
        for handle, changed in list(held.datachange_callbacks.items()):
            await changed(handle, data)

    async def _keep_showing(self, server: PlantServer) -> None:
        while True:
            self.equipment.advance(0.02)
            await server.show(1.0)
            await asyncio.sleep(0.02)


@pytest.fixture
async def here(plant: Plant) -> AsyncIterator[PlantHere]:
    """A plant in this process, not yet started."""
    here = PlantHere(plant)
    yield here
    await here.end()


@pytest.fixture(scope="session")
def plant() -> Plant:
    """The library's bottling line."""
    return load_plant("bottling")


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compiled modules of the processes of this run: every start but the first is twice as fast."""
    return tmp_path_factory.mktemp("bytecode")


@pytest.fixture
async def process(tmp_path: Path, bytecode: Path) -> AsyncIterator[PlantProcess]:
    """A practice plant, not yet started."""
    process = PlantProcess(tmp_path, bytecode)
    yield process
    await process.kill()


MakeSource = Callable[..., OpcUaSource]
MakeActuator = Callable[..., OpcUaActuator]


@pytest.fixture
async def make_source(plant: Plant) -> AsyncIterator[MakeSource]:
    """Makes sources, quick ones unless said otherwise; closes them."""
    made: list[OpcUaSource] = []

    def make(endpoint: str, options: SourceOptions = QUICK) -> OpcUaSource:
        made.append(OpcUaSource(plant, SystemClock(), endpoint=endpoint, options=options))
        return made[-1]

    yield make
    for source in made:
        await source.close()


@pytest.fixture
async def make_actuator(plant: Plant) -> AsyncIterator[MakeActuator]:
    """Makes actuators of the writer, or of another account; closes them."""
    made: list[OpcUaActuator] = []

    def make(endpoint: str, security: OpcUaSecurity = WRITER) -> OpcUaActuator:
        made.append(OpcUaActuator(plant, SystemClock(), endpoint=endpoint, security=security, request_wall_s=2.0))
        return made[-1]

    yield make
    for actuator in made:
        await actuator.close()


async def until(reached: Callable[[], bool | Awaitable[bool]], wall_s: float = 20.0) -> None:
    """Wait for a state.

    Raises:
        TimeoutError: it was not reached within the deadline.
    """
    async with asyncio.timeout(wall_s):
        while True:
            answer = reached()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.02)
