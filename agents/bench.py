"""The test bench of one case: searches that suggest changes, and the twin that tries them.

Given to a brain. It computes beside the event loop and cannot change anything but its own copies.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.offload import Offload
from agents.settings import AgentSettings
from planning.candidates import Kind, candidates
from plants.flow.change import Changes
from plants.flow.state import LineState
from plants.model.plant import Plant
from plants.model.policy import Objective
from twin.effects import objectives_of, sign
from twin.screening import Score
from twin.screening import screen as screen_in_twin


@dataclass(frozen=True)
class Bench:
    """What can be tried from one state of one line."""

    plant: Plant
    """The line."""
    state: LineState
    """Where it stands."""
    settings: AgentSettings
    """How far the twin looks, and how often it repeats."""
    beside: Offload
    """Where the twin computes."""

    @property
    def objective(self) -> Objective:
        """What counts first."""
        return objectives_of(self.plant)[0]

    def improves(self, score: Score) -> bool:
        """Whether the twin found it better: the interval excludes no gain, and no other objective is harmed."""
        way = sign(self.objective)
        least = min(way * score.difference.low, way * score.difference.high)
        return least > 0 and not score.harmed

    def candidates(self, focus: Sequence[str] = (), kinds: Sequence[Kind] = tuple(Kind)) -> tuple[Changes, ...]:
        """Changes worth a try, the most natural first; stations in `focus` first."""
        return candidates(self.plant, self.state, focus=focus, kinds=kinds, limit=self.settings.max_candidates)

    async def screen(self, found: Sequence[Changes]) -> tuple[Score, ...]:
        """The candidates by their paired difference to leaving the line as it is, best first."""
        return await self.beside.run(
            screen_in_twin,
            self.plant,
            self.state,
            found,
            horizon_s=self.settings.horizon_s,
            replications=self.settings.screen_replications,
            seed=self.settings.seed,
            delay_s=self.settings.delay_s,
        )
