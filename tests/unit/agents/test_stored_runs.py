"""Runs that are stored: lost, outdated, failing, pruned; and what is left in the file afterwards."""

import dataclasses
import multiprocessing
import sqlite3
from concurrent.futures import ProcessPoolExecutor

import pytest

import agents.threads
from agents.brain import BrainAnswer, Case, NothingToDo
from agents.deps import AgentDeps
from agents.resumption import MAX_TRIES, MAX_UNSEEN
from agents.runner import AgentRunner
from plants.errors import RunFailed
from plants.flow.proposal import Status
from tests.unit.agents.paper import MakeState, PaperLedger

LATER_S = 3000.0


def rows(deps: AgentDeps) -> dict[str, int]:
    """Rows in the tables of the checkpoint file."""
    with sqlite3.connect(deps.checkpoint) as db:
        tables = ("checkpoints", "writes", "store")
        found = {t: db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables}  # noqa: S608  (own names)
    db.close()
    return found


async def test_nothing_of_an_ended_run_stays_but_its_experience(
    deps: AgentDeps, ledger: PaperLedger, make_state: MakeState
) -> None:
    """The checkpoint file does not grow with the runs."""
    runner = AgentRunner(deps)
    await runner.start()
    first = await runner.step(make_state(labeller=480.0))
    assert first.proposal_id is not None
    ledger.end(first.proposal_id, Status.VERIFIED, value=1400.0)

    await runner.step(make_state(LATER_S, labeller=675.0))

    await runner.close()
    assert rows(deps) == {"checkpoints": 0, "writes": 0, "store": 1}


async def test_a_proposal_that_the_ledger_does_not_know_is_given_up_after_a_while(
    deps: AgentDeps, ledger: PaperLedger, make_state: MakeState
) -> None:
    """A ledger restored from before it was handed in must not block the agents for ever."""
    runner = AgentRunner(deps)
    await runner.start()
    await runner.step(make_state(labeller=480.0))
    ledger.proposals.clear()
    later = make_state(LATER_S)

    reports = [await runner.step(later) for _ in range(MAX_UNSEEN)]

    await runner.close()
    assert all(r.end == "waiting" for r in reports[:-1])
    assert "neither open nor ended" in reports[-1].words[0]


async def test_a_run_of_another_version_is_given_up_not_guessed_at(
    deps: AgentDeps, ledger: PaperLedger, make_state: MakeState, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an update that moved the graph's nodes; what it proposed stays open and keeps the agents waiting."""
    old = AgentRunner(deps)
    await old.start()
    first = await old.step(make_state(labeller=480.0))
    await old.close()
    monkeypatch.setattr(agents.threads, "GRAPH_VERSION", 999)
    new = AgentRunner(deps)
    await new.start()

    report = await new.step(make_state(LATER_S, labeller=480.0))

    await new.close()
    assert "another version" in report.words[0]
    assert report.end == "waiting"
    assert report.proposal_id == first.proposal_id


async def test_without_its_file_it_still_sees_that_its_proposal_is_open(
    deps: AgentDeps, ledger: PaperLedger, make_state: MakeState
) -> None:
    """The checkpoint file may be deleted; the ledger is the record."""
    first = AgentRunner(deps)
    await first.start()
    await first.step(make_state(labeller=480.0))
    await first.close()
    second = AgentRunner(dataclasses.replace(deps, checkpoint=deps.checkpoint.with_name("another.sqlite")))
    await second.start()

    report = await second.step(make_state(LATER_S, labeller=480.0))

    await second.close()
    assert report.end == "waiting"
    assert ledger.submitted == 1


class FailingBrain:
    """A brain with a defect, until it is mended."""

    def __init__(self) -> None:
        self.asked = 0
        self.mended = False

    async def propose(self, _: Case) -> BrainAnswer:
        """Fail."""
        self.asked += 1
        if self.mended:
            return NothingToDo("mended")
        raise RunFailed("the twin does not come forward")


async def test_a_run_that_keeps_failing_is_given_up_after_three_tries(deps: AgentDeps, make_state: MakeState) -> None:
    """Each failure reaches the supervisor; the fourth step begins afresh."""
    brain = FailingBrain()
    runner = AgentRunner(dataclasses.replace(deps, brain=brain))
    await runner.start()
    for _ in range(MAX_TRIES):
        with pytest.raises(RunFailed, match="does not come forward"):
            await runner.step(make_state(labeller=480.0))
    brain.mended = True

    report = await runner.step(make_state(LATER_S, labeller=480.0))

    await runner.close()
    assert "gave up an earlier run: it failed 3 times" in report.words
    assert report.end == "nothing_to_do"


async def test_the_same_state_at_the_same_time_gives_the_same_draft_and_verdict(
    deps: AgentDeps, make_state: MakeState
) -> None:
    """Nothing in a run depends on chance or on the wall clock."""
    histories = []
    for name in ("a.sqlite", "b.sqlite"):
        ledger = PaperLedger()
        runner = AgentRunner(
            dataclasses.replace(deps, submissions=ledger, outcomes=ledger, checkpoint=deps.checkpoint.with_name(name))
        )
        await runner.start()
        histories.append(await runner.step(make_state(labeller=480.0)))
        await runner.close()

    assert histories[0] == histories[1]


async def test_the_twin_may_compute_in_another_process(deps: AgentDeps, make_state: MakeState) -> None:
    """As the service runs it: a pool of processes behind the standard executor."""
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as pool:
        runner = AgentRunner(dataclasses.replace(deps, executor=pool))
        await runner.start()

        report = await runner.step(make_state(labeller=480.0))

        await runner.close()
    assert report.end == "waiting"


async def test_a_runner_that_was_not_started_says_so(deps: AgentDeps, make_state: MakeState) -> None:
    """And closing it twice is harmless."""
    runner = AgentRunner(deps)

    with pytest.raises(RunFailed, match="call `start` first"):
        await runner.step(make_state())

    await runner.close()
    await runner.close()
