"""The past as Parquet: one folder a day (UTC, by reception), one file an hour, written whole or not at all.

Used by the historian, which moves what is past there, and by queries, which read it with DuckDB. No file is changed
but by thinning, which replaces one by another at once. Nothing here asks a network for anything.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from historian.coding import microseconds, moment
from historian.errors import HistoryUnavailable

HOUR_US = 3_600_000_000
SAMPLES = pa.schema(
    [
        ("run", pa.int32()),
        ("alias", pa.string()),
        ("at_s", pa.float64()),
        ("kind", pa.int8()),
        ("number", pa.float64()),
        ("text", pa.string()),
        ("quality", pa.int8()),
        ("source_us", pa.int64()),
        ("received_us", pa.int64()),
    ]
)
"""Columns of samples: `number` for numbers and truth values, `text` for texts, lists and whole numbers beyond 2^53."""
EVENTS = pa.schema(
    [
        ("run", pa.int32()),
        ("at_s", pa.float64()),
        ("at_us", pa.int64()),
        ("kind", pa.string()),
        ("subject", pa.string()),
        ("detail", pa.string()),
    ]
)
_THIN = """
SELECT * FROM hour WHERE alias NOT IN (SELECT * FROM thinned) OR number IS NULL
UNION ALL
SELECT * FROM hour WHERE alias IN (SELECT * FROM thinned) AND number IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY run, alias, received_us // $step ORDER BY number, received_us) = 1
     OR row_number() OVER (PARTITION BY run, alias, received_us // $step ORDER BY number DESC, received_us) = 1
     OR row_number() OVER (PARTITION BY run, alias, received_us // $step ORDER BY received_us DESC) = 1
ORDER BY received_us
"""
_THINNED = b"jayul.thinned_s"


@dataclass(frozen=True, slots=True)
class Hour:
    """One file."""

    file: Path
    begins_us: int
    size_bytes: int


class Archive:
    """The folder of one plant's past."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, what: str, begins_us: int, rows: Iterable[Sequence[Any]], schema: pa.Schema) -> Path:
        """Write one hour of `samples` or `events`; a file that is there from an earlier try is replaced.

        Raises:
            HistoryUnavailable: it cannot be written; the hour is as it was.
        """
        columns = list(zip(*rows, strict=True)) or [() for _ in schema]
        table = pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
        return self._put(self._file(what, begins_us), table)

    def hours(self, what: str) -> list[Hour]:
        """All files of `samples` or `events`, oldest first."""
        found = sorted((self.folder / what).glob("*/*.parquet"))
        return [Hour(file, _begin_of(file), file.stat().st_size) for file in found]

    def files(self, what: str, start_us: int, end_us: int) -> list[str]:
        """Files that may hold something received in a span."""
        return [
            str(hour.file)
            for hour in self.hours(what)
            if hour.begins_us < end_us and hour.begins_us + HOUR_US > start_us
        ]

    def size_bytes(self) -> int:
        """What the archive takes on the disk."""
        return sum(hour.size_bytes for what in ("samples", "events") for hour in self.hours(what))

    def shrink(self, quota_bytes: int) -> list[str]:
        """Remove the oldest hours until the rest fits; returns which."""
        hours = sorted((h for what in ("samples", "events") for h in self.hours(what)), key=lambda h: h.begins_us)
        total, removed = sum(h.size_bytes for h in hours), []
        for hour in hours:
            if total <= quota_bytes:
                break
            hour.file.unlink(missing_ok=True)
            total -= hour.size_bytes
            removed.append(f"{moment(hour.begins_us):%Y-%m-%d %H}h")
        return sorted(set(removed))

    def thin(self, before_us: int, step_s: int, aliases: Sequence[str]) -> int:
        """Keep of each tag in `aliases` the lowest, highest and last sample of each step, in hours before then.

        Other tags keep everything. Every sample that stays is one that was recorded. Returns how many hours were.
        """
        done = 0
        for hour in self.hours("samples"):
            if hour.begins_us >= before_us or _thinned(hour.file):
                continue
            table = pq.read_table(hour.file)
            with connected() as db:
                db.register("hour", table)
                db.register("thinned", pa.table({"alias": pa.array(list(aliases), pa.string())}))
                thin = arrow(db, _THIN, {"step": step_s * 1_000_000})
            self._put(hour.file, thin.replace_schema_metadata({_THINNED: str(step_s).encode()}))
            done += 1
        return done

    def _put(self, file: Path, table: pa.Table) -> Path:
        temporary = file.with_suffix(".writing")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(table, temporary, compression="zstd")
            with temporary.open("rb") as written:
                os.fsync(written.fileno())
            temporary.replace(file)
        except OSError as fault:
            why = fault.strerror or str(fault)
            raise HistoryUnavailable(f"{file} cannot be written ({why}): check disk space and rights") from fault
        return file

    def _file(self, what: str, begins_us: int) -> Path:
        begins = moment(begins_us)
        return self.folder / what / f"{begins:%Y-%m-%d}" / f"{begins:%H}.parquet"


def connected() -> duckdb.DuckDBPyConnection:
    """A DuckDB of its own in memory that fetches nothing from anywhere."""
    return duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False, "threads": 1}
    )


def arrow(db: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, Any]) -> pa.Table:
    """What a query finds, as a table of samples."""
    found: pa.Table = db.sql(query, params=parameters).to_arrow_table()
    return found.cast(SAMPLES)


def hour_of(us: int) -> int:
    """Beginning of the hour (UTC) in which a moment lies, in microseconds since 1970."""
    return us // HOUR_US * HOUR_US


def days_ago(now: datetime, days: float) -> int:
    """The moment so many days before, in microseconds since 1970."""
    return microseconds(now - timedelta(days=days))


def _begin_of(file: Path) -> int:
    return microseconds(datetime.strptime(f"{file.parent.name} {file.stem}", "%Y-%m-%d %H").replace(tzinfo=UTC))


def _thinned(file: Path) -> bool:
    return _THINNED in (pq.read_schema(file).metadata or {})
