"""The reference engine: a serial line as events in a SimPy environment.

Used by `twin.run` for forecasts and by the virtual plant for its physics. All state is data (`twin.working`): events
are only wake-up calls, so a run can be copied from any moment (`snapshot`) and started again (`state`). How units move
is in `twin.movement`, how stations fail in `twin.breakdowns`, what becomes of orders in `twin.ordering`, which event
comes first in `twin.clock`.
"""

from functools import partial
from math import inf

from plants.errors import InvalidInput
from plants.flow.change import Change, Resequence, SetParameter
from plants.flow.state import LineState
from plants.model.plant import Plant
from twin.changes import check_change
from twin.clock import DEFAULT_BUDGET, PlantClock
from twin.line import resting_code
from twin.log import EventKind, EventLog
from twin.lowering import factors
from twin.ordering import Ordering
from twin.snapshot import restore, take
from twin.working import CONDITION_OF, ModeRun, StationRun


class LineSimulation(Ordering):
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
        super().__init__(plant, (seed, replication), PlantClock(state.plant_time_s if state else 0.0, budget), log)
        for st in self.stations:
            st.finish_callbacks = [partial(self._on_finished, st)]
            st.failure_callbacks = [partial(self._on_failure, st)]
            st.setup_callbacks = [partial(self._on_setup_done, st)]
            st.arrival_callbacks = [partial(self._on_arrival, st)]
        if state is not None:
            restore(self, state)
        for st in self.stations:
            self._begin_station(st)
        for st in reversed(self.stations):
            self._begin_moving(st)

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

    def _begin_station(self, st: StationRun) -> None:
        """Counters start at 0 now, although the condition may have begun earlier; failures are scheduled."""
        now = self._clock.time
        up = st.upstream
        done = up.closed and up.part is None if up else bool(self.orders) and not self._unstarted()
        st.closed = done and st.part is None and not st.queue
        code = resting_code(st)
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

    def _begin_moving(self, st: StationRun) -> None:
        """Go on with what is under way in a station, or let units move that can."""
        if st.working:
            self._start_segment(st)
        elif st.part is None or (st.finished and self._pass_on(st, st.part)):
            self._load(st)

    def _set_parameter(self, change: SetParameter) -> None:
        st = self._station(change.alias.split(".", 1)[0])
        self._sync(st)
        self.values[change.alias] = change.value
        self._set_factors(st)
        self._set_rates(st)
        self._reschedule(st)
        if self._log is not None:
            self._log.append(EventKind.CHANGE, self._clock.time, st.position, value=change.value)

    def _set_factors(self, st: StationRun) -> None:
        """Take over what the parameters do to cycle, scrap and power; energy so far is settled at the old power."""
        self._settle_energy(st)
        f = factors(self.plant.stations[st.position], self.values)
        st.cycle_factor, st.power_factor = f.cycle, f.power
        st.scrap_share = min(st.lowered.scrap * f.scrap * st.scrap_factor, 1.0)

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
