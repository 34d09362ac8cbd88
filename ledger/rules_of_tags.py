"""Rules of the gate about what is written: which tags, how far, how often, how much at once.

Each tells the problem in words, or nothing.
"""

import math

from ledger.elapsed import elapsed_s
from ledger.given import GateInput, Moment, first_stages
from ledger.values import good_value, is_number, told
from plants.flow.plan import WriteStep
from plants.model.plant import Plant
from plants.model.tags import ORDER_SEQUENCE, DataType, TagRole, left_to_people, tags_of


def known_tag(given: GateInput) -> str:
    """Every tag is one of the plant's; what people carry out may have none."""
    known = {tag.alias for tag in tags_of(given.plant)} | ({ORDER_SEQUENCE} if given.by_people else set())
    unknown = [step.alias for step in given.plan.steps if step.alias not in known]
    return f"the plant has no tag {', '.join(unknown)}" if unknown else ""


def access(given: GateInput) -> str:
    """Every tag may be written by a plan; what people carry out is what the plant leaves to people."""
    if given.by_people:
        left = all(left_to_people(given.plant, step.alias) for step in given.plan.steps)
        return "" if left else "the plant leaves nothing of this to people"
    shut = [step.alias for step, tag in given.tagged() if not tag.writable or tag.role is TagRole.HEARTBEAT]
    return f"{', '.join(shut)} may not be written" if shut else ""


def type_and_unit(given: GateInput) -> str:
    """Every value has its tag's type and unit."""
    for step, tag in given.tagged():
        for value in (step.before, step.target):
            if not _fits(value, tag.data_type):
                return f"{told(value)} is not a {tag.data_type} as {step.alias} needs"
        if step.unit != tag.unit:
            return f"{step.alias} is in '{tag.unit}', the plan says '{step.unit}'"
    return ""


def _fits(value: object, data_type: DataType) -> bool:
    """Only the two types of writable tags are admitted: a number for a parameter, names for a sequence."""
    if data_type is DataType.DOUBLE:
        return is_number(value) and math.isfinite(value)
    return data_type is DataType.STRING_ARRAY and isinstance(value, tuple)


def envelope(given: GateInput) -> str:
    """Parameters stay within their envelope; a sequence is the same orders in another order."""
    for step, parameter in given.parameters():
        for value in (step.before, step.target):
            if is_number(value) and not parameter.minimum <= value <= parameter.maximum:
                return (
                    f"{step.alias} = {told(value, parameter.unit)} is outside "
                    f"{parameter.minimum:g} to {parameter.maximum:g} {parameter.unit}"
                )
    for step in given.plan.steps:
        if step.alias == ORDER_SEQUENCE and not _rearranged(step, given.plant):
            return f"{step.alias} must hold each waiting order of the plant once"
    return ""


def _rearranged(step: WriteStep, plant: Plant) -> bool:
    if not isinstance(step.before, tuple) or not isinstance(step.target, tuple):
        return False
    known = {order.id for order in plant.orders}
    return sorted(step.before) == sorted(step.target) and set(step.target) <= known


def step_and_rate(given: GateInput) -> str:
    """No step is larger, from the setpoint or from where the machine is, or follows sooner, than allowed."""
    for step, parameter in given.parameters():
        if is_number(step.before) and is_number(step.target):
            by = abs(step.target - step.before)
            if by > parameter.max_step:
                return f"{step.alias} would move by {by:g} {parameter.unit}, {parameter.max_step:g} is the largest step"
        soon = _too_soon(given, step.alias, parameter.cool_down_s)
        if soon:
            return soon
    soon = next((_too_soon(given, s.alias, _rest_s(given)) for s in given.plan.steps if s.alias == ORDER_SEQUENCE), "")
    return soon or _far_from_actual(given)


def _rest_s(given: GateInput) -> float:
    return given.plant.policy.sequence_cool_down_s


def _far_from_actual(given: GateInput) -> str:
    """A machine that is not where its setpoint says would take a larger step than the plan tells; at the write only."""
    if given.moment is Moment.PROPOSAL:
        return ""
    for step in first_stages(given):
        parameter = given.plant.parameters.get(step.alias)
        actual = good_value(given.live.get(step.actual_alias)) if step.actual_alias else None
        if parameter is None or not is_number(step.target):
            continue
        if not is_number(actual):
            return f"where the machine of {step.alias} is cannot be read"
        by = abs(step.target - actual)
        if by > parameter.max_step + parameter.tolerance:
            return (
                f"{step.alias} would move the machine by {by:g} {parameter.unit} from its actual {actual:g}, "
                f"{parameter.max_step:g} is the largest step"
            )
    return ""


def _too_soon(given: GateInput, alias: str, rest_s: float) -> str:
    changed_s = (given.changed_s or {}).get(alias)
    if changed_s is None or given.plant_time_s is None:
        return ""
    since_s = elapsed_s(changed_s, given.plant_time_s)
    if since_s < rest_s:
        return f"{alias} was changed {since_s:.0f} plant seconds ago; wait until {rest_s:g} s have passed"
    return ""


def cumulative_drift(given: GateInput) -> str:
    """Our own changes do not add up to too much."""
    policy = given.plant.policy
    for step, parameter in given.parameters():
        first = (given.drift_from or {}).get(step.alias)
        limit = policy.drift_steps * parameter.max_step
        if first is not None and is_number(step.target) and abs(step.target - first) > limit:
            return (
                f"our changes to {step.alias} would add up to {abs(step.target - first):g} {parameter.unit} "
                f"within {policy.drift_window_s / 3600:g} h, {limit:g} is the most"
            )
    return _drift_of_ramp(given)


def _drift_of_ramp(given: GateInput) -> str:
    """A ramp adds up by itself, whatever was changed before."""
    starts = {step.alias: step.before for step in first_stages(given)}
    for step, parameter in given.parameters():
        start, limit = starts[step.alias], given.plant.policy.drift_steps * parameter.max_step
        if step.stages > 1 and is_number(start) and is_number(step.target) and abs(step.target - start) > limit:
            by = abs(step.target - start)
            return f"the stages of {step.alias} add up to {by:g} {parameter.unit}, {limit:g} is the most"
    return ""


def simultaneous(given: GateInput) -> str:
    """Not too much is changed at once."""
    tags, most = len({step.alias for step in given.plan.steps}), given.plant.policy.max_simultaneous
    return f"{tags} tags would be written by one plan, {most} are the most" if tags > most else ""


def joint(given: GateInput) -> str:
    """The steps agree with one another, with the plant's order of writing, and with what else is under way."""
    problem = _not_a_chain(given)
    if problem:
        return problem
    for step in given.plan.steps:
        if step.alias in (given.locked or {}):
            return f"{step.alias} is locked until a person resolves proposal {(given.locked or {})[step.alias]}"
    order = [given.plant.policy.write_order.index(a) for a in _aliases(given) if a in given.plant.policy.write_order]
    if order != sorted(order):
        return f"the plant wants its tags written in the order {', '.join(given.plant.policy.write_order)}"
    if given.moment is Moment.WRITE and given.in_flight and not given.by_people:
        return f"proposal {given.in_flight} is being carried out; one change at a time"
    return ""


def _aliases(given: GateInput) -> list[str]:
    return list(dict.fromkeys(step.alias for step in given.plan.steps))


def _not_a_chain(given: GateInput) -> str:
    """A tag is written once, or in the stages of one ramp, in order and each from where the one before ends."""
    before: WriteStep | None = None
    seen: set[str] = set()
    for step in given.plan.steps:
        goes_on = before is not None and before.alias == step.alias and before.stages == step.stages > 1
        if goes_on and before is not None:
            if step.stage != before.stage + 1 or step.before != before.target or not _same_way(before, step):
                return f"the stages of {step.alias} do not follow each other"
        elif step.alias in seen or step.stage != 1:
            return "one tag is written twice in one plan"
        if step.stage > step.stages or (before is not None and not goes_on and before.stage != before.stages):
            return f"the stages of {step.alias} are not complete"
        seen.add(step.alias)
        before = step
    return "" if before is not None and before.stage == before.stages else "the last ramp is not complete"


def _same_way(a: WriteStep, b: WriteStep) -> bool:
    """Whether two stages go the same way."""
    values = (a.before, a.target, b.before, b.target)
    if not all(is_number(value) for value in values):
        return False
    return (float(a.target) - float(a.before)) * (float(b.target) - float(b.before)) > 0  # type: ignore[arg-type]
