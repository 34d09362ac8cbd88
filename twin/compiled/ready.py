"""Making the compiled engine ready: compile or load every kernel, and check on this machine that it agrees with SimPy.

Used by `twin.engines`, which imports this module only where Numba is installed. Compiled code calls the C library's
`log`, `exp`, `pow` and `erfc` as Python does; whether it gets the same bits depends on how both were built, so it is
not taken on trust: an engine that differs in one bit of one figure is not used.
"""

from collections.abc import Iterable

import numpy as np

from plants.errors import RunFailed
from plants.flow.state import LineState
from plants.model.plant import Plant
from twin.compiled.arrays import uncovered
from twin.compiled.departures import DepartureSimulation, plain
from twin.compiled.layout import TIME
from twin.compiled.probe import compiled_figures
from twin.compiled.simulation import CompiledSimulation
from twin.draws import Purpose, uniform
from twin.engine import LineSimulation
from twin.log import EventLog
from twin.lowering import lower
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
_LABEL = {"en": "x", "ko": "x"}


def make_ready() -> None:
    """Compile or load all kernels.

    Raises:
        RunFailed: a figure or an event differs from the reference engine's.
    """
    _compare_figures()
    _compare_events(_probe_plant())
    DepartureSimulation(_plain_plant(), seed=3, replication=0, marks_s=(0.0, 10.0))


def not_covered(plant: Plant) -> str | None:
    """What of a plant the compiled engine cannot do; None when it can do all of it."""
    if not plant.serial:
        return ", ".join(plant.breadth)
    cells = sum(bool(s.setups.pairs) for s in plant.stations) * len(plant.products) ** 2
    return uncovered(lower(plant)) if cells else None


def simulation(
    plant: Plant, *, seed: int, replication: int, state: LineState | None, marks_s: Iterable[float] | None
) -> CompiledSimulation | DepartureSimulation:
    """A run by the compiled engine; by departure times where a plain line is empty and left alone (`marks_s` given)."""
    if marks_s is not None and state is None and plain(plant):
        return DepartureSimulation(plant, seed=seed, replication=replication, marks_s=tuple(marks_s))
    return CompiledSimulation(plant, seed=seed, replication=replication, state=state)


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


def _compare_events(plant: Plant) -> None:
    """A little line with some of everything; runs every kernel once."""
    logs = EventLog(), EventLog()
    one = LineSimulation(plant, seed=3, log=logs[0])
    two = CompiledSimulation(plant, seed=3, log=logs[1])
    for sim in (one, two):
        sim.run_until(100.0)
    state = one.snapshot()
    same = state == two.snapshot() and logs[0].rows() == logs[1].rows() and one.totals() == two.totals()
    if not same:
        raise RunFailed("its events differ from the reference engine's")


def _plain_plant() -> Plant:
    described = _probe_plant().model_dump()
    stations = [s | {"failures": [], "scrap": 0.0} for s in described["stations"]]
    return Plant.model_validate(described | {"stations": stations})


def _probe_plant() -> Plant:
    mode = {"id": "stop", "name": _LABEL, "mtbf_s": 20.0, "mttr_s": 3.0}
    cycle = {"kind": "exponential", "mean_s": 1.0}
    return Plant.model_validate(
        {
            "plant": "probe",
            "name": _LABEL,
            "flow_unit": {"name": _LABEL, "piece": _LABEL},
            "stations": [
                {"id": f"s{i}", "name": _LABEL, "cycle": cycle, "scrap": 0.1, "failures": [mode | {"clock": clock}]}
                for i, clock in enumerate(("operating", "calendar"))
            ],
            "buffers": [{"id": "b", "name": _LABEL, "upstream": "s0", "downstream": "s1", "capacity": 1}],
            "products": [{"id": "part", "name": _LABEL}],
        }
    )
