"""Plans: a draft's changes as writes with the values to restore, in stages where a step is large. Pure.

Whether a plan may be carried out is the gate's word.
"""

import math
from collections.abc import Mapping
from typing import Any

from ledger.basis import basis_of
from ledger.check import Check, CheckName
from ledger.errors import GateRefused
from ledger.risk import assess
from ledger.values import is_number
from plants.flow.change import Change, Resequence, SetParameter
from plants.flow.draft import Draft
from plants.flow.plan import CarriedOutBy, Plan, WriteStep
from plants.flow.sample import Quality, Sample, Value
from plants.flow.verdict import Verdict
from plants.model.parameter import Parameter
from plants.model.plant import Plant
from plants.model.tags import ORDER_SEQUENCE, PLANT_TIME, REMOTE, Tag, TagRole, left_to_people, tags_of


def alias_of(change: Change) -> str:
    """The tag that a change writes."""
    return ORDER_SEQUENCE if isinstance(change, Resequence) else change.alias


def aliases_to_read(plant: Plant, aliases: tuple[str, ...]) -> tuple[str, ...]:
    """What must be known to judge writes to some tags.

    These, their actual values, what they share a limit with, modes, selector, interlocks, plant time.
    """
    tags = {tag.alias: tag for tag in tags_of(plant)}
    subjects = {tags[alias].subject for alias in aliases if alias in tags}
    modes = [t.alias for t in tags.values() if t.role is TagRole.UNIT_MODE and t.subject in subjects]
    actuals = [f"{alias}.actual" for alias in aliases if f"{alias}.actual" in tags]
    known = [alias for alias in aliases if alias in tags]
    shared = [
        a for limit in plant.policy.joint_limits if not limit.weights.keys().isdisjoint(aliases) for a in limit.weights
    ]
    signals = [tag.alias for tag in tags.values() if tag.role is TagRole.INTERLOCK]
    return tuple(dict.fromkeys([*known, *actuals, *shared, *modes, REMOTE, *signals, PLANT_TIME]))


def by_people(draft: Draft, plant: Plant) -> bool:
    """Whether people carry a draft out: it changes what the plant leaves to people."""
    return any(left_to_people(plant, alias_of(change)) for change in draft.changes)


def plan_of(draft: Draft, verdict: Verdict, plant: Plant, live: Mapping[str, Sample]) -> Plan:
    """Make the plan of a draft: its changes in the plant's order of writing, each with the value seen now.

    Raises:
        GateRefused: a tag is unknown, there is no good value to restore later, or people and Jayul would have to act
            together.
    """
    people = by_people(draft, plant)
    if people and len(draft.changes) > 1:
        raise _refused(CheckName.ACCESS, "what people carry out is handed in by itself, without tags to write")
    tags = {tag.alias: tag for tag in tags_of(plant)}
    changes = _in_order(draft.changes, plant)
    steps = tuple(step for change in changes for step in _steps(change, plant, tags, live, people=people))
    found = assess(plant, steps, verdict)
    return Plan(
        id=f"plan-{draft.digest()[:24]}",
        plant=draft.plant,
        plant_revision=draft.plant_revision,
        state_revision=verdict.state_revision,
        verdict_hash=verdict.digest(),
        steps=steps,
        promise=verdict.promise,
        carried_out_by=CarriedOutBy.PEOPLE if people else CarriedOutBy.EXECUTOR,
        risk=found.risk,
        risk_because=found.because,
        approvers=found.approvers,
        reauthenticate=found.reauthenticate,
        basis=basis_of(plant, live),
        judged_s=verdict.state_time_s,
    )


def _in_order(changes: tuple[Change, ...], plant: Plant) -> list[Change]:
    """Changes in the order in which the plant wants its tags written; those it does not name follow as proposed."""
    order = {alias: place for place, alias in enumerate(plant.policy.write_order)}
    return sorted(changes, key=lambda change: order.get(alias_of(change), len(order)))


def _steps(
    change: Change, plant: Plant, tags: Mapping[str, Tag], live: Mapping[str, Sample], *, people: bool
) -> list[WriteStep]:
    alias = alias_of(change)
    if people and isinstance(change, Resequence):
        planned = tuple(order.id for order in plant.orders if order.id in change.orders)
        return [WriteStep(alias=alias, before=planned, target=change.orders)]
    if alias not in tags:
        raise _refused(CheckName.KNOWN_TAG, f"the plant has no tag '{alias}'")
    sample = live.get(alias)
    if sample is None or sample.value is None or sample.quality is not Quality.GOOD:
        raise _refused(CheckName.FRESH_DATA, f"there is no good value of '{alias}' to restore later")
    target = change.value if isinstance(change, SetParameter) else change.orders
    parameter = plant.parameters.get(alias)
    if parameter is None:
        return [WriteStep(alias=alias, before=sample.value, target=target, unit=tags[alias].unit)]
    return _staged(alias, parameter, sample.value, target, most=1 if people else parameter.max_stages)


def _staged(alias: str, parameter: Parameter, before: Value, target: Value, most: int) -> list[WriteStep]:
    """One write, or as many equal stages as the parameter's largest step asks for, when these are not too many."""
    common: dict[str, Any] = {
        "alias": alias,
        "unit": parameter.unit,
        "tolerance": parameter.tolerance,
        "actual_alias": f"{alias}.actual",
        "reach_s": parameter.reach_s,
    }
    if not is_number(before) or not is_number(target):
        return [WriteStep(before=before, target=target, **common)]
    stages = math.ceil(round(abs(target - before) / parameter.max_step, 9))
    if not 1 < stages <= most:
        return [WriteStep(before=before, target=target, **common)]
    values = [before, *(before + (target - before) * n / stages for n in range(1, stages)), target]
    return [
        WriteStep(before=values[n], target=values[n + 1], stage=n + 1, stages=stages, **common) for n in range(stages)
    ]


def _refused(name: CheckName, detail: str) -> GateRefused:
    return GateRefused((Check(name=name, passed=False, detail=detail),))
