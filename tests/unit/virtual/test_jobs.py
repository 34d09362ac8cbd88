"""Jobs by the state machine of ISA-95 Job Control, and what each command does to the line."""

from collections.abc import Callable

import pytest

from plants.model.order import Order
from tests.twin_lines import constant, line, order, station
from twin.engine import LineSimulation
from virtual.jobs import Answer, Job, JobBook, JobRefused, JobState

PLANT = line(
    [station(constant(10)), station(constant(8))],
    3,
    orders=[order("o1", quantity=5), order("o2", "blue", 5), order("o3", quantity=5)],
)
RUSH = Order(id="rush", product="blue", quantity=2, due_s=1e6)


@pytest.fixture
def sim() -> LineSimulation:
    """A line whose first order is under way."""
    its = LineSimulation(PLANT)
    its.run_until(15)
    return its


@pytest.fixture
def jobs(sim: LineSimulation) -> JobBook:
    """Its jobs."""
    return JobBook(sim)


def states(jobs: JobBook) -> dict[str, str]:
    """State of each job, in the sequence of the list."""
    return {job.order.id: job.state.browse_name for job in jobs}


def test_orders_of_the_plant_file_may_start_and_the_first_runs(jobs: JobBook) -> None:
    """Priorities fall with the sequence, so that both say the same."""
    assert states(jobs) == {"o1": "Running", "o2": "AllowedToStart", "o3": "AllowedToStart"}
    assert jobs.job("o2").priority > jobs.job("o3").priority


def test_a_stored_job_waits_until_it_is_started_and_a_high_priority_takes_it_to_the_front(
    sim: LineSimulation, jobs: JobBook
) -> None:
    """It is made next although it came last."""
    jobs.store(RUSH, 99, start=False)
    sim.run_until(40)
    waiting = states(jobs)
    jobs.start("rush")
    sim.run_until(65)

    assert waiting["rush"] == "NotAllowedToStart"
    assert states(jobs)["rush"] == "Running"
    assert sim.order("o2").started == 0
    assert jobs.job("rush").began_s == 65


def test_a_paused_job_lets_others_go_first_and_is_resumed(sim: LineSimulation, jobs: JobBook) -> None:
    """Its units on the line are finished meanwhile."""
    jobs.pause("o1")
    sim.run_until(60)
    paused = states(jobs)
    jobs.resume("o1")
    sim.run_until(400)

    assert (paused["o1"], paused["o2"]) == ("Interrupted", "Running")
    assert states(jobs)["o1"] == "Ended"
    assert jobs.job("o1").good == 5


def test_a_stopped_job_ends_with_what_had_entered(sim: LineSimulation, jobs: JobBook) -> None:
    """Two units had."""
    jobs.stop("o1")
    sim.run_until(400)

    job = jobs.job("o1")
    assert (job.state, job.ended_s, job.good) == (JobState.ENDED, 15, 2)


def test_an_aborted_job_is_told_as_aborted_and_cleared_only_then(jobs: JobBook) -> None:
    """A job that waits can be aborted too."""
    with pytest.raises(JobRefused, match="not Ended or Aborted"):
        jobs.clear("o2")
    jobs.abort("o2")
    aborted = states(jobs)
    jobs.clear("o2")

    assert aborted["o2"] == "Aborted"
    assert "o2" not in states(jobs)


def test_a_cancelled_job_is_gone_and_never_made(sim: LineSimulation, jobs: JobBook) -> None:
    """The line goes on with the next one."""
    jobs.cancel("o2")
    sim.run_until(400)

    assert states(jobs) == {"o1": "Ended", "o3": "Ended"}
    assert sim.order("o2").good == 0


def test_a_revoked_job_waits_again(sim: LineSimulation, jobs: JobBook) -> None:
    """Everything else is made."""
    jobs.revoke_start("o2")
    sim.run_until(400)

    assert states(jobs) == {"o1": "Ended", "o2": "NotAllowedToStart", "o3": "Ended"}


def test_another_priority_changes_the_sequence_and_another_sequence_the_priorities(
    sim: LineSimulation, jobs: JobBook
) -> None:
    """The two ways to sequence never contradict each other."""
    jobs.reprioritise("o3", 50)
    first = sim.not_started()
    jobs.resequenced()

    assert first == ("o3", "o2")
    assert jobs.job("o3").priority > jobs.job("o2").priority


REFUSED: list[tuple[str, Callable[[JobBook], None], Answer]] = [
    ("unknown", lambda jobs: jobs.start("o9"), Answer.UNKNOWN_JOB),
    ("start of a running one", lambda jobs: jobs.start("o1"), Answer.WRONG_STATE),
    ("pause of a waiting one", lambda jobs: jobs.pause("o2"), Answer.WRONG_STATE),
    ("resume of a running one", lambda jobs: jobs.resume("o1"), Answer.WRONG_STATE),
    ("stop of a waiting one", lambda jobs: jobs.stop("o2"), Answer.WRONG_STATE),
    ("cancel of a running one", lambda jobs: jobs.cancel("o1"), Answer.WRONG_STATE),
    ("another priority of a running one", lambda jobs: jobs.reprioritise("o1", 1), Answer.WRONG_STATE),
    ("a name twice", lambda jobs: jobs.store(RUSH.model_copy(update={"id": "o1"}), 1, start=True), Answer.NOT_ACCEPTED),
    (
        "an unknown product",
        lambda jobs: jobs.store(RUSH.model_copy(update={"product": "green"}), 1, start=True),
        Answer.NOT_ACCEPTED,
    ),
]


@pytest.mark.parametrize(("what", "ask", "answer"), REFUSED, ids=[what for what, _, _ in REFUSED])
def test_what_does_not_fit_the_state_is_refused_and_changes_nothing(
    jobs: JobBook, what: str, ask: Callable[[JobBook], None], answer: Answer
) -> None:
    """With the return status of the specification."""
    before: list[Job] = [*jobs]

    with pytest.raises(JobRefused) as refused:
        ask(jobs)

    assert refused.value.answer is answer
    assert [*jobs] == before
