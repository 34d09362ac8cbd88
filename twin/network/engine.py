"""The reference engine for any plant: units, machines, people and vehicles as events in a SimPy environment.

Used by `twin.run` for forecasts and by whoever wants one history. All state is data (`twin.network.working`): events
are only wake-up calls, so a run can be copied from any moment (`snapshot`) and started again (`state`).
"""

from functools import partial
from math import inf

from plants.errors import InvalidInput
from plants.flow.change import Change, Resequence, SetParameter
from plants.flow.state import LineState
from plants.model.plant import Plant
from twin.changes import check_change
from twin.clock import DEFAULT_BUDGET, PlantClock
from twin.log import EventKind, EventLog
from twin.network.deadlock import left_over
from twin.network.entry import Entry
from twin.network.floor import resting_code
from twin.network.restoring import restore
from twin.network.snapshot import take
from twin.network.working import MachineRun
from twin.working import CONDITION_OF, ModeRun, OrderRun


class NetworkSimulation(Entry):
    """One run of one plant; the same arguments and calls give the same events.

    Args:
        plant: The plant.
        seed: Together with `replication`, the key of all draws.
        replication: Number of the replication.
        state: Where to start from; without one, an empty plant at plant time 0 with everything new.
        log: Where to write events, if anywhere.
        budget: Events after which the run is given up.

    Raises:
        InvalidInput: the state belongs to another plant or does not fit it, or a dispatch rule is not there.
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
        super().__init__(plant, (seed, replication), PlantClock(state.plant_time_s if state else 0.0, budget), log)
        for m in self.machines:
            m.finish_callbacks = [partial(self._on_finished, m)]
            m.failure_callbacks = [partial(self._on_failure, m)]
            m.setup_callbacks = [partial(self._on_setup_done, m)]
            m.arrival_callbacks = [partial(self._on_arrival, m)]
        if state is not None:
            restore(self, state)
        self.drained = bool(self.lots) and not self.streams and not self.unstarted()
        for m in self.machines:
            self._begin_machine(m)
        self._schedule_shifts()
        self._begin_outside(fresh=state is None)
        for m in sorted((m for m in self.machines if m.finished), key=lambda m: m.job[0].queued_s):
            self._wait_for_room(m)
        for m in reversed(self.machines):
            self._begin_moving(m)

    def run_until(self, until_s: float) -> None:
        """Let everything happen up to and including `until_s`; may be called again and again.

        Raises:
            InvalidInput: `until_s` lies in the past.
            RunFailed: the budget of events is used up.
            Deadlock: nothing can go on, and there is still work.
        """
        if until_s < self._clock.time:
            raise InvalidInput(f"plant time is {self._clock.time:g} s already: it cannot run until {until_s:g} s")
        self._clock.advance(until_s)
        if self._clock.idle:
            stuck = left_over(self)
            if stuck is not None:
                raise stuck

    def snapshot(self) -> LineState:
        """The state at this moment, exactly; taking it changes nothing."""
        return take(self)

    def apply(self, change: Change) -> None:
        """Make a change now: it acts on work in progress and on all that follows.

        Raises:
            InvalidInput: an unknown parameter, a value outside its envelope, or a sequence that is not a permutation
                of the orders not yet started.
        """
        self.check(change)
        match change:
            case SetParameter():
                self._set_parameter(change)
            case Resequence():
                self._resequence(change)

    def check(self, change: Change) -> None:
        """Whether a change could be made now.

        Raises:
            InvalidInput: as `apply`.
        """
        check_change(self.plant, change, self.not_started())

    def not_started(self) -> tuple[str, ...]:
        """Orders of which no unit has entered the line, components included, in sequence."""
        return tuple(self.lots[i].lowered.name for i in self.sequence if not any(o.started for o in self._family(i)))

    def force_down(self, station: str, mode: str, repair_s: float) -> None:
        """Make a station's first machine break down now in one mode; if it is down in it, the repair ends no sooner.

        Raises:
            InvalidInput: unknown station or mode, or a repair time below 0.
        """
        m, failure = self._mode(station, mode)
        if repair_s < 0:
            raise InvalidInput(f"repair_s must not be negative, {repair_s:g} was given")
        if not failure.down:
            self._fail(m, failure, repair_s)
        elif failure.repaired_s < inf and self._clock.time + repair_s > failure.repaired_s:
            self._schedule_repair(m, failure, repair_s)

    def set_failure_factor(self, station: str, mode: str, factor: float) -> None:
        """From now on a mode fails `factor` times as often as its description and the parameters say.

        Raises:
            InvalidInput: unknown station or mode, or a factor below 0.
        """
        self._mode(station, mode)
        if factor < 0:
            raise InvalidInput(f"a failure factor must not be negative, {factor:g} was given")
        for m in self._machines_of(station):
            self._sync(m)
            for failure in m.modes:
                if failure.lowered.name == mode:
                    failure.factor = factor
            self._set_rates(m)
            self._reschedule(m)

    def set_scrap_factor(self, station: str, factor: float) -> None:
        """From now on a station scraps `factor` times as much as its description and the parameters say.

        Raises:
            InvalidInput: unknown station, or a factor below 0.
        """
        machines = self._machines_of(station)
        if factor < 0:
            raise InvalidInput(f"a scrap factor must not be negative, {factor:g} was given")
        for m in machines:
            m.scrap_factor = factor
            self._set_factors(m)

    def _family(self, order: int) -> list[OrderRun]:
        """An order and what it needs of components."""
        return [self.lots[i] for i in (order, *self.children.get(order, ()))]

    def _begin_machine(self, m: MachineRun) -> None:
        """Counters start at 0 now, although the condition may have begun earlier; failures are scheduled."""
        now = self._clock.time
        m.closed = not m.job and self._nothing_comes(m)
        code = resting_code(m)
        if CONDITION_OF[code] is not CONDITION_OF[m.code]:
            m.since_s = now
        m.code = code
        m.spent[code] = m.since_s - now
        m.spent_mark = [0.0] * len(m.spent)
        energy = m.energy_kws
        self._set_factors(m)
        m.energy_kws = energy
        self._set_rates(m)
        for mode in m.modes:
            mode.since_s = now
            if mode.down:
                if mode not in self.repairs or self.repairs[mode].began:
                    self._schedule_repair(m, mode, mode.repaired_s - now)
            elif mode.threshold == inf:
                mode.threshold = self._uptime(m, mode)
            self._schedule_mode(m, mode)
        for care in m.care:
            if m.service is care and m.asking is None:
                self._begin_care_again(m, care)
            elif m.service is not care and not care.due:
                self._schedule_care(m, care)

    def _begin_care_again(self, m: MachineRun, care: object) -> None:
        for running in m.care:
            if running is care:
                left = running.began_s + running.total - self._clock.time
                running.timer = self._clock.wake_at(
                    self._clock.time + max(left, 0.0), 0, [partial(self._on_cared_for, m, running)]
                )

    def _nothing_comes(self, m: MachineRun) -> bool:
        """Whether nothing that is on the line or will enter can come to a machine."""
        if not self.drained:
            return False
        reach = self.net.reach
        return not any(count and m.station in reach[step] for step, count in enumerate(self.at_step))

    def _begin_outside(self, *, fresh: bool) -> None:
        """Expect what comes: arrivals, deliveries, components on conveyors."""
        for stream in self.streams:
            if stream.timer is None:
                self._expect_arrival(stream)
        for b in self.buffers:
            for part in b.queue if b.kit else ():
                if part.ready_s > self._clock.time:
                    self._await_crossing(b, part.ready_s)
        for material in self.materials:
            if fresh:
                self._announce(material)
                self._reorder(material)
            else:
                for coming in list(material.coming):
                    self._expect(material, coming)

    def _begin_moving(self, m: MachineRun) -> None:
        """Go on with what is under way in a machine, or let units move that can."""
        if m.job and not m.finished:
            if m.crew < 0 or not m.skill:
                self._go_on(m)
            elif not m.down and not m.off:
                self._start_segment(m)
        elif m.job:
            self._send(m)
        elif m.service is None:
            self._pull(m)

    def _set_parameter(self, change: SetParameter) -> None:
        machines = self._machines_of(change.alias.split(".", 1)[0])
        self.values[change.alias] = change.value
        for m in machines:
            self._sync(m)
            self._set_factors(m)
            self._set_rates(m)
            self._reschedule(m)
            if self._log is not None:
                self._log.append(EventKind.CHANGE, self._clock.time, m.position, value=change.value)

    def _resequence(self, change: Resequence) -> None:
        positions = {o.lowered.name: o.position for o in self.orders}
        wanted = [positions[name] for name in change.orders]
        moved = set(wanted)
        self.sequence = [i for i in self.sequence if i not in moved] + wanted
        for m in self.machines:
            if m.entry and m.idle:
                self._pull(m)

    def _machines_of(self, station: str) -> list[MachineRun]:
        if station not in self.plant.station_index:
            raise InvalidInput(f"the plant has no station '{station}'; it has: {', '.join(self.plant.station_index)}")
        index = self.plant.station_index[station]
        return [m for m in self.machines if m.station == index]

    def _mode(self, station: str, mode: str) -> tuple[MachineRun, ModeRun]:
        m = self._machines_of(station)[0]
        for failure in m.modes:
            if failure.lowered.name == mode:
                return m, failure
        known = ", ".join(f.lowered.name for f in m.modes) or "none"
        raise InvalidInput(f"station '{station}' has no failure mode '{mode}'; it has: {known}")
