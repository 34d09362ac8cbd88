"""Port: handing in. The only thing an agent can do about the plant is to submit a judged draft."""

from typing import Protocol

from plants.flow.draft import Draft
from plants.flow.proposal import Proposal
from plants.flow.verdict import Verdict


class Submissions(Protocol):
    """Where agents hand in judged drafts."""

    async def submit(self, draft: Draft, verdict: Verdict) -> Proposal:
        """Make a plan of the draft, run the gate, and store it for a person to decide.

        Handing in the same draft id again returns the stored proposal (a resumed agent may repeat itself).

        Raises:
            Refused: the gate says no, or agents are held; the message names the check.
        """
        ...

    async def open(self) -> tuple[Proposal, ...]:
        """Proposals that have not ended, oldest first."""
        ...
