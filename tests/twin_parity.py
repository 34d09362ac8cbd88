"""Whether two engines give the same run: the same events, totals at every stop, and snapshot at the end."""

import itertools
from typing import Protocol

import pytest

from plants.errors import Deadlock
from plants.flow.change import Change, Resequence
from plants.flow.state import LineState
from plants.model.plant import Plant
from tests.twin_random_plants import HORIZON_S, Case
from twin.log import EventLog
from twin.totals import Totals


class Simulation(Protocol):
    """What both engines have; `twin.engine.LineSimulation` says what each member does."""

    @property
    def now_s(self) -> float:
        """Plant time."""

    def run_until(self, until_s: float) -> None:
        """Let everything happen up to a moment."""

    def totals(self) -> Totals:
        """All counters."""

    def apply(self, change: Change) -> None:
        """Make a change."""

    def not_started(self) -> tuple[str, ...]:
        """Orders not begun."""

    def snapshot(self) -> LineState:
        """The state."""


class Made(Protocol):
    """Makes a run of an engine."""

    def __call__(
        self, plant: Plant, *, seed: int, replication: int, state: LineState | None, log: EventLog
    ) -> Simulation:
        """A run that has not begun."""


def history(
    sim: Simulation, log: EventLog, horizon_s: float, changes: tuple[Change, ...], delay_s: float
) -> tuple[EventLog, list[Totals], LineState]:
    """Run in stretches with the changes at their moment; events, totals at every stop, and the end."""
    start, seen = sim.now_s, []
    for mark in sorted({0.0, delay_s, horizon_s / 2, horizon_s}):
        sim.run_until(start + mark)
        seen.append(sim.totals())
        if mark == delay_s:
            for change in changes:
                possible = _still_possible(sim, change)
                if possible is not None:
                    sim.apply(possible)
            seen.append(sim.totals())
    return log, seen, sim.snapshot()


def _still_possible(sim: Simulation, change: Change) -> Change | None:
    """Of a sequence, what has not started during the delay."""
    if isinstance(change, Resequence):
        waiting = sim.not_started()
        return Resequence(orders=tuple(o for o in change.orders if o in waiting)) if waiting else None
    return change


def assert_same(case: Case, made: tuple[Made, Made], horizon_s: float = HORIZON_S) -> int:
    """Two engines on one case; gives the number of events."""
    logs = EventLog(), EventLog()
    (log, totals, end), (other_log, other_totals, other_end) = (
        history(
            make(case.plant, seed=case.seed, replication=3, state=case.state, log=log),
            log,
            horizon_s,
            case.changes,
            case.delay_s,
        )
        for make, log in zip(made, logs, strict=True)
    )

    for n, (row, other) in enumerate(itertools.zip_longest(log.rows(), other_log.rows())):
        assert row == other, f"event {n}"
    if not (totals[0].nominal_s and other_totals[0].nominal_s):  # the engine for lines does not count it
        totals, other_totals = ([t._replace(nominal_s=()) for t in of] for of in (totals, other_totals))
    assert totals == other_totals
    assert end == other_end
    return len(log)


def assert_same_or_locked(case: Case, made: tuple[Made, Made], horizon_s: float) -> int:
    """The same run, or the same deadlock in the same words, from both engines; gives the number of events."""
    try:
        return assert_same(case, made, horizon_s)
    except Deadlock:
        pass  # from one of them: the other must find it too
    (log, told), (other_log, other_told) = (_deadlock(case, make, horizon_s) for make in made)
    assert told == other_told
    assert log.rows() == other_log.rows()[: len(log)]
    return len(log)


def _deadlock(case: Case, make: Made, horizon_s: float) -> tuple[EventLog, str]:
    log = EventLog()
    with pytest.raises(Deadlock) as found:
        _played(case, make, log, horizon_s)
    return log, str(found.value)


def _played(case: Case, make: Made, log: EventLog, horizon_s: float) -> None:
    sim = make(case.plant, seed=case.seed, replication=3, state=case.state, log=log)
    history(sim, log, horizon_s, case.changes, case.delay_s)


def case_of(plant: Plant, **more: object) -> Case:
    """A case without changes unless they are given."""
    return Case(**({"plant": plant, "state": None, "changes": (), "delay_s": 0.0, "seed": 1} | more))  # type: ignore[arg-type]
