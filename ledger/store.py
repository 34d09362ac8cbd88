"""The ledger's file: one SQLite connection, its migrations, and transactions that are either whole or not there.

Used by `Ledger` and `Journal` only. WAL with `synchronous=FULL`: a committed transaction survives a power cut. Each
write takes the lock at once (`BEGIN IMMEDIATE`), so a second process is refused before anything was decided. One
connection guarded by a lock, so that threads of one process take turns.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cache
from importlib import resources
from pathlib import Path

from ledger.errors import RecordUnavailable
from plants.errors import Refused

BUSY_WALL_S = 1.0
"""How long a transaction waits for another process before it gives up."""


class Store:
    """The ledger's file, opened and migrated."""

    def __init__(self, path: Path, after_commit: Callable[[sqlite3.Connection], None]) -> None:
        """Open or create the file.

        Args:
            path: the SQLite file; its folder must exist.
            after_commit: called with the connection after each committed write (for the outside anchor).

        Raises:
            RecordUnavailable: the file cannot be opened, or was written by a newer version.
        """
        self._lock = threading.RLock()
        self._inside = False
        self._after_commit = after_commit
        try:
            self._conn = sqlite3.connect(path, timeout=BUSY_WALL_S, isolation_level=None, check_same_thread=False)
            self._conn.row_factory = sqlite3.Row
            for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
                self._conn.execute(f"PRAGMA {setting}")
        except sqlite3.Error as error:
            raise _translated(error) from error
        self._migrate()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction that writes: committed when the block ends, rolled back when it raises.

        Raises:
            Refused: a rule of the schema says no.
            RecordUnavailable: the file is locked by another process, full, or damaged. Nothing was stored.
        """
        with self._transaction("BEGIN IMMEDIATE"):
            yield self._conn
            self._conn.execute("COMMIT")
            self._after_commit(self._conn)

    def read(self) -> AbstractContextManager[sqlite3.Connection]:
        """A transaction that reads one consistent state.

        Raises:
            RecordUnavailable: the file cannot be read.
        """
        return self._transaction("BEGIN")

    def close(self) -> None:
        """Close the file. May be called twice."""
        with self._lock:
            self._conn.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        """This thread's turn: begin; whatever the block has not committed is rolled back.

        A transaction within a transaction is a mistake of ours and ends here. A roll-back that fails itself (an I/O
        error) leaves its transaction behind, which the next one clears away.
        """
        with self._lock:
            if self._inside:
                raise RuntimeError("a transaction of the ledger was begun within another")
            self._inside = True
            try:
                if self._conn.in_transaction:
                    self._conn.execute("ROLLBACK")
                self._conn.execute(begin)
                yield self._conn
            except sqlite3.Error as error:
                raise _translated(error) from error
            finally:
                self._inside = False
                self._roll_back()

    def _roll_back(self) -> None:
        if self._conn.in_transaction:
            with suppress(sqlite3.Error):
                self._conn.execute("ROLLBACK")

    def _migrate(self) -> None:
        scripts = _scripts()
        with self._transaction("BEGIN IMMEDIATE"):
            version = int(self._conn.execute("PRAGMA user_version").fetchone()[0])
            if version > len(scripts):
                raise RecordUnavailable(
                    f"The ledger's file has schema {version}, this version of Jayul knows {len(scripts)}. "
                    "Use the version that wrote it, or a newer one."
                )
            for number, script in enumerate(scripts[version:], start=version + 1):
                for statement in script:
                    self._conn.execute(statement)
                self._conn.execute(f"PRAGMA user_version = {number:d}")
            self._conn.execute("COMMIT")


@cache
def _scripts() -> tuple[tuple[str, ...], ...]:
    """Migrations in order, each as its statements: `schema/0001.sql`, `schema/0002.sql` and so on."""
    files = (f for f in resources.files("ledger").joinpath("schema").iterdir() if f.name.endswith(".sql"))
    scripts = (f.read_text(encoding="utf-8") for f in sorted(files, key=lambda f: f.name))
    return tuple(tuple(_statements(script)) for script in scripts)


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one; a trigger with its body is one."""
    buffer = ""
    for line in script.splitlines(keepends=True):
        buffer += line
        if sqlite3.complete_statement(buffer):
            yield buffer
            buffer = ""


def _translated(error: sqlite3.Error) -> Refused | RecordUnavailable:
    """An error of SQLite in the words of `plants.errors`."""
    if isinstance(error, sqlite3.IntegrityError):
        return Refused(f"The record refuses it: {error}. Nothing was stored.")
    return RecordUnavailable(
        f"The ledger's file cannot be used now ({error}). Nothing was stored; "
        "see that no other process holds it and that the disk is not full, then try again."
    )
