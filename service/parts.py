"""The parts a service is made of that reach outside: a test or an accelerated run gives others."""

from concurrent.futures import Executor as Pool
from dataclasses import dataclass

from agents.brain import Brain
from plants.model.plant import Plant
from plants.ports.actuator import Actuator
from plants.ports.clock import Clock
from plants.ports.sample_source import SampleSource
from service.settings import Settings


@dataclass(frozen=True)
class Parts:
    """Everything that `build` joins and does not make itself."""

    plant: Plant
    clock: Clock
    source: SampleSource
    actuator: Actuator
    brain: Brain
    pool: Pool | None


def real_parts(settings: Settings, plant: Plant) -> Parts:
    """The real thing: OPC UA or another protocol, the machine's clock, a process pool.

    Raises:
        InvalidInput: the plant says nowhere how it is reached, or the brain's model cannot be made.
    """
    from service.clock import SystemClock
    from service.connect import link
    from service.minds import make_brain
    from service.pool import make_pool

    clock = SystemClock()
    source, actuator = link(settings, plant, clock)
    return Parts(
        plant=plant,
        clock=clock,
        source=source,
        actuator=actuator,
        brain=make_brain(settings, clock),
        pool=make_pool(settings.workers),
    )
