"""The agents' loop: one step looks at the line once, learns what has ended, and proposes at most one thing.

Called by the service on a cadence, or by a driver on a virtual clock. Everything it keeps lives in one SQLite file,
from which another process goes on after a crash. It holds nothing through which equipment could be written.
"""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from agents.deps import AgentDeps
from agents.graph import build_graph
from agents.memory import Memory, open_memory
from agents.nodes.observe import UNTRUSTED, distrust
from agents.nodes.recall import findings_of
from agents.report import StepReport
from agents.resumption import Progress, Resumption
from agents.state import GRAPH_VERSION, RunState
from agents.threads import StoredRun, Threads
from plants.errors import RunFailed
from plants.flow.draft import Draft
from plants.flow.state import LineState
from plants.flow.verdict import Verdict

AGENT = "agent:"
"""How the author of an agent's draft begins."""
WAITING = "waiting"
"""End of a step whose proposal waits for a person."""


@dataclass(frozen=True)
class _Opened:
    """What is open between `start` and `close`."""

    threads: Threads
    memory: Memory
    resumption: Resumption


class AgentRunner:
    """Runs the graph for one plant. `step` may be called from several tasks; steps follow one another."""

    def __init__(self, deps: AgentDeps) -> None:
        self._deps = deps
        self._lock = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._opened: _Opened | None = None
        self._rested_from_s: float | None = None

    async def start(self) -> None:
        """Open the working memory; runs that were cut off go on with the next step."""
        async with self._lock:
            if self._opened is not None:
                return
            path, plant = self._deps.checkpoint, self._deps.plant.plant
            memory = await self._stack.enter_async_context(open_memory(path, plant))
            saver = await self._stack.enter_async_context(AsyncSqliteSaver.from_conn_string(str(path)))
            await saver.setup()
            threads = Threads(partial(build_graph, self._deps, memory, saver), saver, plant)
            self._opened = _Opened(threads, memory, Resumption(self._deps, threads, memory))

    async def close(self) -> None:
        """Close the working memory, once the step under way has ended. May be called twice."""
        async with self._lock:
            self._opened = None
            await self._stack.aclose()

    async def step(self, state: LineState) -> StepReport:
        """Go on with the runs that are stored; then, if nothing of ours is open, make a run from `state`.

        Raises:
            RunFailed: the runner was not started.
            JayulError: the twin or the ledger failed; the run goes on with a later step, three times at most.
        """
        async with self._lock:
            if self._opened is None:
                raise RunFailed("The agents were not started; call `start` first.")
            progress = await self._opened.resumption.look(state)
            if progress.outcomes:
                self._rested_from_s = state.plant_time_s
            if progress.continued is not None:
                return await self._settle(self._opened, progress.continued, state, progress)
            idle = await self._idle(state, progress)
            if idle is not None:
                return idle
            first = await self._prepared(self._opened.memory, state)
            run = await self._opened.resumption.counted(first["thread"], self._opened.threads.begin(first))
            return await self._settle(self._opened, run, state, progress)

    async def _idle(self, state: LineState, progress: Progress) -> StepReport | None:
        """The report of a step that begins nothing, or None when a run may begin."""
        told, outcomes = tuple(progress.words), tuple(progress.outcomes)
        ours = [p.id for p in await self._deps.submissions.open() if p.draft.author.startswith(AGENT)]
        ours = list(dict.fromkeys([*ours, *progress.waiting]))
        if ours:
            return StepReport(
                (*told, f"waiting for {', '.join(ours)}"), WAITING, proposal_id=ours[0], outcomes=outcomes
            )
        if self._resting(state):
            return StepReport(told, outcomes=outcomes)
        reason = distrust(self._deps.plant, state)
        if reason is not None:
            return StepReport((*told, f"not proposing: {reason}"), UNTRUSTED, outcomes=outcomes)
        return None

    async def _prepared(self, memory: Memory, state: LineState) -> RunState:
        """Keep the state and name the run; the name is what the draft's id is made of."""
        await memory.keep_state(state)
        at = self._deps.clock.now()
        thread = f"{self._deps.plant.plant}-g{GRAPH_VERSION}-{at:%Y%m%dT%H%M%S%f}-{state.revision[:8]}"
        return {"thread": thread, "state_revision": state.revision, "state_time_s": state.plant_time_s}

    async def _settle(self, opened: _Opened, run: StoredRun, state: LineState, progress: Progress) -> StepReport:
        """Report a run that went as far as it goes, and prune it if it has ended."""
        if run.interrupt_id is None:
            self._rested_from_s = state.plant_time_s
            await opened.resumption.drop(run)
        values = run.values
        draft, verdict = values.get("draft"), values.get("verdict")
        return StepReport(
            words=(*progress.words, *values.get("words", [])),
            end=WAITING if run.interrupt_id is not None else values.get("end", ""),
            findings=findings_of(values),
            draft=Draft.model_validate(draft) if draft else None,
            verdict=Verdict.model_validate(verdict) if verdict else None,
            proposal_id=run.proposal_id,
            outcomes=tuple(progress.outcomes),
        )

    def _resting(self, state: LineState) -> bool:
        since = self._rested_from_s
        return since is not None and 0.0 <= state.plant_time_s - since < self._deps.settings.rest_s
