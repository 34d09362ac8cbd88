"""A case for a model to look into, and models that fail over real HTTP."""

from collections.abc import AsyncIterator

import pytest

from agents.bench import Bench
from agents.brain import Case
from agents.diagnose import diagnose
from agents.settings import AgentSettings
from plants.flow.state import LineState
from plants.model.plant import Plant
from tests.faults.agents.doubles import ModelDouble, Server
from tests.unit.agents.conftest import clock, deps, ledger, make_state, plant, settings
from tests.unit.agents.paper import MakeState

__all__ = ["clock", "deps", "ledger", "make_state", "plant", "settings"]


@pytest.fixture
async def double(llmock: Server) -> AsyncIterator[ModelDouble]:
    """A model on a real socket, without faults."""
    double = ModelDouble(llmock)
    yield double
    await double.close()


@pytest.fixture(scope="session")
def state(make_state: MakeState) -> LineState:
    """A line whose labeller runs slow."""
    return make_state(labeller=480.0)


@pytest.fixture
def case(plant: Plant, state: LineState) -> Case:
    """That line as a case, with a twin that looks a quarter of an hour ahead."""
    quick = AgentSettings(horizon_s=1800.0, replications=4, screen_replications=2, max_candidates=3)
    return Case(plant, state, diagnose(plant, state), Bench(plant, state, quick))
