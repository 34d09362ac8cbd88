"""The loop around the graph: begin, wait, resume, learn, rest, refuse."""

import asyncio
import dataclasses

from agents.brain import BrainAnswer, Case, NothingToDo
from agents.deps import AgentDeps
from agents.report import StepReport
from agents.runner import AgentRunner
from plants.flow.change import SetParameter
from plants.flow.outcome import Outcome
from plants.flow.proposal import Status
from plants.flow.verdict import Result
from tests.unit.agents.paper import MakeState, PaperLedger

LATER_S = 3000.0


def _given(report: StepReport) -> str:
    assert report.proposal_id is not None
    return report.proposal_id


async def test_a_slow_labeller_is_noticed_judged_and_handed_in(
    deps: AgentDeps, ledger: PaperLedger, make_state: MakeState
) -> None:
    """The whole way from a disturbed state to a proposal that waits for a person."""
    runner = AgentRunner(deps)
    await runner.start()

    report = await runner.step(make_state(labeller=480.0))

    await runner.close()
    assert report.end == "waiting"
    assert report.findings[0].subject == "labeller"
    assert report.draft is not None
    assert report.draft.author == "agent:solver"
    assert report.draft.changes == (SetParameter(alias="labeller.speed_per_min", value=675.0),)
    assert report.verdict is not None
    assert report.verdict.result is Result.BETTER
    assert [p.id for p in await ledger.open()] == [report.proposal_id]


async def test_an_undisturbed_line_is_left_alone(deps: AgentDeps, ledger: PaperLedger, make_state: MakeState) -> None:
    """Nothing wrong, nothing proposed."""
    quiet = dataclasses.replace(deps, settings=deps.settings.model_copy(update={"min_severity": 0.1}))
    runner = AgentRunner(quiet)
    await runner.start()

    report = await runner.step(make_state())

    await runner.close()
    assert report.end == "nothing_wrong"
    assert ledger.submitted == 0


class CountingBrain:
    """A brain that finds nothing to do, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def propose(self, _: Case) -> BrainAnswer:
        """Nothing."""
        self.asked += 1
        return NothingToDo("nothing helps")


async def test_a_brain_is_not_asked_again_about_what_it_just_found_nothing_for(
    deps: AgentDeps, make_state: MakeState
) -> None:
    """Until something new is found."""
    brain = CountingBrain()
    runner = AgentRunner(dataclasses.replace(deps, brain=brain))
    await runner.start()
    await runner.step(make_state(labeller=480.0))

    again = await runner.step(make_state(LATER_S, labeller=480.0))
    asked_in_between = brain.asked
    new = await runner.step(make_state(LATER_S + 600.0, filler=480.0))

    await runner.close()
    assert again.end == "nothing_new"
    assert asked_in_between == 1
    assert new.end == "nothing_to_do"
    assert brain.asked == 2


async def test_while_a_proposal_is_open_no_other_is_made(
    deps: AgentDeps, ledger: PaperLedger, make_state: MakeState
) -> None:
    """One thing at a time."""
    runner = AgentRunner(deps)
    await runner.start()
    first = await runner.step(make_state(labeller=480.0))

    second = await runner.step(make_state(LATER_S, labeller=480.0))

    await runner.close()
    assert second.end == "waiting"
    assert second.proposal_id == first.proposal_id
    assert ledger.submitted == 1


async def test_an_outcome_resumes_the_run_and_is_learned_once(
    deps: AgentDeps, ledger: PaperLedger, make_state: MakeState
) -> None:
    """What ended is told to who keeps the forecast error, and the run is pruned."""
    told: list[Outcome] = []
    runner = AgentRunner(dataclasses.replace(deps, on_outcome=told.append))
    await runner.start()
    first = await runner.step(make_state(labeller=480.0))
    ended = ledger.end(_given(first), Status.VERIFIED, value=1400.0)

    report = await runner.step(make_state(LATER_S, labeller=675.0))
    again = await runner.step(make_state(LATER_S, labeller=675.0))

    await runner.close()
    assert told == [ended]
    assert report.outcomes == (ended,)
    assert again.outcomes == ()


async def test_two_steps_at_once_resume_a_run_once(deps: AgentDeps, ledger: PaperLedger, make_state: MakeState) -> None:
    """The lock: both callers get a report, one of them has the outcome."""
    told: list[Outcome] = []
    runner = AgentRunner(dataclasses.replace(deps, on_outcome=told.append))
    await runner.start()
    first = await runner.step(make_state(labeller=480.0))
    ledger.end(_given(first), Status.VERIFIED, value=1400.0)
    later = make_state(LATER_S, labeller=675.0)

    reports = await asyncio.gather(*(runner.step(later) for _ in range(4)))

    await runner.close()
    assert len(told) == 1
    assert sorted(len(r.outcomes) for r in reports) == [0, 0, 0, 1]


async def test_what_a_person_rejected_is_not_proposed_again_soon(
    deps: AgentDeps, ledger: PaperLedger, make_state: MakeState
) -> None:
    """Experience: the same remedy is left alone until it has cooled down, and another is proposed."""
    runner = AgentRunner(deps)
    await runner.start()
    first = await runner.step(make_state(labeller=480.0))
    ledger.end(_given(first), Status.REJECTED)
    await runner.step(make_state(LATER_S, labeller=480.0))

    second = await runner.step(make_state(LATER_S + 400.0, labeller=480.0))

    await runner.close()
    assert first.draft is not None
    assert second.draft is None or second.draft.changes != first.draft.changes
    assert second.draft is not None
    assert any("rejected" in a.reason for a in second.draft.alternatives)


async def test_after_an_end_it_rests(deps: AgentDeps, ledger: PaperLedger, make_state: MakeState) -> None:
    """The line is given time to settle before the next run."""
    runner = AgentRunner(deps)
    await runner.start()
    first = await runner.step(make_state(labeller=480.0))
    ledger.end(_given(first), Status.REJECTED)
    await runner.step(make_state(LATER_S, labeller=480.0))

    resting = await runner.step(make_state(LATER_S + 100.0, labeller=480.0))

    await runner.close()
    assert resting.end == ""
    assert ledger.submitted == 1


async def test_stale_data_are_not_reasoned_from(deps: AgentDeps, ledger: PaperLedger, make_state: MakeState) -> None:
    """It says which tags are missing and proposes nothing."""
    stale = make_state(labeller=480.0).model_copy(update={"stale": ("labeller.state", "filler.state")})
    runner = AgentRunner(deps)
    await runner.start()

    report = await runner.step(stale)

    await runner.close()
    assert report.end == "untrusted"
    assert "labeller.state" in report.words[-1]
    assert ledger.submitted == 0


async def test_a_refusal_of_the_gate_ends_the_run_and_is_told(
    deps: AgentDeps, ledger: PaperLedger, make_state: MakeState
) -> None:
    """Nothing waits for a proposal that does not exist."""
    ledger.refuse = "agents are held"
    runner = AgentRunner(deps)
    await runner.start()

    report = await runner.step(make_state(labeller=480.0))

    await runner.close()
    assert report.end == "refused"
    assert report.words[-1] == "refused: agents are held"
    assert report.proposal_id is None


async def test_another_process_goes_on_from_the_file(
    deps: AgentDeps, ledger: PaperLedger, make_state: MakeState
) -> None:
    """A waiting run is found by a new runner and resumed with its outcome."""
    first = AgentRunner(deps)
    await first.start()
    handed_in = await first.step(make_state(labeller=480.0))
    await first.close()
    ledger.end(_given(handed_in), Status.VERIFIED, value=1400.0)
    second = AgentRunner(deps)
    await second.start()

    report = await second.step(make_state(LATER_S, labeller=675.0))

    await second.close()
    assert [o.proposal_id for o in report.outcomes] == [handed_in.proposal_id]
