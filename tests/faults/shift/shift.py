"""A shift of a practice plant under seeded faults, mirrored over OPC UA, and what the mirror then knows.

The plant is a process with its physics; between it and the mirror stands the fault proxy. At the end plant time stands
and everything has been put right, so that mirror and plant can be compared.
"""

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from connectors.opcua import SourceOptions
from plants.model.plant import Plant
from service.clock import SystemClock
from tests.faults.links.conftest import PlantProcess
from tests.faults.shift.mirror import STEP_WALL_S, Answer, Hand, Mirror, Outage, spoil
from tests.faults.shift.planned import Planned, planned_faults
from tests.faults.shift.plant_log import (
    PlantsOwn,
    Told,
    bad_outages,
    differences,
    made_up,
    read_log,
    state_differences,
    told_whole,
    wrong_answers,
)
from tests.proxy import FaultProxy
from virtual.script import Script

_SETTLE_WALL_S = 30.0
"""From the end of plant time until the mirror must agree: the last fault is long over by then."""
_LOOK_WALL_S = 2.0
"""How often memory is looked at."""
_WARM_S = 600.0
"""Plant seconds run before the plant is shown."""
_MIB = 1 << 20


@dataclass(frozen=True)
class Shift:
    """What is played."""

    seed: int
    shift_s: float
    faults: int
    speed: float
    write_every_wall_s: float = 1.0
    options: SourceOptions = field(default_factory=SourceOptions)


@dataclass
class Report:
    """What came of it."""

    faults: tuple[Planned, ...]
    own: PlantsOwn
    differences: list[str]
    made_up: list[str]
    wrong_answers: list[str]
    told: Told
    answers: Counter[Answer]
    outages: list[Outage]
    samples: int
    dropped: int
    plant_exit_code: int | None
    bad_outages: list[str]
    mirror_mib: list[float] = field(default_factory=list)
    plant_mib: list[float] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        """Everything that should not be."""
        dropped = [f"{self.dropped} samples dropped"] if self.dropped else []
        told = [*self.differences, *self.made_up, *self.told.missing]
        return [*told, *self.wrong_answers, *self.bad_outages, *dropped]


async def play(shift: Shift, plant: Plant, folder: Path, bytecode: Path) -> Report:
    """Play a shift.

    Raises:
        TimeoutError: plant time did not come to its end.
    """
    faults = planned_faults(shift.seed, shift.faults, shift.shift_s, shift.speed)
    process, log = PlantProcess(folder, bytecode), folder / "plant.jsonl"
    script = Script(events=tuple(event for fault in faults for event in fault.events))
    timing = (
        "--speed",
        f"{shift.speed:g}",
        "--for",
        f"{shift.shift_s:g}",
        "--warm",
        f"{_WARM_S:g}",
        "--seed",
        str(shift.seed),
    )
    await process.start(script, more=(*timing, "--log", str(log)))
    began_at = time.monotonic()
    wire = FaultProxy(process.endpoint)
    await wire.start()
    mirror = Mirror(plant, wire.endpoint, folder, shift.options)
    hand = Hand(plant, wire.endpoint, shift.seed)
    try:
        await mirror.open()
        async with _beside(spoil(wire, faults, began_at, shift.speed), hand.run(shift.write_every_wall_s)):
            memory = await _mirror_until_it_stands(mirror, log, process.pid, shift)
        wrong = await _settled(mirror, plant, log)
        own = read_log(log)
        told = told_whole(plant, mirror.historian, own, mirror.outages, faults)
        invented = made_up(mirror.historian, own)
        dropped = mirror.source.dropped
    finally:
        await mirror.close()
        await wire.stop()
        code = await process.end()
    ours, its = [m for m, _ in memory], [p for _, p in memory]
    return Report(
        faults, own, wrong, invented, wrong_answers(hand, own), told, hand.answers, mirror.outages, mirror.samples,
        dropped, code, bad_outages(mirror.outages, faults, _WARM_S, shift.speed), ours, its,
    )  # fmt: skip


@asynccontextmanager
async def _beside(*running: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Let something run beside; what fails there fails the shift."""
    tasks = [asyncio.create_task(coroutine) for coroutine in running]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in tasks:
        if not task.cancelled():
            task.result()


async def _mirror_until_it_stands(mirror: Mirror, log: Path, pid: int, shift: Shift) -> list[tuple[float, float]]:
    """Mirror until plant time has come to its end; memory of this process and of the plant's meanwhile, MiB."""
    memory: list[tuple[float, float]] = []
    look_at = time.monotonic()
    async with asyncio.timeout(1.5 * shift.shift_s / shift.speed + 60):
        while True:
            await mirror.step()
            if time.monotonic() >= look_at:
                memory.append((resident_mib(os.getpid()), resident_mib(pid)))
                look_at += _LOOK_WALL_S
                if _stands(log):
                    return memory
            await asyncio.sleep(STEP_WALL_S)


async def _settled(mirror: Mirror, plant: Plant, log: Path) -> list[str]:
    """Mirror on until it agrees with the plant; what it does not agree on in time."""
    ends_at = time.monotonic() + _SETTLE_WALL_S
    while True:
        await mirror.step()
        own = read_log(log)
        found = differences(mirror, own) + state_differences(plant, mirror.shadow.state(SystemClock().now()), own)
        if not found or time.monotonic() > ends_at:
            return found
        await asyncio.sleep(STEP_WALL_S)


def _stands(log: Path) -> bool:
    """Whether the plant has said that its time stands; looked for at the end of its log."""
    with log.open("rb") as file:
        file.seek(max(log.stat().st_size - 100_000, 0))
        return b'"stands": true' in file.read()


def resident_mib(pid: int) -> float:
    """Resident memory of a process, MiB (Linux: the second figure of /proc/PID/statm, in pages)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MIB
