"""The practice plant as a process: physics behind the server, and how it is started and ended."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from plants.errors import LinkDown
from plants.flow.sample import Sample
from plants.model.plant import Plant
from plants.model.tags import PLANT_TIME, TIME_SCALE
from tests.faults.links.conftest import ROOT, MakeActuator, MakeSource, PlantProcess, until
from virtual.script import PanelSetting, Script
from virtual.server import PlantServer
from virtual.still import StillPlant

SPEED = "labeller.speed_per_min"


async def test_a_derated_machine_is_seen_and_mended_over_opc_ua_while_the_plant_runs_fast(
    process: PlantProcess, make_source: MakeSource, make_actuator: MakeActuator
) -> None:
    """An operator turns the labeller down; a write puts it back; the actual value follows in plant time."""
    script = Script(events=(PanelSetting(at_s=30, alias=SPEED, value=470),))
    await process.start(script, more=("--speed", "60", "--seed", "3", "--warm", "600"))
    source, actuator = make_source(process.endpoint), make_actuator(process.endpoint)
    await source.open()
    await actuator.open()
    latest: dict[str, Sample] = {}

    async def shows(actual: float) -> bool:
        latest.update({s.alias: s for s in await source.poll()})
        seen = latest.get(f"{SPEED}.actual")
        return seen is not None and seen.value == actual

    await until(lambda: shows(470.0))
    status = await actuator.write(SPEED, 675.0)
    await until(lambda: shows(675.0))

    assert status == "Good"
    assert latest[SPEED].value == 675.0
    assert latest[TIME_SCALE].value == 60.0
    seen_s = latest[PLANT_TIME].value
    assert isinstance(seen_s, float)
    assert seen_s > 630


async def _exit_code(bytecode: Path, *arguments: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "virtual", "bottling", *arguments),
        cwd=ROOT,
        stdout=PIPE,
        stderr=PIPE,
        env={**os.environ, "PYTHONPYCACHEPREFIX": str(bytecode)},
    )
    _, said = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, said.decode()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--endpoint", "opc.tcp://0.0.0.0:0"), 4, "127.0.0.1 only"),
        (("--script", "nightmare"), 3, "no script 'nightmare'"),
    ],
)
async def test_a_start_that_is_refused_says_why_in_a_line_and_by_its_exit_code(
    bytecode: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    """No traceback for a person's mistake."""
    returned, message = await _exit_code(bytecode, *arguments)

    assert returned == code
    assert said in message
    assert "Traceback" not in message


async def test_a_port_that_is_taken_is_told_as_such(plant: Plant) -> None:
    """The second server on one port."""
    first = PlantServer(StillPlant(plant), endpoint="opc.tcp://127.0.0.1:0")
    await first.start()
    second = PlantServer(StillPlant(plant), endpoint=first.endpoint)

    try:
        with pytest.raises(LinkDown, match="choose another port"):
            await second.start()
    finally:
        await first.stop()
