"""What may go wrong, each as one function that makes it so and says how it ends.

A fault is given a stage to lie in wait for, so that every pair of stage and fault comes about; after a while it strikes
wherever the service is then. `USES_LEDGER` strike only between transactions.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

from historian.historian import Historian
from ledger.executor import Executor
from ledger.ledger import Ledger
from plants.errors import JayulError
from plants.flow.sample import Quality
from plants.model.tags import (
    PLANT_TIME,
    REMOTE,
    UNIT_MODE_MAINTENANCE,
    UNIT_MODE_PRODUCTION,
    interlock_alias,
)
from tests.simulation.line import Manner, WriteRefused
from tests.simulation.link import Answer, SimulatedActuator, sample_of
from tests.simulation.people import run_now
from tests.simulation.storage import OtherProcess
from tests.simulation.world import Place, Stage, World

Fault = Callable[[World, random.Random], None]
PATIENCE_S = 150.0
"""Wall seconds that a fault lies in wait for its stage."""


def some_alias(world: World, rng: random.Random) -> str:
    """A parameter, rather one that is being changed."""
    under_way = [alias for alias in world.in_flight() if alias in world.plant.parameters]
    return rng.choice(under_way or list(world.plant.parameters))


def _for(world: World, rng: random.Random, choices: tuple[float, ...], end: Callable[[], object]) -> None:
    world.later(rng.choice(choices), end)


# The link ------------------------------------------------------------------------------------------------------------


def link_cut(world: World, rng: random.Random) -> None:
    """The network is cut and comes back."""
    world.wire.up = False
    _for(world, rng, (0.5, 2.0, 8.0, 30.0, 120.0), lambda: setattr(world.wire, "up", True))


def link_silent(world: World, rng: random.Random) -> None:
    """Half open: connections stand and nothing comes through."""
    world.wire.silent = True
    _for(world, rng, (3.0, 8.0, 25.0), lambda: setattr(world.wire, "silent", False))


def link_flaps(world: World, rng: random.Random) -> None:
    """Cut again and again."""
    for n in range(rng.randint(3, 6)):
        world.later(2.0 * n, lambda: setattr(world.wire, "up", False))
        world.later(2.0 * n + 0.7, lambda: setattr(world.wire, "up", True))


def lost_before(world: World, rng: random.Random) -> None:
    """The next write is lost on its way."""
    world.wire.next_write = Answer.LOST_BEFORE


def lost_after(world: World, rng: random.Random) -> None:
    """The next write is applied and its answer lost, at times with the link."""
    world.wire.next_write = Answer.LOST_AFTER
    if rng.random() < 0.3:
        world.later(0.03, lambda: link_cut(world, rng))


def write_denied(world: World, rng: random.Random) -> None:
    """The server refuses the next write."""
    world.wire.next_write = Answer.DENIED


# The machine ---------------------------------------------------------------------------------------------------------


def _manner(manner: Manner) -> Fault:
    def fault(world: World, rng: random.Random) -> None:
        alias = some_alias(world, rng)
        world.line.manners[alias] = manner
        _for(world, rng, (5.0, 20.0, 60.0), lambda: world.line.manners.pop(alias, None))

    return fault


def panel_override(world: World, rng: random.Random) -> None:
    """An operator sets a parameter at the panel."""
    alias = some_alias(world, rng)
    parameter = world.plant.parameters[alias]
    value = rng.choice((parameter.nominal, parameter.minimum, parameter.maximum, round(rng.uniform(60, 100), 1)))
    value = min(max(value, parameter.minimum), parameter.maximum)
    world.later(rng.choice((0.0, 0.01, 0.05, 1.0)), lambda: world.line.take(alias, value))


def other_client(world: World, rng: random.Random) -> None:
    """An engineer writes a parameter with a client of his own."""
    alias = some_alias(world, rng)
    parameter = world.plant.parameters[alias]
    with suppress(WriteRefused):
        world.line.request(alias, round(rng.uniform(parameter.minimum, parameter.maximum), 1), "engineer")


def selector_local(world: World, rng: random.Random) -> None:
    """Somebody takes the line in hand."""
    world.line.values[REMOTE] = False
    _for(world, rng, (2.0, 15.0, 60.0), lambda: world.line.values.__setitem__(REMOTE, True))


def maintenance(world: World, rng: random.Random) -> None:
    """A machine leaves production mode."""
    alias = f"{rng.choice(world.plant.stations).id}.unit_mode"
    world.line.values[alias] = UNIT_MODE_MAINTENANCE
    _for(world, rng, (2.0, 15.0, 60.0), lambda: world.line.values.__setitem__(alias, UNIT_MODE_PRODUCTION))


def interlock_opens(world: World, rng: random.Random) -> None:
    """A signal that must stand right before some machine is written falls, and comes back."""
    alias = interlock_alias(rng.choice(world.plant.policy.interlocks).id)
    world.line.take(alias, False)
    _for(world, rng, (2.0, 15.0, 60.0), lambda: world.line.take(alias, True))


def does_not_follow(world: World, rng: random.Random) -> None:
    """The machines hold their setpoints and run as before."""
    world.line.follows = False
    _for(world, rng, (1.0, 5.0, 30.0), lambda: setattr(world.line, "follows", True))


def breakdown(world: World, rng: random.Random) -> None:
    """The line makes a fraction of what it should."""
    world.line.yield_ = rng.choice((0.1, 0.5, 0.8))
    _for(world, rng, (5.0, 20.0), lambda: setattr(world.line, "yield_", 1.0))


def restart(world: World, rng: random.Random) -> None:
    """The control system starts anew."""
    world.wire.up = False
    world.line.restart(from_zero=False)
    _for(world, rng, (1.0, 10.0), lambda: setattr(world.wire, "up", True))


def restart_from_zero(world: World, rng: random.Random) -> None:
    """The same, and plant time begins again."""
    restart(world, rng)
    world.line.restart(from_zero=True)


def order_begins(world: World, rng: random.Random) -> None:
    """The sequence of waiting orders grows shorter."""
    world.line.begin_order()


# The data ------------------------------------------------------------------------------------------------------------


def bad_quality(world: World, rng: random.Random) -> None:
    """A tag is not Good."""
    alias = rng.choice([some_alias(world, rng), rng.choice(list(world.line.values)), PLANT_TIME, REMOTE])
    world.wire.quality[alias] = rng.choice((Quality.BAD, Quality.UNCERTAIN))
    _for(world, rng, (2.0, 10.0, 30.0), lambda: world.wire.quality.pop(alias, None))


def odd_value(world: World, rng: random.Random) -> None:
    """A tag shows what it cannot hold: another type, or a number beyond all sense."""
    alias = some_alias(world, rng)
    world.wire.odd[alias] = rng.choice(("off", 1e9, True))
    _for(world, rng, (2.0, 10.0), lambda: world.wire.odd.pop(alias, None))


def frozen_tag(world: World, rng: random.Random) -> None:
    """A tag of the subscription stands still, time and all."""
    alias = rng.choice([some_alias(world, rng), PLANT_TIME, rng.choice(list(world.line.values))])
    world.wire.frozen[alias] = sample_of(world.line, world.wire, alias, world.true.now(), world.true.now())
    _for(world, rng, (3.0, 12.0, 40.0), lambda: world.wire.frozen.pop(alias, None))


# Clocks and storage --------------------------------------------------------------------------------------------------


def clock_back(world: World, rng: random.Random) -> None:
    """The service's wall clock steps back, and is put right."""
    _step(world, rng, -rng.choice((1.0, 3.0, 30.0, 3_600.0)))


def clock_ahead(world: World, rng: random.Random) -> None:
    """The service's wall clock jumps ahead, and is put right."""
    _step(world, rng, rng.choice((1.5, 10.0, 70.0, 600.0)))


def _step(world: World, rng: random.Random, by_s: float) -> None:
    world.clock.wrong_by_s = by_s
    _for(world, rng, (2.0, 10.0, 40.0), lambda: setattr(world.clock, "wrong_by_s", 0.0))


def storage_fails(world: World, rng: random.Random) -> None:
    """A statement fails half way, as on an I/O error."""
    if world.store is not None:
        world.store.fail_at(rng.choice((1, 2, 5, 10, 30, 80, 200)))


def disk_full(world: World, rng: random.Random) -> None:
    """The file may not grow."""
    store = world.store
    if store is not None:
        store.fill(full=True)
        _for(world, rng, (0.5, 3.0, 10.0), lambda: store.fill(full=False))


def history_fails(world: World, rng: random.Random) -> None:
    """A statement on the historian's file fails half way, and some more after it."""
    if world.service is None:
        return
    conn = world.service.historian._store._db
    left = [rng.choice((1, 5, 20)), rng.choice((1, 3, 8))]

    def fails() -> int:
        left[0] -= 1
        return int(left[0] <= 0 and left[1] > -left[0])

    conn.set_progress_handler(fails, 25)


def agents_file_locked(world: World, rng: random.Random) -> None:
    """Another process holds the agents' file."""
    other = OtherProcess(world.folder / "checkpoints.db")
    if other.lock():
        _for(world, rng, (0.5, 3.0, 10.0), other.unlock)
        world.others.append(other)
    else:
        other.unlock()


def database_locked(world: World, rng: random.Random) -> None:
    """Another process holds the ledger's file."""
    other = OtherProcess(world.folder / "ledger.db")
    if other.lock():
        _for(world, rng, (0.5, 3.0, 10.0), other.unlock)
        world.others.append(other)
    else:
        other.unlock()


# The service itself, and its people ----------------------------------------------------------------------------------


def kill(world: World, rng: random.Random) -> None:
    """The process is killed some steps on."""
    world.fuse = rng.choice((1, 1, 2, 3, 4, 6, 9, 14, 20, 40))


def kill_in_call(world: World, rng: random.Random) -> None:
    """The process is killed while it does what somebody has asked for: handing in, deciding, holding."""
    world.call_fuse = rng.randint(1, 4)


def kill_twice(world: World, rng: random.Random) -> None:
    """The process is killed, and its successor too, while it recovers."""
    world.fuse = rng.choice((1, 2, 4, 8))
    world.kills_ahead += rng.randint(1, 2)


def second_instance(world: World, rng: random.Random) -> None:
    """Somebody starts a second service on the same ledger."""
    locked = world.service is not None and (world.folder / "ledger.lease") not in world.removed
    try:
        with _another(world):
            assert not locked, "a second instance was let in"
    except JayulError as error:
        world.said.append(error.message)


def set_aside(world: World, rng: random.Random) -> None:
    """The lock file is removed and another instance takes over; the first one wakes up later."""
    lease = world.folder / "ledger.lease"
    lease.unlink(missing_ok=True)
    world.removed.add(lease)
    with suppress(JayulError), _another(world):
        pass


@contextmanager
def _another(world: World) -> Iterator[Executor]:
    """Another process on the same ledger."""
    with ExitStack() as stack:
        historian = Historian(world.plant, world.folder / "another.db")
        stack.callback(historian.close)
        ledger = Ledger.at(world.folder / "ledger.db", world.plant, world.clock, historian)
        stack.callback(ledger.close)
        actuator = SimulatedActuator(world.line, world.wire, world.true, world.clock, world.pass_time)
        executor = Executor(ledger, actuator, historian, world.clock, world.plant, holder="another")
        yield executor
        run_now(executor.close())


def hold_all(world: World, rng: random.Random) -> None:
    """A person stops all writing, and lets it go on later."""
    world.attempt("hold all by lee", lambda s: s.ledger.hold("all", "lee", "something smells"))
    _for(world, rng, (1.0, 10.0, 40.0), lambda: release(world, "all"))


def hold_agents(world: World, rng: random.Random) -> None:
    """A person stops the agents, and lets them go on later."""
    world.attempt("hold agents by lee", lambda s: s.ledger.hold("agents", "lee", "too many"))
    _for(world, rng, (10.0, 40.0), lambda: release(world, "agents"))


def release(world: World, scope: str) -> None:
    """A person lets it go on."""
    world.attempt(f"release {scope} by park", lambda s: s.ledger.release(scope, "park", "looked at it"))  # type: ignore[arg-type]


FAULTS: dict[str, Fault] = {
    "link_cut": link_cut,
    "link_silent": link_silent,
    "link_flaps": link_flaps,
    "lost_before": lost_before,
    "lost_after": lost_after,
    "write_denied": write_denied,
    "ignored": _manner(Manner.IGNORES),
    "clamped": _manner(Manner.CLAMPS),
    "late": _manner(Manner.LATE),
    "panel_override": panel_override,
    "other_client": other_client,
    "selector_local": selector_local,
    "maintenance": maintenance,
    "interlock_opens": interlock_opens,
    "does_not_follow": does_not_follow,
    "breakdown": breakdown,
    "restart": restart,
    "restart_from_zero": restart_from_zero,
    "order_begins": order_begins,
    "bad_quality": bad_quality,
    "odd_value": odd_value,
    "frozen_tag": frozen_tag,
    "clock_back": clock_back,
    "clock_ahead": clock_ahead,
    "storage_fails": storage_fails,
    "disk_full": disk_full,
    "database_locked": database_locked,
    "history_fails": history_fails,
    "agents_file_locked": agents_file_locked,
    "kill": kill,
    "kill_in_call": kill_in_call,
    "kill_twice": kill_twice,
    "second_instance": second_instance,
    "set_aside": set_aside,
    "hold_all": hold_all,
    "hold_agents": hold_agents,
}
"""Every fault by its name."""

USES_LEDGER = frozenset({"second_instance", "set_aside", "hold_all", "hold_agents", "disk_full", "database_locked"})
"""Faults that use the ledger's file and so cannot strike within a transaction."""
SPOILS_DATA = frozenset({"link_cut", "link_silent", "bad_quality", "odd_value", "frozen_tag"})
"""Faults after which somebody proposes, to see whether the verdict says so."""
COUNTED_LATER = frozenset({"kill", "kill_in_call", "kill_twice"})
"""Faults that are counted where they take effect."""


def lie_in_wait(world: World, name: str, stage: Stage, rng: random.Random, patience_s: float = PATIENCE_S) -> None:
    """Let a fault wait for its stage."""
    until_s = world.true.s + patience_s

    def strikes(place: Place, present: Stage) -> bool:
        patient = present is not stage and world.true.s < until_s
        if patient or (place is Place.LOOK and name in USES_LEDGER):
            return False
        if name not in COUNTED_LATER:
            world.struck(name, present)
        FAULTS[name](world, rng)
        if name in SPOILS_DATA:
            world.later(rng.uniform(6.5, 9.0), world.propose)
        return True

    world.waiting.append((until_s + PATIENCE_S, strikes))
