"""The world of one seed: true time, an agenda of what will happen, faults that lie in wait, and the story told.

Everything happens in one thread, at moments that the service itself gives: when it sleeps, when a request travels, when
it looks at the clock, before and after each transaction. All choices come from one generator.
"""

import heapq
import random
import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from plants.errors import JayulError
from plants.model.plant import Plant
from service.running import Service
from tests.simulation.clock import ServiceClock, TrueTime
from tests.simulation.line import SEEN_WALL_S, SimulatedLine
from tests.simulation.link import Answer, Wire
from tests.simulation.storage import OtherProcess, WatchedStore

SCALE = 60.0
"""Plant seconds per wall second."""
SHIFT_S = 28_800.0


class Killed(BaseException):
    """The end of the process, wherever it is."""


class Stage(StrEnum):
    """Where the service stands when something happens: the change under way, else what waits, else nothing."""

    IDLE = "idle"
    JUDGED = "judged"
    APPROVED = "approved"
    CLAIMED = "claimed"
    SENT = "sent"
    APPLIED = "applied"
    WATCHING = "watching"
    ROLLING_BACK = "rolling_back"
    RECOVERING = "recovering"


class Place(StrEnum):
    """Where in the service's work a moment lies."""

    LOOK = "look"
    """At the clock, perhaps within a transaction: the ledger must not be used."""
    FREE = "free"
    """Between transactions, on the way to the equipment or asleep."""


class World:
    """Everything around the service."""

    def __init__(self, seed: int, plant: Plant, folder: Path) -> None:
        self.seed = seed
        self.rng = random.Random(seed)
        self.plant = plant
        self.folder = folder
        self.true = TrueTime()
        self.clock = ServiceClock(self.true, lambda: self.moment(Place.LOOK), self.pass_time)
        self.line = SimulatedLine(plant, SCALE, self.rows, self.unseen)
        self.wire = Wire()
        self.service: Service | None = None
        self.store: WatchedStore | None = None
        self.propose: Callable[[], None] = lambda: None
        self.secrets: tuple[str, ...] = ()
        self.recovering = False
        self.fuse: int | None = None
        self.call_fuse: int | None = None
        self.kills_ahead = 0
        self.armed_again = 0
        self.coverage: Counter[tuple[Stage, str]] = Counter()
        self.counted: Counter[str] = Counter()
        self.story: list[str] = []
        self.said: list[str] = []
        self.removed: set[Path] = set()
        self.others: list[OtherProcess] = []
        self.waiting: list[tuple[float, Callable[[Place, Stage], bool]]] = []
        self.wrong_since: dict[str, float] = {}
        self.wrong_until: dict[str, float] = {}
        self._agenda: list[tuple[float, int, Callable[[], object]]] = []
        self._number = 0
        self._busy = False
        self._calling = False
        self._stage: Stage | None = None
        self._eye: sqlite3.Connection | None = None

    # Time ------------------------------------------------------------------------------------------------------------

    def pass_time(self, wall_s: float) -> None:
        """Let the world go on; what is due happens on the way."""
        until_s = self.true.s + wall_s
        while self._agenda and self._agenda[0][0] <= until_s and not self._busy:
            due_s, _, act = heapq.heappop(self._agenda)
            self._go_to(due_s)
            self._act(act)
        self._go_to(until_s)
        self.moment(Place.FREE)

    def later(self, wall_s: float, act: Callable[[], object]) -> None:
        """Put something on the agenda."""
        self._number += 1
        heapq.heappush(self._agenda, (self.true.s + wall_s, self._number, act))

    def wall(self) -> datetime:
        """Wall time as the service believes it, without looking at its clock."""
        return self.true.now() + timedelta(seconds=self.clock.wrong_by_s)

    def _go_to(self, s: float) -> None:
        if s > self.true.s:
            self.line.advance(s - self.true.s)
            self.true.s = s

    def _act(self, act: Callable[[], object]) -> None:
        """Do what is due: somebody else's doing, in which nothing else happens."""
        busy, self._busy = self._busy, True
        try:
            act()
        finally:
            self.note_data()
            self._busy = busy

    # Moments ---------------------------------------------------------------------------------------------------------

    def moment(self, place: Place) -> None:
        """The service has come to a point between two of its steps.

        Raises:
            Killed: it ends here.
        """
        if self._calling and self.call_fuse is not None:
            self.call_fuse -= 1
            if self.call_fuse <= 0:
                self.call_fuse = None
                self.struck("kill_in_call", self.stage())
                raise Killed
        if self._busy or (self.service is None and not self.recovering):
            return
        if self.waiting:
            self._strike(place)
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse <= 0:
                self.fuse = None
                self.struck("kill", self.stage())
                raise Killed

    def _strike(self, place: Place) -> None:
        stage = self.stage()
        for item in list(self.waiting):
            until_s, strikes = item
            hit: list[bool] = []
            self._act(lambda s=strikes, h=hit: h.append(s(place, stage)))  # type: ignore[misc]  # bound now
            if hit[0] or self.true.s > until_s:
                self.waiting.remove(item)

    def struck(self, fault: str, stage: Stage) -> None:
        """Count a fault at the stage in which it struck."""
        self.coverage[stage, fault] += 1
        self.tell(f"FAULT {fault} while {stage}")

    def stage(self) -> Stage:
        """Where the service stands, by what is committed."""
        if self.recovering:
            return Stage.RECOVERING
        if self._stage is None:
            self._stage = self._read_stage()
        return self._stage

    def _stored(self) -> None:
        """Something was committed."""
        self._stage = None

    def _read_stage(self) -> Stage:
        eye = self._look()
        if eye is None:
            return Stage.IDLE
        rows = eye.execute(
            "SELECT status, id IN (SELECT proposal_id FROM rollbacks) FROM proposals"
            " WHERE status IN ('judged', 'approved', 'claimed', 'sent', 'applied', 'watching')"
        ).fetchall()
        if any(back for _, back in rows):
            return Stage.ROLLING_BACK
        found = {status for status, _ in rows}
        order = (Stage.CLAIMED, Stage.SENT, Stage.APPLIED, Stage.WATCHING, Stage.APPROVED, Stage.JUDGED)
        return next((stage for stage in order if stage in found), Stage.IDLE)

    def rows(self) -> int:
        """Length of the audit chain."""
        eye = self._look()
        return 0 if eye is None else int(eye.execute("SELECT COALESCE(MAX(seq), 0) FROM audit").fetchone()[0])

    def in_flight(self) -> tuple[str, ...]:
        """Tags of the change under way."""
        eye = self._look()
        if eye is None:
            return ()
        found = eye.execute(
            "SELECT json_extract(value, '$.alias') FROM proposals, json_each(plan, '$.steps')"
            " WHERE status IN ('approved', 'claimed', 'sent', 'applied', 'watching')"
        )
        return tuple(dict.fromkeys(alias for (alias,) in found))

    def _look(self) -> sqlite3.Connection | None:
        """An eye of our own on the ledger's file, which changes nothing."""
        if self._eye is None and self.service is not None:
            self._eye = sqlite3.connect(self.folder / "ledger.db", isolation_level=None)
        return self._eye

    def close(self) -> None:
        """Close the eye."""
        if self._eye is not None:
            self._eye.close()

    # The life of the service -----------------------------------------------------------------------------------------

    def born(self, service: Service) -> None:
        """A service has recovered and runs."""
        self.service, self.recovering = service, False
        self._stored()
        self.store = WatchedStore(service.ledger.book._store, lambda: self.moment(Place.FREE), self._stored)
        service.ledger.book._store = self.store  # type: ignore[assignment]  # a store that says when it is used
        self.tell(f"the service runs, epoch {service.executor.epoch}")

    def gone(self) -> None:
        """It runs no more."""
        self.service, self.store, self.recovering, self.fuse = None, None, False, None
        self.removed.clear()

    def put_right(self) -> None:
        """The end of the shift: everything is in order from now on, and stays so."""
        self.waiting.clear()
        self._agenda.clear()
        self.fuse, self.call_fuse, self.kills_ahead = None, None, 0
        self.wire.up, self.wire.silent, self.wire.next_write = True, False, Answer.ARRIVES
        self.wire.quality.clear()
        self.wire.odd.clear()
        self.wire.frozen.clear()
        self.line.put_right()
        self.clock.wrong_by_s = 0.0
        for other in self.others:
            other.unlock()
        if self.store is not None:
            self.store.fill(full=False)
            self.store.fail_at(0)

    # Telling ---------------------------------------------------------------------------------------------------------

    def tell(self, text: str) -> None:
        """Add a line to the story."""
        self.story.append(f"{self.true.s:8.2f} s  {text}")

    def attempt(self, what: str, act: Callable[[Service], object]) -> bool:
        """Somebody does something with the service, if it runs; what it says no to is part of the story."""
        if self.service is None or self.recovering:
            return False
        self._calling = True
        try:
            act(self.service)
        except JayulError as error:
            self.said.append(error.message)
            self.counted[f"refused: {what.partition(' ')[0]}"] += 1
            self.tell(f"{what}: refused: {error.message[:160]}")
            return False
        finally:
            self._calling = False
        self.tell(what)
        return True

    # The state of the data, as it truly is ---------------------------------------------------------------------------

    def note_data(self) -> None:
        """Remember since when which tags are not what the line holds."""
        wire = self.wire
        if not (self.wrong_since or wire.quality or wire.odd or wire.silent or not wire.up):
            return
        wrong = {alias for alias in self.line.values if not self.wire.sound(alias)}
        if self.wire.silent or not self.wire.up:
            wrong |= set(self.line.values)
        self.wrong_until |= dict.fromkeys((*self.wrong_since, *wrong), self.true.s)
        for alias in set(self.wrong_since) - wrong:
            del self.wrong_since[alias]
        for alias in wrong:
            self.wrong_since.setdefault(alias, self.true.s)

    def wrong_for(self, wall_s: float) -> tuple[str, ...]:
        """Tags that have been wrong for at least so long."""
        return tuple(sorted(alias for alias, since in self.wrong_since.items() if self.true.s - since >= wall_s))

    def unseen(self) -> set[str]:
        """Tags whose data are wrong, or were a moment ago."""
        self.note_data()
        late = {alias for alias, until in self.wrong_until.items() if self.true.s - until < SEEN_WALL_S}
        return late | set(self.wrong_since)
