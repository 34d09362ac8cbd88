"""Wait: until the proposal has ended. Nothing else happens in this node, since it runs again on every resume."""

from langgraph.types import interrupt

from agents.nodes.node import Node
from agents.state import RunState


def make_wait() -> Node:
    """Node that interrupts the run and goes on with the outcome it is resumed with."""

    async def wait(state: RunState) -> RunState:
        return {"answer": interrupt({"proposal_id": state.get("proposal_id")})}

    return wait
