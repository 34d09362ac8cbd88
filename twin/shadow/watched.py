"""One station as watched: its condition, its failure clocks, and how long it was in which condition.

The condition is seen in ticks and taken to hold from one tick to the next, so a stop shorter than a tick may be missed.
"""

from collections import deque
from itertools import pairwise

from plants.flow.state import Condition, FailureState, PackML
from plants.model.distribution import mean_s
from plants.model.station import FailureClock, FailureMode, Station
from plants.model.tags import FAILURE_REASON_OFFSET, STOP_REASON_CODES, StopReason

_KEPT = 20_000
_BLOCKED = STOP_REASON_CODES[StopReason.BLOCKED]
_SETUP = STOP_REASON_CODES[StopReason.SETUP]


def condition_of(state: int | None, reason: int | None) -> Condition:
    """What PackML StateCurrent and StopReason mean; UNKNOWN for what the plant file does not foresee."""
    match state:
        case PackML.EXECUTE:
            return Condition.EXECUTING
        case PackML.SUSPENDED:
            return Condition.BLOCKED if reason == _BLOCKED else Condition.STARVED
        case PackML.ABORTED | PackML.HELD:
            return Condition.DOWN
        case PackML.STOPPED:
            if reason is not None and reason >= FAILURE_REASON_OFFSET:
                return Condition.DOWN
            return Condition.SETUP if reason == _SETUP else Condition.UNKNOWN
        case PackML.IDLE | PackML.COMPLETE:
            return Condition.NO_ORDER
        case _:
            return Condition.UNKNOWN


class _Clock:
    """How far one failure mode has come, in nominal seconds."""

    def __init__(self, mode: FailureMode) -> None:
        self.mode = mode
        self.calendar = mode.clock is FailureClock.CALENDAR
        self.count = 0
        self.elapsed_s = 0.0
        self.down_since_s: float | None = None

    def state(self, now_s: float) -> FailureState:
        down_for_s = None if self.down_since_s is None else max(now_s - self.down_since_s, 0.0)
        return FailureState(mode=self.mode.id, count=self.count, elapsed_s=self.elapsed_s, down_for_s=down_for_s)


class WatchedStation:
    """What is known of one station from the ticks seen so far."""

    def __init__(self, station: Station) -> None:
        """Start with nothing known."""
        self.condition = Condition.UNKNOWN
        self.since_s = 0.0
        self.holding = False
        """Whether a unit is in it."""
        self.finished = False
        """Whether that unit is done and waits to leave."""
        self.setup_since_s: float | None = None
        self._clocks = [_Clock(mode) for mode in station.failures]
        self._segments: deque[tuple[float, Condition]] = deque(maxlen=_KEPT)
        self._looked_s: float | None = None
        self._in_setup_s = 0.0

    def look(self, at_s: float, condition: Condition, reason: int | None, failure_factor: float, *, gap: bool) -> None:
        """The station as seen in a tick; `gap` when nothing was seen for long before it."""
        if self._looked_s is not None:
            self._age(at_s - self._looked_s, failure_factor, gap=gap)
            if gap:
                self._segments.append((self._looked_s, Condition.UNKNOWN))
        self._looked_s = at_s
        self._note_failures(at_s, condition, reason)
        if condition is not self.condition or gap or not self._segments:
            self._segments.append((at_s, condition))
        if condition is not self.condition:
            self._change(at_s, condition)

    def assume_operated(self, operated_s: float) -> None:
        """Failure clocks at first sight: time executed since counters began, at most the mean time between failures."""
        for clock in self._clocks:
            clock.elapsed_s = min(operated_s, mean_s(clock.mode.uptime_distribution))

    def failures(self, now_s: float) -> tuple[FailureState, ...]:
        """One per failure mode, in the order of the plant file."""
        return tuple(clock.state(now_s) for clock in self._clocks)

    @property
    def setup_worked_s(self) -> float | None:
        """Seconds spent on a setup under way, repairs in between left out; None when there is none."""
        return None if self.setup_since_s is None else self._in_setup_s

    def shares(self, start_s: float, end_s: float) -> dict[Condition, float]:
        """Seconds in each condition between two plant times, as far as they were seen."""
        seconds = dict.fromkeys(Condition, 0.0)
        for (from_s, condition), (to_s, _) in pairwise([*self._segments, (end_s, Condition.UNKNOWN)]):
            seconds[condition] += max(0.0, min(to_s, end_s) - max(from_s, start_s))
        return seconds

    def _age(self, dt_s: float, failure_factor: float, *, gap: bool) -> None:
        executing = self.condition is Condition.EXECUTING and not gap
        if self.condition is Condition.SETUP and self.setup_since_s is not None:
            self._in_setup_s += dt_s
        for clock in self._clocks:
            if clock.down_since_s is None and (executing or clock.calendar):
                clock.elapsed_s += dt_s * failure_factor

    def _note_failures(self, at_s: float, condition: Condition, reason: int | None) -> None:
        failed = None
        if condition is Condition.DOWN and reason is not None:
            failed = reason - FAILURE_REASON_OFFSET
        for position, clock in enumerate(self._clocks):
            if position == failed and clock.down_since_s is None:
                clock.count, clock.down_since_s = clock.count + 1, at_s
            elif position != failed and clock.down_since_s is not None:
                clock.down_since_s, clock.elapsed_s = None, 0.0

    def _change(self, at_s: float, condition: Condition) -> None:
        before, self.condition, self.since_s = self.condition, condition, at_s
        if condition is Condition.SETUP:
            if self.setup_since_s is None:
                self.setup_since_s, self._in_setup_s = at_s, 0.0
        elif condition is not Condition.DOWN:
            self.setup_since_s = None
        match condition:
            case Condition.EXECUTING | Condition.SETUP:
                self.holding, self.finished = True, False
            case Condition.BLOCKED:
                self.holding, self.finished = True, True
            case Condition.STARVED | Condition.NO_ORDER:
                self.holding, self.finished = False, False
            case Condition.DOWN:  # an operating clock only runs while a unit is worked on
                self.holding = self.holding or before is Condition.UNKNOWN or self._down_by_work()
            case Condition.UNKNOWN:
                pass

    def _down_by_work(self) -> bool:
        return any(clock.down_since_s is not None and not clock.calendar for clock in self._clocks)
