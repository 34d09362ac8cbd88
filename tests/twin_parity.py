"""Whether two engines give the same run: the same events, totals at every stop, and snapshot at the end."""

import itertools
from typing import Protocol

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
    assert [t._replace(nominal_s=()) for t in totals] == [t._replace(nominal_s=()) for t in other_totals]
    assert end == other_end
    return len(log)


def case_of(plant: Plant, **more: object) -> Case:
    """A case without changes unless they are given."""
    return Case(**({"plant": plant, "state": None, "changes": (), "delay_s": 0.0, "seed": 1} | more))  # type: ignore[arg-type]
