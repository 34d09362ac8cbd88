"""Plans: a draft's changes as writes with the values to restore. Pure; whether it may be done is the gate's word."""

from collections.abc import Mapping

from ledger.check import Check, CheckName
from ledger.errors import GateRefused
from plants.flow.change import Change, Resequence, SetParameter
from plants.flow.draft import Draft
from plants.flow.plan import Plan, WriteStep
from plants.flow.sample import Quality, Sample
from plants.flow.verdict import Verdict
from plants.model.plant import Plant
from plants.model.tags import ORDER_SEQUENCE, PLANT_TIME, REMOTE, Tag, TagRole, tags_of


def alias_of(change: Change) -> str:
    """The tag that a change writes."""
    return ORDER_SEQUENCE if isinstance(change, Resequence) else change.alias


def aliases_to_read(plant: Plant, aliases: tuple[str, ...]) -> tuple[str, ...]:
    """What must be known to judge writes to some tags: these, their actual values, modes, selector, plant time."""
    tags = {tag.alias: tag for tag in tags_of(plant)}
    subjects = {tags[alias].subject for alias in aliases if alias in tags}
    modes = [t.alias for t in tags.values() if t.role is TagRole.UNIT_MODE and t.subject in subjects]
    actuals = [f"{alias}.actual" for alias in aliases if f"{alias}.actual" in tags]
    known = [alias for alias in aliases if alias in tags]
    return tuple(dict.fromkeys([*known, *actuals, *modes, REMOTE, PLANT_TIME]))


def plan_of(draft: Draft, verdict: Verdict, plant: Plant, live: Mapping[str, Sample]) -> Plan:
    """Make the plan of a draft: its changes in order, each with the value seen now.

    Raises:
        GateRefused: a tag is unknown, or there is no good value to restore later.
    """
    tags = {tag.alias: tag for tag in tags_of(plant)}
    return Plan(
        id=f"plan-{draft.digest()[:24]}",
        plant=draft.plant,
        plant_revision=draft.plant_revision,
        state_revision=verdict.state_revision,
        verdict_hash=verdict.digest(),
        steps=tuple(_step(change, plant, tags, live) for change in draft.changes),
        promise=verdict.promise,
    )


def _step(change: Change, plant: Plant, tags: Mapping[str, Tag], live: Mapping[str, Sample]) -> WriteStep:
    alias = alias_of(change)
    if alias not in tags:
        raise _refused(CheckName.KNOWN_TAG, f"the plant has no tag '{alias}'")
    sample = live.get(alias)
    if sample is None or sample.value is None or sample.quality is not Quality.GOOD:
        raise _refused(CheckName.FRESH_DATA, f"there is no good value of '{alias}' to restore later")
    parameter = plant.parameters.get(alias)
    return WriteStep(
        alias=alias,
        before=sample.value,
        target=change.value if isinstance(change, SetParameter) else change.orders,
        unit=tags[alias].unit,
        tolerance=parameter.tolerance if parameter else 0.0,
        actual_alias=f"{alias}.actual" if parameter else None,
        reach_s=parameter.reach_s if parameter else 0.0,
    )


def _refused(name: CheckName, detail: str) -> GateRefused:
    return GateRefused((Check(name=name, passed=False, detail=detail),))
