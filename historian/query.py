"""Questions about the past, recent and archived as one: by wall time, at full resolution or in steps.

Used by the command line. It reads the history file and the archive beside it, also while a service records, and changes
neither.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from historian.archive import EVENTS, SAMPLES, Archive, arrow, connected
from historian.coding import archived_cell, archived_row, microseconds, moment, sample_of
from historian.errors import HistoryUnavailable, SpanTooLong
from historian.event import RECORDING_NOT_ENDED
from historian.keeping import MARK, RECORDING
from plants.errors import InvalidInput
from plants.flow.sample import Sample

MOST = 2_000_000
"""Samples handed out at once."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One sample with the run of the equipment and the plant time it belongs to."""

    run: int
    at_s: float
    sample: Sample


@dataclass(frozen=True, slots=True)
class Bucket:
    """Numbers of one tag in one step of wall time."""

    alias: str
    begins: datetime
    mean: float
    low: float
    high: float
    last: float
    samples: int


@dataclass(frozen=True, slots=True)
class TagSummary:
    """What is recorded of one tag."""

    alias: str
    samples: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Recordings:
    """How a history came about."""

    since: datetime | None
    """When the recording began that is under way, or was cut off and not taken up since; None when it was ended."""
    newest: datetime | None
    """When the newest sample was received that is in the file."""
    cut_off: tuple[tuple[datetime, str], ...]
    """Recordings that were cut off: when the next one began, and what was said then of the loss; oldest first."""


class HistoryQuery:
    """Read access to one plant's history."""

    def __init__(self, file: Path, archive: Path | None = None) -> None:
        """Open nothing yet.

        Raises:
            InvalidInput: there is no history in that file.
        """
        if not file.is_file():
            raise InvalidInput(f"there is no history in {file}; give the data folder of a service with --data")
        self._file = file
        self._archive = Archive(archive or file.with_suffix(""))

    @property
    def archive(self) -> Archive:
        """The archive beside the file."""
        return self._archive

    def tags(self) -> list[TagSummary]:
        """What is recorded of each tag."""
        with connected() as db:
            self._gather(db, "samples", 0, 1 << 62)
            rows = db.execute(
                "SELECT alias, count(*), min(received_us), max(received_us) FROM samples GROUP BY alias ORDER BY alias"
            ).fetchall()
        return [TagSummary(alias, n, moment(first), moment(last)) for alias, n, first, last in rows]

    def recordings(self) -> Recordings:
        """Whether a recording is under way, and which were cut off.

        Raises:
            HistoryUnavailable: the file cannot be read.
        """
        with self._read() as db:
            since = db.execute("SELECT value FROM fact WHERE name = ?", (RECORDING,)).fetchone()
            [newest_us] = db.execute("SELECT max(received_us) FROM sample").fetchone()
            told = db.execute(
                "SELECT at_us, text FROM event WHERE kind = ? ORDER BY number", (RECORDING_NOT_ENDED,)
            ).fetchall()
        return Recordings(
            since=None if since is None else datetime.fromisoformat(since[0]),
            newest=None if newest_us is None else moment(newest_us),
            cut_off=tuple((moment(at_us), text) for at_us, text in told),
        )

    def samples(self, aliases: Sequence[str], start: datetime, end: datetime) -> list[Recorded]:
        """Samples received in a span, oldest first; all tags when none is named.

        Raises:
            SpanTooLong: there are more than two million.
        """
        query = f"SELECT * FROM samples {_OF} ORDER BY received_us LIMIT {MOST + 1}"  # noqa: S608 - literals only
        with connected() as db:
            self._gather(db, "samples", microseconds(start), microseconds(end))
            rows = db.execute(query, {"aliases": list(aliases)}).fetchall()
        if len(rows) > MOST:
            raise SpanTooLong(f"this span holds more than {MOST} samples: ask for a shorter one, fewer tags, or steps")
        return [_recorded(row) for row in rows]

    def steps(self, aliases: Sequence[str], start: datetime, end: datetime, step_s: float) -> list[Bucket]:
        """Good numbers of tags by step: mean of the samples, lowest, highest, last; steps without any are left out.

        Raises:
            InvalidInput: the step is not positive.
        """
        if step_s <= 0:
            raise InvalidInput("a step must be longer than 0 s")
        with connected() as db:
            self._gather(db, "samples", microseconds(start), microseconds(end))
            rows = db.execute(_STEPS, {"aliases": list(aliases), "step": round(step_s * 1e6)}).fetchall()
        return [Bucket(alias, moment(begins), *figures) for alias, begins, *figures in rows]

    def events(self, start: datetime, end: datetime, kind: str | None = None) -> list[dict[str, Any]]:
        """Derived events of a span, oldest first."""
        with connected() as db:
            self._gather(db, "events", microseconds(start), microseconds(end))
            rows = db.execute(
                "SELECT * FROM events WHERE $kind IS NULL OR kind = $kind ORDER BY at_us", {"kind": kind}
            ).fetchall()
        return [
            {
                "at": moment(at_us),
                "plant_time_s": at_s,
                "run": run,
                "kind": kind,
                "subject": subject,
                **json.loads(more),
            }
            for run, at_s, at_us, kind, subject, more in rows
        ]

    def table(self, aliases: Sequence[str], start: datetime, end: datetime) -> pa.Table:
        """The same samples as a table, with the columns of the archive."""
        query = f"SELECT * FROM samples {_OF} ORDER BY received_us"  # noqa: S608 - literals of this room only
        with connected() as db:
            self._gather(db, "samples", microseconds(start), microseconds(end))
            return arrow(db, query, {"aliases": list(aliases)})

    def _gather(self, db: duckdb.DuckDBPyConnection, what: str, start_us: int, end_us: int) -> None:
        """Make a view `what` of everything in the span: the archive up to its mark, the file from there on."""
        schema, column = (SAMPLES, "received_us") if what == "samples" else (EVENTS, "at_us")
        mark, rows = self._recent(what, start_us, end_us)
        columns = list(zip(*rows, strict=True)) or [() for _ in schema]
        recent = pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
        db.register("recent", recent)
        files = self._archive.files(what, start_us, min(end_us, mark))
        past = f"SELECT * FROM read_parquet({files!r}) UNION ALL " if files else ""  # noqa: S608 - our own files
        span = f"WHERE {column} >= {start_us} AND {column} < {end_us}"
        view = f"CREATE VIEW {what} AS SELECT * FROM ({past}SELECT * FROM recent) {span}"  # noqa: S608 - our files
        db.execute(view)

    def _recent(self, what: str, start_us: int, end_us: int) -> tuple[int, list[tuple[Any, ...]]]:
        """Until when the archive goes, and what the file has from there on."""
        with self._read() as db:
            found = db.execute("SELECT value FROM fact WHERE name = ?", (MARK,)).fetchone()
            mark = int(found[0]) if found is not None else 0
            rows = db.execute(_RECENT[what], (max(start_us, mark), end_us)).fetchall()
        return mark, [archived_row(row) for row in rows] if what == "samples" else rows

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True, timeout=5.0)) as db:
                yield db
        except sqlite3.Error as fault:
            raise HistoryUnavailable(f"the history in {self._file} cannot be read ({fault})") from fault


_STEPS = """
SELECT alias, received_us // $step * $step AS begins, avg(number), min(number), max(number),
       arg_max(number, received_us), count(*)
FROM samples
WHERE (len($aliases) = 0 OR list_contains($aliases, alias)) AND number IS NOT NULL AND quality = 0
GROUP BY alias, begins ORDER BY alias, begins
"""
_OF = "WHERE (len($aliases) = 0 OR list_contains($aliases, alias))"
_RECENT = {
    "samples": "SELECT run, alias, at_s, kind, value, quality, source_us, received_us FROM sample JOIN tag"
    " ON tag.id = sample.tag WHERE received_us >= ? AND received_us < ?",
    "events": "SELECT run, at_s, at_us, kind, subject, detail FROM happened WHERE at_us >= ? AND at_us < ?",
}


def _recorded(row: Sequence[Any]) -> Recorded:
    run, alias, at_s, kind, number, text, quality, source, received = row
    cell = archived_cell(kind, number, text)
    return Recorded(run, at_s, sample_of(alias, (kind, cell, quality, source, received)))
