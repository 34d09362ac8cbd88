"""The watcher: follows a change that was applied until it is verified, put back, or unknown.

Called once a step by the executor; looks, decides by `ledger.watch`, and returns. It reads the equipment itself before
it believes anything: a value that somebody changed at the panel ends the watch.
"""

from ledger.elapsed import began_anew
from ledger.journal import Journal
from ledger.moment import MOST_WAIT_S, effect_s, told_moment
from ledger.patience import Patience
from ledger.points import Point, reach
from ledger.restore import Restorer
from ledger.session import Session
from ledger.values import actual_value, good_value, holds, plant_time, same, told
from ledger.watch import Judgement, decide, direction_of, spans
from plants.errors import LinkError
from plants.flow.outcome import Measurement
from plants.flow.plan import WriteStep
from plants.flow.proposal import Proposal, Status
from plants.flow.sample import Sample
from plants.model.plant import Plant
from plants.ports.history import History


class Watcher:
    """Waits for the machine, then for the KPI."""

    def __init__(
        self,
        journal: Journal,
        session: Session,
        restorer: Restorer,
        history: History,
        plant: Plant,
        patience: Patience,
    ) -> None:
        self._journal = journal
        self._session = session
        self._restorer = restorer
        self._history = history
        self._plant = plant
        self._patience = patience
        self._in_effect: tuple[str, float] | None = None

    async def await_machine(self, found: Proposal) -> None:
        """Wait for the actual values to reach the setpoints; put back what does not follow in time.

        The time to follow begins when a value takes effect at its machine, and so does the watch window.
        """
        live = await self._look(found)
        if live is None:
            return
        applied_s = self._journal.applied_s(found)
        now_s = plant_time(live)
        now_s = applied_s if now_s is None else now_s
        steps = _last_stages(found)
        since = [(s, effect_s(self._plant, self._history, s, applied_s, now_s)) for s in steps]
        behind = [(step, at_s) for step, at_s in since if at_s is None or not _follows(step, live)]
        if behind:
            await self._behind(found, live, now_s, behind)
        else:
            self._journal.watching(found, max(at_s for _, at_s in since if at_s is not None))
            reach(Point.WATCHING)

    async def _behind(
        self, found: Proposal, live: dict[str, Sample], now_s: float, behind: list[tuple[WriteStep, float | None]]
    ) -> None:
        """Go on waiting, or put back what had its time; a moment that does not come is for a person."""
        late = [(step, now_s - at_s) for step, at_s in behind if at_s is not None and now_s - at_s > step.reach_s]
        waiting = [step for step, at_s in behind if at_s is None]
        if late:
            await self._roll_back(found, _too_slow(*late[0], live), None)
        elif waiting and now_s - self._journal.applied_s(found) > MOST_WAIT_S:
            moment = told_moment(self._plant, waiting[0].alias)
            text = (
                f"{waiting[0].alias} takes effect at {moment}, which has not come in {MOST_WAIT_S:g} s of plant time."
            )
            self._journal.end(found, Status.UNKNOWN, f"{text} The setpoint stands; look at the line and resolve it.")

    async def watch(self, found: Proposal) -> None:
        """Judge the promise by what was measured, when there is enough of it."""
        live = await self._look(found)
        now_s = self._history.plant_time_s()
        if live is None or now_s is None:
            return
        promise, applied_s = found.plan.promise, self._in_effect_s(found, now_s)
        measured = [self._history.measure(promise.kpi, *span) for span in spans(promise, applied_s, now_s)]
        decision = decide(promise, direction_of(self._plant, promise.kpi), applied_s, now_s, measured)
        if decision.judgement is Judgement.WAIT:
            return
        reach(Point.DECIDED)
        if decision.judgement is Judgement.ROLL_BACK:
            await self._roll_back(found, decision.explanation, decision.measured)
            return
        status = Status.VERIFIED if decision.judgement is Judgement.VERIFY else Status.UNKNOWN
        self._journal.end(found, status, decision.explanation, measured=decision.measured, kept=decision.kept)

    def _in_effect_s(self, found: Proposal, now_s: float) -> float:
        """Since when a change that is watched counts; looked for once, and again after a restart."""
        if self._in_effect is None or self._in_effect[0] != found.id:
            applied_s = self._journal.applied_s(found)
            since = (effect_s(self._plant, self._history, s, applied_s, now_s) for s in _last_stages(found))
            self._in_effect = (found.id, max([applied_s, *(at_s for at_s in since if at_s is not None)]))
        return self._in_effect[1]

    async def _look(self, found: Proposal) -> dict[str, Sample] | None:
        """Read the tags of a change in flight; None when it ended here, or when they cannot be read now."""
        live = await self._read(found)
        readable = all(good_value(live.get(step.alias)) is not None for step in found.plan.steps)
        problem = (_overridden(found, live) or self._begun_anew(found, live)) if readable else ""
        if not problem and self._patience.over(found.id, plant_time(live) if readable else None):
            problem = "The line has told nothing new for too long while the change was watched; the change may stand."
        if problem:
            self._journal.end(found, Status.UNKNOWN, f"{problem} Look at the line and resolve it.")
            return None
        return live if readable else None

    def _begun_anew(self, found: Proposal, live: dict[str, Sample]) -> str:
        """Whether the equipment has started anew since: the window is in plant time that no longer comes."""
        now_s, applied_s = plant_time(live), self._journal.applied_s(found)
        if now_s is None or not began_anew(applied_s, now_s):
            return ""
        return (
            f"The equipment has started anew: plant time is {now_s:.0f} s, the change was applied at {applied_s:.0f} s."
            " Its promise can no longer be measured; the change stands."
        )

    async def _read(self, found: Proposal) -> dict[str, Sample]:
        try:
            live = await self._session.read(tuple(step.alias for step in found.plan.steps))
        except LinkError as error:
            self._journal.link(up=False, why=error.message)
            return {}
        self._journal.link(up=True)
        return live

    async def _roll_back(self, found: Proposal, why: str, measured: Measurement | None) -> None:
        decided = self._journal.roll_back(found, why, Status.ROLLED_BACK, measured)
        reach(Point.ROLLING_BACK)
        await self._restorer.put_back(found, decided)


def _last_stages(found: Proposal) -> list[WriteStep]:
    """What the tags of a plan hold in the end: the last stage of each ramp."""
    return [step for step in found.plan.steps if step.stage == step.stages]


def _follows(step: WriteStep, live: dict[str, Sample]) -> bool:
    """Whether the machine runs at what it was told; a tag without an actual value is taken at its word."""
    if step.actual_alias is None:
        return True
    return same(actual_value(step, live), step.target, step.tolerance)


def _too_slow(step: WriteStep, waited_s: float, live: dict[str, Sample]) -> str:
    actual = told(actual_value(step, live), step.unit)
    return (
        f"{step.alias} holds {told(step.target, step.unit)}, but the machine is at {actual} after {waited_s:.0f} plant "
        f"seconds; {step.reach_s:g} s are allowed."
    )


def _overridden(found: Proposal, live: dict[str, Sample]) -> str:
    """What somebody else has changed while we watched; empty when nothing."""
    for step in _last_stages(found):
        value = good_value(live.get(step.alias))
        if not holds(value, step.target, step.tolerance):
            return (
                f"{step.alias} was overridden at the panel: we wrote {told(step.target, step.unit)}, it now holds "
                f"{told(value, step.unit)}. Nothing was put back over it."
            )
    return ""
