"""The virtual plant as a process: its own clock, its own server, and nothing of the service.

`python -m virtual` and `jayul virtual-plant` call `run`. What a client can learn of the hidden physics, it learns over
OPC UA.
"""

import asyncio
import math
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from plants.loader.load import load_plant
from virtual.accounts import Accounts
from virtual.dead_man import DeadMan
from virtual.equipment import Equipment
from virtual.pace import Pacer
from virtual.plant import VirtualPlant
from virtual.plant_log import PlantLog
from virtual.protection import Protection
from virtual.script import NO_SCRIPT, Event, FrozenProcess, Restart, Script
from virtual.served import ServedLine
from virtual.server import PlantServer
from virtual.standards import nodesets
from virtual.still import StillPlant

log = structlog.get_logger(__name__)

UPDATE_WALL_S = 0.2
"""How often values are put on the nodes."""


def say_ready(endpoint: str) -> None:
    """One line on stdout for whoever started the process."""
    sys.stdout.write(f"ready {endpoint}\n")
    sys.stdout.flush()


def run(
    *plants: str,
    endpoint: str | None = None,
    speed: float = 1.0,
    seed: int = 1,
    script: Script = NO_SCRIPT,
    warm_s: float = 1800.0,
    still: bool = False,
    accounts: Accounts | None = None,
    protection: Protection | None = None,
    standards: bool = True,
    for_s: float = math.inf,
    log_to: Path | None = None,
    on_ready: Callable[[str], None] = say_ready,
) -> None:
    """Load one plant or several, give each a hidden truth, and serve them until SIGTERM or SIGINT.

    Args:
        plants: each a plant of the library, or the path of a plant file; the script is that of the first.
        endpoint: where to listen; None takes the first plant file's; port 0 takes a free one and the ready line tells.
        speed: plant seconds per wall second.
        seed: of the hidden truth and its luck.
        script: what goes wrong, and when.
        warm_s: plant seconds run before the plant is shown, so that the line is filled.
        still: without physics.
        accounts: who may write.
        protection: encrypted endpoints; None serves the plain one only.
        standards: show the lines in standard terms too, where the information models were taken in at the build.
        for_s: plant seconds after which plant time stands, while the server goes on.
        log_to: file for the first plant's own log (`virtual.plant_log`).
        on_ready: called with the endpoint once the server accepts.

    Raises:
        JayulError: as `serve`, and InvalidPlant for the plant file.
    """
    script.check(load_plant(plants[0]))
    scripts = [script.model_copy(deep=True), *(Script() for _ in plants[1:])]
    equipments: list[Equipment] = []
    for number, (plant, its) in enumerate(zip(plants, scripts, strict=True)):
        if still:
            equipments.append(StillPlant(load_plant(plant), script=its))
        else:
            equipments.append(VirtualPlant(load_plant(plant), seed=seed + number, script=its, warm_s=warm_s))
    asyncio.run(
        serve(
            equipments[0],
            beside=[ServedLine(e, s) for e, s in zip(equipments[1:], scripts[1:], strict=True)],
            endpoint=endpoint,
            speed=speed,
            script=scripts[0],
            accounts=accounts,
            protection=protection,
            standards=standards and _has_models(),
            for_s=for_s,
            log_to=log_to,
            on_ready=on_ready,
        )
    )


def _has_models() -> bool:
    """Whether the information models are here; told when they are not."""
    if not nodesets.present():
        log.warning("virtual_plant_without_models", why="not taken in at the build; the line's own types only")
        return False
    return True


async def serve(
    equipment: Equipment,
    *,
    endpoint: str | None = None,
    speed: float = 1.0,
    script: Script = NO_SCRIPT,
    accounts: Accounts | None = None,
    protection: Protection | None = None,
    beside: Sequence[ServedLine] = (),
    standards: bool = False,
    for_s: float = math.inf,
    log_to: Path | None = None,
    update_wall_s: float = UPDATE_WALL_S,
    on_ready: Callable[[str], None] = say_ready,
) -> None:
    """Serve a plant until SIGTERM or SIGINT.

    Raises:
        InvalidInput: the script names what the plant does not have, or the plant has no 'opcua' section.
        Refused: the endpoint is not on this machine.
        LinkDown: the port is taken.
    """
    script.check(equipment.plant)
    plant_log = None if log_to is None else PlantLog(equipment, log_to)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    server = PlantServer(
        equipment,
        endpoint=endpoint,
        script=script,
        accounts=accounts,
        protection=protection,
        beside=beside,
        standards=standards,
    )
    try:
        await server.start()
        on_ready(server.endpoint)
        share = 0.5 / len(server.lines)
        pacers = [Pacer(line.equipment, speed, share=share, for_s=for_s) for line in server.lines]
        await _live(server, pacers, ended, update_wall_s, plant_log)
    finally:
        await server.stop()
        if plant_log is not None:
            plant_log.close()


async def _live(
    server: PlantServer,
    pacers: Sequence[Pacer],
    ended: asyncio.Event,
    update_wall_s: float,
    plant_log: PlantLog | None,
) -> None:
    """Step, show, and let link faults happen, until the end."""
    restarting: asyncio.Task[None] | None = None
    dead_men = [DeadMan(line.equipment) for line in server.lines]
    stepped_at = time.monotonic()
    while not ended.is_set():
        before_s = [line.equipment.shown_s for line in server.lines]
        now = time.monotonic()
        _listen(dead_men, now)
        for pacer in pacers:
            pacer.step(min(now - stepped_at, 5 * update_wall_s))
        stepped_at = now
        if restarting is not None and restarting.done():
            restarting.result()  # a server that could not come back ends the process, with its reason
            restarting = None
        if restarting is None:
            await server.show(*(pacer.scale for pacer in pacers))
        if plant_log is not None:
            plant_log.look(_due(server.lines[:1], before_s), stands=pacers[0].stands)
        for event in _due(server.lines, before_s):
            if isinstance(event, Restart):
                restarting = asyncio.create_task(server.restart(event))
            elif isinstance(event, FrozenProcess):
                time.sleep(event.wall_s)  # noqa: ASYNC251 - standing still, network included, is the fault
        await _pause(ended, update_wall_s - (time.monotonic() - now))
    if restarting is not None:
        await restarting


def _listen(dead_men: Sequence[DeadMan], now: float) -> None:
    """Let machines whose heartbeat has stayed away fall back."""
    for dead_man in dead_men:
        if dead_man.look(now):
            log.warning("virtual_plant_fell_back", why="no heartbeat")


def _due(lines: Sequence[ServedLine], before_s: Sequence[float]) -> list[Event]:
    """What has begun on the scripts of some lines since then."""
    return [
        event
        for line, then_s in zip(lines, before_s, strict=False)
        for event in line.script.between(then_s, line.equipment.shown_s)
    ]


async def _pause(ended: asyncio.Event, wall_s: float) -> None:
    """Wait, or until the end."""
    try:
        await asyncio.wait_for(ended.wait(), max(wall_s, 0.01))
    except TimeoutError:
        return
