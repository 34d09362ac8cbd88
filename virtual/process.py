"""The virtual plant as a process: its own clock, its own server, and nothing of the service.

`python -m virtual` and `jayul virtual-plant` call `run`. What a client can learn of the hidden physics, it learns over
OPC UA.
"""

import asyncio
import signal
import sys
import time
from collections.abc import Callable

import structlog

from plants.loader.load import load_plant
from virtual.accounts import Accounts
from virtual.dead_man import DeadMan
from virtual.equipment import Equipment
from virtual.pace import Pacer
from virtual.plant import VirtualPlant
from virtual.script import NO_SCRIPT, FrozenProcess, Restart, Script
from virtual.server import PlantServer
from virtual.still import StillPlant

log = structlog.get_logger(__name__)

UPDATE_WALL_S = 0.2
"""How often values are put on the nodes."""


def say_ready(endpoint: str) -> None:
    """One line on stdout for whoever started the process."""
    sys.stdout.write(f"ready {endpoint}\n")
    sys.stdout.flush()


def run(
    plant: str,
    *,
    endpoint: str | None = None,
    speed: float = 1.0,
    seed: int = 1,
    script: Script = NO_SCRIPT,
    warm_s: float = 1800.0,
    still: bool = False,
    accounts: Accounts | None = None,
    on_ready: Callable[[str], None] = say_ready,
) -> None:
    """Load a plant, give it a hidden truth, and serve it until SIGTERM or SIGINT.

    Args:
        plant: a plant of the library, or the path of a plant file.
        endpoint: where to listen; None takes the plant file's; port 0 takes a free one and the ready line tells it.
        speed: plant seconds per wall second.
        seed: of the hidden truth and its luck.
        script: what goes wrong, and when.
        warm_s: plant seconds run before the plant is shown, so that the line is filled.
        still: without physics.
        accounts: who may write.
        on_ready: called with the endpoint once the server accepts.

    Raises:
        JayulError: as `serve`, and InvalidPlant for the plant file.
    """
    description = load_plant(plant)
    script.check(description)
    equipment: Equipment
    if still:
        equipment = StillPlant(description, script=script)
    else:
        equipment = VirtualPlant(description, seed=seed, script=script, warm_s=warm_s)
    asyncio.run(serve(equipment, endpoint=endpoint, speed=speed, script=script, accounts=accounts, on_ready=on_ready))


async def serve(
    equipment: Equipment,
    *,
    endpoint: str | None = None,
    speed: float = 1.0,
    script: Script = NO_SCRIPT,
    accounts: Accounts | None = None,
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
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    server = PlantServer(equipment, endpoint=endpoint, script=script, accounts=accounts)
    await server.start()
    try:
        on_ready(server.endpoint)
        await _live(equipment, server, Pacer(equipment, speed), script, ended, update_wall_s)
    finally:
        await server.stop()


async def _live(
    equipment: Equipment,
    server: PlantServer,
    pacer: Pacer,
    script: Script,
    ended: asyncio.Event,
    update_wall_s: float,
) -> None:
    """Step, show, and let link faults happen, until the end."""
    restarting: asyncio.Task[None] | None = None
    dead_man = DeadMan(equipment)
    stepped_at = time.monotonic()
    while not ended.is_set():
        before_s = equipment.shown_s
        now = time.monotonic()
        if dead_man.look(now):
            log.warning("virtual_plant_fell_back", why="no heartbeat")
        pacer.step(min(now - stepped_at, 5 * update_wall_s))
        stepped_at = now
        if restarting is not None and restarting.done():
            restarting.result()  # a server that could not come back ends the process, with its reason
            restarting = None
        if restarting is None:
            await server.show(pacer.scale)
        for event in script.between(before_s, equipment.shown_s):
            if isinstance(event, Restart):
                restarting = asyncio.create_task(server.restart(event))
            elif isinstance(event, FrozenProcess):
                time.sleep(event.wall_s)  # noqa: ASYNC251 - standing still, network included, is the fault
        await _pause(ended, update_wall_s - (time.monotonic() - now))
    if restarting is not None:
        await restarting


async def _pause(ended: asyncio.Event, wall_s: float) -> None:
    """Wait, or until the end."""
    try:
        await asyncio.wait_for(ended.wait(), max(wall_s, 0.01))
    except TimeoutError:
        return
