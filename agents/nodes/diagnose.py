"""Diagnose: what is wrong? Nothing wrong, nothing proposed."""

from agents.deps import AgentDeps
from agents.diagnose import diagnose as find
from agents.experience import news
from agents.memory import Memory
from agents.nodes.node import Node
from agents.nodes.recall import recall
from agents.state import RunState
from agents.words import say_finding

NOTHING_WRONG = "nothing_wrong"
"""The run ended because nothing was found."""

NOTHING_NEW = "nothing_new"
"""The run ended because what was found was looked into lately, and nothing helped."""


def make_diagnose(deps: AgentDeps, memory: Memory) -> Node:
    """Node that puts findings into the state, and ends the run without any."""

    async def diagnose(state: RunState) -> RunState:
        line = await recall(memory, state)
        found = find(deps.plant, line, shares=deps.shares(), min_severity=deps.settings.min_severity)
        if not found:
            return {"findings": [], "end": NOTHING_WRONG, "words": ["nothing wrong was found"]}
        looked = await memory.looked()
        if not news(found, looked, now_s=line.plant_time_s, cool_down_s=deps.settings.cool_down_s):
            return {"findings": [], "end": NOTHING_NEW, "words": ["nothing new since it was last looked into"]}
        return {
            "findings": [f.model_dump(mode="json") for f in found],
            "words": [say_finding(f) for f in found],
        }

    return diagnose
