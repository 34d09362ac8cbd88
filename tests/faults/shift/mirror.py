"""A mirror as the service keeps it, the hand that writes beside it, and what spoils the wire to the plant."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from connectors.opcua import OpcUaActuator, OpcUaSource, SourceOptions
from historian.historian import Historian
from plants.errors import LinkDown, LinkError, NotSent, WriteOutcomeUnknown
from plants.flow.sample import Sample
from plants.model.plant import Plant
from plants.ports.sample_source import LinkState
from service.clock import SystemClock
from tests.faults.links.conftest import WRITER
from tests.faults.shift.planned import WRITTEN, Planned
from tests.proxy import FaultProxy
from twin.shadow.shadow import Shadow

STEP_WALL_S = 0.2
"""As the service's mirror loop."""


@dataclass
class Outage:
    """A time without a link, in plant seconds as the mirror knew them, and in wall seconds."""

    from_s: float
    to_s: float = float("inf")
    wall_s: float = 0.0


class Mirror:
    """Source, history and shadow of one plant."""

    def __init__(self, plant: Plant, endpoint: str, folder: Path, options: SourceOptions) -> None:
        self.source = OpcUaSource(plant, SystemClock(), endpoint=endpoint, options=options)
        self.shadow = Shadow(plant)
        self.historian = Historian(plant, folder / "history.db")
        self.latest: dict[str, Sample] = {}
        self.samples = 0
        self.outages: list[Outage] = []
        self._lost_at = 0.0

    async def open(self) -> None:
        """Connect, and begin to record."""
        self.historian.begin(SystemClock().now())
        await self.source.open()

    async def step(self) -> None:
        """Take in what has come."""
        away = self.source.link is not LinkState.CONNECTED
        if away and not self._away:
            self.outages.append(Outage(self.shadow.plant_time_s or 0.0))
            self._lost_at = time.monotonic()
        samples = await self.source.poll()
        self.historian.record(samples)
        self.shadow.feed(samples)
        self.samples += len(samples)
        self.latest.update({sample.alias: sample for sample in samples})
        if samples and not away and self._away:
            self.outages[-1].to_s = self.shadow.plant_time_s or 0.0
            self.outages[-1].wall_s = time.monotonic() - self._lost_at

    async def close(self) -> None:
        """End the session and the recording."""
        await self.source.close()
        self.historian.close()

    @property
    def _away(self) -> bool:
        return bool(self.outages) and self.outages[-1].to_s == float("inf")


class Answer(StrEnum):
    """How a write ended, as far as whoever wrote can tell."""

    HELD = "held"
    """Good, and read back."""
    NOT_HELD = "not_held"
    """Good, and another value was read back."""
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


class Hand:
    """Writes a setpoint now and then, never the same value twice, and opens its session anew when it is gone."""

    def __init__(self, plant: Plant, endpoint: str, seed: int) -> None:
        self._actuator = OpcUaActuator(
            plant, SystemClock(), endpoint=endpoint, security=WRITER, request_wall_s=2.0, session_wall_s=30.0
        )
        self._luck = random.Random(seed)
        self.written: list[tuple[str, float, Answer]] = []

    @property
    def answers(self) -> Counter[Answer]:
        """How many writes ended how."""
        return Counter(answer for _, _, answer in self.written)

    async def run(self, every_wall_s: float) -> None:
        """Write until it is cancelled."""
        try:
            while True:
                await self._write_one(WRITTEN[len(self.written) % len(WRITTEN)])
                await asyncio.sleep(every_wall_s)
        finally:
            await self._actuator.close()

    async def _write_one(self, alias: str) -> None:
        value = round(560.0 + len(self.written) / 10 + 0.01 * self._luck.randrange(10), 2)
        answer = await self._answer(alias, value)
        self.written.append((alias, value, answer))
        if answer in {Answer.NOT_SENT, Answer.UNKNOWN}:
            await self._open()

    async def _answer(self, alias: str, value: float) -> Answer:
        try:
            await self._actuator.write(alias, value)
            [back] = await self._actuator.read((alias,))
        except NotSent:
            return Answer.NOT_SENT
        except (WriteOutcomeUnknown, LinkDown):
            return Answer.UNKNOWN
        return Answer.HELD if back.value == value else Answer.NOT_HELD

    async def _open(self) -> None:
        try:
            await self._actuator.open()
        except LinkError:
            return  # the next write is not sent either, and it is tried again then


async def spoil(wire: FaultProxy, faults: tuple[Planned, ...], began_at: float, speed: float) -> None:
    """Do to the wire what is planned, when it is due."""
    for fault in faults:
        if not fault.on_the_wire:
            continue
        await asyncio.sleep(began_at + fault.at_s / speed - time.monotonic())
        await _begin(wire, fault)
        await asyncio.sleep(fault.for_s / speed)
        wire.heal()
        await wire.start()


async def _begin(wire: FaultProxy, fault: Planned) -> None:
    match fault.kind:
        case "cut":
            await wire.cut()
        case "reset":
            wire.reset()
        case "delayed":
            wire.delay(0.4)
        case "truncated" if fault.way is not None:
            wire.truncate(fault.way, 100)
        case _ if fault.way is not None:
            wire.blackhole(fault.way)
        case _:
            raise AssertionError(f"nothing is known of {fault.kind}")
