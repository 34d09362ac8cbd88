"""The solver brain: candidates from the searches, tried in the twin, the simplest of the best proposed. No network.

It learns from outcomes: what a person rejected, what had to be rolled back and what the twin did not find better is left
alone until it has cooled down.
"""

from collections.abc import Sequence

from agents.brain import BrainAnswer, Case, NothingToDo, Proposed
from agents.experience import Experience, cooling
from agents.permitted import objection
from agents.words import say_changes, say_finding, say_score
from plants.flow.change import Changes, SetParameter
from plants.flow.draft import Alternative
from plants.model.plant import Plant
from twin.screening import Score

AUTHOR = "agent:solver"
MAX_ALTERNATIVES = 6
"""Others that are named with their figures."""


class SolverBrain:
    """Bottleneck and loss analysis, candidate search and screening in the twin."""

    async def propose(self, case: Case) -> BrainAnswer:
        """The simplest change among those that the twin cannot tell from the best, or why there is none."""
        fresh, left_alone = _sorted_out(case)
        if not fresh:
            why = "what could be tried was tried recently" if left_alone else "nothing can be moved from here"
            return NothingToDo(f"{why}: {len(left_alone)} candidates are left alone for now")
        scores = await case.bench.screen(fresh)
        better = [s for s in scores if case.bench.improves(s)]
        if not better:
            told = say_score(case.plant, case.state, scores[0])
            return NothingToDo(f"none of {len(scores)} candidates was found better in the twin; the nearest: {told}")
        best = min(_tied(better), key=lambda s: _effort(case, s))
        return Proposed(
            author=AUTHOR,
            changes=best.changes,
            rationale=_rationale(case, best, len(scores)),
            alternatives=(*_others(case, best, scores), *_cooled(left_alone)),
        )


def _sorted_out(case: Case) -> tuple[list[Changes], list[tuple[Changes, Experience]]]:
    """(candidates to try, candidates that are left alone and why)."""
    focus = [f.subject for f in case.findings if f.subject in case.plant.station_index]
    fresh: list[Changes] = []
    left_alone: list[tuple[Changes, Experience]] = []
    for changes in case.bench.candidates(focus):
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
    noticed = ". ".join(say_finding(f) for f in case.findings[:3])
    change = say_changes(case.plant, case.state, best.changes)
    hours = case.bench.settings.horizon_s / 3600
    text = (
        f"Noticed: {noticed}. Proposed: {change}. In the twin, over the next {hours:g} h and {best.replications} paired "
        f"replications, {say_score(case.plant, case.state, best)}. It is the smallest change among those that do as well, "
        f"of {tried} tried."
    )
    return text[:4000]


def _others(case: Case, best: Score, scores: Sequence[Score]) -> tuple[Alternative, ...]:
    """Leaving it as it is, and the next best, each with its figures."""
    kpi = case.bench.objective.kpi
    idle = Alternative(changes=(), reason=f"forgoes {best.gain:.4g} in {kpi} by the twin's estimate")
    others = [s for s in scores if s is not best][:MAX_ALTERNATIVES]
    return (idle, *(Alternative(changes=s.changes, reason=_why_not(case, s)) for s in others))


def _why_not(case: Case, score: Score) -> str:
    figures = say_score(case.plant, case.state, score)
    if score.harmed:
        return f"harms {', '.join(score.harmed)}: {figures}"[:400]
    if not case.bench.improves(score):
        return f"not better than leaving it as it is: {figures}"[:400]
    return f"asks for more, or brings less: {figures}"[:400]


def _cooled(left_alone: Sequence[tuple[Changes, Experience]]) -> tuple[Alternative, ...]:
    return tuple(
        Alternative(changes=changes, reason=f"left alone for now: much the same ended {past.status} recently")
        for changes, past in left_alone[:MAX_ALTERNATIVES]
    )
