"""The plant clock: a SimPy environment whose events are woken at an absolute time with a priority.

Used by `twin.engine` only. Events of one moment happen by priority, then in the sequence in which they were scheduled.
Refuses to run on for ever: a budget of events ends a run that does not come forward.
"""

import heapq
from collections.abc import Callable
from enum import IntEnum
from typing import Any, cast

import simpy

from plants.errors import RunFailed

DEFAULT_BUDGET = 100_000_000
"""Events after which a run is given up: about ten days of a bottling line."""


class Priority(IntEnum):
    """Which of several simultaneous events comes first."""

    REPAIR = 0
    """Repairs and maintenance end."""
    WORK = 1
    """Units and setups are finished, vehicles arrive, load, unload and charge."""
    ARRIVAL = 2
    """Units reach the end of a conveyor, orders are released, units and material arrive."""
    FAILURE = 3
    """Failures begin and maintenance falls due: a unit finished at the same moment was finished before."""
    SHIFT = 4
    """Working time begins or ends."""


class Wake(simpy.Event):
    """A triggered event that waits in the schedule. One that is no longer anybody's timer is passed over."""

    __slots__ = ()

    def __init__(self, env: simpy.Environment, callbacks: list[Callable[[Any], None]]) -> None:
        self.env = env
        self.callbacks = callbacks
        self._ok = True
        self._value = None


class PlantClock(simpy.Environment):
    """A SimPy environment in plant seconds. `time` equals `now` and is a plain attribute."""

    def __init__(self, start_s: float, budget: int = DEFAULT_BUDGET) -> None:
        super().__init__(start_s)
        self.time = start_s
        self._schedule = cast(list[tuple[float, int, int, simpy.Event]], self._queue)
        self._left = budget
        self._budget = budget

    @property
    def idle(self) -> bool:
        """Whether nothing is scheduled any more."""
        return not self._schedule

    def wake_at(self, at_s: float, priority: int, callbacks: list[Callable[[Any], None]]) -> Wake:
        """An event at `at_s` that calls `callbacks` with itself."""
        wake = Wake(self, callbacks)
        heapq.heappush(self._schedule, (at_s, priority, next(self._eid), wake))
        return wake

    def advance(self, until_s: float) -> None:
        """Let everything happen up to and including `until_s`.

        Raises:
            RunFailed: the budget of events is used up.
        """
        queue, pop = self._queue, heapq.heappop
        done = 0
        for done in range(self._left):  # noqa: B007 - counts
            if not queue or queue[0][0] > until_s:
                break
            self.time, _, _, event = pop(queue)
            self._now = self.time
            for callback in event.callbacks:
                callback(event)
        else:
            raise RunFailed(
                f"the run was given up after {self._budget} events at plant time {self.time:g} s: "
                "look for stations whose cycle is 0 s, or ask for a shorter horizon"
            )
        self._left -= done
        self.time = self._now = until_s
