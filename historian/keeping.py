"""From the history file to the archive: each past hour once, and only then may the file forget it.

Used by the service now and then, beside recording: it reads through a connection of its own.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from historian.archive import EVENTS, HOUR_US, SAMPLES, Archive, days_ago, hour_of
from historian.coding import archived_row, microseconds
from historian.errors import HistoryUnavailable
from historian.store import Store

MARK = "archived_until_us"
RECORDING = "recording_since"
"""Name of the fact that a recording is under way; it stays where one was cut off."""
GRACE_US = 300_000_000
"""An hour is past when it ended so long ago: what was received in its last moments has been recorded by then."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """How the archive is kept."""

    full_days: float = 30.0
    """Days of which every sample is kept."""
    thinned_step_s: int = 60
    """Older hours keep lowest, highest and last of each step, of tags that move all the time."""
    days: float = 1825.0
    """Days after which an hour is removed."""
    quota_bytes: int = 20_000_000_000
    """What the archive may take; beyond it the oldest hours are removed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What one round has done."""

    hours: int
    """Hours written."""
    thinned: int
    """Hours thinned."""
    removed: tuple[str, ...]
    """Hours removed, by age or quota."""


def keep(store: Store, archive: Archive, keeping: Keeping, now: datetime, moving: Sequence[str]) -> Kept:
    """Write every whole past hour, thin old ones, and stay within days and quota.

    Raises:
        HistoryUnavailable: the file cannot be read or the archive cannot be written; what was done stays done.
    """
    hours = _write_past_hours(store, archive, hour_of(microseconds(now) - GRACE_US))
    thinned = archive.thin(days_ago(now, keeping.full_days), keeping.thinned_step_s, moving)
    late = days_ago(now, keeping.days)
    old = [hour for what in ("samples", "events") for hour in archive.hours(what) if hour.begins_us + HOUR_US <= late]
    for hour in old:
        hour.file.unlink(missing_ok=True)
    removed = [f"{hour.file.parent.name} {hour.file.stem}h" for hour in old]
    return Kept(hours, thinned, tuple(sorted({*removed, *archive.shrink(keeping.quota_bytes)})))


def _write_past_hours(store: Store, archive: Archive, until_us: int) -> int:
    with _reading(store.path) as db:
        mark = store.fact(MARK)
        begins = hour_of(int(mark)) if mark is not None else _first_hour(db)
        written = 0
        while begins is not None and begins < until_us:
            span = (begins, begins + HOUR_US)
            samples = [archived_row(row) for row in db.execute(_SAMPLES, span)]
            events = db.execute(_EVENTS, span).fetchall()
            if samples:
                archive.write("samples", begins, samples, SAMPLES)
            if events:
                archive.write("events", begins, events, EVENTS)
            written += bool(samples or events)
            begins += HOUR_US
            store.set_fact(MARK, str(begins))
        return written


_SAMPLES = (
    "SELECT run, alias, at_s, kind, value, quality, source_us, received_us FROM sample JOIN tag ON tag.id = sample.tag"
    " WHERE received_us >= ? AND received_us < ? ORDER BY received_us, number"
)
_EVENTS = "SELECT run, at_s, at_us, kind, subject, detail FROM happened WHERE at_us >= ? AND at_us < ? ORDER BY at_us"


def _first_hour(db: sqlite3.Connection) -> int | None:
    [first] = db.execute("SELECT min(received_us) FROM sample").fetchone()
    return None if first is None else hour_of(int(first))


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection of its own that only reads.

    Raises:
        HistoryUnavailable: the file cannot be read.
    """
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5.0)) as db:
            yield db
    except sqlite3.Error as fault:
        raise HistoryUnavailable(f"the history in {path} cannot be read ({fault})") from fault
