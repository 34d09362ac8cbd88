"""The solver brain: candidates from the searches, tried in the twin, the simplest of the best proposed. No network.

It learns from outcomes: what a person rejected, what had to be rolled back and what the twin did not find better is
left alone until it has cooled down.
"""

from collections.abc import Sequence

from agents.brain import BrainAnswer, Case, NothingToDo, Proposed
from agents.experience import Experience, cooling
from agents.permitted import objection
from agents.words import say_difference, say_score
from planning.candidates import Kind
from plants.flow.change import Changes, SetParameter
from plants.flow.draft import Alternative, Finding, FindingKind
from plants.model.plant import Plant
from twin.screening import Score

AUTHOR = "agent:solver"
MAX_ALTERNATIVES = 6
"""Others that are named with their figures."""


_REMEDIES: dict[FindingKind, tuple[Kind, ...]] = {
    FindingKind.SETUP_LOSS: (Kind.SEQUENCES,),
    FindingKind.LATE_ORDER: (Kind.SEQUENCES, Kind.SETPOINTS),
}
"""What is tried against each kind of trouble; setpoints against all others."""


class SolverBrain:
    """Bottleneck and loss analysis, candidate search and screening in the twin."""

    async def propose(self, case: Case) -> BrainAnswer:
        """The simplest change among those that the twin cannot tell from the best, or why there is none.

        What costs most is dealt with first: only when nothing helps against it is the next kind of remedy tried.
        """
        reasons = []
        for kind in _remedies(case.findings):
            answer = await _try(case, kind)
            if isinstance(answer, Proposed):
                return answer
            reasons.append(f"{kind}: {answer.reason}")
        return NothingToDo("; ".join(reasons) or "nothing was found wrong")


def _remedies(findings: Sequence[Finding]) -> tuple[Kind, ...]:
    """Kinds of changes to try, in the order of what the findings cost."""
    return tuple(dict.fromkeys(kind for f in findings for kind in _REMEDIES.get(f.kind, (Kind.SETPOINTS,))))


async def _try(case: Case, kind: Kind) -> Proposed | NothingToDo:
    fresh, left_alone = _sorted_out(case, kind)
    if not fresh:
        return NothingToDo(f"{len(left_alone)} left alone for now" if left_alone else "none can be moved from here")
    scores = await case.bench.screen(fresh)
    improving = [s for s in scores if case.bench.improves(s)]
    # One that was dropped is only behind another; it is taken up again when all those do harm elsewhere.
    better = [s for s in improving if not s.dropped] or sorted(improving, key=lambda s: -s.gain)
    if not better:
        nearest = say_score(case.plant, case.state, scores[0])
        return NothingToDo(f"none of {len(scores)} was found better in the twin; the nearest is {nearest}")
    best = min(_tied(better), key=lambda s: _effort(case, s))
    return Proposed(
        author=AUTHOR,
        changes=best.changes,
        rationale=_rationale(case, best, len(scores)),
        alternatives=(*_others(case, best, scores), *_cooled(left_alone)),
    )


def _sorted_out(case: Case, kind: Kind) -> tuple[list[Changes], list[tuple[Changes, Experience]]]:
    """(candidates to try, candidates that are left alone and why)."""
    focus = [f.subject for f in case.findings if f.subject in case.plant.station_index]
    fresh: list[Changes] = []
    left_alone: list[tuple[Changes, Experience]] = []
    for changes in case.bench.candidates(focus, (kind,)):
        past = cooling(
            case.plant, changes, case.experience, now_s=case.state.plant_time_s, cool_down_s=case.cool_down_s
        )
        if past is not None:
            left_alone.append((changes, past))
        elif objection(case.plant, case.state, changes) is None:
            fresh.append(changes)
    return fresh, left_alone


def _tied(better: Sequence[Score]) -> list[Score]:
    """Those whose mean the best one's interval does not exclude."""
    half_width = better[0].difference.half_width
    return [s for s in better if s.gain >= better[0].gain - half_width]


def _effort(case: Case, score: Score) -> tuple[int, float, float]:
    """How much a change asks of the line: the number of writes, then how far it leaves nominal; then what it gains."""
    off = sum(_off_nominal(case.plant, c) for c in score.changes if isinstance(c, SetParameter))
    return len(score.changes), round(off, 6), -score.gain


def _off_nominal(plant: Plant, change: SetParameter) -> float:
    parameter = plant.parameters[change.alias]
    return abs(change.value - parameter.nominal) / (parameter.maximum - parameter.minimum)


def _rationale(case: Case, best: Score, tried: int) -> str:
    """What the screening said; findings and changes stand beside it in the draft."""
    hours = case.bench.settings.horizon_s / 3600
    text = (
        f"In the twin, over the next {hours:g} h and {best.replications} paired replications: "
        f"{say_difference(case.plant, best)}. It is the smallest change among those that do as well, of {tried} tried."
    )
    return text[:4000]


def _others(case: Case, best: Score, scores: Sequence[Score]) -> tuple[Alternative, ...]:
    """Leaving it as it is, and the next best, each with its figures."""
    idle = Alternative(changes=(), reason=f"forgoes {say_difference(case.plant, best)} by the twin's estimate")
    others = [s for s in scores if s is not best][:MAX_ALTERNATIVES]
    return (idle, *(Alternative(changes=s.changes, reason=_why_not(case, s)) for s in others))


def _why_not(case: Case, score: Score) -> str:
    figures = say_score(case.plant, case.state, score)
    if score.harmed:
        return f"does harm: {figures}"[:400]
    if score.dropped:
        return f"clearly behind another after {score.replications} replications: {figures}"[:400]
    if not case.bench.improves(score):
        return f"not better than leaving it as it is: {figures}"[:400]
    return f"asks for more, or brings less: {figures}"[:400]


def _cooled(left_alone: Sequence[tuple[Changes, Experience]]) -> tuple[Alternative, ...]:
    return tuple(
        Alternative(changes=changes, reason=f"left alone for now: much the same ended {past.status} recently")
        for changes, past in left_alone[:MAX_ALTERNATIVES]
    )
