"""People: what they are asked to carry out, and what the line shows of it. The executor's part of `ledger.work`.

Reads the recorded data only and writes nothing. An instruction that is taken on counts as carried out when the orders
that begin on the line are those of the new sequence, in its order, or when the machine holds the setpoint asked for;
whoever says 'done' is not asked.
"""

from datetime import timedelta
from itertools import groupby

from ledger import records
from ledger.audit import Action
from ledger.elapsed import began_anew
from ledger.journal import EXECUTOR, Journal
from ledger.policy import Policy
from ledger.submission import live_of
from ledger.values import good_value, same, told
from ledger.watch import Decision, Judgement, decide, direction_of, spans
from ledger.work import Task, instruction
from plants.flow.plan import CarriedOutBy
from plants.flow.proposal import Proposal, Status
from plants.model.plant import Plant
from plants.model.tags import TagRole
from plants.ports.history import History


class People:
    """Instructs, looks, and judges; one step does what can be done now."""

    def __init__(self, journal: Journal, history: History, plant: Plant, policy: Policy) -> None:
        self._journal = journal
        self._history = history
        self._plant = plant
        self._policy = policy

    def step(self) -> None:
        """Put what was approved on the work list, and see what has become of what is on it."""
        approved = self._journal.next_approved(CarriedOutBy.PEOPLE)
        if approved is not None:
            self._instruct(approved)
        for found, task in self._journal.with_people():
            if found.status is Status.INSTRUCTED:
                self._await_taking_on(found, task)
            elif found.status is Status.ACKNOWLEDGED:
                self._look(found, task)
            else:
                self._watch(found, task)

    def _instruct(self, found: Proposal) -> None:
        """Spend the approval and put it on the list, when the gate says yes."""
        live = live_of(self._plant, self._history, tuple(step.alias for step in found.plan.steps))
        now_s = self._history.plant_time_s()
        with self._journal.entry() as entry:
            spent = self._journal.spend(entry, found, live, now_s)
            if spent is None:
                return
            due_at = entry.now + timedelta(seconds=self._policy.instruction_wall_s)
            entry.conn.execute(
                "INSERT INTO instructions (proposal_id, instructed_s, due_at) VALUES (?, ?, ?)",
                (found.id, now_s, records.text_of(due_at)),
            )
            entry.note(EXECUTOR, Action.INSTRUCTED, found.id, f"On the work list: {instruction(found)}")
            records.step(entry.conn, spent, Status.INSTRUCTED, entry.now)

    def _await_taking_on(self, found: Proposal, task: Task) -> None:
        if self._journal.late(task.due_at):
            self._journal.end(found, Status.EXPIRED, "Nobody took it on in time; nothing was done.")

    def _look(self, found: Proposal, task: Task) -> None:
        """Whether the line shows what was asked for."""
        now_s, target = self._history.plant_time_s(), found.plan.steps[0].target
        if now_s is None:
            return
        if not isinstance(target, tuple):
            self._look_at_setpoint(found, task, now_s)
            return
        if began_anew(task.instructed_s, now_s):
            text = "Plant time has begun anew since it was asked for: what was begun since cannot be told."
            self._journal.end(found, Status.UNKNOWN, f"{text} Look at the line and resolve it.")
            return
        begun = self._begun(task.instructed_s, now_s, set(target))
        if begun != target[: len(begun)]:
            text = f"Another sequence was made: {told(begun)} began, {told(target)} was asked for."
            self._journal.end(found, Status.UNKNOWN, f"{text} Look at the line and resolve it.")
        elif len(begun) >= _telling(found):
            self._journal.observed(found, now_s, f"Seen in the data: {told(begun)} began as asked for.")
        else:
            self._give_up_when_late(found, task)

    def _look_at_setpoint(self, found: Proposal, task: Task, now_s: float) -> None:
        """Whether the machine holds what was asked for; a hand that turns a knob passes other values on its way."""
        step = found.plan.steps[0]
        value = good_value(self._history.latest(step.alias))
        if same(value, step.target, step.tolerance):
            text = f"Seen in the data: {step.alias} holds {told(value, step.unit)} as asked for."
            self._journal.observed(found, now_s, text)
        else:
            self._give_up_when_late(found, task, f"; {step.alias} holds {told(value, step.unit)}")

    def _give_up_when_late(self, found: Proposal, task: Task, seen: str = "") -> None:
        if task.done_by_at is not None and self._journal.late(task.done_by_at):
            text = f"Taken on by {task.acknowledged_by}, and not seen in the data in time{seen}."
            self._journal.end(found, Status.UNKNOWN, f"{text} Look at the line and resolve it.")

    def _begun(self, start_s: float, now_s: float, asked: set[str]) -> tuple[str, ...]:
        """Orders of the instruction that have begun at the first station since, in the order in which they began."""
        alias = f"{self._plant.stations[0].id}.{TagRole.ORDER}"
        seen = [sample.value for _, sample in self._history.samples(alias, start_s, now_s)]
        return tuple(dict.fromkeys(str(value) for value, _ in groupby(seen) if value in asked))

    def _watch(self, found: Proposal, task: Task) -> None:
        """Judge the promise by what was measured since; what people have done is never put back by itself."""
        now_s, promise, since_s = self._history.plant_time_s(), found.plan.promise, task.observed_s
        assert since_s is not None  # noqa: S101 - `Journal.observed` stores it with the step
        if now_s is None:
            return
        if began_anew(since_s, now_s):
            text = "Plant time has begun anew, so its promise can no longer be measured; the change stands."
            self._journal.end(found, Status.UNKNOWN, text)
            return
        measured = [self._history.measure(promise.kpi, *span) for span in spans(promise, since_s, now_s)]
        decision = decide(promise, direction_of(self._plant, promise.kpi), since_s, now_s, measured)
        if decision.judgement is not Judgement.WAIT:
            self._end(found, decision)

    def _end(self, found: Proposal, decision: Decision) -> None:
        kept = decision.judgement is Judgement.VERIFY
        left = "" if kept else " People made this change; whether to undo it is for people to decide."
        self._journal.end(
            found,
            Status.VERIFIED if kept else Status.UNKNOWN,
            f"{decision.explanation}{left}",
            measured=decision.measured,
            kept=decision.kept,
        )


def _telling(found: Proposal) -> int:
    """How many orders must have begun before the new sequence can be told from the planned one."""
    before, target = found.plan.steps[0].before, found.plan.steps[0].target
    assert isinstance(before, tuple)  # noqa: S101 - `ledger.plans` makes it so
    assert isinstance(target, tuple)  # noqa: S101 - as above
    differ = (place for place, (a, b) in enumerate(zip(before, target, strict=True), start=1) if a != b)
    return next(differ, 0)
