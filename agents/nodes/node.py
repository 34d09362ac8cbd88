"""What a node is: an async function from the run's state to the part of it that changes."""

from typing import Protocol

from agents.state import RunState


class Node(Protocol):
    """One node of the graph."""

    async def __call__(self, state: RunState) -> RunState:
        """What changes in the run's state."""
        ...
