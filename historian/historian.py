"""The historian: records samples and events of one plant and answers the port `plants.ports.history.History`.

Used by the service: its mirror loop records each batch in one transaction, the executor measures watch windows, the
console draws trends. It refuses tags that the plant does not have, and never asks the equipment anything.

Each sample is kept under the plant time it belongs to (`plants.timeline`). When plant time steps back the equipment has
started anew: a new run begins, and all questions are about the newest run.
"""

import json
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from historian.archive import Archive
from historian.coding import microseconds, moment, row_of, sample_of
from historian.errors import HistoryUnavailable, SpanTooLong
from historian.event import RECORDING_NOT_ENDED, Event
from historian.happenings import Happenings
from historian.keeping import MARK, RECORDING, Keeping, Kept, keep
from historian.measure import measure
from historian.retention import EVERYTHING, Retention, forget
from historian.span import MAX_ROWS, Limits, Span
from historian.store import Store
from plants.flow.outcome import Measurement
from plants.flow.sample import Sample
from plants.kpi import Kpi
from plants.model.plant import Plant
from plants.model.tags import PLANT_TIME, TagRole, tags_of
from plants.timeline import Timeline, overtaken

LOST_WALL_S = 1.0
"""What a kill at any moment may cost: a batch is stored as soon as it is handed over, a few times a second."""
_MOVING = frozenset(
    {
        TagRole.POWER,
        TagRole.ENERGY,
        TagRole.ACTUAL,
        TagRole.LEVEL,
        TagRole.PROCESSED,
        TagRole.DEFECTIVE,
        TagRole.PLANT_TIME,
    }
)
"""Tags that change all the time, which thinning may thin; states, orders and setpoints are kept whole."""


class Historian:
    """Recorded history of one plant, in one file."""

    def __init__(
        self,
        plant: Plant,
        path: str | Path,
        *,
        retention: Retention | None = None,
        limits: Limits | None = None,
        archive: str | Path | None = None,
        keeping: Keeping | None = None,
    ) -> None:
        """Open or make the file and pick up where it ended; with an archive, what is past is kept there.

        Raises:
            HistoryUnavailable: the file cannot be opened.
            HistoryOfAnotherPlant: the file is of another plant.
        """
        self.plant = plant
        self._limits = limits or Limits()
        self._retention = retention or Retention()
        self._aliases = frozenset(t.alias for t in tags_of(plant))
        self._moving = sorted(t.alias for t in tags_of(plant) if t.role in _MOVING)
        self._store = Store(Path(path), plant.plant, sorted(self._aliases))
        self._archive = None if archive is None else Archive(Path(archive))
        self._keeping = keeping or Keeping()
        self._recording = threading.Lock()
        self._since_forgetting = 0
        self._first_run = self._store.run()
        self._number = self._store.last_number()
        self._latest = self._reload()
        self._timeline = Timeline(self._last_plant_time_s())
        self._happenings = Happenings(plant)
        self._happenings.begin(list(self._latest.values()))
        self._open = False

    def begin(self, now: datetime) -> Event | None:
        """Say that recording begins, and whether the last recording was ended.

        If it was not (killed, power cut), an event says what that may have cost: each batch is stored at once, so at
        most what came in the last `LOST_WALL_S`.
        """
        ended = self._store.fact(RECORDING) is None
        self._store.set_fact(RECORDING, now.isoformat())
        self._open = True
        newest_us = self._store.newest_received_us()
        if ended or newest_us is None:
            return None
        last = moment(newest_us)
        return self.record_event(
            RECORDING_NOT_ENDED,
            now,
            text=f"recording ended without saying so; the last sample is of {last:%Y-%m-%d %H:%M:%S} UTC, and up to "
            f"{LOST_WALL_S:g} s after it may be lost",
            detail={"last_received": last.isoformat(), "gap_wall_s": (now - last).total_seconds()},
        )

    def close(self) -> None:
        """Close the file, saying that recording ended. May be called twice."""
        if self._open:
            self._open = False
            with suppress(HistoryUnavailable), self._store.transaction() as db:
                db.execute("DELETE FROM fact WHERE name = ?", (RECORDING,))
        self._store.close()

    def keep(self, now: datetime) -> Kept | None:
        """Move what is past into the archive, thin and trim it; takes long, and does not hold up recording.

        Raises:
            HistoryUnavailable: the file cannot be read or the archive cannot be written.
        """
        if self._archive is None:
            return None
        kept = keep(self._store, self._archive, self._keeping, now, self._moving)
        if kept.removed:
            self.record_event(
                "history_removed", now, text=f"{len(kept.removed)} hours of history were removed: {kept.removed[0]} …"
            )
        return kept

    def record(self, samples: Sequence[Sample]) -> None:
        """Keep a batch, in one transaction. Tags that the plant does not have are left out.

        Before the first plant time has come nothing can be placed: the newest sample of each tag waits for it.

        Raises:
            HistoryUnavailable: it could not be stored; nothing of the batch was.
        """
        if not samples:
            return
        with self._recording:
            known = [s for s in samples if s.alias in self._aliases]
            run = self._timeline.run
            placed = self._timeline.place(known)
            if self._timeline.run != run:
                self._latest.clear()
                self._happenings.begin()
            fresh = [(at_s, s) for at_s, s in placed if not self._repeated(s)]
            with self._store.transaction() as db:
                db.executemany("INSERT INTO sample VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", self._rows(fresh))
                db.executemany("INSERT INTO happened VALUES (?, ?, ?, ?, ?, ?)", self._happened(fresh))
            self._number += len(fresh)
            self._latest.update((s.alias, s) for s in known if not overtaken(s, self._latest.get(s.alias)))
            self._forget_now_and_then(len(fresh))

    def plant_time_s(self) -> float | None:
        """Plant time of the newest recorded sample, or None when there is none."""
        return self._timeline.now_s

    def latest(self, alias: str) -> Sample | None:
        """Newest recorded sample of a tag, whatever its quality."""
        return self._latest.get(alias)

    def samples(self, alias: str, start_s: float, end_s: float) -> tuple[tuple[float, Sample], ...]:
        """(plant time, sample) of a tag within a span of the newest run, both ends included, oldest first.

        Raises:
            SpanTooLong: there are more than 200,000.
            HistoryUnavailable: the file cannot be read.
        """
        rows = self._store.between(self._run, alias, start_s, end_s, MAX_ROWS + 1)
        if len(rows) > MAX_ROWS:
            raise SpanTooLong(f"'{alias}' has more than {MAX_ROWS} samples in this span: ask for a shorter one")
        return tuple((at_s, sample_of(alias, row)) for at_s, row in rows)

    def measure(self, kpi: Kpi, start_s: float, end_s: float) -> Measurement:
        """A KPI over a span of plant time, from recorded counters; formulas in `historian.measure`.

        Raises:
            HistoryUnavailable: the file cannot be read.
        """
        return measure(self.plant, kpi, Span(self._store, self._run, start_s, end_s, self._limits))

    def record_event(
        self,
        kind: str,
        at: datetime,
        *,
        subject: str = "line",
        text: str = "",
        detail: Mapping[str, bool | int | float | str | None] | None = None,
    ) -> Event:
        """Keep something that happened, at the present plant time.

        Raises:
            HistoryUnavailable: it could not be stored.
        """
        event = Event(
            number=1, kind=kind, subject=subject, text=text, detail=dict(detail or {}),
            plant_time_s=self._timeline.now_s, at=at,
        )  # fmt: skip
        with self._store.transaction() as db:
            cursor = db.execute(
                "INSERT INTO event (run, at_s, at_us, kind, subject, text, detail) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self._run, event.plant_time_s, microseconds(at), kind, subject, text, json.dumps(event.detail)),
            )
            number = cursor.lastrowid
        return event.model_copy(update={"number": number})

    def events(self, *, kind: str | None = None, after: int = 0, limit: int = 1000) -> tuple[Event, ...]:
        """The newest `limit` events with a number above `after`, newest first; of all runs.

        Raises:
            HistoryUnavailable: the file cannot be read.
        """
        rows = self._store.events(
            "WHERE number > ? AND (? IS NULL OR kind = ?) ORDER BY number DESC LIMIT ?", after, kind, kind, limit
        )
        return tuple(_event(row) for row in rows)

    @property
    def _run(self) -> int:
        return self._first_run + self._timeline.run

    def _rows(self, placed: Sequence[tuple[float, Sample]]) -> list[tuple[Any, ...]]:
        tags = self._store.tags
        return [
            (self._run, tags[s.alias], at_s, self._number + n, *row_of(s))
            for n, (at_s, s) in enumerate(placed, start=1)
        ]

    def _happened(self, placed: Sequence[tuple[float, Sample]]) -> list[tuple[Any, ...]]:
        return [
            (self._run, e.at_s, microseconds(e.at), e.kind, e.subject, json.dumps(e.detail, ensure_ascii=False))
            for e in self._happenings.of(placed)
        ]

    def _repeated(self, sample: Sample) -> bool:
        """Whether it says again what is known, as a re-read after a reconnect does."""
        known = self._latest.get(sample.alias)
        return (
            known is not None
            and sample.source_time is not None
            and (known.value, known.quality, known.source_time) == (sample.value, sample.quality, sample.source_time)
            and known is not sample
        )

    def _reload(self) -> dict[str, Sample]:
        newest = ((alias, self._store.before(self._first_run, alias, float("inf"))) for alias in self._aliases)
        return {alias: sample_of(alias, row[1]) for alias, row in newest if row is not None}

    def _last_plant_time_s(self) -> float | None:
        newest = self._store.before(self._first_run, PLANT_TIME, float("inf"))
        return None if newest is None else newest[0]

    def _forget_now_and_then(self, recorded: int) -> None:
        self._since_forgetting += recorded
        if self._since_forgetting >= self._retention.every_rows and self._timeline.now_s is not None:
            self._since_forgetting = 0
            mark = self._store.fact(MARK)
            archived_us = EVERYTHING if self._archive is None else int(mark or 0)
            forget(self._store, self._retention, self._run, self._timeline.now_s, archived_us=archived_us)


def _event(row: tuple[Any, ...]) -> Event:
    number, kind, subject, text, detail, at_s, at_us = row
    return Event(
        number=number,
        kind=kind,
        subject=subject,
        text=text,
        detail=json.loads(detail),
        plant_time_s=at_s,
        at=moment(at_us),
    )
