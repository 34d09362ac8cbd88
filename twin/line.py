"""What every part of the engine works on: the clock, the stations, the orders, the counters and the draws of one line.

Used by `twin.movement`, `twin.breakdowns` and `twin.engine`, which add in turn how units move, how stations fail, and
what may be asked of a run. No event is scheduled here.
"""

import itertools

from plants.model.plant import Plant
from twin.clock import PlantClock
from twin.draws import Purpose, uniform, uniforms
from twin.log import EventKind, EventLog
from twin.lowering import lower
from twin.sampling import TimeKind, ppf, times
from twin.totals import Totals
from twin.working import Code, ModeRun, OrderRun, PartRun, StationRun

BLOCK = 1024
"""Draws made at a time for the units of one order."""


class Line:
    """The data of one run of one line, and what can be read off them."""

    def __init__(self, plant: Plant, key: tuple[int, int], clock: PlantClock, log: EventLog | None) -> None:
        self.plant = plant
        self.line = lower(plant)
        self.key = key
        self._clock = clock
        self._log = log
        self.values = {alias: p.nominal for alias, p in plant.parameters.items()}
        self.orders = [OrderRun(o, i) for i, o in enumerate(self.line.orders)]
        self.sequence = list(range(len(self.orders)))
        self.held: set[int] = set()
        """Positions of orders of which no further unit may enter."""
        self.product_of = [*(o.product for o in self.line.orders), -1 if self.orders else 0]
        self.entity_of = [*(o.entity for o in self.line.orders), 0]
        self.stations = [_new_station(self, i) for i in range(len(self.line.stations))]
        for up, down in itertools.pairwise(self.stations):
            up.downstream, down.upstream = down, up
        self.next_index = 0
        self.wip = 0
        self._current: OrderRun | None = None
        self._entered = 0
        self._good = 0
        self._lead_sum_s = 0.0
        self._wip_since_s = clock.time
        self._wip_area = 0.0

    @property
    def now_s(self) -> float:
        """Plant time."""
        return self._clock.time

    def parts(self) -> list[PartRun]:
        """All units on the line."""
        return [p for st in self.stations for p in (st.part, *st.queue) if p is not None]

    def products_in_machines(self) -> list[int]:
        """The product in each station, or the one it is set up for; -1 where there is none."""
        return [st.product if st.part is None else self.product_of[st.part.order] for st in self.stations]

    def totals(self) -> Totals:
        """All counters, brought up to this moment; differences of two give the figures of a span."""
        now = self._clock.time
        spent, energy = [], []
        for st in self.stations:
            row = list(st.spent)
            row[st.code] += now - st.since_s
            spent.append(tuple(row))
            energy.append(st.energy_kws + _energy_since_mark(st, row))
        return Totals(
            time_s=now,
            entered=self._entered,
            good=self._good,
            lead_sum_s=self._lead_sum_s,
            wip_area=self._wip_area + self.wip * (now - self._wip_since_s),
            spent=tuple(spent),
            processed=tuple(st.processed for st in self.stations),
            scrapped=tuple(st.scrapped for st in self.stations),
            energy_kwh=tuple(e / 3600 for e in energy),
        )

    def _unstarted(self) -> list[OrderRun]:
        """Orders with units that have not entered the line, in sequence."""
        return [o for o in (self.orders[i] for i in self.sequence) if o.started < o.lowered.quantity]

    def _scrap(self, st: StationRun, part: PartRun) -> None:
        """A unit is rejected and leaves the line where it is."""
        st.part = None
        st.scrapped += 1
        if self._log is not None:
            self._log.append(EventKind.SCRAP, self._clock.time, st.position, part.order, part.index)
        if part.order >= 0:
            order = self.orders[part.order]
            order.scrapped += 1
            self._finish_order(order)
        self._count_wip(-1)

    def _exit(self, st: StationRun, part: PartRun) -> None:
        """A good unit leaves the line."""
        now = self._clock.time
        st.part = None
        st.finished = False
        self._good += 1
        self._lead_sum_s += now - part.entered_s
        if self._log is not None:
            self._log.append(EventKind.EXIT, now, st.position, part.order, part.index)
        if part.order >= 0:
            order = self.orders[part.order]
            order.good += 1
            self._finish_order(order)
        self._count_wip(-1)

    def _finish_order(self, order: OrderRun) -> None:
        if order.good + order.scrapped >= order.lowered.quantity:
            order.finished_s = self._clock.time

    def _count_wip(self, change: int) -> None:
        now = self._clock.time
        self._wip_area += self.wip * (now - self._wip_since_s)
        self._wip_since_s = now
        self.wip += change

    def _note(self, st: StationRun, code: int) -> None:
        """A station's condition is now `code`, unless it is down."""
        if st.down:
            code = Code.DOWN if st.breakdowns else Code.MICRO_STOP
        if code == st.code:
            return
        now = self._clock.time
        st.spent[st.code] += now - st.since_s
        st.since_s = now
        st.code = code
        if self._log is not None:
            self._log.append(EventKind.CONDITION, now, st.position, value=code)

    def _settle_energy(self, st: StationRun) -> None:
        """Count the energy so far at the present power."""
        row = list(st.spent)
        row[st.code] += self._clock.time - st.since_s
        st.energy_kws += _energy_since_mark(st, row)
        st.spent_mark = row

    def _work(self, st: StationRun, part: PartRun) -> float:
        """Work of a unit at a station, in nominal seconds; a block of units is drawn at a time."""
        cycle = st.lowered.cycle
        if cycle.kind == TimeKind.CONSTANT:
            return cycle.a
        first, size = self._block_of(part)
        entity = self.entity_of[part.order]
        st.block = times(cycle, uniforms(self.key, first, size, entity, st.lowered.entity, Purpose.PROCESSING))
        st.block_order, st.block_first = part.order, first
        return st.block[part.index - first]

    def _scrap_draw(self, st: StationRun, part: PartRun) -> float:
        """The luck of a unit at a station: it is rejected when this is below the scrapped share."""
        if part.order != st.luck_order or not 0 <= part.index - st.luck_first < len(st.luck):
            first, size = self._block_of(part)
            order, slot = self.entity_of[part.order], st.lowered.entity
            st.luck = uniforms(self.key, first, size, order, slot, Purpose.SCRAP)
            st.luck_order, st.luck_first = part.order, first
        return st.luck[part.index - st.luck_first]

    def _block_of(self, part: PartRun) -> tuple[int, int]:
        first = part.index - part.index % BLOCK
        if part.order < 0:
            return first, BLOCK
        return first, max(min(BLOCK, self.orders[part.order].lowered.quantity - first), part.index - first + 1)

    def _uptime(self, mode: ModeRun) -> float:
        return ppf(mode.lowered.uptime, self._mode_draw(mode, mode.count, Purpose.UPTIME))

    def _mode_draw(self, mode: ModeRun, n: int, purpose: Purpose) -> float:
        return uniform(self.key, n, mode.lowered.entity, mode.lowered.slot, purpose)


def _new_station(line: Line, i: int) -> StationRun:
    lowered = line.line.stations[i]
    modes = tuple(ModeRun(m, n) for n, m in enumerate(lowered.modes))
    st = StationRun(lowered, i, modes, tuple(m for m in modes if not m.lowered.calendar))
    st.since_s = line.now_s
    if i:
        st.capacity, st.transport_s = line.line.capacities[i - 1], line.line.transports[i - 1]
    return st


def resting_code(st: StationRun) -> int:
    """The condition of a station, from its data alone."""
    if st.down:
        return Code.DOWN if st.breakdowns else Code.MICRO_STOP
    if st.part is None:
        return Code.NO_ORDER if st.closed else Code.STARVED
    if st.finished:
        return Code.BLOCKED
    return Code.SETUP if st.setup_left >= 0 else Code.EXECUTING


def _energy_since_mark(st: StationRun, spent: list[float]) -> float:
    """Energy (kW s) of a station since its power last changed."""
    s, d = st.lowered, [a - b for a, b in zip(spent, st.spent_mark, strict=True)]
    waiting = d[Code.STARVED] + d[Code.BLOCKED] + d[Code.NO_ORDER]
    down = d[Code.DOWN] + d[Code.MICRO_STOP]
    return (
        d[Code.EXECUTING] * s.executing_kw * st.power_factor
        + waiting * s.waiting_kw
        + down * s.down_kw
        + d[Code.SETUP] * s.setup_kw
    )
