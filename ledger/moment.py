"""When a setpoint that a machine holds takes effect: now, at the next part, the changeover, the start of an order.

Used by the watcher: the time to follow, and the watch window, begin then and not when the value was written. The moment
is read from history each time, so that a restart changes nothing. All times plant seconds.
"""

from ledger.values import good_value, same
from plants.flow.plan import WriteStep
from plants.flow.sample import Value
from plants.model.connection import TakesEffect
from plants.model.plant import Plant
from plants.model.tags import TagRole, tags_of
from plants.ports.history import History

MOST_WAIT_S = 86_400.0
"""A moment that has not come in a production day is for a person."""

_LOOK_BACK_S = {TakesEffect.NEXT_PART: 600.0, TakesEffect.CHANGEOVER: 14_400.0, TakesEffect.ORDER_START: 14_400.0}
"""How far back it is looked for what a station was at when the value was written."""
_TOLD = {
    TakesEffect.NEXT_PART: "the next part",
    TakesEffect.CHANGEOVER: "the next changeover",
    TakesEffect.ORDER_START: "the start of the next order",
}


def told_moment(plant: Plant, alias: str) -> str:
    """When a tag's machine takes up what it holds, in words; empty for at once."""
    return _TOLD.get(_effect(plant, alias), "")


def effect_s(plant: Plant, history: History, step: WriteStep, applied_s: float, now_s: float) -> float | None:
    """Since when a value that was applied counts at its machine; None while that is not on record.

    The moment itself, or else the first time at which the machine was seen to run at the value.
    """
    effect = _effect(plant, step.alias)
    if effect is TakesEffect.NOW:
        return applied_s
    moment_s = _moment_s(plant, history, effect, step.alias, applied_s, now_s)
    return _runs_since_s(history, step, applied_s, now_s) if moment_s is None else moment_s


def _moment_s(
    plant: Plant, history: History, effect: TakesEffect, alias: str, applied_s: float, now_s: float
) -> float | None:
    """When the station went on to something else than it was at when the value was applied.

    An empty station is at no order: what counts is the next order that differs from the last one.
    """
    role = TagRole.PROCESSED if effect is TakesEffect.NEXT_PART else TagRole.ORDER
    looked_at = f"{alias.partition('.')[0]}.{role}"
    before: Value | None = None
    for at_s, sample in history.samples(looked_at, applied_s - _LOOK_BACK_S[effect], now_s):
        now = _at(plant, effect, good_value(sample))
        if at_s > applied_s and None not in (now, before) and now != before:
            return at_s
        before = before if now is None else now
    return None


def _runs_since_s(history: History, step: WriteStep, applied_s: float, now_s: float) -> float | None:
    if step.actual_alias is None:
        return None
    for at_s, sample in history.samples(step.actual_alias, applied_s, now_s):
        actual = good_value(sample)
        if actual is not None and same(actual, step.target, step.tolerance):
            return at_s
    return None


def _effect(plant: Plant, alias: str) -> TakesEffect:
    return next((tag.takes_effect for tag in tags_of(plant) if tag.alias == alias), TakesEffect.NOW)


def _at(plant: Plant, effect: TakesEffect, value: Value | None) -> Value | None:
    """What a station is at: its count, its order, or its product; None for an empty one."""
    match effect:
        case TakesEffect.CHANGEOVER:
            return next((order.product for order in plant.orders if order.id == value), None)
        case TakesEffect.ORDER_START:
            return value or None
        case _:
            return value
