"""A model that behaves: it looks, tries and proposes over real HTTP, and its proposal is judged like any other."""

import dataclasses
import json

from agents.brain import Case
from agents.deps import AgentDeps
from agents.llm.answers import Nothing, Proposal
from agents.llm.ask import ask_model
from agents.llm.brain import LlmBrain
from agents.runner import AgentRunner
from plants.flow.change import SetParameter
from tests.faults.agents.doubles import LIMITS, ModelDouble
from tests.unit.agents.paper import FixedClock, MakeState, PaperLedger

BACK = {"kind": "set_parameter", "alias": "labeller.speed_per_min", "value": 675}


async def test_its_proposal_is_judged_and_handed_in_under_its_name(
    double: ModelDouble, deps: AgentDeps, ledger: PaperLedger, make_state: MakeState
) -> None:
    """bottleneck, what_if, propose: and the draft is by agent:llm."""
    double.says("bottleneck")
    double.says("what_if", changes=[BACK])
    double.says("propose", changes=[BACK], rationale="The labeller runs slow.")
    brain = LlmBrain(double.model(), double.settings(), FixedClock())
    runner = AgentRunner(dataclasses.replace(deps, brain=brain))
    await runner.start()

    report = await runner.step(make_state(labeller=480.0))

    await runner.close()
    (proposal,) = await ledger.open()
    assert report.end == "waiting"
    assert proposal.draft.author == "agent:llm:test-model"
    assert proposal.draft.changes == (SetParameter(alias="labeller.speed_per_min", value=675.0),)
    assert proposal.draft.rationale == "The labeller runs slow."


async def test_it_gets_the_figures_of_the_twin(double: ModelDouble, case: Case) -> None:
    """The result of what_if that reaches the model is the paired difference with its interval."""
    double.says("what_if", changes=[BACK])
    double.says("nothing_to_do", reason="just looking")

    answer = await ask_model(double.model(), case, LIMITS)

    assert answer == Nothing("just looking")
    result = json.loads(double.seen()[1]["messages"][-1]["content"])
    assert result["kpi"] == "throughput_per_h"
    assert result["gain"] > 0
    assert result["difference"]["low"] <= result["difference"]["mean"] <= result["difference"]["high"]


async def test_it_may_correct_itself_when_told_what_was_wrong(double: ModelDouble, case: Case) -> None:
    """An answer outside the envelope comes back with the envelope; the next one counts."""
    double.says("propose", changes=[{**BACK, "value": 900}], rationale="faster")
    double.says("propose", changes=[BACK], rationale="back to nominal")

    answer = await ask_model(double.model(), case, LIMITS)

    assert isinstance(answer, Proposal)
    assert answer.changes == (SetParameter(alias="labeller.speed_per_min", value=675.0),)
    told = double.seen()[1]["messages"][-1]["content"]
    assert "within 400 to 760" in told
