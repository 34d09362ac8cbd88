"""Job orders of a line and what becomes of them: the state machine of ISA-95 Job Control (OPC 10031-4, 6.2.1). Pure.

A job is an order of the line with the right to start. What a client asks goes to the line at once: a stored job is held
there, a started one released, a stopped one takes no more units.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from plants.errors import InvalidInput, Refused
from plants.flow.change import Resequence
from plants.model.order import Order
from twin.engine import LineSimulation


class JobState(IntEnum):
    """States by their number in the model."""

    NOT_ALLOWED_TO_START = 1
    ALLOWED_TO_START = 2
    RUNNING = 3
    INTERRUPTED = 4
    ENDED = 5
    ABORTED = 6

    @property
    def browse_name(self) -> str:
        """Name of the state in the model."""
        return "".join(word.capitalize() for word in self.name.split("_"))


class Answer(IntEnum):
    """Return status of a method: bits after OPC 10031-4, B.2."""

    DONE = 1 << 0
    UNKNOWN_JOB = 1 << 1
    WRONG_STATE = 1 << 3
    NOT_ACCEPTED = 1 << 4
    INVALID = 1 << 32


class JobRefused(Refused):
    """The line does not do what was asked; nothing has changed."""

    code = "job_refused"

    def __init__(self, answer: Answer, message: str) -> None:
        super().__init__(message)
        self.answer = answer


NEW = frozenset({JobState.NOT_ALLOWED_TO_START, JobState.ALLOWED_TO_START})
UNDER_WAY = frozenset({JobState.RUNNING, JobState.INTERRUPTED})
FINAL = frozenset({JobState.ENDED, JobState.ABORTED})


@dataclass
class Job:
    """One job order."""

    order: Order
    state: JobState
    priority: int
    """Higher numbers first."""
    began_s: float | None = None
    """Plant time at which it was first seen running."""
    ended_s: float | None = None
    """Plant time at which it ended or was aborted."""
    good: int = 0
    scrapped: int = 0
    comment: str = ""
    """What was said with the last call."""


class JobBook:
    """The jobs of a line."""

    def __init__(self, line: LineSimulation) -> None:
        """Every order of the plant file is a job that may start, in the sequence of the line."""
        self._line = line
        self._jobs = {order.id: Job(order, JobState.ALLOWED_TO_START, 0) for order in line.plant.orders}
        self.resequenced()

    def __iter__(self) -> Iterator[Job]:
        """All jobs as they stand now, those that wait in the sequence of the line after all others."""
        self._look()
        rank = {name: i for i, name in enumerate(self._line.not_started())}
        return iter(sorted(self._jobs.values(), key=lambda job: rank.get(job.order.id, -1)))

    def job(self, name: str) -> Job:
        """One job as it stands now.

        Raises:
            JobRefused: there is none of that name.
        """
        self._look()
        if name not in self._jobs:
            raise JobRefused(Answer.UNKNOWN_JOB, f"there is no job '{name}'")
        return self._jobs[name]

    def store(self, order: Order, priority: int, *, start: bool) -> None:
        """Take on a new job; it waits for `start` unless it may start at once.

        Raises:
            JobRefused: the line cannot make it, or its name is taken.
        """
        try:
            self._line.add_order(order)
        except InvalidInput as fault:
            raise JobRefused(Answer.NOT_ACCEPTED, str(fault)) from fault
        self._jobs[order.id] = Job(order, JobState.ALLOWED_TO_START, priority)
        if not start:
            self._hold(self._jobs[order.id], JobState.NOT_ALLOWED_TO_START)
        self._sort()

    def start(self, name: str) -> None:
        """Let a job start.

        Raises:
            JobRefused: unknown, or it has started before.
        """
        self._release(self._in(name, NEW), JobState.ALLOWED_TO_START)

    def revoke_start(self, name: str) -> None:
        """A job that has not begun must wait again.

        Raises:
            JobRefused: unknown, or not about to start.
        """
        self._hold(self._in(name, {JobState.ALLOWED_TO_START}), JobState.NOT_ALLOWED_TO_START)

    def pause(self, name: str) -> None:
        """No further unit of it enters the line; those on it go on.

        Raises:
            JobRefused: unknown, or not running.
        """
        self._hold(self._in(name, {JobState.RUNNING}), JobState.INTERRUPTED)

    def resume(self, name: str) -> None:
        """Go on with a paused job.

        Raises:
            JobRefused: unknown, or not interrupted.
        """
        self._release(self._in(name, {JobState.INTERRUPTED}), JobState.RUNNING)

    def stop(self, name: str) -> None:
        """End a job under way with what has entered the line of it.

        Raises:
            JobRefused: unknown, or not under way.
        """
        self._end(self._in(name, UNDER_WAY), JobState.ENDED)

    def abort(self, name: str) -> None:
        """End a job in whatever state it is; its units on the line are finished.

        Raises:
            JobRefused: unknown, or ended before.
        """
        self._end(self._in(name, NEW | UNDER_WAY), JobState.ABORTED)

    def cancel(self, name: str) -> None:
        """Take back a job that has not begun: it is gone.

        Raises:
            JobRefused: unknown, or begun.
        """
        self._end(self._in(name, NEW), JobState.ABORTED)
        del self._jobs[name]

    def clear(self, name: str) -> None:
        """Forget a job that has ended.

        Raises:
            JobRefused: unknown, or not ended.
        """
        self._in(name, FINAL)
        del self._jobs[name]

    def reprioritise(self, name: str, priority: int) -> None:
        """Another priority for a job that has not begun; of the same priority, the sequence stays as it is.

        Raises:
            JobRefused: unknown, or begun.
        """
        self._in(name, NEW).priority = priority
        self._sort()

    def resequenced(self) -> None:
        """The line was given another sequence: priorities follow it, so that both tell the same."""
        names = self._line.not_started()
        for i, name in enumerate(names):
            if name in self._jobs:
                self._jobs[name].priority = len(names) - i

    def note(self, name: str, comment: str) -> None:
        """What was said with a call."""
        if name in self._jobs and comment:
            self._jobs[name].comment = comment

    def _in(self, name: str, states: frozenset[JobState] | set[JobState]) -> Job:
        job = self.job(name)
        if job.state not in states:
            wanted = " or ".join(state.browse_name for state in sorted(states))
            raise JobRefused(Answer.WRONG_STATE, f"job '{name}' is {job.state.browse_name}, not {wanted}")
        return job

    def _hold(self, job: Job, state: JobState) -> None:
        self._line.hold_order(job.order.id)
        job.state = state

    def _release(self, job: Job, state: JobState) -> None:
        job.state = state
        self._line.release_order(job.order.id)

    def _end(self, job: Job, state: JobState) -> None:
        self._line.end_order(job.order.id)
        job.state, job.ended_s = state, self._line.now_s

    def _sort(self) -> None:
        waiting = self._line.not_started()
        wanted = tuple(sorted(waiting, key=lambda name: -self._jobs[name].priority))
        if wanted != waiting:
            self._line.apply(Resequence(orders=wanted))

    def _look(self) -> None:
        """What the line has done since: jobs begin and end by themselves."""
        for name, job in self._jobs.items():
            run = self._line.order(name)
            job.good, job.scrapped = run.good, run.scrapped
            if run.started and job.began_s is None:
                job.began_s = self._line.now_s
            if run.started and job.state is JobState.ALLOWED_TO_START:
                job.state = JobState.RUNNING
            if run.finished_s is not None and job.state in UNDER_WAY:
                job.state, job.ended_s = JobState.ENDED, run.finished_s
