"""Risk classes: which rules of the plant's policy a plan meets, and what the class asks for. Pure functions.

Worked out when the plan is made, stored in it and so bound into every approval; the gate works it out again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.values import is_number
from plants.flow.plan import WriteStep
from plants.flow.verdict import Verdict
from plants.model.change_policy import Risk, RiskRule
from plants.model.plant import Plant
from plants.model.tags import ORDER_SEQUENCE


@dataclass(frozen=True)
class Assessment:
    """A plan's risk class, why, and what it asks of those who approve."""

    risk: Risk
    because: str
    approvers: int
    reauthenticate: bool


def assess(plant: Plant, steps: Sequence[WriteStep], verdict: Verdict) -> Assessment:
    """The highest class of all rules that are met; low when none is."""
    met = [rule for rule in plant.policy.risks if _meets(plant, steps, verdict, rule)]
    risk = max((rule.risk for rule in met), key=list(Risk).index, default=Risk.LOW)
    because = "; ".join(rule.because for rule in met if rule.risk is risk)[:400]
    return Assessment(
        risk=risk,
        because=because or "no rule gives it a higher class",
        approvers=2 if risk.at_least(plant.policy.four_eyes_from) else 1,
        reauthenticate=risk.at_least(plant.policy.reauthenticate_from),
    )


def _meets(plant: Plant, steps: Sequence[WriteStep], verdict: Verdict, rule: RiskRule) -> bool:
    """Whether everything that a rule states is so."""
    aliases = {step.alias for step in steps}
    harm = max((effect.harm for effect in verdict.effects), default=0.0)
    return (
        (not rule.aliases or not aliases.isdisjoint(rule.aliases))
        and (not rule.sequence or ORDER_SEQUENCE in aliases)
        and _reaches(len(aliases), rule.tags_at_least)
        and _reaches(max(step.stages for step in steps), rule.stages_at_least)
        and _reaches(_share(plant, steps), rule.envelope_share)
        and _reaches(harm, rule.harm)
    )


def _reaches(figure: float, least: float | None) -> bool:
    """Whether a figure is what a rule states, or more; a rule that states nothing of it asks for nothing."""
    return least is None or figure >= least


def _share(plant: Plant, steps: Sequence[WriteStep]) -> float:
    """The largest share of its envelope by which a parameter is moved from the first stage to the last."""
    first: dict[str, float] = {}
    shares = [0.0]
    for step in steps:
        parameter = plant.parameters.get(step.alias)
        if parameter is not None and is_number(step.before) and is_number(step.target):
            start = first.setdefault(step.alias, float(step.before))
            shares.append(abs(step.target - start) / (parameter.maximum - parameter.minimum))
    return max(shares)
