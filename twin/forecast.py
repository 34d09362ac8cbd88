"""`forecast`: what the line will do from its live state, with what limits the state said beside it.

Used by `jayul forecast` and notebooks. A state that cannot be trusted is still forecast from: the figures come with the
reason why nothing should be decided on them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from plants.errors import InvalidInput
from plants.flow.state import Condition, LineState
from plants.model.plant import Plant
from twin.simulate import SimulationOptions, SimulationResult, simulate

_NAMED = 8


@dataclass(frozen=True, slots=True)
class Forecast:
    """A simulation from a live state, and how far that state can be trusted."""

    result: SimulationResult
    state: LineState
    doubts: tuple[str, ...]
    """Why it cannot be trusted, in words; empty when it can."""
    caveats: tuple[str, ...]
    """What is only estimated in it, in words."""

    @property
    def trustworthy(self) -> bool:
        """Whether there is no doubt about the state."""
        return not self.doubts

    def as_dict(self) -> dict[str, object]:
        """The forecast as plain JSON values."""
        taken = self.state.taken_at
        return self.result.as_dict() | {
            "state": {
                "plant_time_s": self.state.plant_time_s,
                "taken_at": None if taken is None else taken.isoformat(),
                "revision": self.state.revision,
                "trustworthy": self.trustworthy,
                "doubts": list(self.doubts),
                "caveats": list(self.caveats),
            }
        }


def forecast(plant: Plant, state: LineState, *, horizon_s: float, **options: Unpack[SimulationOptions]) -> Forecast:
    """Forecast a line from its live state.

    Args:
        plant: The line.
        state: Where it stands.
        horizon_s: Plant seconds ahead.
        options: As of `simulate`: replications, seed, precision, workers, progress, …

    Raises:
        InvalidInput: arguments that do not fit the plant or each other, or a state of another plant.
        RunFailed: a run does not come forward.
    """
    if state.plant_revision != plant.revision:
        raise InvalidInput(
            f"the state was made with revision {state.plant_revision[:12]} of '{state.plant}', this is "
            f"{plant.revision[:12]} of '{plant.plant}': take both from the same service"
        )
    result = simulate(plant, state=state, horizon_s=horizon_s, **options)
    return Forecast(result, state, doubts_of(state), caveats_of(state))


def doubts_of(state: LineState) -> tuple[str, ...]:
    """Why a state cannot be trusted, in words."""
    found = []
    if state.stale:
        found.append(f"{len(state.stale)} tags have no good and recent data: {_listed(state.stale)}")
    unknown = [s.station for s in state.stations if s.condition is Condition.UNKNOWN]
    if unknown:
        found.append(f"it is not known what {_listed(unknown)} does: taken to work if it holds a unit, else to wait")
    return tuple(found)


def caveats_of(state: LineState) -> tuple[str, ...]:
    """What is only estimated in a state, in words."""
    vague = [f"{b.buffer} ({len(b.parts)} ± {b.level_sd:.1f})" for b in state.buffers if b.level_sd > 0]
    told = f"buffer contents are estimates, over which the forecast is averaged: {_listed(vague)}"
    return (told,) if vague else ()


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} others" if len(names) > _NAMED else "")
