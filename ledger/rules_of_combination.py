"""The rule of the gate about setpoints together: the plant's joint limits, after each step of a plan.

A plan may be stopped after any of its steps, so every state on its way must keep to the limits, not only the last one.
"""

from collections.abc import Iterable, Iterator, Mapping

from ledger.given import GateInput
from ledger.values import good_value, is_number, told
from plants.flow.sample import Value
from plants.model.change_policy import JointLimit


def combination(given: GateInput) -> str:
    """No step takes a weighted sum of setpoints beyond a limit; what cannot be read counts as beyond."""
    held: dict[str, Value | None] = {alias: good_value(sample) for alias, sample in given.live.items()}
    for step in given.plan.steps:
        held[step.alias] = step.target
        problem = next(beyond(given.plant.policy.joint_limits, step.alias, held), "")
        if problem:
            return f"with {step.alias} at {told(step.target, step.unit)}, {problem}"
    return ""


def beyond(limits: Iterable[JointLimit], alias: str, held: Mapping[str, Value | None]) -> Iterator[str]:
    """Limits of a tag that values held together do not keep to, in words.

    Args:
        limits: the plant's.
        alias: the tag; limits that do not speak of it are not asked.
        held: values by tag; what is missing or None cannot be read.
    """
    for limit in limits:
        if alias in limit.weights and (problem := _beyond(limit, held)):
            yield f"{problem} ({limit.because})"


def _beyond(limit: JointLimit, held: Mapping[str, Value | None]) -> str:
    total = 0.0
    for alias, weight in limit.weights.items():
        value = held.get(alias)
        if not is_number(value):
            return f"a joint limit cannot be told: {alias} cannot be read"
        total += weight * value
    if limit.at_most is not None and total > limit.at_most:
        return f"the sum over {', '.join(limit.weights)} is {total:g}, {limit.at_most:g} is the most"
    if limit.at_least is not None and total < limit.at_least:
        return f"the sum over {', '.join(limit.weights)} is {total:g}, {limit.at_least:g} is the least"
    return ""
