"""Making the compiled engine ready: compile or load every kernel, and check on this machine that it agrees with SimPy.

Used by `twin.engines`, which imports this module only where Numba is installed. The kernels for networks are made ready
apart, in two sets, when the first plant is run that needs them. Compiled code calls the C library's `log`, `exp`, `pow`
and `erfc` as Python does; whether it gets the same bits depends on how both were built, so it is not taken on trust: an
engine that differs in one bit of one figure is not used.
"""

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np

from plants.errors import RunFailed
from plants.flow.change import Resequence, SetParameter
from plants.flow.state import LineState
from plants.model.plant import Plant
from twin.compiled.arrays import uncovered
from twin.compiled.layout import TIME
from twin.compiled.network.coverage import refused
from twin.compiled.network.simulation import CompiledNetworkSimulation
from twin.compiled.passage.simulation import DepartureSimulation, plain
from twin.compiled.probe import compiled_figures
from twin.compiled.probe_plants import probe_line, probe_network, probe_plain_line, probe_whole
from twin.compiled.simulation import CompiledSimulation
from twin.draws import Purpose, uniform
from twin.engine import LineSimulation
from twin.log import EventLog
from twin.lowering import lower
from twin.network.engine import NetworkSimulation
from twin.sampling import Time, TimeKind, ppf, residual

_TIMES = (
    Time(TimeKind.CONSTANT, 2.5),
    Time(TimeKind.EXPONENTIAL, 3.0),
    Time(TimeKind.UNIFORM, 1.0, 4.0),
    Time(TimeKind.TRIANGULAR, 1.0, 2.0, 4.0),
    Time(TimeKind.LOGNORMAL, 0.7, 0.4),
    Time(TimeKind.WEIBULL, 2.0, 1.3),
    Time(TimeKind.EMPIRICAL, 1.0, table=(1.0, 1.5, 1.5, 4.0)),
)
_DRAWS = 200

Compiled: TypeAlias = CompiledSimulation | CompiledNetworkSimulation | DepartureSimulation
"""A run by compiled kernels."""


def make_ready() -> None:
    """Compile or load all kernels for serial lines.

    Raises:
        RunFailed: a figure or an event differs from the reference engine's.
    """
    _compare_figures()
    line = probe_line()
    logs = EventLog(), EventLog()
    _compare_events(LineSimulation(line, seed=3, log=logs[0]), CompiledSimulation(line, seed=3, log=logs[1]), logs)
    _compare_passage()


def _compare_passage() -> None:
    """A plain line; the second run takes up draws that are kept."""
    plant = probe_plain_line()
    expected = LineSimulation(plant, seed=3)
    expected.run_until(100.0)
    for _ in range(2):
        sim = DepartureSimulation(plant, seed=3, replication=0, marks_s=(100.0,))
        sim.run_until(100.0)
        if sim.totals() != expected.totals():
            raise RunFailed("its passage times differ from the reference engine's")


def make_networks_ready() -> None:
    """Compile or load all kernels for networks without shifts, people, maintenance, material and vehicles.

    Raises:
        RunFailed: a figure or an event differs from the reference engine's.
    """
    _make_ready(probe_network())


def make_whole_ready() -> None:
    """Compile or load all kernels for networks with any of these.

    Raises:
        RunFailed: a figure or an event differs from the reference engine's.
    """
    _make_ready(probe_whole())


def _make_ready(plant: Plant) -> None:
    _compare_figures()
    logs = EventLog(), EventLog()
    one = NetworkSimulation(plant, seed=3, log=logs[0])
    _compare_events(one, CompiledNetworkSimulation(plant, seed=3, log=logs[1]), logs)


def not_covered(plant: Plant, state: LineState | None = None) -> str | None:
    """What of a plant, or of a state of it, the compiled engine cannot do; None when it can do all of it."""
    if not plant.serial:
        return refused(plant, state)
    cells = sum(bool(s.setups.pairs) for s in plant.stations) * len(plant.products) ** 2
    return uncovered(lower(plant)) if cells else None


def simulation(
    plant: Plant,
    *,
    seed: int,
    replication: int,
    state: LineState | None,
    marks_s: Iterable[float] | None,
    log: EventLog | None = None,
) -> Compiled:
    """A run by the compiled engine; by departure times where a plain line is empty and left alone (`marks_s` given)."""
    if not plant.serial:
        return CompiledNetworkSimulation(plant, seed=seed, replication=replication, state=state, log=log)
    if marks_s is not None and state is None and log is None and plain(plant):
        return DepartureSimulation(plant, seed=seed, replication=replication, marks_s=tuple(marks_s))
    return CompiledSimulation(plant, seed=seed, replication=replication, state=state, log=log)


def _compare_figures() -> None:
    key, entity, slot = (12345, 7), 0xCAFEBABE, 0x1234567
    for time in _TIMES:
        row, table = np.zeros(1, TIME), np.array(time.table or (0.0,))
        row[0] = (int(time.kind), time.a, time.b, time.c, 0, len(time.table))
        got = compiled_figures(row, table.ctypes.data, np.uint64(key[0]), np.uint64(key[1]), _DRAWS)
        for n in range(_DRAWS):
            u = uniform(key, n, entity, slot, Purpose.UPTIME)
            elapsed = 4.0 * n / _DRAWS
            if tuple(got[n]) != (u, ppf(time, u), residual(time, elapsed, u)):
                raise RunFailed(f"{TimeKind(time.kind).name.lower()} times differ from the reference engine's")


def _compare_events(
    one: LineSimulation | NetworkSimulation,
    two: CompiledSimulation | CompiledNetworkSimulation,
    logs: tuple[EventLog, EventLog],
) -> None:
    """A little plant with some of everything; runs every kernel once."""
    for sim in (one, two):
        sim.run_until(50.0)
        if isinstance(sim, NetworkSimulation | CompiledNetworkSimulation):
            sim.apply(SetParameter(alias="s0.speed", value=12.0))
            sim.apply(Resequence(orders=tuple(reversed(sim.not_started()))))
        sim.run_until(100.0)
    state = one.snapshot()
    same = state == two.snapshot() and logs[0].rows() == logs[1].rows() and one.totals() == two.totals()
    if not same:
        raise RunFailed("its events differ from the reference engine's")
