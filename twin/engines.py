"""Engines: which one runs a plant. Both give the same events, totals and snapshots bit by bit (ADR 0008).

Used by `twin.run` and `twin.replications`. `simpy` is always there; `compiled` needs Numba (extra `compiled`) and is
refused by name for what it does not cover. `auto` takes the compiled engine when its kernels are loaded and the plant
is covered, and SimPy otherwise; once SimPy has been given about two seconds of work it has the kernels loaded, or
compiled, in a thread beside it. Serial lines, networks and networks with
shifts, people, material or vehicles have kernels of their own, loaded when first needed. Since
both engines agree, a scenario may begin in one and end in the other.
"""

import importlib
import importlib.util
import threading
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Protocol

from plants.errors import InvalidInput
from plants.flow.change import Change
from plants.flow.state import LineState
from plants.model.plant import Plant
from twin.compiled.cache import compiling_alone
from twin.compiled.network.coverage import refused
from twin.compiled.network.resource_arrays import has_resources
from twin.engine import LineSimulation
from twin.log import EventLog
from twin.lowering import LoweredLine
from twin.network.engine import NetworkSimulation
from twin.totals import Totals
from twin.working import OrderRun


class Engine(StrEnum):
    """The choice of an engine."""

    AUTO = "auto"
    SIMPY = "simpy"
    COMPILED = "compiled"


class EngineRefused(InvalidInput):
    """The engine that was asked for by name is not there, or does not cover the line."""

    code = "engine_refused"


class Simulation(Protocol):
    """What `twin.run` needs of an engine; `LineSimulation` says what each member does."""

    line: LoweredLine

    @property
    def now_s(self) -> float:
        """Plant time."""

    @property
    def orders(self) -> list[OrderRun]:
        """Orders in the sequence of the plant file."""

    @property
    def sequence(self) -> list[int]:
        """Positions of the orders in the sequence they are made."""

    def run_until(self, until_s: float) -> None:
        """Let everything happen up to and including a moment."""

    def totals(self) -> Totals:
        """All counters."""

    def check(self, change: Change) -> None:
        """Whether a change could be made now."""

    def apply(self, change: Change) -> None:
        """Make a change now."""

    def not_started(self) -> tuple[str, ...]:
        """Orders of which no unit has entered the line."""


ENOUGH_STEPS = 800_000
"""Part-steps (units finished at a station) after which `auto` has the kernels loaded: about two seconds of SimPy."""


class Kernels:
    """The compiled engine of this process: not asked for, being loaded, ready, or unusable for a reason.

    Thread-safe. Loading takes about a second from the disk, and some ten seconds when the kernels must be compiled
    first.
    """

    def __init__(self, make_ready: str = "make_ready") -> None:
        self._make_ready = make_ready
        """What of `twin.compiled.ready` loads and checks them."""
        self._lock = threading.Lock()
        self._loaded = threading.Event()
        self._thread: threading.Thread | None = None
        self._steps = 0.0
        self.fault: str | None = None
        """Why the engine cannot be used, once that is known."""

    @property
    def ready(self) -> bool:
        """Whether runs can be made."""
        return self._loaded.is_set() and self.fault is None

    @property
    def loading(self) -> bool:
        """Whether they are being loaded or compiled now."""
        return self._thread is not None and not self._loaded.is_set()

    def begin(self) -> None:
        """Have the kernels loaded in a thread, once."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._load, name="jayul-kernels", daemon=True)
                self._thread.start()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Begin if need be, and wait until they are loaded; says whether runs can be made."""
        self.begin()
        self._loaded.wait(timeout_s)
        return self.ready

    def will_need(self, steps: float) -> None:
        """SimPy is about to be given work of so many part-steps that the compiled engine could do."""
        self._steps += steps
        if self._steps > ENOUGH_STEPS:
            self.begin()

    def _load(self) -> None:
        self.fault = numba_fault()
        if self.fault is None:
            try:
                with compiling_alone():
                    getattr(importlib.import_module("twin.compiled.ready"), self._make_ready)()
            except Exception as error:
                self.fault = f"the compiled engine cannot be used here: {error}"
        self._loaded.set()


KERNELS = Kernels()
"""Those of this process for serial lines."""
NETWORK_KERNELS = Kernels("make_networks_ready")
"""Those for networks without shifts, people, wear, maintenance, material, components and vehicles."""
WHOLE_KERNELS = Kernels("make_whole_ready")
"""Those for all other plants."""


def kernels_of(plant: Plant) -> Kernels:
    """The kernels that a plant needs."""
    if plant.serial:
        return KERNELS
    return WHOLE_KERNELS if has_resources(plant) else NETWORK_KERNELS


def will_need_kernels(plant: Plant, steps: float) -> None:
    """SimPy is about to be given so many part-steps of a plant; kernels that could do them are loaded in time."""
    if plant.serial or refused(plant) is None:
        kernels_of(plant).will_need(steps)


def compiled_now(plant: Plant) -> bool:
    """Whether the compiled engine runs a plant, and can at once."""
    return kernels_of(plant).ready and (plant.serial or refused(plant) is None)


def engine_named(name: str) -> Engine:
    """The engine of that name.

    Raises:
        InvalidInput: there is none.
    """
    try:
        return Engine(name)
    except ValueError:
        raise InvalidInput(f"there is no engine '{name}': choose {', '.join(Engine)}") from None


def numba_fault() -> str | None:
    """Why there is no compiled engine, in words; None when Numba is installed."""
    try:
        found = importlib.util.find_spec("numba") is not None
    except ImportError:
        found = False
    return None if found else "engine 'compiled' needs Numba: install jayul[compiled], or use engine 'simpy'"


AnySimulation = LineSimulation | NetworkSimulation
"""A run by the SimPy engine."""


def reference(
    plant: Plant,
    *,
    seed: int = 1,
    replication: int = 0,
    state: LineState | None = None,
    log: EventLog | None = None,
) -> AnySimulation:
    """A run by the SimPy engine that has not begun: the shorter one for serial lines, the one for any plant otherwise.

    On serial lines both give the same events.

    Raises:
        InvalidInput: the state does not fit the plant.
    """
    made = LineSimulation if plant.serial else NetworkSimulation
    return made(plant, seed=seed, replication=replication, state=state, log=log)


def simulation(
    plant: Plant,
    engine: Engine,
    *,
    seed: int,
    replication: int,
    state: LineState | None,
    marks_s: Iterable[float] | None = None,
    log: EventLog | None = None,
) -> tuple[Simulation, Engine]:
    """A run that has not begun, and the engine that makes it.

    Args:
        plant: The line.
        engine: Which engine; `auto` never waits.
        seed: Seed of all draws.
        replication: Number of the replication.
        state: Where to start from.
        marks_s: All moments that will be asked for, where nothing but parameters will be changed, and only at the very
            start; lets plain lines take the shorter way (`twin.compiled.passage`), which has no events and is left
            where there is a log.
        log: Where to write events, if anywhere.

    Raises:
        EngineRefused: engine `compiled` is not there or does not cover the line.
        InvalidInput: the state does not fit the plant.
    """
    if engine is not Engine.SIMPY and _usable(plant, engine, state):
        ready: Any = importlib.import_module("twin.compiled.ready")
        made: Simulation = ready.simulation(
            plant, seed=seed, replication=replication, state=state, marks_s=marks_s, log=log
        )
        return made, Engine.COMPILED
    return reference(plant, seed=seed, replication=replication, state=state, log=log), Engine.SIMPY


def _usable(plant: Plant, engine: Engine, state: LineState | None) -> bool:
    """Whether the compiled engine can be used now; waits for its kernels where it was asked for by name.

    Raises:
        EngineRefused: it was asked for by name and is not there or does not cover the plant.
    """
    by_name = engine is Engine.COMPILED
    kernels = kernels_of(plant)
    missing = None if plant.serial else refused(plant, state)
    if missing is None:
        if not (kernels.wait() if by_name else kernels.ready):
            if by_name:
                raise EngineRefused(kernels.fault or "the compiled engine is not ready")
            return False
        missing = importlib.import_module("twin.compiled.ready").not_covered(plant, state)
    if by_name and missing is not None:
        raise EngineRefused(f"the compiled engine does not cover {missing}: use engine 'simpy'")
    return missing is None


def names_of(engines: Iterable[str]) -> str:
    """The engines that made some runs, for a person: `compiled`, `simpy` or `compiled+simpy`."""
    return "+".join(sorted(set(engines)))
