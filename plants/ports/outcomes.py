"""Port: learning. How earlier proposals ended."""

from typing import Protocol

from plants.flow.outcome import Outcome


class Outcomes(Protocol):
    """Ended proposals, as experience."""

    async def of(self, proposal_id: str) -> Outcome | None:
        """How a proposal ended, or None while it has not."""
        ...

    async def recent(self, limit: int = 100) -> tuple[Outcome, ...]:
        """The newest outcomes, newest first."""
        ...
