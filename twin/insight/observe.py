"""One replication with its event log, reduced to what a report needs.

Used by `twin.insight.explain`. The log itself does not leave the process: what comes back is small, plain data.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from twin.engines import AnySimulation, reference
from twin.insight.active import Period, Stay, bottlenecks, periods, stays, together
from twin.insight.meter import Meter, Metered
from twin.insight.power import Ledger
from twin.log import EventKind, EventLog
from twin.replications import Scenario, named
from twin.run import RunResult, advance, check_times, summarise
from twin.uncertainty import drawn

PERCENT = (5, 50, 90, 95)
"""Quantiles that are told of WIP and lead time, in percent."""

_CONDITION, _START, _ENTER, _EXIT = (
    int(k) for k in (EventKind.CONDITION, EventKind.START, EventKind.ENTER, EventKind.EXIT)
)
_PROCESSED = frozenset({int(EventKind.FINISH), int(EventKind.SCRAP), int(EventKind.REWORK)})
_MOVES = frozenset({_ENTER, _EXIT, int(EventKind.SCRAP), int(EventKind.BUILT_IN)})


@dataclass(frozen=True, slots=True)
class Observed:
    """One replication. Quantiles and shares are of the span from the end of the warm-up to the horizon."""

    run: RunResult
    stays: tuple[Stay, ...]
    """How long each station was the bottleneck."""
    wip: tuple[float, ...]
    """Quantiles of WIP over time, one per `PERCENT`."""
    lead_s: tuple[float, ...] | None
    """Quantiles of the lead times of good units; None when none left."""
    product_kwh: dict[int, float]
    """Energy by product (index; -1 for what no product can be charged with)."""
    product_good: dict[int, int]
    """Good units by product."""
    metered: Metered | None
    """What the meter showed, where the plant has a tariff or a peak limit."""


def observe(job: tuple[Scenario, int]) -> Observed:
    """One replication of a scenario, whose changes are made at the start.

    Raises:
        RunFailed: it does not come forward; the message says which it was.
    """
    with named(*job):
        return _observe(*job)


def _observe(scenario: Scenario, replication: int) -> Observed:
    check_times(scenario.horizon_s, scenario.warmup_s)
    log = EventLog()
    plant, state = scenario.plant, scenario.state
    state = None if state is None else drawn(plant, state, (scenario.seed, replication))
    sim = reference(plant, seed=scenario.seed, replication=replication, state=state, log=log)
    begin, end = sim.now_s + scenario.warmup_s, sim.now_s + scenario.horizon_s
    energy = plant.energy
    metered = energy.tariff or energy.peak_limit_kw is not None
    watch = _Watch(sim, len(log), begin, Meter(energy, begin, end) if metered else None)
    seen = advance(sim, {scenario.warmup_s, scenario.horizon_s}, scenario.changes, 0.0)
    watch.read(log, sim.now_s)
    span = seen[scenario.horizon_s].since(seen[scenario.warmup_s])
    return watch.found(summarise(sim, replication, span))


class _Watch:
    """What is followed through a log: where every unit and station is, from a known beginning."""

    def __init__(self, sim: AnySimulation, first: int, begin_s: float, meter: Meter | None) -> None:
        self._sim = sim
        self._first = first
        self._start_s, self._begin_s = sim.now_s, begin_s
        self._codes = [st.code for st in sim.stations]
        self._entered = {(p.order, p.index): p.entered_s for p in sim.parts()}
        self._products = sim.products_in_machines()
        self._wip = sim.wip
        self._spells: list[list[tuple[float, float, int]]] = [[] for _ in sim.stations]
        self._levels: defaultdict[int, float] = defaultdict(float)
        self._leads: list[float] = []
        self._good: defaultdict[int, int] = defaultdict(int)
        self._ledger = Ledger(sim)
        self._meter = meter

    def read(self, log: EventLog, end_s: float) -> None:
        """Go through the events after the beginning."""
        since, level_since = [self._start_s] * len(self._codes), self._start_s
        columns = (log.time, log.kind, log.station, log.order, log.index, log.value)
        rows = zip(*(column[self._first :] for column in columns), strict=True)
        for time, kind, station, order, index, value in rows:
            if kind == _CONDITION:
                self._close(station, since[station], time)
                since[station], self._codes[station] = time, int(value)
            elif kind == _START and station >= 0:
                product = self._sim.product_of[order]
                if product != self._products[station]:
                    self._close(station, since[station], time)
                    since[station], self._products[station] = time, product
            elif kind in _PROCESSED and time > self._begin_s:
                self._ledger.charge_unit(station, self._sim.product_of[order])
            if kind in _MOVES:
                self._hold(level_since, time)
                level_since = time
                self._move(kind, time, order, index)
        for station, begin in enumerate(since):
            self._close(station, begin, end_s)
        self._hold(level_since, end_s)

    def found(self, run: RunResult) -> Observed:
        """What was seen."""
        active = [periods(spells, i) for i, spells in enumerate(self._spells)]
        return Observed(
            run=run,
            stays=self._stays(active),
            wip=_weighted_quantiles(self._levels),
            lead_s=tuple(float(q) for q in np.percentile(self._leads, PERCENT)) if self._leads else None,
            product_kwh=self._ledger.kwh(),
            product_good=dict(self._good),
            metered=None if self._meter is None else self._meter.read(),
        )

    def _stays(self, active: list[list[Period]]) -> tuple[Stay, ...]:
        """How long each station was the bottleneck: its machines together."""
        found = stays(bottlenecks(active), len(active))
        line = self._sim.line
        return tuple(together([found[i] for i in line.machines_of(s)]) for s in range(len(line.stations)))

    def _close(self, station: int, begin_s: float, end_s: float) -> None:
        """A spell of a station ends."""
        begin_s = max(begin_s, self._begin_s)
        if end_s > begin_s:
            code = self._codes[station]
            self._spells[station].append((begin_s, end_s, code))
            self._ledger.charge(station, code, self._products[station], end_s - begin_s)
            if self._meter is not None:
                self._meter.add(begin_s, end_s, self._ledger.power_kw(station, code))

    def _hold(self, begin_s: float, end_s: float) -> None:
        """So many units were on the line for a while."""
        self._levels[self._wip] += max(end_s - max(begin_s, self._begin_s), 0.0)

    def _move(self, kind: int, time: float, order: int, index: int) -> None:
        """A unit enters or leaves the line."""
        if kind == _ENTER:
            self._wip += 1
            self._entered[order, index] = time
            return
        self._wip -= 1
        entered = self._entered.pop((order, index), None)
        if kind == _EXIT and time > self._begin_s:
            self._good[self._sim.product_of[order]] += 1
            if entered is not None:
                self._leads.append(time - entered)


def _weighted_quantiles(seconds: dict[int, float]) -> tuple[float, ...]:
    """Least levels that are not exceeded in so many percent of the time."""
    levels = sorted(seconds)
    spent = np.cumsum([seconds[level] for level in levels])
    places = np.searchsorted(spent, [p / 100 * spent[-1] * (1 - 1e-12) for p in PERCENT])
    return tuple(float(levels[min(int(i), len(levels) - 1)]) for i in places)
