"""Judge: let the twin compare the draft with leaving the line as it is, beside the event loop."""

from agents.deps import AgentDeps
from agents.experience import NOT_BETTER
from agents.memory import Memory
from agents.nodes.node import Node
from agents.nodes.recall import draft_of, recall
from agents.state import RunState
from agents.words import say_effect
from twin import judge as judge_in_twin


def make_judge(deps: AgentDeps, memory: Memory) -> Node:
    """Node that puts the verdict into the state; a verdict that nobody could approve ends the run."""

    async def judge(state: RunState) -> RunState:
        settings = deps.settings
        verdict = await deps.beside.run(
            judge_in_twin,
            deps.plant,
            await recall(memory, state),
            draft_of(state),
            horizon_s=settings.horizon_s,
            replications=settings.replications,
            seed=settings.seed,
            error=deps.forecast_error(),
            delay_s=settings.delay_s,
        )
        said = f"the twin says {verdict.result} over {verdict.replications} paired replications: " + "; ".join(
            say_effect(e) for e in verdict.effects
        )
        end = "" if verdict.approvable else NOT_BETTER
        return {"verdict": verdict.model_dump(mode="json"), "end": end, "words": [*state.get("words", []), said]}

    return judge
