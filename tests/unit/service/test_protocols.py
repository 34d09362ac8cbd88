"""Protocols that come as packages: the how-to's file works as it stands, and what goes wrong is told."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.replay import ReplaySource
from plants.errors import InvalidInput, LinkDown, NotSent
from plants.flow.sample import Quality, Sample
from plants.loader.load import load_plant
from plants.model.plant import Plant
from plants.ports.sample_source import LinkState
from service.clock import SystemClock
from service.connect import link
from service.protocols import connector_of
from service.settings import Settings

PAGE = (Path(__file__).parents[3] / "docs" / "add-a-protocol.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0]
ENTRY = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]


@pytest.fixture
def plant() -> Plant:
    """The bottling line."""
    return load_plant("bottling")


Install = Callable[[str, str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Installs a package: a module, and its entry points as a wheel would leave them."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def put(code: str, entry: str) -> None:
        [(scheme, module, thing)] = re.findall(r'^(\w+) = "(\w+):(\w+)"$', entry, re.MULTILINE)
        (tmp_path / f"{module}.py").write_text(code, encoding="utf-8")
        info = tmp_path / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[jayul.connectors]\n{scheme} = {module}:{thing}\n", encoding="utf-8")

    return put


async def test_the_file_of_the_how_to_reads_a_machine_and_comes_back(install: Install, plant: Plant) -> None:
    """Values with their types, a Bad one for what is no number, and again after the machine was away."""
    install(CODE, ENTRY)
    writers: list[asyncio.StreamWriter] = []

    async def machine(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        writer.write(b"filler.state 6\nfiller.power_kw much\nline.remote true\nfiller.colour red\n")
        await writer.drain()

    server = await asyncio.start_server(machine, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    source, actuator = link(Settings(endpoint=f"lines://127.0.0.1:{port}"), plant, SystemClock())
    seen: dict[str, Sample] = {}

    async def until_seen(alias: str) -> None:
        async with asyncio.timeout(10):
            while alias not in seen:
                seen.update((s.alias, s) for s in await source.poll())
                await asyncio.sleep(0.01)

    await source.open()
    await until_seen("line.remote")
    first = dict(seen)
    seen.clear()
    writers[0].close()
    await until_seen("line.remote")
    with pytest.raises(LinkDown):
        await actuator.open()
    with pytest.raises(NotSent):
        await actuator.write("filler.speed_per_min", 1.0)
    await source.close()
    for writer in writers:
        writer.close()
    server.close()
    await server.wait_closed()

    assert (first["filler.state"].value, first["line.remote"].value) == (6, True)
    assert first["filler.power_kw"].quality is Quality.BAD
    assert set(seen) == {"filler.state", "filler.power_kw", "line.remote"}


def test_a_protocol_that_nobody_brings_is_told_with_those_that_are_known(install: Install) -> None:
    """The list holds what is built in and what is installed."""
    install(CODE, ENTRY)

    with pytest.raises(InvalidInput, match=r"no protocol is called 'mqtt'.*known are lines, opc\.tcp, replay"):
        connector_of("mqtt://broker")


def test_a_package_that_cannot_be_loaded_is_named(install: Install) -> None:
    """Whatever it does when it is loaded."""
    install("raise RuntimeError('no licence')", 'broken = "broken_lines:Broken"')

    with pytest.raises(InvalidInput, match=r"'broken' .* cannot be loaded: no licence"):
        connector_of("broken://x")


def test_two_packages_for_one_scheme_are_refused(install: Install) -> None:
    """Which one would be used must not depend on the order of folders."""
    install(CODE, ENTRY)
    install(CODE, ENTRY.replace("jayul_lines", "other_lines"))

    with pytest.raises(InvalidInput, match="several packages bring the protocol 'lines'"):
        connector_of("lines://127.0.0.1:1")


async def test_a_recording_is_an_endpoint(tmp_path: Path, plant: Plant) -> None:
    """`replay:FILE?speed=0`; it takes no setpoints; what is wrong with the endpoint is told."""
    log = tmp_path / "log.csv"
    log.write_text("time,tag,value\n2025-01-01T10:00:00,filler.state,6\n", encoding="utf-8")

    source, actuator = link(Settings(endpoint=f"replay:{log}?speed=0"), plant, SystemClock())
    await source.open()
    [sample] = await source.poll()

    assert isinstance(source, ReplaySource)
    assert (sample.alias, sample.value) == ("filler.state", 6)
    assert source.link is LinkState.CLOSED or await source.poll() == ()
    with pytest.raises(LinkDown, match="takes no setpoints"):
        await actuator.open()
    with pytest.raises(NotSent):
        await actuator.write("filler.speed_per_min", 1.0)
    for wrong in ("replay:", f"replay:{log}?pace=2", f"replay:{log}?speed=fast"):
        with pytest.raises(InvalidInput, match=r"recording|speed"):
            connector_of(wrong).source(plant, SystemClock(), wrong)
