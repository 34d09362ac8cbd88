"""What stops a machine: failures, planned maintenance, the end of a shift.

A failure by the operating clock is known when a stretch of work begins and is scheduled instead of its end; one by the
calendar clock is an event of its own. Several may be under repair at once. Maintenance begins between two jobs and runs
on through breaks; while it lasts nothing is taken up.
"""

from abc import abstractmethod
from functools import partial
from math import inf

from plants.model.parameter import TableCurve, curve_factor
from twin.clock import Priority, Wake
from twin.draws import Purpose, uniform
from twin.log import EventKind
from twin.lowering import factors
from twin.network.floor import resting_code
from twin.network.work import Work
from twin.network.working import NOBODY, CareRun, CrewOfMode, Errand, MachineRun, Request
from twin.sampling import ppf
from twin.working import ModeRun

_FAILURE, _REPAIR, _SHIFT = Priority.FAILURE, Priority.REPAIR, Priority.SHIFT


class Stops(Work):
    """A floor whose machines stop."""

    @abstractmethod
    def _pull(self, m: MachineRun) -> None:
        """An empty machine looks for a job (given by the modules above)."""

    def _on_failure(self, m: MachineRun, event: Wake) -> None:
        """The operating clock of a machine has come to its next failure."""
        if event is m.timer:
            self._fail(m, min(m.operating, key=_operating_left))

    def _on_calendar_failure(self, m: MachineRun, mode: ModeRun, event: Wake) -> None:
        if event is mode.timer:
            self._fail(m, mode)

    def _fail(self, m: MachineRun, mode: ModeRun, repair_s: float | None = None) -> None:
        """A machine breaks down in one mode; work under way stops."""
        now = self._clock.time
        self._sync(m)
        mode.down = True
        mode.down_since_s = now
        mode.count += 1
        if repair_s is None:
            repair_s = ppf(mode.lowered.repair, self.mode_draw(m, mode, mode.count - 1, Purpose.REPAIR))
        m.down += 1
        m.breakdowns += not mode.lowered.micro
        self._have_repaired(m, mode, repair_s)  # asked for before its operator goes free: repairs come first
        if m.running or m.asking is not None:
            self._stop(m)
        if self._log is not None:
            self._log.append(EventKind.DOWN, now, m.position, value=mode.position)
        self._set_limit(m)
        self._note(m, resting_code(m))

    def _have_repaired(self, m: MachineRun, mode: ModeRun, repair_s: float) -> None:
        """Begin a repair, when somebody who can do it is there."""
        mode.timer = None
        if mode.lowered.skill:
            crew, request = self._ask(m, mode.lowered.skill, Errand.REPAIR, mode)
            self.repairs[mode] = CrewOfMode(request, crew, repair_s, request is None)
            if request is not None:
                mode.repaired_s = inf
                return
        self._schedule_repair(m, mode, repair_s)

    def _schedule_repair(self, m: MachineRun, mode: ModeRun, repair_s: float) -> None:
        mode.repaired_s = self._clock.time + repair_s
        mode.timer = self._clock.wake_at(mode.repaired_s, _REPAIR, [partial(self._on_repaired, m, mode)])

    def _on_repaired(self, m: MachineRun, mode: ModeRun, event: Wake) -> None:
        """A repair ends; the last one lets work go on where it stopped."""
        if event is not mode.timer:
            return
        mode.down = False
        mode.elapsed = 0.0
        mode.since_s = self._clock.time
        mode.threshold = self._uptime(m, mode)
        m.down -= 1
        m.breakdowns -= not mode.lowered.micro
        if self._log is not None:
            self._log.append(EventKind.UP, self._clock.time, m.position, value=mode.position)
        if m.wear_lowered is not None and m.wear_lowered.reset_by_repair and not mode.lowered.micro:
            self._set_wear(m, 0.0)
        self._schedule_mode(m, mode)
        if mode.lowered.skill:
            self._free(self.repairs.pop(mode).crew)
        if m.job and not m.finished and not m.down:
            self._go_on(m)
        else:
            self._note(m, resting_code(m))

    def _come(self, request: Request, crew: int) -> None:
        """A person has come: to repair, to maintain, or to work."""
        m = request.machine
        if request.errand is Errand.REPAIR and request.mode is not None:
            repair = self.repairs[request.mode]
            repair.request, repair.crew, repair.began = None, crew, True
            self._schedule_repair(m, request.mode, repair.total)
            return
        m.asking, m.crew = None, crew
        if request.errand is Errand.MAINTENANCE and m.service is not None:
            self._begin_care(m, m.service)
        else:
            self._start_segment(m)

    def _schedule_mode(self, m: MachineRun, mode: ModeRun) -> None:
        """Schedule the next failure of a mode that is up (repairs are scheduled where they begin)."""
        if mode.down:
            return
        if not mode.lowered.calendar:
            self._set_limit(m)
        elif mode.rate > 0:
            at = self._clock.time + (mode.threshold - mode.elapsed) / mode.rate
            mode.timer = self._clock.wake_at(at, _FAILURE, [partial(self._on_calendar_failure, m, mode)])
        else:
            mode.timer = None

    def _set_limit(self, m: MachineRun) -> None:
        """Bring the operating clocks up to date and find the next failure by any of them."""
        for mode in m.operating:
            mode.elapsed += m.operated * mode.rate
        m.operated_total += m.operated
        m.operated = 0.0
        m.operating_limit = min((_operating_left(mode) for mode in m.operating), default=inf)

    def _sync(self, m: MachineRun) -> None:
        """Bring work and failure clocks of a machine up to this moment."""
        now = self._clock.time
        if m.running:
            done = now - m.segment_s
            m.segment_s = now
            if m.setup_left >= 0:
                m.setup_left = max(m.setup_left - done, 0.0)
            else:
                m.left = max(m.left - done / m.cycle_factor, 0.0) if m.cycle_factor > 0 else m.left
                m.operated += done
        for mode in m.modes:
            if mode.lowered.calendar and not mode.down:
                mode.elapsed += (now - mode.since_s) * mode.rate
                mode.since_s = now
        self._set_limit(m)

    def _set_rates(self, m: MachineRun) -> None:
        """Take over how fast the failure clocks run; they must be up to date."""
        failure = factors(self.plant.stations[m.station], self.values).failure * self._worn(m, "failure_rate")
        for mode in m.modes:
            mode.rate = failure * mode.factor

    def _set_factors(self, m: MachineRun) -> None:
        """Take over what the parameters do to cycle, scrap and power; energy so far is settled at the old power."""
        self._settle_energy(m)
        f = factors(self.plant.stations[m.station], self.values)
        m.cycle_factor, m.power_factor = f.cycle, f.power
        m.scrap_effect = f.scrap * m.scrap_factor * self._worn(m, "scrap")

    def _reschedule(self, m: MachineRun) -> None:
        """Schedule anew what lies ahead of a machine, after its factors changed."""
        for mode in m.modes:
            self._schedule_mode(m, mode)
        if m.running:
            self._start_segment(m)

    def _worn(self, m: MachineRun, what: str) -> float:
        """Factor of wear on one figure; 1 without."""
        curve = None if m.wear_lowered is None else getattr(m.wear_lowered, what)
        return curve_factor(curve, m.wear, 1.0) if isinstance(curve, TableCurve) else 1.0

    def _set_wear(self, m: MachineRun, level: float) -> None:
        self._sync(m)
        m.wear, m.worn_at = level, m.operated_total
        self._set_factors(m)
        self._set_rates(m)
        for mode in m.modes:
            self._schedule_mode(m, mode)

    def _after_job(self, m: MachineRun, units: int) -> None:
        """Reckon up wear, and what falls due by use."""
        self._sync(m)
        operated = m.operated_total - m.worn_at
        wear = m.wear_lowered
        if wear is not None:
            grown = operated / 3600 * wear.per_hour + units * wear.per_unit
            self._set_wear(m, m.wear + grown * factors(self.plant.stations[m.station], self.values).wear)
        m.worn_at = m.operated_total
        for care in m.care:
            care.operated += operated
            care.units += units
            care.due = care.due or _due_by_use(m, care)

    def _schedule_care(self, m: MachineRun, care: CareRun) -> None:
        """Wait for the next moment at which maintenance falls due by the calendar."""
        now = self._clock.time
        moments = [at for at in care.lowered.at_s if at > now]
        if care.lowered.every_s is not None:
            moments.append(max(care.last_s + care.lowered.every_s, now))
        care.timer = None
        if moments:
            care.timer = self._clock.wake_at(min(moments), _FAILURE, [partial(self._on_care_due, m, care)])

    def _on_care_due(self, m: MachineRun, care: CareRun, event: Wake) -> None:
        if event is not care.timer:
            return
        care.due = True
        care.timer = None
        if not m.job and m.service is None:
            self._pull(m)

    def _care_for(self, m: MachineRun) -> bool:
        """Begin the first maintenance that is due, if any; the machine must be empty."""
        care = next((c for c in m.care if c.due), None)
        if care is None:
            return False
        m.service = care
        m.idle = False
        care.timer = None
        care.total = ppf(care.duration, uniform(self.key, care.count, care.entity, care.slot, Purpose.MAINTENANCE))
        care.count += 1
        if care.lowered.skill:
            m.crew, m.asking = self._ask(m, care.lowered.skill, Errand.MAINTENANCE)
        if m.asking is None:
            self._begin_care(m, care)
        else:
            self._note(m, resting_code(m))
        return True

    def _begin_care(self, m: MachineRun, care: CareRun) -> None:
        care.began_s = self._clock.time
        care.timer = self._clock.wake_at(care.began_s + care.total, _REPAIR, [partial(self._on_cared_for, m, care)])
        if self._log is not None:
            self._log.append(EventKind.MAINTENANCE, care.began_s, m.position, value=care.position)
        self._note(m, resting_code(m))

    def _on_cared_for(self, m: MachineRun, care: CareRun, event: Wake) -> None:
        """Maintenance ends: what it renews begins anew."""
        if event is not care.timer:
            return
        now = self._clock.time
        m.service, care.due, care.last_s = None, False, now
        care.operated, care.units = 0.0, 0
        if self._log is not None:
            self._log.append(EventKind.MAINTAINED, now, m.position, value=care.position)
        self._sync(m)
        for mode in m.modes:
            if mode.lowered.name in care.lowered.renews and not mode.down:
                mode.renewed += 1
                mode.elapsed = 0.0
                mode.threshold = self._uptime(m, mode)
        self._set_wear(m, 0.0)
        self._schedule_care(m, care)
        crew, m.crew = m.crew, NOBODY
        self._free(crew)
        self._pull(m)

    def _schedule_shifts(self) -> None:
        """Wait for the next beginning or end of working time of each calendar."""
        for name in self._calendars:
            self._schedule_shift(name)

    def _schedule_shift(self, name: str) -> None:
        edge = self._calendars[name].next_edge(self._clock.time)
        if edge < inf:
            self._clock.wake_at(edge, _SHIFT, [partial(self._on_shift, name)])

    def _on_shift(self, name: str, _: Wake) -> None:
        """Working time of a calendar begins or ends: people first, then machines."""
        open_now = self._calendars[name].is_open(self._clock.time)
        self._schedule_shift(name)
        for crew, described in zip(self.crews, self.plant.crews, strict=True):
            if described.calendar == name:
                self._change_shift(crew, open_now)
        for m in self.machines:
            if self.plant.stations[m.station].calendar == name:
                self._open(m) if open_now else self._close(m)

    def _close(self, m: MachineRun) -> None:
        """A machine's working time ends; work under way rests."""
        self._sync(m)
        self._stop(m)
        m.off = True
        m.idle = False
        if not m.job and m.service is None:
            m.timer = None
        self._note(m, resting_code(m))

    def _open(self, m: MachineRun) -> None:
        """A machine's working time begins."""
        m.off = False
        if not m.job and m.service is None:
            self._pull(m)
        elif m.job and not m.finished and not m.down and m.service is None:
            self._go_on(m)
        else:
            self._note(m, resting_code(m))


def _due_by_use(m: MachineRun, care: CareRun) -> bool:
    c = care.lowered
    return (
        (c.every_operating_s is not None and care.operated >= c.every_operating_s)
        or (c.every_units is not None and care.units >= c.every_units)
        or (c.wear_above is not None and m.wear >= c.wear_above)
    )


def _operating_left(mode: ModeRun) -> float:
    """Seconds of executing until a mode fails by its operating clock, from where its clock was brought up to date."""
    if mode.down or mode.rate <= 0:
        return inf
    return max(mode.threshold - mode.elapsed, 0.0) / mode.rate
