"""A setpoint that is taken up at the start of an order, over OPC UA with ledger, history and executor as they are."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from connectors.opcua import OpcUaActuator, OpcUaSource
from historian.historian import Historian
from ledger.executor import Executor
from ledger.ledger import Ledger
from plants.flow.proposal import Status
from plants.loader.load import load_plant
from plants.model.connection import TagPath, TakesEffect
from plants.model.plant import Plant
from plants.model.tags import PLANT_TIME
from service.clock import SystemClock
from tests.faults.links.conftest import QUICK, WRITER, PlantHere, until
from tests.ledger_ports import FILLER, draft, submitted

ORDER = "filler.order"


@pytest.fixture(scope="module")
def plant() -> Plant:
    """The bottling line, whose filler takes its speed up at the start of an order."""
    described = load_plant("bottling").model_dump(mode="json")
    return Plant.model_validate({**described, "tags": (TagPath(alias=FILLER, takes_effect=TakesEffect.ORDER_START),)})


class Rig:
    """Everything between the plant and the record."""

    def __init__(self, plant: Plant, endpoint: str, folder: Path) -> None:
        clock = SystemClock()
        self.historian = Historian(plant, folder / "history.db")
        self.source = OpcUaSource(plant, clock, endpoint=endpoint, options=QUICK)
        self.ledger = Ledger.at(folder / "ledger.db", plant, clock, self.historian)
        actuator = OpcUaActuator(plant, clock, endpoint=endpoint, security=WRITER, request_wall_s=1.0)
        self.executor = Executor(self.ledger, actuator, self.historian, clock, plant)

    async def turn(self) -> None:
        """What the service's loops do."""
        self.historian.record(await self.source.poll())
        await self.executor.step()

    async def close(self) -> None:
        """End it."""
        await self.executor.close()
        await self.source.close()
        self.ledger.close()
        self.historian.close()


@pytest.fixture
async def rig(plant: Plant, here: PlantHere, tmp_path: Path) -> AsyncIterator[Rig]:
    """A line at rest, mirrored."""
    await here.start()
    here.equipment.put(ORDER, "o01")
    rig = Rig(plant, here.endpoint, tmp_path)
    await rig.source.open()
    yield rig
    await rig.close()


async def test_the_window_begins_with_the_order_at_which_the_machine_takes_the_value_up(
    rig: Rig, here: PlantHere, plant: Plant
) -> None:
    """Held at once, run at later: applied until then, watched from then on."""

    async def status_is(status: Status) -> bool:
        await rig.turn()
        return rig.ledger.proposal(proposal.id).status is status

    async def mirrored() -> bool:
        rig.historian.record(await rig.source.poll())
        known = rig.historian.latest(ORDER)
        return known is not None and known.value == "o01" and rig.historian.latest(PLANT_TIME) is not None

    await until(mirrored)
    proposal = await submitted(rig.ledger, draft(plant=plant))
    rig.ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    await until(lambda: status_is(Status.APPLIED))
    here.equipment.put(ORDER, "")
    written_s = here.equipment.now_s
    await until(lambda: _passed(rig, here, written_s + 0.5))
    still_waiting = rig.ledger.proposal(proposal.id).status, here.equipment.values()[f"{FILLER}.actual"]
    started_s = here.equipment.now_s
    here.equipment.put(ORDER, "o02")
    await until(lambda: status_is(Status.WATCHING))

    assert still_waiting == (Status.APPLIED, 600.0)
    [text] = [row.text for row in rig.ledger.events(proposal.id) if "with effect from" in row.text]
    since_s = float(text.split("with effect from ")[1].split(" s")[0])
    assert started_s - 1 <= since_s <= here.equipment.now_s + 1
    assert any("takes effect at the start of the next order" in row.text for row in rig.ledger.events(proposal.id))


async def _passed(rig: Rig, here: PlantHere, plant_s: float) -> bool:
    """Go on turning; whether that plant time has come."""
    await rig.turn()
    return here.equipment.now_s >= plant_s
