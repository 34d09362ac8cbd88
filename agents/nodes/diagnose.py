"""Diagnose: what is wrong? Nothing wrong, nothing proposed."""

from agents.deps import AgentDeps
from agents.diagnose import diagnose as find
from agents.memory import Memory
from agents.nodes.node import Node
from agents.nodes.recall import recall
from agents.state import RunState
from agents.words import say_finding

NOTHING_WRONG = "nothing_wrong"
"""The run ended because nothing was found."""


def make_diagnose(deps: AgentDeps, memory: Memory) -> Node:
    """Node that puts findings into the state, and ends the run without any."""

    async def diagnose(state: RunState) -> RunState:
        line = await recall(memory, state)
        found = find(deps.plant, line, shares=deps.shares(), min_severity=deps.settings.min_severity)
        if not found:
            return {"findings": [], "end": NOTHING_WRONG, "words": ["nothing wrong was found"]}
        return {
            "findings": [f.model_dump(mode="json") for f in found],
            "words": [say_finding(f) for f in found],
        }

    return diagnose
