"""Submit: hand the judged draft in. Handing in the same draft again gives the stored proposal."""

from agents.deps import AgentDeps
from agents.experience import REFUSED
from agents.nodes.node import Node
from agents.nodes.recall import draft_of, verdict_of
from agents.state import RunState
from plants.errors import Refused


def make_submit(deps: AgentDeps) -> Node:
    """Node that puts the proposal's id into the state, or ends the run with the gate's reason."""

    async def submit(state: RunState) -> RunState:
        words = state.get("words", [])
        try:
            proposal = await deps.submissions.submit(draft_of(state), verdict_of(state))
        except Refused as refused:
            return {"proposal_id": None, "end": REFUSED, "words": [*words, f"refused: {refused.message}"]}
        return {"proposal_id": proposal.id, "words": [*words, f"handed in as {proposal.id}"]}

    return submit
