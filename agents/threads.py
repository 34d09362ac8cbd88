"""Runs of the graph as they are stored: found, started, continued, resumed and pruned.

Used by `agents.runner` only, under its lock. It checks what LangGraph does not: that a run is of this version, that it
waits where it should, and that an answer goes to the interrupt it is meant for.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.types import Command

from agents.graph import AgentGraph
from agents.state import GRAPH_VERSION, SCHEMA_VERSION, RunState

WAITING_NODE = "wait"


@dataclass(frozen=True)
class StoredRun:
    """One run as its newest checkpoint has it."""

    thread: str
    """Its thread."""
    values: RunState
    """What it knows."""
    next: tuple[str, ...]
    """Nodes that come next; none when it has ended."""
    current: bool
    """Whether it was made by this version of the graph and the state."""
    interrupt_id: str | None
    """Id of the one interrupt it waits at; None when it does not wait."""
    proposal_id: str | None
    """The proposal it waits for."""


class Threads:
    """The runs of one plant in one checkpoint file."""

    def __init__(self, graph: Callable[[], AgentGraph], saver: AsyncSqliteSaver, plant: str) -> None:
        """Open the runs of a plant.

        Args:
            graph: makes the compiled graph; asked once, when a run is first read or made.
            saver: the checkpoint file.
            plant: its name.
        """
        self._make = graph
        self._saver = saver
        self._plant = plant

    @cached_property
    def _graph(self) -> AgentGraph:
        return self._make()

    async def ids(self) -> tuple[str, ...]:
        """Threads of this plant, oldest first."""
        found = [c.config["configurable"]["thread_id"] async for c in self._checkpoints()]
        return tuple(dict.fromkeys(reversed(found)))

    async def read(self, thread: str) -> StoredRun:
        """A run as it is stored."""
        snapshot = await self._graph.aget_state(self._config(thread))
        metadata: dict[str, Any] = dict(snapshot.metadata or {})
        one = snapshot.interrupts[0] if len(snapshot.interrupts) == 1 and snapshot.next == (WAITING_NODE,) else None
        asked = one.value if one is not None and isinstance(one.value, dict) else {}
        return StoredRun(
            thread=thread,
            values=cast(RunState, snapshot.values),
            next=snapshot.next,
            current=(metadata.get("graph_version"), metadata.get("schema_version")) == (GRAPH_VERSION, SCHEMA_VERSION),
            interrupt_id=one.id if one is not None else None,
            proposal_id=asked.get("proposal_id"),
        )

    async def begin(self, values: RunState) -> StoredRun:
        """Start a run and let it go until it waits or ends."""
        return await self._go(values["thread"], values)

    async def go_on(self, thread: str) -> StoredRun:
        """Continue a run that was cut off."""
        return await self._go(thread, None)

    async def resume(self, run: StoredRun, answer: dict[str, Any]) -> StoredRun:
        """Give a waiting run its answer, addressed to the interrupt it waits at.

        A run that no longer waits there, because somebody else resumed it, is returned as it is.
        """
        stored = await self.read(run.thread)
        if stored.interrupt_id is None or stored.interrupt_id != run.interrupt_id:
            return stored
        return await self._go(run.thread, Command(resume={stored.interrupt_id: answer}))

    async def prune(self, thread: str) -> None:
        """Delete all that is stored of a run."""
        await self._saver.adelete_thread(thread)

    async def _go(self, thread: str, given: RunState | Command[Any] | None) -> StoredRun:
        await self._graph.ainvoke(given, self._config(thread), durability="sync")
        return await self.read(thread)

    def _checkpoints(self) -> AsyncIterator[Any]:
        return self._saver.alist(None, filter={"plant": self._plant})

    def _config(self, thread: str) -> RunnableConfig:
        metadata = {"plant": self._plant, "graph_version": GRAPH_VERSION, "schema_version": SCHEMA_VERSION}
        return {"configurable": {"thread_id": thread}, "metadata": metadata}
