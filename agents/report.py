"""What one step of the agents did, in words and values: for the log, the demo's narration and the console."""

from dataclasses import dataclass

from plants.flow.draft import Draft, Finding
from plants.flow.outcome import Outcome
from plants.flow.verdict import Verdict


@dataclass(frozen=True)
class StepReport:
    """What one step noticed, proposed and learned."""

    words: tuple[str, ...] = ()
    """What there is to tell, in plain words, in the order in which it happened."""
    end: str = ""
    """How the run of this step ended; `waiting` when its proposal waits for a person, empty when no run was made."""
    findings: tuple[Finding, ...] = ()
    """What was noticed."""
    draft: Draft | None = None
    """What is proposed."""
    verdict: Verdict | None = None
    """What the twin says of it."""
    proposal_id: str | None = None
    """The proposal, when it was handed in."""
    outcomes: tuple[Outcome, ...] = ()
    """Outcomes learned in this step."""
