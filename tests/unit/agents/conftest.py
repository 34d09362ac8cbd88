"""What the tests of the agents share: a real plant, states of it, and agents over a paper ledger."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from agents.deps import AgentDeps
from agents.settings import AgentSettings
from agents.solver import SolverBrain
from plants.flow.change import Change, SetParameter
from plants.flow.state import LineState
from plants.loader.load import load_plant
from plants.model.plant import Plant
from tests.unit.agents.paper import FixedClock, MakeState, PaperLedger
from twin import ForecastError, LineSimulation


@pytest.fixture(scope="session")
def plant() -> Plant:
    """The bottling line."""
    return load_plant("bottling")


@pytest.fixture(scope="session")
def make_state(plant: Plant) -> MakeState:
    """States of the bottling line half an hour into the day, with parameters as given."""
    kept: dict[tuple[object, ...], LineState] = {}

    def make(at_s: float = 1800.0, **values: float) -> LineState:
        key = (at_s, *sorted(values.items()))
        if key not in kept:
            sim = LineSimulation(plant, seed=5, replication=0)
            for name, value in values.items():
                change: Change = SetParameter(alias=f"{name}.speed_per_min", value=value)
                sim.apply(change)
            sim.run_until(at_s)
            kept[key] = sim.snapshot()
        return kept[key]

    return make


@pytest.fixture
def ledger() -> PaperLedger:
    """An empty paper ledger."""
    return PaperLedger()


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still."""
    return FixedClock()


@pytest.fixture
def settings() -> AgentSettings:
    """A short look ahead, so that tests are quick."""
    return AgentSettings(horizon_s=1800.0, replications=8, screen_replications=4, max_candidates=8, rest_s=300.0)


@pytest.fixture
def deps(plant: Plant, ledger: PaperLedger, clock: FixedClock, settings: AgentSettings, tmp_path: Path) -> AgentDeps:
    """Agents with the solver brain over the paper ledger."""
    return AgentDeps(
        plant=plant,
        submissions=ledger,
        outcomes=ledger,
        brain=SolverBrain(),
        clock=clock,
        checkpoint=tmp_path / "agents.sqlite",
        forecast_error=ForecastError,
        settings=settings,
    )


@pytest.fixture
def with_brain(deps: AgentDeps) -> Callable[[object], AgentDeps]:
    """The same agents with another brain."""

    def other(brain: object) -> AgentDeps:
        return dataclasses.replace(deps, brain=brain)  # type: ignore[arg-type]  # any object with `propose`

    return other
