"""How stations fail: operating and calendar clocks, repairs, and the factors that make the clocks run faster.

Used by `twin.engine`. A failure by the operating clock is known when a stretch of work begins and is scheduled instead
of its end; a failure by the calendar clock is an event of its own. Several modes may be under repair at once; the last
repair lets work go on where it stopped (preempt-resume).
"""

from functools import partial
from math import inf

from twin.clock import Priority, Wake
from twin.draws import Purpose
from twin.line import resting_code
from twin.log import EventKind
from twin.lowering import factors
from twin.movement import Movement
from twin.sampling import ppf
from twin.working import ModeRun, StationRun

_FAILURE, _REPAIR = Priority.FAILURE, Priority.REPAIR


class Breakdowns(Movement):
    """A line whose units move and whose stations fail."""

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
        self._note(st, resting_code(st))

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
            self._note(st, resting_code(st))

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
                st.left = max(st.left - done / st.cycle_factor, 0.0) if st.cycle_factor > 0 else st.left
                st.operated += done
        for m in st.modes:
            if m.lowered.calendar and not m.down:
                m.elapsed += (now - m.since_s) * m.rate
                m.since_s = now
        self._set_limit(st)

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


def _operating_left(mode: ModeRun) -> float:
    """Seconds of executing until a mode fails by its operating clock, from where its clock was brought up to date."""
    if mode.down or mode.rate <= 0:
        return inf
    return max(mode.threshold - mode.elapsed, 0.0) / mode.rate
