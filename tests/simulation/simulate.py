"""One seed: the whole service in virtual time on a simulated line, with everything that can go wrong, and the verdict.

The service is built by `service.build.build`, as in production, and stepped in the order of `service.accelerated`. It
dies and is built again as often as the seed says; the checker reads the ledger's file after each death and at the end.
"""

import random
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import SecretStr
from structlog.testing import capture_logs

from agents.solver import SolverBrain
from ledger.policy import Autonomy
from plants.errors import JayulError
from plants.loader.load import load_plant
from service.build import build
from service.parts import Parts
from service.running import Service
from service.settings import Settings
from tests.simulation.faults import FAULTS, PATIENCE_S, lie_in_wait
from tests.simulation.invariants.bounded import digest
from tests.simulation.invariants.check import check
from tests.simulation.invariants.record import record_at
from tests.simulation.invariants.violation import Limits, Violation
from tests.simulation.link import SimulatedActuator, SimulatedSource
from tests.simulation.people import Proposer, grant, look_after
from tests.simulation.storage import no_real_waiting
from tests.simulation.world import SCALE, SHIFT_S, Killed, Stage, World

LINE = load_plant(str(Path(__file__).with_name("line.yaml")))
_BY_HAND = {"sequence_by_people": True, "by_people": ("cutter.pressure",)}
MANNED = LINE.model_copy(update={"policy": LINE.policy.model_copy(update=_BY_HAND)})
"""The same line without a tag for the sequence of orders and with a valve that is turned by hand: people do both."""
MANNED_EVERY = 5
"""In every so manieth seed people rearrange the orders and turn the valve."""
LIMITS = Limits(decided_wall_s=1_200.0)
"""A watch of two windows, 300 s of silence, an outage, and the clock's jump of 600 s ahead."""
REST_WALL_S = 345.0
"""The longest that anything may take once the line is in order: 2,040 plant seconds (reach, settle and two windows) at
60 times, 300 s of silence, and a start."""
AGENTS_EVERY = 24
"""In every so manieth seed the service's own agents speak, too; their twin costs as much time as all the rest."""
VITAL_FAILURES = 8
UNDER_WAY = (Stage.CLAIMED, Stage.SENT, Stage.APPLIED, Stage.WATCHING, Stage.ROLLING_BACK, Stage.RECOVERING)
BUSY = (Stage.APPROVED, *UNDER_WAY)
BUSY_WALL_S = (0.2, 0.5, 1.0, 2.0, 3.0)
IDLE_WALL_S = (0.5, 3.0, 4.0, 4.5)
"""Pauses between two steps: 0.2 s in production, longer here where nothing but time would pass."""


@dataclass(frozen=True)
class Run:
    """What came of one seed."""

    seed: int
    violations: tuple[Violation, ...]
    digest: str
    coverage: Counter[tuple[Stage, str]]
    counted: Counter[str]
    ended: Counter[str]
    story: tuple[str, ...]
    plant_s: float
    """Plant seconds that passed."""


def parts(world: World) -> Parts:
    """The simulated line and its link, a clock, and the brain that needs no model."""
    return Parts(
        plant=world.plant,
        clock=world.clock,
        source=SimulatedSource(world.line, world.wire, world.true, world.clock),
        actuator=SimulatedActuator(world.line, world.wire, world.true, world.clock, world.pass_time),
        brain=SolverBrain(),
        pool=None,
    )


async def simulate(seed: int, folder: Path, *, parts_of: Callable[[World], Parts] = parts) -> Run:
    """Run one seed in a folder of its own.

    Args:
        seed: of everything.
        folder: empty; the service keeps its files there.
        parts_of: the parts of the service that reach outside; a planted fault gives others.
    """
    world = World(seed, MANNED if seed % MANNED_EVERY == 0 else LINE, folder)
    world.secrets = secrets = tuple(f"secret-{world.rng.getrandbits(64):016x}" for _ in range(2))
    settings = _settings(folder, secrets, agents=seed % AGENTS_EVERY == 0)
    _plan(world)
    violations: list[Violation] = []
    with capture_logs() as logs, no_real_waiting():
        while world.true.s < SHIFT_S / SCALE:
            await _live(world, settings, parts_of, until_s=SHIFT_S / SCALE)
            violations += _checked(world, secrets)
        world.put_right()
        await _live(world, settings, parts_of, until_s=world.true.s + REST_WALL_S)
    world.close()
    said = (*world.said, *(str(sorted(map(str, line.items()))) for line in logs))
    violations += check(
        folder / "ledger.db", world.line.history, world.plant, at_rest=True, limits=LIMITS, secrets=secrets, said=said
    )
    return _summed(world, tuple(dict.fromkeys(violations)))


def _settings(folder: Path, secrets: tuple[str, ...], *, agents: bool) -> Settings:
    return Settings(
        directory=folder,
        writer_password=SecretStr(secrets[0]),
        model_api_key=SecretStr(secrets[1]),
        proposal_wall_s=60.0,
        approval_wall_s=40.0,
        autonomy=Autonomy.BOUNDED_AUTO,
        observe_s=600.0 if agents else 86_400.0,
        horizon_s=1_800.0,
        replications=8,
        decision_delay_s=60.0,
    )


def _plan(world: World) -> None:
    """Put the day on the agenda: proposals, faults, and people who look after things."""
    shift_s = SHIFT_S / SCALE
    proposer = Proposer(world, random.Random(world.rng.getrandbits(64)))
    world.propose = proposer.propose
    for at_s in _times(world, world.rng.randint(13, 18), 3.0, shift_s - 40.0):
        world.later(at_s, proposer.propose)
    for at_s in _times(world, world.rng.randint(8, 12), 0.0, shift_s - 60.0):
        stages = (*Stage, *UNDER_WAY)
        _plan_fault(world, at_s, world.rng.choice(sorted(FAULTS)), world.rng.choice(stages))
    _plan_fault(world, world.rng.uniform(0.0, shift_s / 2), world.rng.choice(sorted(FAULTS)), Stage.SENT, shift_s)
    for at_s in range(30, int(shift_s), 30):
        world.later(at_s, partial(look_after, world, random.Random(world.rng.getrandbits(64))))
    for at_s in _times(world, world.rng.choice((0, 0, 1, 2)), 5.0, shift_s / 2):
        world.later(at_s, partial(grant, world, random.Random(world.rng.getrandbits(64))))


def _times(world: World, number: int, first_s: float, last_s: float) -> list[float]:
    return sorted(world.rng.uniform(first_s, last_s) for _ in range(number))


def _plan_fault(world: World, at_s: float, name: str, stage: Stage, patience_s: float = PATIENCE_S) -> None:
    """Let a fault lie in wait from a moment on; one that waits for recovery comes with a kill to recover from."""
    luck = random.Random(world.rng.getrandbits(64))
    world.later(at_s, partial(lie_in_wait, world, name, stage, luck, patience_s))
    if stage is Stage.RECOVERING:
        world.later(at_s, partial(lie_in_wait, world, "kill", world.rng.choice(UNDER_WAY[:-1]), luck, patience_s - 1.0))


async def _live(world: World, settings: Settings, parts_of: Callable[[World], Parts], until_s: float) -> None:
    """One life of the service: from its start to its end, whatever ends it."""
    world.recovering = True
    if world.kills_ahead:
        world.kills_ahead -= 1
        world.fuse = world.rng.randint(1, 25)
    try:
        async with build(settings, parts_of(world)) as service:
            world.born(service)
            await _work(world, service, until_s)
    except Killed:
        world.tell("the service was killed")
    except JayulError as error:
        world.said.append(error.message)
        world.tell(f"the service ended: {error.message}")
    finally:
        world.gone()
    world.pass_time(world.rng.choice((0.3, 1.0, 4.0)))


async def _work(world: World, service: Service, until_s: float) -> None:
    """Step the loops in their order, with pauses, until the time is over; at rest, until nothing is on its way."""
    failures, rest = 0, until_s > SHIFT_S / SCALE + 60
    while world.true.s < until_s:
        world.pass_time(world.rng.choice(BUSY_WALL_S if world.stage() in BUSY else IDLE_WALL_S))
        await _mirror(world, service)
        try:
            await service.write()
            failures = 0
        except JayulError as error:
            failures += 1
            world.said.append(error.message)
            world.tell(f"the writer's step failed: {error.message[:160]}")
            if failures >= VITAL_FAILURES:
                raise
        await _propose(world, service)
        world.note_data()
        if rest and not world.in_flight():
            return


async def _mirror(world: World, service: Service) -> None:
    """Take in what the line has sent, as the supervisor does: what fails is tried again."""
    try:
        await service.mirror()
    except JayulError as error:
        world.said.append(error.message)
        world.tell(f"the mirror's step failed: {error.message[:160]}")


async def _propose(world: World, service: Service) -> None:
    """Let the agents look at the line, as the supervisor does: what fails is tried again."""
    before = service.agents_said
    try:
        await service.propose()
    except JayulError as error:
        world.said.append(error.message)
    except sqlite3.OperationalError as error:  # another process holds the agents' file
        world.said.append(str(error))
    if service.agents_said != before:
        world.said.append(service.agents_said)
        world.tell(f"agents: {service.agents_said}")


def _checked(world: World, secrets: tuple[str, ...]) -> tuple[Violation, ...]:
    if not (world.folder / "ledger.db").exists():
        return ()
    return check(world.folder / "ledger.db", world.line.history, world.plant, limits=LIMITS, secrets=secrets)


def _summed(world: World, violations: tuple[Violation, ...]) -> Run:
    record = record_at(world.folder / "ledger.db")
    return Run(
        seed=world.seed,
        violations=violations,
        digest=digest(record, world.line.history),
        coverage=world.coverage,
        counted=world.counted + Counter(requests=len(world.line.history.requests)),
        ended=Counter(str(found["status"]) for found in record.proposals.values()),
        story=tuple(world.story),
        plant_s=world.true.s * SCALE,
    )
