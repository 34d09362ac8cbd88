"""The scripted model: it reasons from tool results, and holds nothing of any plant."""

import dataclasses
import re
import tokenize

import agents.scripted
from agents.bench import Bench
from agents.brain import Case
from agents.deps import AgentDeps
from agents.diagnose import diagnose
from agents.llm.answers import Nothing
from agents.llm.ask import ask_model
from agents.llm.brain import LlmBrain
from agents.llm.connect import connect
from agents.llm.limits import Limits
from agents.llm.settings import ModelSettings
from agents.runner import AgentRunner
from agents.settings import AgentSettings
from plants.flow.change import SetParameter
from plants.model.plant import Plant
from tests.unit.agents.paper import FixedClock, MakeState, PaperLedger

SETTINGS = ModelSettings(model="scripted")


async def test_it_finds_the_remedy_of_a_slow_labeller_through_the_tools(
    deps: AgentDeps, ledger: PaperLedger, make_state: MakeState
) -> None:
    """The same result as the solver's, by conversation, and it says what it tried."""
    brain = LlmBrain(connect(SETTINGS), SETTINGS, FixedClock())
    runner = AgentRunner(dataclasses.replace(deps, brain=brain))
    await runner.start()

    report = await runner.step(make_state(labeller=480.0))

    await runner.close()
    assert report.end == "waiting"
    assert report.draft is not None
    assert report.draft.author == "agent:llm:scripted"
    assert SetParameter(alias="labeller.speed_per_min", value=675.0) in report.draft.changes
    assert "labeller" in report.draft.rationale
    assert report.draft.alternatives


async def test_on_another_disturbance_it_says_something_else(
    deps: AgentDeps, ledger: PaperLedger, make_state: MakeState
) -> None:
    """A slow filler instead: nothing in the script knew which station it would be."""
    brain = LlmBrain(connect(SETTINGS), SETTINGS, FixedClock())
    runner = AgentRunner(dataclasses.replace(deps, brain=brain))
    await runner.start()

    report = await runner.step(make_state(filler=480.0))

    await runner.close()
    assert report.draft is not None
    assert any(isinstance(c, SetParameter) and c.alias == "filler.speed_per_min" for c in report.draft.changes)


async def test_where_nothing_helps_it_says_so(plant: Plant, make_state: MakeState) -> None:
    """A look ahead too short for anything to show: no proposal."""
    state = make_state()
    settings = AgentSettings(horizon_s=1.0, screen_replications=2, max_candidates=3)
    case = Case(plant, state, diagnose(plant, state), Bench(plant, state, settings))

    answer = await ask_model(connect(SETTINGS), case, Limits())

    assert isinstance(answer, Nothing)
    assert "none was found better" in answer.reason


def test_its_source_holds_no_station_no_tag_and_no_figure(plant: Plant) -> None:
    """Whatever it says about a plant, it was told by the tools."""
    with tokenize.open(agents.scripted.__file__) as file:
        source = " ".join(t.string for t in tokenize.generate_tokens(file.readline) if t.type != tokenize.COMMENT)

    names = {s.id for s in plant.stations} | {b.id for b in plant.buffers} | {p.id for p in plant.products}
    names |= {p.id for s in plant.stations for p in s.parameters} | {o.id for o in plant.orders}
    assert not [name for name in names if name in source]
    assert not re.findall(r"\d\d", source)
