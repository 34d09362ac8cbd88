"""Propose: ask the brain, and make a draft of what it says."""

from agents.bench import Bench
from agents.brain import Case, NothingToDo, Proposed, Unavailable
from agents.deps import AgentDeps
from agents.experience import Looked
from agents.memory import Memory
from agents.nodes.node import Node
from agents.nodes.recall import findings_of, recall
from agents.permitted import objection
from agents.state import RunState, draft_id
from agents.words import say_changes
from plants.flow.draft import Draft
from plants.flow.state import LineState

NOTHING_TO_DO = "nothing_to_do"
"""The run ended because the brain would leave it as it is."""
UNAVAILABLE = "unavailable"
"""The run ended because no brain could say."""
NOT_PERMITTED = "not_permitted"
"""The run ended because what the brain said may not be proposed."""
_MAX_OUTCOMES = 20


def make_propose(deps: AgentDeps, memory: Memory) -> Node:
    """Node that puts a draft into the state, or ends the run with the reason why there is none."""

    async def propose(state: RunState) -> RunState:
        line = await recall(memory, state)
        case = Case(
            plant=deps.plant,
            state=line,
            findings=findings_of(state),
            bench=Bench(deps.plant, line, deps.settings, deps.beside),
            experience=await memory.experience(),
            outcomes=await deps.outcomes.recent(_MAX_OUTCOMES),
            cool_down_s=deps.settings.cool_down_s,
        )
        match await deps.brain.propose(case):
            case NothingToDo(reason):
                await _keep_looked(memory, state)
                return _ended(state, NOTHING_TO_DO, f"nothing to do: {reason}")
            case Unavailable(reason):
                return _ended(state, UNAVAILABLE, f"no proposal: {reason}")
            case Proposed() as answer:
                return _drafted(deps, line, state, answer)

    return propose


def _drafted(deps: AgentDeps, line: LineState, state: RunState, answer: Proposed) -> RunState:
    wrong = objection(deps.plant, line, answer.changes)
    if wrong:
        return _ended(state, NOT_PERMITTED, f"{answer.author} proposed what may not be proposed: {wrong}")
    draft = Draft(
        id=draft_id(state["thread"]),
        plant=deps.plant.plant,
        plant_revision=deps.plant.revision,
        state_revision=line.revision,
        author=answer.author,
        created_at=deps.clock.now(),
        findings=findings_of(state),
        changes=answer.changes,
        rationale=answer.rationale,
        alternatives=answer.alternatives,
        notes=answer.notes,
    )
    said = f"{answer.author} would change {say_changes(deps.plant, line, answer.changes)}"
    return {"draft": draft.model_dump(mode="json"), "words": [*state.get("words", []), *answer.notes, said]}


async def _keep_looked(memory: Memory, state: RunState) -> None:
    for f in findings_of(state):
        looked = Looked(kind=f.kind, subject=f.subject, severity=f.severity, at_s=state["state_time_s"])
        await memory.keep_looked(looked)


def _ended(state: RunState, end: str, words: str) -> RunState:
    return {"draft": None, "end": end, "words": [*state.get("words", []), words]}
