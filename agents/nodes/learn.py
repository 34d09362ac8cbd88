"""Learn: keep how it ended as experience, and tell who keeps the twin's forecast error."""

from agents.deps import AgentDeps
from agents.experience import Experience
from agents.memory import Memory
from agents.nodes.node import Node
from agents.nodes.recall import draft_of
from agents.state import RunState
from plants.flow.outcome import Outcome

LEARNED = "learned"
"""The run ended with an outcome."""


def make_learn(deps: AgentDeps, memory: Memory) -> Node:
    """Node that remembers the outcome of a proposal, or that it was not better or refused. Repeating it is harmless."""

    async def learn(state: RunState) -> RunState:
        answer, words = state.get("answer"), state.get("words", [])
        if answer is None:
            await memory.remember(_without_outcome(state))
            return {"words": words}
        outcome = Outcome.model_validate(answer["outcome"])
        await memory.remember(_with_outcome(state, outcome, answer["now_s"]))
        deps.on_outcome(outcome)
        return {
            "end": LEARNED,
            "words": [*words, f"{outcome.proposal_id} ended {outcome.status}: {outcome.explanation}"],
        }

    return learn


def ratio(outcome: Outcome) -> float | None:
    """Measured over predicted value of the promised KPI; None when it was not measured or nothing was predicted."""
    measured = outcome.measured
    if measured is None or not measured.sufficient or measured.value is None or outcome.promise.prediction.mean == 0:
        return None
    return measured.value / outcome.promise.prediction.mean


def _with_outcome(state: RunState, outcome: Outcome, at_s: float) -> Experience:
    draft = draft_of(state)
    return Experience(
        draft_id=draft.id,
        proposal_id=outcome.proposal_id,
        changes=draft.changes,
        status=outcome.status.value,
        at_s=at_s,
        kept=outcome.kept,
        ratio=ratio(outcome),
    )


def _without_outcome(state: RunState) -> Experience:
    draft = draft_of(state)
    return Experience(draft_id=draft.id, changes=draft.changes, status=state["end"], at_s=state["state_time_s"])
