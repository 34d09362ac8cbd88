"""The ledger's store with moments at which something may happen: before each transaction, and after each commit.

Wraps the real `ledger.store.Store`; every statement still runs on the real file. Failures are SQLite's own: another
connection that holds the lock, a file that may not grow, a statement that is interrupted half way.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from ledger import store
from ledger.store import Store

EVERY = 25
"""SQLite's instructions between two chances to fail."""


@contextmanager
def no_real_waiting() -> Iterator[None]:
    """Files that are opened meanwhile do not wait for a lock: waiting would be real time, and nobody lets go in it."""
    waited_s, store.BUSY_WALL_S = store.BUSY_WALL_S, 0.0
    try:
        yield
    finally:
        store.BUSY_WALL_S = waited_s


class WatchedStore:
    """A `Store` that says when it is used."""

    def __init__(self, watched: Store, moment: Callable[[], None], stored: Callable[[], None]) -> None:
        self._store = watched
        self._moment = moment
        self._stored = stored
        watched._conn.execute("PRAGMA synchronous = OFF")  # no power cut happens here; kills keep what was written

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction that writes."""
        self._moment()
        with self._store.write() as conn:
            yield conn
        self._stored()
        self._moment()

    def read(self) -> AbstractContextManager[sqlite3.Connection]:
        """A transaction that reads."""
        return self._store.read()

    def close(self) -> None:
        """Close the file."""
        self._store.close()

    def fail_at(self, chance: int) -> None:
        """Let SQLite fail at its n-th chance from now on, once; 0 for never."""
        left = [chance]

        def fails() -> int:
            left[0] -= 1
            return int(left[0] == 0)

        self._store._conn.set_progress_handler(fails, EVERY)

    def fill(self, *, full: bool) -> None:
        """The disk is full, or has room again."""
        pages = self._store._conn.execute("PRAGMA page_count").fetchone()[0] if full else 1_000_000
        with suppress(sqlite3.Error):
            self._store._conn.execute(f"PRAGMA max_page_count = {pages:d}")


class OtherProcess:
    """Somebody else who holds the file's lock."""

    def __init__(self, path: Path) -> None:
        self._conn = sqlite3.connect(path, timeout=0, isolation_level=None)

    def lock(self) -> bool:
        """Take the lock; False when it is taken."""
        try:
            self._conn.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        return True

    def unlock(self) -> None:
        """Let go. May be called twice."""
        self._conn.close()
