"""One replication: a run from a state, or from an empty line, with changes made on the way.

Used by `simulate`, `compare`, `screen` and `judge`, and by whoever wants one history. Everything in it is plain data,
so that runs can be made in other processes.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple, Protocol

from plants.errors import InvalidInput
from plants.flow.change import Change, Resequence, SetParameter
from plants.flow.state import Condition, LineState
from plants.kpi import Kpi
from plants.model.plant import Plant
from twin.engines import Engine, Simulation, engine_named, simulation, will_need_kernels
from twin.kpis import kpis_of, losses_min, pace, projected_ends, tardiness_s
from twin.log import EventLog
from twin.lowering import LoweredLine, lower
from twin.totals import Totals
from twin.uncertainty import drawn
from twin.working import CONDITION_OF


@dataclass(frozen=True, slots=True)
class OrderResult:
    """How an order fared."""

    order: str
    good: int
    scrapped: int
    finished_s: float | None
    """When its last unit left, or None while it is unfinished."""
    end_s: float
    """`finished_s`, or the projected end."""
    due_s: float
    tardiness_s: float

    @property
    def on_time(self) -> bool:
        """Whether it ends, or is projected to end, by its due time."""
        return self.end_s <= self.due_s


class Slot(NamedTuple):
    """One of the equal parts that a run was divided into."""

    until_s: float
    """Its end, in plant seconds after the start of the run."""
    good: int
    """Good units that left the line in it."""
    wip: float
    """Mean units on the line."""


@dataclass(frozen=True)
class RunResult:
    """One replication. Figures are of the span from the end of the warm-up to the horizon.

    Those of single stations are worked out when they are asked for.
    """

    replication: int
    span_s: float
    kpis: dict[Kpi, float]
    orders: tuple[OrderResult, ...]
    losses_min: dict[str, float]
    """Minutes of the slowest station by loss (`twin.kpis.losses_min`)."""
    totals: Totals
    """What happened, by machine."""
    machines: dict[str, range]
    """Numbers of the machines of each station."""
    window_kpis: dict[Kpi, float] | None = None
    """The KPIs of the window that was asked for, if one was."""
    half_window_kpis: dict[Kpi, float] | None = None
    """The KPIs of its first half."""
    slots: tuple[Slot, ...] = ()
    """How the run went on, from its very start, in the number of parts that was asked for."""
    engine: str = field(default=Engine.SIMPY.value, compare=False)
    """Which engine made it; the figures do not depend on it."""

    @cached_property
    def conditions_s(self) -> dict[str, dict[Condition, float]]:
        """Seconds of each station in each condition, the mean of its machines."""
        return {name: _conditions(self.totals.station_row(of)) for name, of in self.machines.items()}

    @cached_property
    def energy_kwh(self) -> dict[str, float]:
        """Energy of each station."""
        return {name: sum(self.totals.energy_kwh[i] for i in of) for name, of in self.machines.items()}

    @cached_property
    def counters(self) -> dict[str, int]:
        """Units entered, good, scrapped; processed and scrapped by station as `<station>.processed`."""
        of = self.totals
        counters = {"entered": of.entered, "good": of.good, "scrapped": sum(of.scrapped)}
        for name, machines in self.machines.items():
            counters[f"{name}.processed"] = sum(of.processed[i] for i in machines)
            counters[f"{name}.scrapped"] = sum(of.scrapped[i] for i in machines)
        return counters


class Record(Protocol):
    """Where replications are recorded (`twin.recording`)."""

    def wants(self, replication: int) -> bool:
        """Whether a replication is to be recorded; those that are come before the others."""

    def begin(self, replication: int) -> EventLog | None:
        """A replication begins; where its events go, if anywhere."""

    def end(self, line: LoweredLine, spans: Sequence[tuple[float, Totals]]) -> None:
        """It has come to its end: the parts of its horizon, and what happened in each."""


def run(
    plant: Plant,
    *,
    horizon_s: float,
    seed: int = 1,
    replication: int = 0,
    state: LineState | None = None,
    changes: Sequence[Change] = (),
    warmup_s: float = 0.0,
    delay_s: float = 0.0,
    window_s: tuple[float, float] | None = None,
    slots: int = 0,
    engine: str = Engine.AUTO,
    record: Record | None = None,
) -> RunResult:
    """One replication of `horizon_s` plant seconds from `state` (an empty line at 0 without one).

    Args:
        plant: The line.
        horizon_s: Length of the run; what happens at its very end is included.
        seed: Seed of all draws.
        replication: Number of the replication, the other half of the draws' key.
        state: Where to start from; what it only estimates is drawn (`twin.uncertainty`).
        changes: What is changed, `delay_s` after the start; each must be possible at the start.
        warmup_s: Left out of all figures, after the start.
        delay_s: Plant seconds until the changes are made.
        window_s: Also measure the KPIs between these two moments after the start, and in the first half of that span.
        slots: Also tell good units and WIP of so many equal parts of the horizon.
        engine: `simpy`, `compiled` or `auto` (`twin.engines`); the figures do not depend on it.
        record: Where what happens is recorded.

    Raises:
        InvalidInput: times that do not fit each other, or changes that do not fit the plant.
        RunFailed: the run does not come forward.
        EngineRefused: engine `compiled` is not there or does not cover the line.
    """
    check_times(horizon_s, warmup_s, delay_s, window_s)
    state = None if state is None else drawn(plant, state, (seed, replication))
    start, end = window_s or (0.0, 0.0)
    half = (start + end) / 2
    ends = [horizon_s * (i + 1) / slots for i in range(slots)]
    marks = {0.0, warmup_s, horizon_s, start, half, end, *ends}
    log = None if record is None else record.begin(replication)
    sim, ran = simulation(
        plant,
        engine_named(engine),
        seed=seed,
        replication=replication,
        state=state,
        marks_s=marks if delay_s == 0 and all(isinstance(c, SetParameter) for c in changes) else None,
        log=log,
    )
    if ran is Engine.SIMPY and engine == Engine.AUTO:
        will_need_kernels(plant, _steps(sim.line, horizon_s))
    seen = advance(sim, marks, changes, delay_s)
    result = summarise(sim, replication, seen[horizon_s].since(seen[warmup_s]))
    spans = [(end, seen[end].since(seen[begin])) for begin, end in itertools.pairwise([0.0, *ends])]
    result = replace(result, slots=_slots(spans), engine=ran.value)
    if record is not None:
        record.end(sim.line, spans)
    if window_s is None:
        return result
    whole = seen[horizon_s].since(seen[0.0])
    windows = [_kpis(sim, seen[until].since(seen[start]), whole) for until in (end, half)]
    return replace(result, window_kpis=windows[0], half_window_kpis=windows[1])


def steps_of(plant: Plant, horizon_s: float) -> float:
    """About how many units the stations of a plant will finish, if the slowest is always busy."""
    return _steps(lower(plant), horizon_s)


def _steps(line: LoweredLine, horizon_s: float) -> float:
    return len(line.stations) * horizon_s / max(*line.loads_s, 1e-3)


def check_times(
    horizon_s: float, warmup_s: float, delay_s: float = 0.0, window_s: tuple[float, float] | None = None
) -> None:
    """Whether times fit each other.

    Raises:
        InvalidInput: they do not.
    """
    if horizon_s <= 0:
        raise InvalidInput(f"horizon_s must be above 0, {horizon_s:g} was given")
    if not 0 <= warmup_s < horizon_s:
        raise InvalidInput(f"warmup_s ({warmup_s:g}) must lie between 0 and horizon_s ({horizon_s:g})")
    if not 0 <= delay_s <= horizon_s:
        raise InvalidInput(f"delay_s ({delay_s:g}) must lie between 0 and horizon_s ({horizon_s:g})")
    if window_s is not None and not 0 <= window_s[0] < window_s[1] <= horizon_s:
        raise InvalidInput(f"window_s {window_s} must ascend within 0 and horizon_s ({horizon_s:g})")


def advance(sim: Simulation, marks: set[float], changes: Sequence[Change], delay_s: float) -> dict[float, Totals]:
    """Run to every mark and keep the totals there; changes are made at their moment, after what happens then."""
    start = sim.now_s
    seen = {}
    for change in changes:
        sim.check(change)
    for mark in sorted(marks | {delay_s}):
        sim.run_until(start + mark)
        seen[mark] = sim.totals()
        if mark == delay_s:
            for change in changes:
                _make(sim, change)
    return seen


def _make(sim: Simulation, change: Change) -> None:
    """Make a change that was possible at the start; of a sequence, only what has not started during the delay."""
    if isinstance(change, Resequence):
        waiting = sim.not_started()
        left = tuple(o for o in change.orders if o in waiting)
        if not left:
            return
        change = Resequence(orders=left)
    sim.apply(change)


def _slots(spans: Sequence[tuple[float, Totals]]) -> tuple[Slot, ...]:
    return tuple(Slot(end, span.good, span.wip_area / span.time_s) for end, span in spans)


def _kpis(sim: Simulation, span: Totals, whole: Totals) -> dict[Kpi, float]:
    return kpis_of(span, sim.line, sum(o.tardiness_s for o in _orders(sim, whole)))


def _orders(sim: Simulation, span: Totals) -> tuple[OrderResult, ...]:
    of = sim.orders
    orders = [of[i] for i in sim.sequence]
    ends = projected_ends(orders, sim.now_s, pace(span, sim.line))
    return tuple(
        OrderResult(o.lowered.name, o.good, o.scrapped, o.finished_s, end, o.lowered.due_s, tardiness_s(o, end))
        for o, end in zip(orders, ends, strict=True)
    )


def summarise(sim: Simulation, replication: int, span: Totals) -> RunResult:
    """The figures of a span of a run that has come to its end."""
    line = sim.line
    orders = _orders(sim, span)
    return RunResult(
        replication=replication,
        span_s=span.time_s,
        kpis=kpis_of(span, line, sum(o.tardiness_s for o in orders)),
        orders=orders,
        losses_min=losses_min(span, line),
        totals=span,
        machines=line.machines_by_name,
    )


def _conditions(row: tuple[float, ...]) -> dict[Condition, float]:
    seconds = dict.fromkeys(CONDITION_OF, 0.0)
    for condition, s in zip(CONDITION_OF, row, strict=True):
        seconds[condition] += s
    return seconds
