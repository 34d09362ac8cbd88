"""Values of tags: when two count as equal, and how one is told to a person."""

from collections.abc import Mapping
from typing import TypeGuard

from plants.flow.plan import WriteStep
from plants.flow.sample import Quality, Sample, Value
from plants.model.tags import PLANT_TIME


def same(a: Value | None, b: Value, tolerance: float) -> bool:
    """Whether two values are equal: numbers within ± tolerance, everything else exactly; a bool is not a number.

    What cannot be read (None) is equal to nothing.
    """
    if is_number(a) and is_number(b):
        return abs(float(a) - float(b)) <= tolerance
    return type(a) is type(b) and a == b


def holds(value: Value | None, wanted: Value, tolerance: float) -> bool:
    """Whether a tag that was given `wanted` still holds it; what cannot be read (None) holds nothing.

    A sequence of waiting orders grows shorter at its front as orders begin, so the rest of it counts as the same.
    """
    if isinstance(value, tuple) and isinstance(wanted, tuple):
        return len(value) <= len(wanted) and value == wanted[len(wanted) - len(value) :]
    return same(value, wanted, tolerance)


def still_possible(wanted: Value, present: Value) -> Value:
    """What of a value to restore can still be restored: of a sequence, the orders that are still waiting."""
    if isinstance(wanted, tuple) and isinstance(present, tuple):
        return tuple(order for order in wanted if order in present)
    return wanted


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is an integer or a float (a bool is neither)."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def good_value(sample: Sample | None) -> Value | None:
    """The value of a sample of good quality; None when there is none."""
    return sample.value if sample is not None and sample.quality is Quality.GOOD else None


def actual_value(step: WriteStep, live: Mapping[str, Sample]) -> Value | None:
    """Where the machine of a step is; None when it cannot be read, or when no tag tells it."""
    return None if step.actual_alias is None else good_value(live.get(step.actual_alias))


def moved_by(step: WriteStep) -> float:
    """How far a step moves a number, in its unit; nothing for what is none."""
    return abs(step.target - step.before) if is_number(step.target) and is_number(step.before) else 0.0


def told(value: Value | None, unit: str = "") -> str:
    """A value in words: '570 1/min', 'o02, o01', 'nothing readable'."""
    if value is None:
        return "nothing readable"
    if isinstance(value, tuple):
        shown = ", ".join(value[:6])
        return f"{shown}, … ({len(value)} in all)" if len(value) > 6 else shown or "(empty)"
    return f"{value:g} {unit}".strip() if is_number(value) else str(value)


def told_step(step: WriteStep) -> str:
    """A write in words: 'filler.speed_per_min from 600 1/min to 570 1/min'."""
    return f"{step.alias} from {told(step.before, step.unit)} to {told(step.target, step.unit)}"


def plant_time(live: Mapping[str, Sample]) -> float | None:
    """Plant time as just read, if it could be."""
    value = good_value(live.get(PLANT_TIME))
    return float(value) if is_number(value) else None
