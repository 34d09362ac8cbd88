"""What the agents are handed by the composition root. None of it can write to equipment."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path

from agents.brain import Brain
from agents.diagnosis.evidence import Shares
from agents.offload import Offload
from agents.settings import AgentSettings
from plants.flow.outcome import Outcome
from plants.model.plant import Plant
from plants.ports.clock import Clock
from plants.ports.outcomes import Outcomes
from plants.ports.submissions import Submissions
from twin import ForecastError


def _ignore(_: Outcome) -> None:
    """Nobody keeps a forecast error."""


def _no_shares() -> Shares:
    """Nobody records what the stations were doing."""
    return {}


@dataclass(frozen=True)
class AgentDeps:
    """Everything an agent works with."""

    plant: Plant
    """The line."""
    submissions: Submissions
    """Where judged drafts are handed in."""
    outcomes: Outcomes
    """How they ended."""
    brain: Brain
    """Who proposes."""
    clock: Clock
    """Wall time, for records."""
    checkpoint: Path
    """File of the working memory; it may be deleted while the service is down."""
    forecast_error: Callable[[], ForecastError]
    """The twin's recent forecast error."""
    settings: AgentSettings = field(default_factory=AgentSettings)
    """How hard they try."""
    executor: Executor | None = None
    """Where the twin computes; None for a thread. Its owner closes it."""
    on_outcome: Callable[[Outcome], None] = _ignore
    """Told of each outcome, for the forecast error; after a crash it may be told twice, so it keys by proposal id."""
    shares: Callable[[], Shares] = _no_shares
    """What the stations were recently doing."""

    @property
    def beside(self) -> Offload:
        """Where the twin computes, beside the event loop."""
        return Offload(self.executor, self.settings.twin_wall_s)
