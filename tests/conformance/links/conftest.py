"""The same rig over every implementation of the two ports: a plant at rest, a source and an actuator on it.

`in-process` is the virtual plant without a network, `asyncua` its OPC UA server, `node-opcua` a server of another make,
`replay` a recording that is still being written; it is only read.
"""

import asyncio
import csv
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr

from connectors.opcua import OpcUaActuator, OpcUaSecurity, OpcUaSource, SourceOptions
from connectors.replay import ReplaySource
from historian.export import spelled
from plants.flow.sample import Sample
from plants.loader.load import load_plant
from plants.model.plant import Plant
from plants.ports.actuator import Actuator
from plants.ports.clock import Clock
from plants.ports.sample_source import SampleSource
from service.clock import SystemClock
from tests.peers.peer import Machines, NodeServer, served_tags
from tests.proxy import FaultProxy
from virtual.link import InProcessActuator, InProcessSource, WriteFault
from virtual.script import NO_SCRIPT, Script
from virtual.server import PlantServer
from virtual.still import StillPlant

WRITER = OpcUaSecurity(user="writer", password=SecretStr("practice"))
QUICK = SourceOptions(
    publishing_wall_s=0.05,
    probe_wall_s=0.2,
    request_wall_s=5.0,
    frozen_wall_s=5.0,
    refresh_wall_s=60.0,
    retry_first_wall_s=0.05,
    retry_most_wall_s=0.2,
)


@dataclass
class Rig:
    """A plant at rest with a source and an actuator, and the power to cut the link."""

    equipment: StillPlant
    source: SampleSource
    actuator: Actuator
    cut: Callable[[], Awaitable[None]]
    mend: Callable[[], Awaitable[None]]
    latest: dict[str, Sample] = field(default_factory=dict)

    async def open(self) -> None:
        """Open both."""
        await self.source.open()
        await self.actuator.open()

    async def until(self, reached: Callable[[], bool], wall_s: float = 15.0) -> None:
        """Poll the source until something is so.

        Raises:
            TimeoutError: it is not so within the deadline.
        """
        async with asyncio.timeout(wall_s):
            while True:
                self.latest.update({s.alias: s for s in await self.source.poll()})
                if reached():
                    return
                await asyncio.sleep(0.01)

    def value(self, alias: str) -> object:
        """Last value polled."""
        return self.latest[alias].value if alias in self.latest else None


MakeRig = Callable[..., Awaitable[Rig]]


@pytest.fixture(scope="session")
def plant() -> Plant:
    """The library's bottling line."""
    return load_plant("bottling")


@pytest.fixture(scope="session")
def node_server(plant: Plant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeServer]:
    """One server of another make for all tests of a run."""
    server = NodeServer(tmp_path_factory.mktemp("node"), plant, served_tags(plant, StillPlant(plant).values()))
    server.start()
    yield server
    server.end()


LINKS = ("in-process", "asyncua", "node-opcua")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every implementation runs every test of its port."""
    if "make_rig" in metafunc.fixturenames:
        sources = ("replay",) if metafunc.module.__name__.endswith("test_source") else ()
        metafunc.parametrize("make_rig", (*LINKS, *sources), indirect=True)


@pytest.fixture
async def make_rig(request: pytest.FixtureRequest, plant: Plant) -> AsyncIterator[MakeRig]:
    """Makes a rig with a script; everything is closed at the end."""
    endings: list[Callable[[], Awaitable[None]]] = []

    async def make(script: Script = NO_SCRIPT) -> Rig:
        equipment = StillPlant(plant, script=script)
        if request.param == "node-opcua":
            rig = await _over_node_opcua(request.getfixturevalue("node_server"), equipment, script, endings)
        elif request.param == "replay":
            rig = await _over_replay(request.getfixturevalue("tmp_path"), equipment, script, endings)
        else:
            rig = await (_in_process if request.param == "in-process" else _over_asyncua)(equipment, script, endings)
        endings.append(rig.actuator.close)
        endings.append(rig.source.close)
        return rig

    yield make
    for end in reversed(endings):
        await end()


async def _in_process(equipment: StillPlant, script: Script, endings: list[Callable[[], Awaitable[None]]]) -> Rig:
    clock: Clock = SystemClock()
    source = InProcessSource(equipment, clock, script=script, refresh_wall_s=60.0)
    actuator = InProcessActuator(equipment, clock, script=script)

    async def cut() -> None:
        source.cut()
        actuator.fault = WriteFault.NO_LINK

    async def mend() -> None:
        source.mend()
        actuator.fault = WriteFault.NONE

    return Rig(equipment, source, actuator, cut, mend)


async def _over_asyncua(equipment: StillPlant, script: Script, endings: list[Callable[[], Awaitable[None]]]) -> Rig:
    server = PlantServer(equipment, endpoint="opc.tcp://127.0.0.1:0", script=script)
    await server.start()
    showing = asyncio.create_task(_keep_showing(server))

    async def end() -> None:
        showing.cancel()
        with suppress(asyncio.CancelledError):
            await showing
        await server.stop()

    endings.append(end)
    source = OpcUaSource(equipment.plant, SystemClock(), endpoint=server.endpoint, options=QUICK)
    actuator = OpcUaActuator(
        equipment.plant, SystemClock(), endpoint=server.endpoint, security=WRITER, request_wall_s=5.0
    )
    return Rig(equipment, source, actuator, server.stop, server.start)


async def _over_node_opcua(
    server: NodeServer, equipment: StillPlant, script: Script, endings: list[Callable[[], Awaitable[None]]]
) -> Rig:
    """The server is shared; what is cut is the network, by a proxy of this test's own."""
    machines = Machines(server, equipment, script)
    machines.show(time.time() * 1000)
    proxy = FaultProxy(server.endpoint)
    await proxy.start()
    showing = asyncio.create_task(_keep_machines_showing(machines))

    async def end() -> None:
        showing.cancel()
        with suppress(asyncio.CancelledError):
            await showing
        await proxy.stop()

    endings.append(end)
    source = OpcUaSource(equipment.plant, SystemClock(), endpoint=proxy.endpoint, options=QUICK)
    actuator = OpcUaActuator(
        equipment.plant, SystemClock(), endpoint=proxy.endpoint, security=WRITER, request_wall_s=5.0
    )
    return Rig(equipment, source, actuator, proxy.cut, proxy.start)


async def _over_replay(
    folder: Path, equipment: StillPlant, script: Script, endings: list[Callable[[], Awaitable[None]]]
) -> Rig:
    """What the virtual plant shows is written to a file, and the file is played; what is cut is the file."""
    recorder = Recorder(InProcessSource(equipment, SystemClock(), script=script, refresh_wall_s=60.0), folder)
    await recorder.start()
    endings.append(recorder.stop)
    source = ReplaySource(recorder.shown, SystemClock(), speed=1.0, follow=True)
    actuator = InProcessActuator(equipment, SystemClock(), script=script)
    return Rig(equipment, source, actuator, recorder.hide, recorder.show)


class Recorder:
    """Writes what a source sends to a CSV file, which can be away for a while."""

    def __init__(self, source: InProcessSource, folder: Path) -> None:
        self._source = source
        self._hidden = folder / "hidden.csv"
        self.shown = folder / "log.csv"
        self._file = self.shown

    async def start(self) -> None:
        """Begin with everything there is."""
        self.shown.write_text("received,source,alias,type,value,quality\n", encoding="utf-8-sig")
        await self._source.open()
        await self._write()
        self._task = asyncio.create_task(self._go_on())

    async def stop(self) -> None:
        """End."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def hide(self) -> None:
        """Take the file away; it is still written."""
        self._file = self.shown.rename(self._hidden)

    async def show(self) -> None:
        """Put the file back."""
        self._file = self._hidden.rename(self.shown)

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(0.02)
            await self._write()

    async def _write(self) -> None:
        samples = await self._source.poll()
        with self._file.open("a", encoding="utf-8", newline="") as out:
            for s in samples:
                source = "" if s.source_time is None else s.source_time.isoformat()
                cells = (s.received_at.isoformat(), source, s.alias, *spelled(s.value), s.quality.value)
                csv.writer(out).writerow(cells)


async def _keep_machines_showing(machines: Machines) -> None:
    while True:
        machines.show(time.time() * 1000)
        await asyncio.sleep(0.02)


async def _keep_showing(server: PlantServer) -> None:
    while True:
        await server.show(1.0)
        await asyncio.sleep(0.02)
