"""What becomes of runs that are stored: resumed with their outcome, continued, pruned, or given up.

Used by `agents.runner` under its lock, before it begins anything new.
"""

from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from agents.deps import AgentDeps
from agents.memory import Memory
from agents.threads import StoredRun, Threads
from plants.flow.outcome import Outcome
from plants.flow.state import LineState

MAX_TRIES = 3
"""A run that failed so often is given up."""
MAX_UNSEEN = 10
"""Steps after which a proposal that is neither open nor ended is taken for lost."""


@dataclass
class Progress:
    """What one look at the stored runs came to."""

    words: list[str] = field(default_factory=list)
    """What there is to tell."""
    outcomes: list[Outcome] = field(default_factory=list)
    """Outcomes learned."""
    continued: StoredRun | None = None
    """A run that was cut off earlier and has now gone on."""
    waiting: list[str] = field(default_factory=list)
    """Proposals that runs wait for."""


class Resumption:
    """Looks at stored runs; counts their failures over the life of the process."""

    def __init__(self, deps: AgentDeps, threads: Threads, memory: Memory) -> None:
        self._deps = deps
        self._threads = threads
        self._memory = memory
        self._failures: Counter[str] = Counter()
        self._unseen: Counter[str] = Counter()

    async def look(self, state: LineState) -> Progress:
        """Take each stored run as far as it goes.

        Raises:
            JayulError: a run failed; it is tried again with a later look, `MAX_TRIES` times at most.
        """
        progress = Progress()
        for thread in await self._threads.ids():
            run = await self._threads.read(thread)
            if not run.next:
                await self.drop(run)
            elif not run.current:
                await self._give_up(run, progress, "it was made by another version of the agents")
            elif run.interrupt_id is not None and run.proposal_id is not None:
                await self._if_ended(run, run.proposal_id, state, progress)
            else:
                await self._continue(run, state, progress)
        return progress

    async def counted(self, thread: str, going: Coroutine[Any, Any, StoredRun]) -> StoredRun:
        """Let a run go; a failure is counted against it, and the caller's supervisor sees the error."""
        try:
            return await going
        except Exception:
            self._failures[thread] += 1
            raise

    async def drop(self, run: StoredRun) -> None:
        """Prune a run that has ended, with the state it began from."""
        await self._threads.prune(run.thread)
        revision = run.values.get("state_revision")
        if revision is not None:
            await self._memory.forget_state(revision)
        del self._failures[run.thread], self._unseen[run.thread]

    async def _if_ended(self, run: StoredRun, proposal_id: str, state: LineState, progress: Progress) -> None:
        outcome = await self._deps.outcomes.of(proposal_id)
        if outcome is None:
            await self._still_waiting(run, proposal_id, progress)
            return
        answer = {"outcome": outcome.model_dump(mode="json"), "now_s": state.plant_time_s}
        ended = await self.counted(run.thread, self._threads.resume(run, answer))
        progress.outcomes.append(outcome)
        progress.words += ended.values.get("words", [])[-1:]
        await self.drop(ended)

    async def _still_waiting(self, run: StoredRun, proposal_id: str, progress: Progress) -> None:
        is_open = any(p.id == proposal_id for p in await self._deps.submissions.open())
        self._unseen[run.thread] = 0 if is_open else self._unseen[run.thread] + 1
        if self._unseen[run.thread] >= MAX_UNSEEN:
            await self._give_up(run, progress, f"proposal {proposal_id} is neither open nor ended in the ledger")
            return
        progress.waiting.append(proposal_id)

    async def _continue(self, run: StoredRun, state: LineState, progress: Progress) -> None:
        """Let a run that was cut off go on, unless the line has moved on too far since."""
        age_s = state.plant_time_s - run.values.get("state_time_s", state.plant_time_s)
        if self._failures[run.thread] >= MAX_TRIES:
            await self._give_up(run, progress, f"it failed {MAX_TRIES} times")
        elif not 0.0 <= age_s <= self._deps.settings.max_age_s:
            await self._give_up(run, progress, f"it began from a state that is {age_s:.0f} s of plant time away")
        else:
            progress.continued = await self.counted(run.thread, self._threads.go_on(run.thread))
            progress.words.append("a run that was cut off goes on")

    async def _give_up(self, run: StoredRun, progress: Progress, why: str) -> None:
        progress.words.append(f"gave up an earlier run: {why}")
        await self.drop(run)
