"""The lease: at most one instance carries out changes for a ledger.

Two fences. An exclusive lock on a file beside the ledger, held by the running process and dropped by the operating
system when it ends, refuses a second instance. An epoch in the ledger, raised by each new holder and stamped on every
claim and every write, refuses an instance that was set aside all the same (its lock file removed, say) and wakes later.
"""

import sqlite3

from ledger.audit import Action
from ledger.book import Book
from plants.errors import Refused


class Lease:
    """The right to carry out, from `take` to `release`."""

    def __init__(self, lock: sqlite3.Connection, epoch: int) -> None:
        self._lock = lock
        self.epoch = epoch

    @classmethod
    def take(cls, book: Book, holder: str) -> "Lease":
        """Become the one instance that writes.

        SQLite's own locking serves as the lock: it is portable and is released when the process dies.

        Raises:
            Refused: another instance holds it.
        """
        lock = sqlite3.connect(
            book.path.with_suffix(".lease"), timeout=0, isolation_level=None, check_same_thread=False
        )
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            lock.close()
            with book.read() as conn:
                other = conn.execute("SELECT holder, epoch FROM writer").fetchone()
            raise Refused(
                f"Another instance ({other['holder']}, epoch {other['epoch']}) carries out changes for "
                f"{book.path.name}; stop it first."
            ) from error
        try:
            epoch = _next_epoch(book, holder)
        except BaseException:
            lock.close()
            raise
        return cls(lock, epoch)

    def release(self) -> None:
        """Give it up. May be called twice."""
        self._lock.close()


def _next_epoch(book: Book, holder: str) -> int:
    with book.write() as entry:
        epoch = int(entry.conn.execute("SELECT epoch FROM writer").fetchone()[0]) + 1
        entry.conn.execute("UPDATE writer SET epoch = ?, holder = ?", (epoch, holder))
        entry.note(holder, Action.WRITER, "ledger", f"{holder} carries out changes from now on.", epoch=epoch)
    return epoch
