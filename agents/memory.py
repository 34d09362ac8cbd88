"""What the agents remember besides checkpoints: the states that runs began from, and experience.

Kept with LangGraph's SQLite store in the same file as the checkpoints. It is working memory: the record of what was
decided is the ledger, and this file may be deleted while the service is down.
"""

from langgraph.store.base import BaseStore

from agents.experience import Experience
from plants.flow.state import LineState

MAX_EXPERIENCE = 500
"""Newest records that are read back."""


class Memory:
    """States by revision and experience by draft, for one plant."""

    def __init__(self, store: BaseStore, plant: str) -> None:
        self._store = store
        self._states = ("states", plant)
        self._experience = ("experience", plant)

    async def keep_state(self, state: LineState) -> None:
        """Keep a state until the run that began from it has ended."""
        await self._store.aput(self._states, state.revision, state.model_dump(mode="json"), index=False)

    async def state(self, revision: str) -> LineState | None:
        """The state of that revision, or None when it is not kept."""
        item = await self._store.aget(self._states, revision)
        return None if item is None else LineState.model_validate(item.value)

    async def forget_state(self, revision: str) -> None:
        """The run has ended."""
        await self._store.adelete(self._states, revision)

    async def remember(self, experience: Experience) -> None:
        """Keep an experience; the same draft again replaces it, so that repeating is harmless."""
        await self._store.aput(self._experience, experience.draft_id, experience.model_dump(mode="json"), index=False)

    async def experience(self) -> tuple[Experience, ...]:
        """Experience, newest first."""
        items = await self._store.asearch(self._experience, limit=MAX_EXPERIENCE)
        return tuple(sorted((Experience.model_validate(i.value) for i in items), key=lambda e: -e.at_s))
