"""The history file: one SQLite database in WAL mode. Only rows in and out; what they mean is said elsewhere.

`synchronous=NORMAL`: after a power cut the last moments may be missing, the file stays whole. History is evidence, not
authority; what was approved and sent is kept by the ledger with `FULL`.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from historian.coding import Row
from historian.errors import HistoryOfAnotherPlant, HistoryUnavailable

_SCHEMA = """
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tag (id INTEGER PRIMARY KEY, alias TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS sample (
    run INTEGER NOT NULL, tag INTEGER NOT NULL, at_s REAL NOT NULL, number INTEGER NOT NULL,
    kind INTEGER NOT NULL, value, quality INTEGER NOT NULL, source_us INTEGER, received_us INTEGER NOT NULL,
    PRIMARY KEY (run, tag, at_s, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event (
    number INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL, at_s REAL, at_us INTEGER NOT NULL,
    kind TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, detail TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS happened (
    run INTEGER NOT NULL, at_s REAL NOT NULL, at_us INTEGER NOT NULL,
    kind TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS sample_received ON sample (received_us);
CREATE INDEX IF NOT EXISTS happened_at ON happened (at_us);
"""
_COLUMNS = "at_s, kind, value, quality, source_us, received_us"
_WAIT_WALL_S = 5.0

Stored = tuple[float, Row]
"""(plant time, columns)."""


class Store:
    """Rows of one plant's history. Safe to use from several threads."""

    def __init__(self, path: Path, plant: str, aliases: Iterable[str]) -> None:
        """Open or make the file.

        Raises:
            HistoryUnavailable: it cannot be opened, or is no history file.
            HistoryOfAnotherPlant: it was made for another plant.
        """
        self._path = path
        self._lock = threading.Lock()
        with self._translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=_WAIT_WALL_S, isolation_level=None, check_same_thread=False)
            self._prepare()
        self._claim(plant)
        with self.transaction() as db:
            db.executemany("INSERT OR IGNORE INTO tag (alias) VALUES (?)", [(a,) for a in aliases])
        self.tags: dict[str, int] = dict(self._rows("SELECT alias, id FROM tag"))

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def fact(self, name: str) -> str | None:
        """A fact about this file, None when it is not stored."""
        rows = self._rows("SELECT value FROM fact WHERE name = ?", name)
        return str(rows[0][0]) if rows else None

    def set_fact(self, name: str, value: str) -> None:
        """Store a fact about this file."""
        with self.transaction() as db:
            db.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))

    def newest_received_us(self) -> int | None:
        """When the newest sample was received."""
        value = self._rows("SELECT max(received_us) FROM sample")[0][0]
        return None if value is None else int(value)

    def close(self) -> None:
        """Close the file. May be called twice."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it or nothing."""
        with self._translated(), self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def run(self) -> int:
        """Number of the newest run of the equipment; 0 before the first sample."""
        return int(self._rows("SELECT coalesce(max(run), 0) FROM sample")[0][0])

    def last_number(self) -> int:
        """Number of the newest sample."""
        return int(self._rows("SELECT coalesce(max(number), 0) FROM sample")[0][0])

    def count(self) -> int:
        """Samples held."""
        return int(self._rows("SELECT count(*) FROM sample")[0][0])

    def between(self, run: int, alias: str, start_s: float, end_s: float, limit: int) -> list[Stored]:
        """Rows of a tag with start <= plant time <= end, oldest first, at most `limit`."""
        return self._stored("at_s >= ? AND at_s <= ? ORDER BY at_s, number LIMIT ?", run, alias, start_s, end_s, limit)

    def before(self, run: int, alias: str, at_s: float) -> Stored | None:
        """Newest row of a tag with plant time < `at_s`."""
        rows = self._stored("at_s < ? ORDER BY at_s DESC, number DESC LIMIT 1", run, alias, at_s)
        return rows[0] if rows else None

    def after(self, run: int, alias: str, at_s: float) -> Stored | None:
        """Oldest row of a tag with plant time > `at_s`."""
        rows = self._stored("at_s > ? ORDER BY at_s, number LIMIT 1", run, alias, at_s)
        return rows[0] if rows else None

    def widest_gap(self, run: int, alias: str, start_s: float, end_s: float) -> tuple[float, float] | None:
        """(wall seconds, plant seconds) of the widest gaps between neighbouring good rows of a tag.

        Wall time is the equipment's where it gives one. None with fewer than two rows.
        """
        rows = self._rows(
            "SELECT max(wall_us - wall_before_us), max(at_s - before_s) FROM ("
            " SELECT at_s, lag(at_s) OVER w AS before_s, coalesce(source_us, received_us) AS wall_us,"
            " lag(coalesce(source_us, received_us)) OVER w AS wall_before_us FROM sample"
            " WHERE run = ? AND tag = ? AND at_s >= ? AND at_s <= ? AND quality = 0"
            " WINDOW w AS (ORDER BY at_s, number))",
            run,
            self.tags.get(alias, -1),
            start_s,
            end_s,
        )
        wall_us, plant_s = rows[0]
        return None if wall_us is None else (wall_us / 1e6, plant_s)

    def events(self, where: str, *arguments: object) -> list[tuple[Any, ...]]:
        """Rows of events: number, kind, subject, text, detail, plant time, wall time."""
        columns = "number, kind, subject, text, detail, at_s, at_us"
        return self._rows(f"SELECT {columns} FROM event {where}", *arguments)  # noqa: S608 - literals of this room only

    def _stored(self, condition: str, run: int, alias: str, *arguments: object) -> list[Stored]:
        query = f"SELECT {_COLUMNS} FROM sample WHERE run = ? AND tag = ? AND {condition}"  # noqa: S608 - literals only
        return [(row[0], row[1:]) for row in self._rows(query, run, self.tags.get(alias, -1), *arguments)]

    def _rows(self, query: str, *arguments: object) -> list[tuple[Any, ...]]:
        with self._translated(), self._lock:
            return self._db.execute(query, arguments).fetchall()

    def _prepare(self) -> None:
        try:
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(_SCHEMA)
        except sqlite3.Error:
            self._db.close()
            raise

    def _claim(self, plant: str) -> None:
        with self.transaction() as db:
            db.execute("INSERT OR IGNORE INTO fact VALUES ('plant', ?)", (plant,))
        owner = self._rows("SELECT value FROM fact WHERE name = 'plant'")[0][0]
        if owner != plant:
            self.close()
            raise HistoryOfAnotherPlant(
                f"the history in {self._path} is of plant '{owner}', not '{plant}': give another file"
            )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise HistoryUnavailable(
                f"the history in {self._path} cannot be used ({error}): check disk space and rights, "
                "or move the file away to begin a new one"
            ) from error
