"""The ledger's file: what a transaction leaves behind when even its roll-back fails."""

import sqlite3
from pathlib import Path

import pytest

from ledger.store import Store


def holds(conn: sqlite3.Connection) -> int:
    """Rows of a table that anybody may add to."""
    return int(conn.execute("SELECT COUNT(*) FROM holds").fetchone()[0])


def add_half(store: Store) -> None:
    """A transaction that ends half way."""
    with store.write() as conn:
        conn.execute("INSERT INTO holds VALUES ('all', 'lee', 'a test', '2026-01-01')")
        raise ValueError("half way")


def no_roll_back(action: int, word: str | None, *_: object) -> int:
    """SQLite's own refusal of one statement."""
    return sqlite3.SQLITE_DENY if (action, word) == (sqlite3.SQLITE_TRANSACTION, "ROLLBACK") else sqlite3.SQLITE_OK


def test_what_a_failed_roll_back_left_behind_is_cleared_away_by_the_next_transaction(tmp_path: Path) -> None:
    """Half of a transaction must neither stay in the way nor be committed together with the next one."""
    store = Store(tmp_path / "ledger.db", lambda _: None)
    store._conn.set_authorizer(no_roll_back)
    with pytest.raises(ValueError, match="half way"):
        add_half(store)
    left_open = store._conn.in_transaction
    store._conn.set_authorizer(None)

    with store.write() as conn:
        found = holds(conn)
    store.close()

    assert left_open
    assert found == 0
