"""Observe: is the state something to reason from at all?"""

from agents.memory import Memory
from agents.nodes.node import Node
from agents.state import RunState
from plants.flow.state import LineState
from plants.model.plant import Plant

UNTRUSTED = "untrusted"
"""The run ended because the data are not good."""
_SHOWN = 5


def make_observe(plant: Plant, memory: Memory) -> Node:
    """Node that ends the run when its state is gone, stale or of another plant description."""

    async def observe(state: RunState) -> RunState:
        line = await memory.state(state["state_revision"])
        reason = "the state it began from is no longer kept" if line is None else distrust(plant, line)
        return {"end": UNTRUSTED, "words": [f"not proposing: {reason}"]} if reason else {"end": ""}

    return observe


def distrust(plant: Plant, line: LineState) -> str | None:
    """Why a state cannot be reasoned from, or None when it can."""
    if line.plant_revision != plant.revision:
        return "the state was made with another revision of the plant description"
    if not line.trustworthy:
        more = f" and {len(line.stale) - _SHOWN} more" if len(line.stale) > _SHOWN else ""
        return f"no good and recent data for {', '.join(line.stale[:_SHOWN])}{more}"
    return None
