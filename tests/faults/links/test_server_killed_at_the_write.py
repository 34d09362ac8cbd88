"""Row 1: SIGKILL of a real OPC UA server at the moment of the write, with the executor above it."""

import asyncio
from pathlib import Path

import pytest

from connectors.opcua import OpcUaActuator, OpcUaSource
from historian.historian import Historian
from ledger.executor import Executor
from ledger.ledger import Ledger
from plants.flow.proposal import FINAL, Status
from plants.flow.sample import Sample, Value
from plants.model.plant import Plant
from service.clock import SystemClock
from tests.faults.links.conftest import MakeActuator, MakeSource, PlantProcess, until
from tests.ledger_ports import FILLER, submitted

FAST = ("--still", "--speed", "600")


class Killing:
    """A real writing session whose server is killed around its first write."""

    def __init__(self, real: OpcUaActuator, process: PlantProcess, when: str) -> None:
        self._real = real
        self._process = process
        self._when = when
        self.sent = 0

    async def open(self) -> None:
        """As the real one."""
        await self._real.open()

    async def read(self, aliases: tuple[str, ...]) -> tuple[Sample, ...]:
        """As the real one."""
        return await self._real.read(aliases)

    async def write(self, alias: str, value: Value) -> str:
        """As the real one, and the server dies before, while or after it answers."""
        self.sent += 1
        if self._when == "before":
            await self._process.kill()
        if self._when != "while":
            answer = await self._real.write(alias, value)
            await self._process.kill()
            return answer
        writing = asyncio.create_task(self._real.write(alias, value))
        await asyncio.sleep(0)
        await self._process.kill()
        return await writing

    async def close(self) -> None:
        """As the real one."""
        await self._real.close()


@pytest.mark.parametrize("when", ["before", "while", "after"])
@pytest.mark.parametrize("comes_back", [True, False])
async def test_what_can_be_read_decides_and_nothing_is_sent_again(
    tmp_path: Path,
    plant: Plant,
    process: PlantProcess,
    make_source: MakeSource,
    make_actuator: MakeActuator,
    when: str,
    comes_back: bool,
) -> None:
    """A server that comes back holds its own value again; one that stays away leaves it unknown. Sent once at most."""
    await process.start(more=FAST)
    clock, historian = SystemClock(), Historian(plant, tmp_path / "history.db")
    source = make_source(process.endpoint)
    await source.open()
    await until(lambda: _recorded(historian, source))
    actuator = Killing(make_actuator(process.endpoint), process, when)
    ledger = Ledger.at(tmp_path / "ledger.db", plant, clock, historian)
    executor = Executor(ledger, actuator, historian, clock, plant)
    proposal = await submitted(ledger)
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)

    again = asyncio.create_task(_restart(process)) if comes_back else None
    await executor.step()
    if again is not None:
        await again
    await until(lambda: _ended(executor, ledger, proposal.id))
    await executor.close()

    assert actuator.sent <= 1
    assert ledger.proposal(proposal.id).status in (Status.NOT_APPLIED, Status.UNKNOWN)
    assert ledger.proposal(proposal.id).reason
    assert len([row for row in ledger.events(proposal.id) if row.action == "sent"]) <= 1
    assert ledger.verify().ok
    ledger.close()
    historian.close()


async def _recorded(historian: Historian, source: OpcUaSource) -> bool:
    """Take in what has come; whether the first values have."""
    historian.record(await source.poll())
    return historian.latest(FILLER) is not None and historian.plant_time_s() is not None


async def _ended(executor: Executor, ledger: Ledger, id: str) -> bool:
    """Take a step; whether the change has ended."""
    await executor.step()
    return ledger.proposal(id).status in FINAL


async def _restart(process: PlantProcess) -> None:
    """Start it again once it was killed."""
    await until(lambda: process._process is None)
    await process.start(more=FAST)
