"""What the agents remember besides checkpoints: the states that runs began from, and experience.

One table in the same SQLite file as the checkpoints. It is working memory: the record of what was decided is the
ledger, and this file may be deleted while the service is down. What an older version left and this one cannot read is
taken for forgotten.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import aiosqlite
from pydantic import ValidationError

from agents.experience import Experience, Looked
from plants.flow.state import LineState
from plants.frozen import Frozen

T = TypeVar("T", bound=Frozen)

MAX_EXPERIENCE = 500
"""Newest records that are kept."""
_BUSY_WALL_S = 5.0
"""Wall seconds to wait while the checkpoints are being written."""
_TABLE = """
CREATE TABLE IF NOT EXISTS memory (
    plant TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (plant, kind, key)
) STRICT
"""
_KEEP = "INSERT OR REPLACE INTO memory (plant, kind, key, value) VALUES (?, ?, ?, ?)"
_PRUNE = """
DELETE FROM memory WHERE plant = :plant AND kind = :kind AND rowid NOT IN (
    SELECT rowid FROM memory WHERE plant = :plant AND kind = :kind ORDER BY rowid DESC LIMIT :most
)
"""
_STATE, _EXPERIENCE, _LOOKED = "state", "experience", "looked"


@asynccontextmanager
async def open_memory(path: Path, plant: str) -> AsyncIterator["Memory"]:
    """The memory of one plant's agents, open as long as the context."""
    async with aiosqlite.connect(path, isolation_level=None, timeout=_BUSY_WALL_S) as db:
        await db.execute("PRAGMA journal_mode = WAL")
        await db.execute(_TABLE)
        yield Memory(db, plant)


class Memory:
    """States by revision and experience by draft, for one plant."""

    def __init__(self, db: aiosqlite.Connection, plant: str) -> None:
        self._db = db
        self._plant = plant

    async def keep_state(self, state: LineState) -> None:
        """Keep a state until the run that began from it has ended."""
        await self._keep(_STATE, state.revision, state.model_dump_json())

    async def state(self, revision: str) -> LineState | None:
        """The state of that revision, or None when it is not kept."""
        query = "SELECT value FROM memory WHERE plant = ? AND kind = ? AND key = ?"
        async with self._db.execute(query, (self._plant, _STATE, revision)) as rows:
            row = await rows.fetchone()
        return None if row is None else _read(LineState, row[0])

    async def forget_state(self, revision: str) -> None:
        """The run has ended."""
        query = "DELETE FROM memory WHERE plant = ? AND kind = ? AND key = ?"
        await self._db.execute(query, (self._plant, _STATE, revision))

    async def remember(self, experience: Experience) -> None:
        """Keep an experience; the same draft again replaces it, so that repeating is harmless."""
        await self._keep(_EXPERIENCE, experience.draft_id, experience.model_dump_json())
        await self._db.execute(_PRUNE, {"plant": self._plant, "kind": _EXPERIENCE, "most": MAX_EXPERIENCE})

    async def experience(self) -> tuple[Experience, ...]:
        """Experience, newest first."""
        return await self._all(_EXPERIENCE, Experience)

    async def keep_looked(self, looked: Looked) -> None:
        """Keep that a finding was looked into; the same finding again replaces it."""
        await self._keep(_LOOKED, looked.key, looked.model_dump_json())
        await self._db.execute(_PRUNE, {"plant": self._plant, "kind": _LOOKED, "most": MAX_EXPERIENCE})

    async def looked(self) -> tuple[Looked, ...]:
        """Findings that were looked into without result, newest first."""
        return await self._all(_LOOKED, Looked)

    async def _all(self, kind: str, model: type[T]) -> tuple[T, ...]:
        query = "SELECT value FROM memory WHERE plant = ? AND kind = ? ORDER BY rowid DESC"
        async with self._db.execute(query, (self._plant, kind)) as rows:
            found = [_read(model, row[0]) async for row in rows]
        return tuple(e for e in found if e is not None)

    async def _keep(self, kind: str, key: str, value: str) -> None:
        await self._db.execute(_KEEP, (self._plant, kind, key, value))


def _read(kind: type[T], value: str) -> T | None:
    """A stored value, or None when it is of another version."""
    try:
        return kind.model_validate_json(value)
    except ValidationError:
        return None
