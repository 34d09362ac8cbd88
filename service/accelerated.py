"""The closed loop without waiting: the same service, a virtual plant in this process, a clock that moves when told to.

Used by `benchmarks/promises.py` and by tests. The loops are stepped in a fixed order, so the same seed gives the same
history.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from plants.errors import RunFailed
from plants.flow.outcome import Outcome
from plants.flow.proposal import Proposal
from plants.model.plant import Plant
from service.build import build
from service.clock import VirtualClock
from service.minds import make_brain
from service.parts import Parts
from service.running import Service
from service.settings import Settings
from virtual.link import InProcessActuator, InProcessSource
from virtual.plant import VirtualPlant
from virtual.script import DEMO_SCRIPT

STEP_WALL_S = 0.2
START = datetime(2026, 1, 1, 6, tzinfo=UTC)
LONGEST_WALL_S = 600.0


@dataclass(frozen=True)
class Loop:
    """One whole loop."""

    proposal: Proposal
    """What was proposed."""
    outcome: Outcome
    """How it ended."""
    wall_s: float
    """Virtual wall seconds it took."""


async def run_loop(plant: Plant, settings: Settings, *, seed: int, speed: float, directory: Path) -> Loop:
    """Run the demo's loop once on a virtual plant with hidden truth `seed`, until its first proposal has ended.

    Raises:
        RunFailed: no proposal ended within `LONGEST_WALL_S` virtual seconds.
    """
    clock = VirtualClock(START)
    hidden = VirtualPlant(plant, seed=seed, script=DEMO_SCRIPT, time_scale=speed)
    parts = Parts(
        plant=plant,
        clock=clock,
        source=InProcessSource(hidden, clock, script=DEMO_SCRIPT),
        actuator=InProcessActuator(hidden, clock, script=DEMO_SCRIPT),
        brain=make_brain(settings, clock),
        pool=None,
    )
    async with build(settings.model_copy(update={"directory": directory}), parts) as service:
        while clock.monotonic() < LONGEST_WALL_S:
            clock.advance(STEP_WALL_S)
            hidden.advance(STEP_WALL_S * speed)
            await service.mirror()
            await service.write()
            await service.propose()
            ended = await _ended(service)
            if ended is not None:
                return Loop(*ended, wall_s=clock.monotonic())
    raise RunFailed(
        f"No proposal ended within {LONGEST_WALL_S:.0f} virtual seconds (seed {seed}); {service.agents_said}"
    )


async def _ended(service: Service) -> tuple[Proposal, Outcome] | None:
    for outcome in await service.ledger.recent(1):
        return service.ledger.proposal(outcome.proposal_id), outcome
    return None
