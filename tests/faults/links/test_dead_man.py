"""The dead man on a real OPC UA server: beats, silence, local setpoints, and no re-arming."""

import asyncio
from pathlib import Path

import pytest
import yaml

from connectors.opcua import OpcUaActuator, OpcUaSecurity, OpcUaSource
from historian.historian import Historian
from ledger.executor import Executor
from ledger.ledger import Ledger
from plants.errors import Refused
from plants.flow.sample import Value
from plants.loader.load import load_plant
from plants.model.plant import Plant
from plants.model.tags import HEARTBEAT, REMOTE
from service.build import stand_for_beats
from service.clock import SystemClock
from service.settings import Settings
from tests.faults.links.conftest import QUICK, ROOT, WRITER, PlantProcess, until
from tests.ledger_ports import FILLER, draft, submitted


def beating_plant(folder: Path) -> Path:
    """The library's bottling line with a dead man that waits for a second and a half."""
    described = yaml.safe_load((ROOT / "plants" / "library" / "bottling.yaml").read_text(encoding="utf-8"))
    figures = {"period_wall_s": 0.3, "missed": 5, "assumed": "quick, for a test"}
    described["policy"] = {"heartbeat": figures}
    file = folder / "bottling.yaml"
    file.write_text(yaml.safe_dump(described, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file


class Rig:
    """A mirror and an executor on one server."""

    def __init__(self, plant: Plant, endpoint: str, folder: Path, writer: OpcUaSecurity = WRITER) -> None:
        clock = SystemClock()
        self.historian = Historian(plant, folder / "history.db")
        self.source = OpcUaSource(plant, clock, endpoint=endpoint, options=QUICK)
        self.actuator = OpcUaActuator(plant, clock, endpoint=endpoint, security=writer, request_wall_s=1.0)
        self.ledger = Ledger.at(folder / "ledger.db", plant, clock, self.historian)
        self.executor = Executor(self.ledger, self.actuator, self.historian, clock, plant)

    async def shows(self, alias: str, value: Value) -> bool:
        """Take in what has come; whether a tag shows a value."""
        self.historian.record(await self.source.poll())
        sample = self.historian.latest(alias)
        return sample is not None and sample.value == value

    async def close(self) -> None:
        """End both."""
        await self.executor.close()
        await self.source.close()
        self.ledger.close()
        self.historian.close()


async def test_after_missed_beats_the_machine_falls_back_and_only_a_person_turns_it_back(
    tmp_path: Path, process: PlantProcess
) -> None:
    """A change is written while it beats; when Jayul falls silent the line is on its own setpoints, and stays so."""
    file = beating_plant(tmp_path)
    plant = load_plant(str(file))
    await process.start(plant=str(file))
    rig = Rig(plant, process.endpoint, tmp_path)
    stand_for_beats(Settings(directory=tmp_path, operator="lead"), plant, SystemClock(), rig.ledger)
    await rig.source.open()
    await until(lambda: rig.shows(FILLER, 600.0))
    proposal = await submitted(rig.ledger, draft(plant=plant))
    rig.ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)

    async def lives(alias: str, value: Value) -> bool:
        await rig.executor.step()
        return await rig.shows(alias, value)

    await until(lambda: lives(FILLER, 570.0))
    await until(lambda: lives(HEARTBEAT, 10))
    beating = await rig.shows(REMOTE, True)

    await until(lambda: rig.shows(REMOTE, False))
    fallen = await rig.shows(FILLER, 600.0)
    for _ in range(10):
        await rig.executor.step()
        await asyncio.sleep(0.2)

    assert beating
    assert fallen
    assert await rig.shows(REMOTE, False)
    with pytest.raises(Refused, match="the local/remote selector is on local"):
        await submitted(rig.ledger, draft("draft-0002", plant=plant))
    assert rig.ledger.verify().ok
    await rig.close()
