"""Port: a brain. It looks at one case and says what to change, that nothing should be, or that it cannot say.

Implementations: `agents.solver` (needs no network), `agents.llm.brain` (any chat model), `agents.fallback` (the second
when the first cannot). A brain has no authority: what it says is checked, judged in the twin and decided by a person.
"""

from dataclasses import dataclass, field
from typing import Protocol

from agents.bench import Bench
from agents.experience import Experience
from plants.flow.change import Changes
from plants.flow.draft import Alternative, Finding
from plants.flow.outcome import Outcome
from plants.flow.state import LineState
from plants.model.plant import Plant


@dataclass(frozen=True)
class Case:
    """What a brain is asked about."""

    plant: Plant
    """The line."""
    state: LineState
    """Where it stands."""
    findings: tuple[Finding, ...]
    """What was noticed, the most costly first."""
    bench: Bench
    """The twin and the searches, to try things out."""
    experience: tuple[Experience, ...] = ()
    """How earlier changes ended."""
    outcomes: tuple[Outcome, ...] = ()
    """The newest outcomes of the ledger, newest first."""
    cool_down_s: float = 0.0
    """Plant seconds for which changes that ended badly are left alone."""


@dataclass(frozen=True)
class Proposed:
    """Something to change."""

    author: str
    """Who proposes: `agent:solver` or `agent:llm:<model>`."""
    changes: Changes
    """What to change."""
    rationale: str
    """Why, in plain words with figures."""
    alternatives: tuple[Alternative, ...] = ()
    """What else was considered."""
    notes: tuple[str, ...] = field(default=())
    """What a reader must know besides."""


@dataclass(frozen=True)
class NothingToDo:
    """Leave it as it is."""

    reason: str
    """Why."""


@dataclass(frozen=True)
class Unavailable:
    """The brain cannot say."""

    reason: str
    """Why not."""


BrainAnswer = Proposed | NothingToDo | Unavailable
"""The closed set of answers."""


class Brain(Protocol):
    """Somebody who proposes."""

    async def propose(self, case: Case) -> BrainAnswer:
        """What to do about the case. Never raises for a model's fault; those are `Unavailable`."""
        ...
