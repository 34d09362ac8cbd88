"""The reference engine: a serial line as events in a SimPy environment.

Used by `twin.run` for forecasts and by the virtual plant for its physics. All state is data (`twin.working`): events
are only wake-up calls, so a run can be copied from any moment (`snapshot`) and started again (`state`).

How a line works here:

- Blocking after service: a finished unit stays in its station until there is room behind it.
- A breakdown stops work, not the moving of units: a station that is down can still take up a unit and let a finished
  one go.
- Work that was stopped goes on where it was (preempt-resume); a new setpoint rescales what is left of it.
- Events of one moment: repairs, then finished work, then arrivals, then failures; then in the sequence of scheduling.
- `run_until(t)` includes what happens at t.
"""

from functools import partial
from math import inf

from plants.errors import InvalidInput
from plants.flow.change import Change, Resequence, SetParameter
from plants.flow.state import LineState
from plants.model.plant import Plant
from twin.clock import DEFAULT_BUDGET, PlantClock, Priority, Wake
from twin.draws import Purpose, uniform, uniforms
from twin.log import EventKind, EventLog
from twin.lowering import factors, lower
from twin.sampling import TimeKind, ppf, times
from twin.totals import Totals
from twin.working import CONDITION_OF, Code, ModeRun, OrderRun, PartRun, StationRun

BLOCK = 1024
"""Draws made at a time for the units of one order."""

_WORK, _ARRIVAL, _FAILURE, _REPAIR = Priority.WORK, Priority.ARRIVAL, Priority.FAILURE, Priority.REPAIR
_EXECUTING, _BLOCKED, _SETUP = Code.EXECUTING, Code.BLOCKED, Code.SETUP
_BLOCK = BLOCK


class LineSimulation:
    """One run of one line; the same arguments and calls give the same events.

    Args:
        plant: The line.
        seed: Together with `replication`, the key of all draws.
        replication: Number of the replication.
        state: Where to start from; without one, an empty line at plant time 0 with everything new.
        log: Where to write events, if anywhere.
        budget: Events after which the run is given up.

    Raises:
        InvalidInput: the state belongs to another plant or does not fit it.
    """

    def __init__(
        self,
        plant: Plant,
        *,
        seed: int = 1,
        replication: int = 0,
        state: LineState | None = None,
        log: EventLog | None = None,
        budget: int = DEFAULT_BUDGET,
    ) -> None:
        self.plant = plant
        self.line = lower(plant)
        self.key = (seed, replication)
        self._log = log
        self._clock = PlantClock(state.plant_time_s if state else 0.0, budget)
        self.wip = 0
        self.values = {alias: p.nominal for alias, p in plant.parameters.items()}
        self.orders = [OrderRun(o, i) for i, o in enumerate(self.line.orders)]
        self.sequence = list(range(len(self.orders)))
        self.next_index = 0
        self.stations = self._new_stations()
        self.product_of = [o.product for o in self.line.orders] or [0]
        self.entity_of = [o.entity for o in self.line.orders] + [0]
        self._current: OrderRun | None = None
        self.entered = 0
        self._wip_since_s = self._clock.time
        self._wip_area = 0.0
        self._lead_sum_s = 0.0
        self._left_good = 0
        if state is not None:
            from twin.snapshot import restore

            restore(self, state)
        self._begin()

    # What others call.

    @property
    def now_s(self) -> float:
        """Plant time."""
        return self._clock.time

    def run_until(self, until_s: float) -> None:
        """Let everything happen up to and including `until_s`; may be called again and again.

        Raises:
            InvalidInput: `until_s` lies in the past.
            RunFailed: the budget of events is used up.
        """
        if until_s < self._clock.time:
            raise InvalidInput(f"plant time is {self._clock.time:g} s already: it cannot run until {until_s:g} s")
        self._clock.advance(until_s)

    def snapshot(self) -> LineState:
        """The state at this moment, exactly; taking it changes nothing."""
        from twin.snapshot import take

        return take(self)

    def totals(self) -> Totals:
        """All counters since the start, brought up to this moment; differences of two give the figures of a span."""
        now = self._clock.time
        spent, energy = [], []
        for st in self.stations:
            row = list(st.spent)
            row[st.code] += now - st.since_s
            spent.append(tuple(row))
            energy.append(st.energy_kws + _energy_since_mark(st, row))
        return Totals(
            time_s=now,
            entered=self.entered,
            good=self._left_good,
            lead_sum_s=self._lead_sum_s,
            wip_area=self._wip_area + self.wip * (now - self._wip_since_s),
            spent=tuple(spent),
            processed=tuple(st.processed for st in self.stations),
            scrapped=tuple(st.scrapped for st in self.stations),
            energy_kwh=tuple(e / 3600 for e in energy),
        )

    def apply(self, change: Change) -> None:
        """Make a change now: it acts on work in progress and on all that follows.

        Raises:
            InvalidInput: an unknown parameter, a value outside its envelope, or a sequence that is not a permutation
                of the orders not yet started.
        """
        match change:
            case SetParameter():
                self._set_parameter(change)
            case Resequence():
                self._resequence(change)

    def force_down(self, station: str, mode: str, repair_s: float) -> None:
        """Make a station break down now in one of its modes; if it is down in it already, the repair ends no sooner.

        Raises:
            InvalidInput: unknown station or mode, or a repair time below 0.
        """
        st, m = self._mode(station, mode)
        if repair_s < 0:
            raise InvalidInput(f"repair_s must not be negative, {repair_s:g} was given")
        if not m.down:
            self._fail(st, m, repair_s)
        elif self._clock.time + repair_s > m.repaired_s:
            self._schedule_repair(st, m, repair_s)

    def set_failure_factor(self, station: str, mode: str, factor: float) -> None:
        """From now on a mode fails `factor` times as often as its description and the parameters say.

        Raises:
            InvalidInput: unknown station or mode, or a factor below 0.
        """
        st, m = self._mode(station, mode)
        if factor < 0:
            raise InvalidInput(f"a failure factor must not be negative, {factor:g} was given")
        self._sync(st)
        m.factor = factor
        self._set_rates(st)
        self._reschedule(st)

    def set_scrap_factor(self, station: str, factor: float) -> None:
        """From now on a station scraps `factor` times as much as its description and the parameters say.

        Raises:
            InvalidInput: unknown station, or a factor below 0.
        """
        st = self._station(station)
        if factor < 0:
            raise InvalidInput(f"a scrap factor must not be negative, {factor:g} was given")
        st.scrap_factor = factor
        self._set_factors(st)

    # Starting.

    def _new_stations(self) -> list[StationRun]:
        """Working state of every station, linked to its neighbours."""
        stations: list[StationRun] = []
        for i, lowered in enumerate(self.line.stations):
            modes = tuple(ModeRun(m, n) for n, m in enumerate(lowered.modes))
            st = StationRun(lowered, i, modes, tuple(m for m in modes if not m.lowered.calendar))
            st.since_s = self._clock.time
            st.finish_callbacks = [partial(self._on_finished, st)]
            st.failure_callbacks = [partial(self._on_failure, st)]
            st.setup_callbacks = [partial(self._on_setup_done, st)]
            st.arrival_callbacks = [partial(self._on_arrival, st)]
            if i:
                st.capacity, st.transport_s = self.line.capacities[i - 1], self.line.transports[i - 1]
                st.upstream = stations[i - 1]
                stations[i - 1].downstream = st
            stations.append(st)
        return stations

    def _begin(self) -> None:
        """Schedule what is under way, from the last station to the first, and let units move that can."""
        for st in self.stations:
            self._begin_station(st)
        for st in reversed(self.stations):
            if st.part is not None and not st.finished:
                if not st.down:
                    self._start_segment(st)
            elif st.part is None or self._pass_on(st, st.part):
                self._load(st)
            else:
                self._note(st, _BLOCKED)

    def _begin_station(self, st: StationRun) -> None:
        """Counters start at 0 now, although the condition may have begun earlier; failures are scheduled."""
        now = self._clock.time
        up = st.upstream
        done = up.closed and up.part is None if up else bool(self.orders) and not self._unstarted()
        st.closed = done and st.part is None and not st.queue
        code = _resting_code(st)
        if CONDITION_OF[code] is not CONDITION_OF[st.code]:
            st.since_s = now
        st.code = code
        st.spent[code] = st.since_s - now
        st.spent_mark = [0.0] * len(st.spent)
        energy = st.energy_kws
        self._set_factors(st)
        st.energy_kws = energy
        self._set_rates(st)
        for m in st.modes:
            m.since_s = now
            if m.down:
                self._schedule_repair(st, m, m.repaired_s - now)
            elif m.threshold == inf:
                m.threshold = self._uptime(m)
            self._schedule_mode(st, m)

    # Work.

    def _begin_part(self, st: StationRun, part: PartRun) -> None:
        """A station takes up a unit."""
        st.part = part
        order = part.order
        if order == st.block_order and 0 <= part.index - st.block_first < len(st.block):
            st.total = st.left = st.block[part.index - st.block_first]
        else:
            st.total = st.left = self._work(st, part)
        product = self.product_of[order]
        if product != st.product:
            self._prepare_setup(st, product)
        if self._log is not None:
            self._log.append(EventKind.START, self._clock.time, st.position, order, part.index)
        if not st.down:
            self._start_segment(st)

    def _start_segment(self, st: StationRun) -> None:
        """Work, or setup, goes on from here without interruption until the event scheduled now."""
        clock = self._clock
        now = st.segment_s = clock.time
        if st.setup_left >= 0:
            self._note(st, _SETUP)
            st.timer = clock.wake_at(now + st.setup_left, _WORK, st.setup_callbacks)
            return
        if st.code != _EXECUTING:
            self._note(st, _EXECUTING)
        duration = st.left * st.cycle_factor
        room = st.operating_limit - st.operated
        if duration <= room:
            st.timer = clock.wake_at(now + duration, _WORK, st.finish_callbacks)
        else:
            st.timer = clock.wake_at(now + room, _FAILURE, st.failure_callbacks)

    def _on_finished(self, st: StationRun, event: Wake) -> None:
        """The work on a unit is done."""
        if event is not st.timer:
            return
        part = st.part
        assert part is not None  # noqa: S101 - a finish timer exists only with a unit
        st.operated += self._clock.time - st.segment_s
        st.processed += 1
        if st.scrap_share > 0 and self._scrap_draw(st, part) < st.scrap_share:
            self._scrap(st, part)
            self._load(st)
            return
        if self._log is not None:
            self._log.append(EventKind.FINISH, self._clock.time, st.position, part.order, part.index)
        if self._pass_on(st, part):
            self._load(st)
        else:
            st.finished = True
            self._note(st, _BLOCKED)

    def _pass_on(self, st: StationRun, part: PartRun) -> bool:
        """Move a finished unit out of its station if there is room; says whether there was."""
        down = st.downstream
        if down is None:
            self._exit(st, part)
        elif down.capacity == 0:
            if down.part is not None:
                return False
            st.part = None
            st.finished = False
            self._begin_part(down, part)
        elif len(down.queue) < down.capacity:
            st.part = None
            st.finished = False
            self._put(down, part)
            if down.part is None:
                self._load(down)
        else:
            return False
        return True

    def _put(self, st: StationRun, part: PartRun) -> None:
        """A unit enters the buffer in front of a station."""
        part.ready_s = self._clock.time + st.transport_s
        st.queue.append(part)

    def _load(self, st: StationRun) -> None:
        """A station without a unit takes the next one; whoever was blocked by that moves up, and so on upstream."""
        while True:
            part = self._next_part(st)
            if part is None:
                self._idle(st)
                return
            self._begin_part(st, part)
            up = st.upstream
            if up is None:
                return
            if up.finished and up.part is not None and st.capacity:
                self._put(st, up.part)
                up.part = None
                up.finished = False
            elif up.part is not None or st.capacity:
                return
            st = up

    def _next_part(self, st: StationRun) -> PartRun | None:
        """The unit a station can take now, taken out of where it was; else None, with a timer if one is on its way."""
        up = st.upstream
        if up is None:
            return self._next_unit(st)
        if st.capacity == 0:
            if not up.finished:
                return None
            part, up.part, up.finished = up.part, None, False
            return part
        queue = st.queue
        if not queue:
            return None
        ready = queue[0].ready_s
        if ready > self._clock.time:
            st.timer = self._clock.wake_at(ready, _ARRIVAL, st.arrival_callbacks)
            return None
        return queue.popleft()

    def _on_arrival(self, st: StationRun, event: Wake) -> None:
        """A unit has reached the end of the conveyor in front of a waiting station, or an order is released."""
        if event is st.timer and st.part is None:
            self._load(st)

    def _idle(self, st: StationRun) -> None:
        """A station has nothing to take: starved, or out of orders, which may close stations behind it too."""
        while True:
            up = st.upstream
            if st.queue or (up is not None and (not up.closed or up.part is not None)):
                break
            if up is None and (not self.orders or self._unstarted()):
                break
            st.closed = True
            self._note(st, _resting_code(st))
            if st.downstream is None or st.downstream.part is not None:
                return
            st = st.downstream
        self._note(st, _resting_code(st))

    # Orders.

    def _next_unit(self, st: StationRun) -> PartRun | None:
        """The next unit of the order being made, or of the first released order in the sequence."""
        now = self._clock.time
        if not self.orders:
            part = PartRun(-1, self.next_index, now)
            self.next_index += 1
        else:
            order = self._current
            if order is None or order.started >= order.lowered.quantity:
                order = self._current = self._next_order(st)
                if order is None:
                    return None
            part = PartRun(order.position, order.started, now)
            order.started += 1
        self.entered += 1
        self._count_wip(1)
        if self._log is not None:
            self._log.append(EventKind.ENTER, now, 0, part.order, part.index)
        return part

    def _next_order(self, st: StationRun) -> OrderRun | None:
        """The order to be made next: one under way, else the first released one; waits for a release if need be."""
        waiting = self._unstarted()
        begun = [o for o in waiting if o.started]
        if begun:
            return begun[0]
        now = self._clock.time
        for order in waiting:
            if order.lowered.release_s <= now:
                return order
        if waiting:
            release = min(o.lowered.release_s for o in waiting)
            st.timer = self._clock.wake_at(release, _ARRIVAL, st.arrival_callbacks)
        return None

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
        self._left_good += 1
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

    # Failures.

    def _on_failure(self, st: StationRun, event: Wake) -> None:
        """The operating clock of a station has come to its next failure."""
        if event is not st.timer:
            return
        mode = min(st.operating, key=_operating_left)
        self._fail(st, mode)

    def _on_calendar_failure(self, st: StationRun, mode: ModeRun, event: Wake) -> None:
        if event is mode.timer:
            self._fail(st, mode)

    def _fail(self, st: StationRun, mode: ModeRun, repair_s: float | None = None) -> None:
        """A station breaks down in one mode; work under way stops."""
        clock = self._clock
        self._sync(st)
        if st.working:
            st.timer = None
        mode.down = True
        mode.down_since_s = clock.time
        mode.count += 1
        if repair_s is None:
            repair_s = ppf(mode.lowered.repair, self._mode_draw(mode, mode.count - 1, Purpose.REPAIR))
        st.down += 1
        st.breakdowns += not mode.lowered.micro
        self._schedule_repair(st, mode, repair_s)
        if self._log is not None:
            self._log.append(EventKind.DOWN, clock.time, st.position, value=mode.position)
        self._set_limit(st)
        self._note(st, _resting_code(st))

    def _on_repaired(self, st: StationRun, mode: ModeRun, event: Wake) -> None:
        """A repair ends; the last one lets work go on where it stopped."""
        if event is not mode.timer:
            return
        mode.down = False
        mode.elapsed = 0.0
        mode.since_s = self._clock.time
        mode.threshold = self._uptime(mode)
        st.down -= 1
        st.breakdowns -= not mode.lowered.micro
        if self._log is not None:
            self._log.append(EventKind.UP, self._clock.time, st.position, value=mode.position)
        self._schedule_mode(st, mode)
        if st.working:
            self._start_segment(st)
        else:
            self._note(st, _resting_code(st))

    def _schedule_repair(self, st: StationRun, mode: ModeRun, repair_s: float) -> None:
        mode.repaired_s = self._clock.time + repair_s
        mode.timer = self._clock.wake_at(mode.repaired_s, _REPAIR, [partial(self._on_repaired, st, mode)])

    def _schedule_mode(self, st: StationRun, mode: ModeRun) -> None:
        """Schedule the next failure of a mode that is up (repairs are scheduled where they begin)."""
        if mode.down:
            return
        if not mode.lowered.calendar:
            self._set_limit(st)
        elif mode.rate > 0:
            at = self._clock.time + (mode.threshold - mode.elapsed) / mode.rate
            mode.timer = self._clock.wake_at(at, _FAILURE, [partial(self._on_calendar_failure, st, mode)])
        else:
            mode.timer = None

    def _set_limit(self, st: StationRun) -> None:
        """Bring the operating clocks up to date and find the next failure by any of them."""
        for m in st.operating:
            m.elapsed += st.operated * m.rate
        st.operated = 0.0
        st.operating_limit = min((_operating_left(m) for m in st.operating), default=inf)

    def _sync(self, st: StationRun) -> None:
        """Bring work and failure clocks of a station up to this moment."""
        now = self._clock.time
        if st.working:
            done = now - st.segment_s
            st.segment_s = now
            if st.setup_left >= 0:
                st.setup_left = max(st.setup_left - done, 0.0)
            else:
                st.left = max(st.left - done / st.cycle_factor, 0.0)
                st.operated += done
        for m in st.modes:
            if m.lowered.calendar and not m.down:
                m.elapsed += (now - m.since_s) * m.rate
                m.since_s = now
        self._set_limit(st)

    # Setups.

    def _prepare_setup(self, st: StationRun, product: int) -> None:
        """Find out whether a station must be set up for a product, and how long that takes."""
        setup = st.lowered.setups.get((st.product, product))
        if setup is None:
            st.product = product
            return
        u = uniform(self.key, st.setups, st.lowered.entity, 0, Purpose.SETUP)
        st.setup_total = st.setup_left = ppf(setup, u)
        st.setups += 1
        if self._log is not None:
            self._log.append(EventKind.SETUP, self._clock.time, st.position)

    def _on_setup_done(self, st: StationRun, event: Wake) -> None:
        if event is not st.timer:
            return
        st.setup_left = -1.0
        if st.part is not None:
            st.product = self.product_of[st.part.order]
        if self._log is not None:
            self._log.append(EventKind.READY, self._clock.time, st.position)
        self._start_segment(st)

    # Changes.

    def _set_parameter(self, change: SetParameter) -> None:
        parameter = self.plant.parameters.get(change.alias)
        if parameter is None:
            known = ", ".join(self.values) or "none"
            raise InvalidInput(f"the plant has no parameter '{change.alias}'; it has: {known}")
        if not parameter.minimum <= change.value <= parameter.maximum:
            raise InvalidInput(
                f"{change.alias} = {change.value:g} {parameter.unit} is outside its envelope, "
                f"{parameter.minimum:g} to {parameter.maximum:g}"
            )
        st = self._station(change.alias.split(".", 1)[0])
        self._sync(st)
        self.values[change.alias] = change.value
        self._set_factors(st)
        self._set_rates(st)
        self._reschedule(st)
        if self._log is not None:
            self._log.append(EventKind.CHANGE, self._clock.time, st.position, value=change.value)

    def _resequence(self, change: Resequence) -> None:
        waiting = [o.position for o in self._unstarted() if not o.started]
        names = {o.lowered.name: o.position for o in self.orders}
        wanted = [names.get(name, -1) for name in change.orders]
        if sorted(wanted) != sorted(waiting):
            present = ", ".join(self.orders[i].lowered.name for i in waiting) or "none"
            raise InvalidInput(f"a sequence must name each order not yet started once; not yet started: {present}")
        begun = [i for i in self.sequence if i not in set(waiting)]
        self.sequence = begun + wanted
        first = self.stations[0]
        if first.part is None:
            self._load(first)

    def _set_factors(self, st: StationRun) -> None:
        """Take over what the parameters do to cycle, scrap and power; energy so far is settled at the old power."""
        row = list(st.spent)
        row[st.code] += self._clock.time - st.since_s
        st.energy_kws += _energy_since_mark(st, row)
        st.spent_mark = row
        f = factors(self.plant.stations[st.position], self.values)
        st.cycle_factor, st.power_factor = f.cycle, f.power
        st.scrap_share = min(st.lowered.scrap * f.scrap * st.scrap_factor, 1.0)

    def _set_rates(self, st: StationRun) -> None:
        """Take over how fast the failure clocks run; they must be up to date."""
        failure = factors(self.plant.stations[st.position], self.values).failure
        for m in st.modes:
            m.rate = failure * m.factor

    def _reschedule(self, st: StationRun) -> None:
        """Schedule anew what lies ahead of a station, after its factors changed."""
        for m in st.modes:
            self._schedule_mode(st, m)
        if st.working:
            self._start_segment(st)

    # Draws.

    def _work(self, st: StationRun, part: PartRun) -> float:
        """Work of a unit at a station, in nominal seconds; a block of units is drawn at a time."""
        cycle = st.lowered.cycle
        if cycle.kind == TimeKind.CONSTANT:
            return cycle.a
        first, size = self._block_of(part)
        entity = self.entity_of[part.order]
        st.block = times(cycle, uniforms(self.key, first, size, entity, st.position, Purpose.PROCESSING))
        st.block_order, st.block_first = part.order, first
        return st.block[part.index - first]

    def _scrap_draw(self, st: StationRun, part: PartRun) -> float:
        """The luck of a unit at a station: it is rejected when this is below the scrapped share."""
        if part.order != st.luck_order or not 0 <= part.index - st.luck_first < len(st.luck):
            first, size = self._block_of(part)
            st.luck = uniforms(self.key, first, size, self.entity_of[part.order], st.position, Purpose.SCRAP)
            st.luck_order, st.luck_first = part.order, first
        return st.luck[part.index - st.luck_first]

    def _block_of(self, part: PartRun) -> tuple[int, int]:
        first = part.index - part.index % _BLOCK
        if part.order < 0:
            return first, _BLOCK
        return first, max(min(_BLOCK, self.orders[part.order].lowered.quantity - first), part.index - first + 1)

    def _uptime(self, mode: ModeRun) -> float:
        return ppf(mode.lowered.uptime, self._mode_draw(mode, mode.count, Purpose.UPTIME))

    def _mode_draw(self, mode: ModeRun, n: int, purpose: Purpose) -> float:
        return uniform(self.key, n, mode.lowered.entity, mode.lowered.slot, purpose)

    # Small things.

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

    def _station(self, name: str) -> StationRun:
        if name not in self.plant.station_index:
            raise InvalidInput(f"the plant has no station '{name}'; it has: {', '.join(self.plant.station_index)}")
        return self.stations[self.plant.station_index[name]]

    def _mode(self, station: str, mode: str) -> tuple[StationRun, ModeRun]:
        st = self._station(station)
        for m in st.modes:
            if m.lowered.name == mode:
                return st, m
        known = ", ".join(m.lowered.name for m in st.modes) or "none"
        raise InvalidInput(f"station '{station}' has no failure mode '{mode}'; it has: {known}")


def _operating_left(mode: ModeRun) -> float:
    """Seconds of executing until a mode fails by its operating clock, from where its clock was brought up to date."""
    if mode.down or mode.rate <= 0:
        return inf
    return max(mode.threshold - mode.elapsed, 0.0) / mode.rate


def _resting_code(st: StationRun) -> int:
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
