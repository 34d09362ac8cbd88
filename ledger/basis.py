"""The basis: the state of the whole line that a plan was judged on, and whether the line is still near it. Pure.

A digest of a running line changes with every second, so the plan holds the figures themselves with the tolerance of
each, and an approval, which binds to the plan, is void once one of them is left. What moves by itself all the time
(counters, power, the state of a station) is no part of it. A machine that was in production and is being repaired or
held by a person comes back: its mode is waited for, it voids nothing; and a repair that was foreseen may end.
"""

from collections.abc import Iterator, Mapping

from ledger.elapsed import elapsed_s
from ledger.values import good_value, is_number, same, told
from plants.flow.plan import Basis, Plan
from plants.flow.sample import Sample, Value
from plants.model.plant import Plant
from plants.model.tags import ORDER_SEQUENCE, UNIT_MODE_PRODUCTION, TagRole, tags_of

_HELD = (TagRole.SETPOINT, TagRole.UNIT_MODE, TagRole.ORDER_SEQUENCE, TagRole.LEVEL)


def basis_aliases(plant: Plant) -> tuple[str, ...]:
    """Tags whose values make up the state: setpoints, modes, the sequence of orders, and levels where they count."""
    counts = plant.policy.state.buffer_share < 1.0
    return tuple(t.alias for t in tags_of(plant) if t.role in _HELD and (counts or t.role is not TagRole.LEVEL))


def basis_of(plant: Plant, live: Mapping[str, Sample]) -> tuple[Basis, ...]:
    """The state as it is seen now; what has no good value now is left out (the verdict tells of it)."""
    seen = ((alias, good_value(live.get(alias))) for alias in basis_aliases(plant))
    return tuple(Basis(alias=a, value=v, tolerance=_tolerance(plant, a)) for a, v in seen if v is not None)


def left(plan: Plan, live: Mapping[str, Sample], plant_s: float | None, limit_s: float) -> str:
    """What of the judged state no longer holds, in words; empty when all of it does.

    Args:
        plan: with its basis; tags that the plan itself writes are the business of the gate's `unchanged`, the modes of
            machines that of `machine_mode`, which waits.
        live: newest samples; a tag without a good value is the business of the gate's `fresh_data`.
        plant_s: plant time now.
        limit_s: plant seconds that a judged state may be old.
    """
    for held in _others(plan):
        now = good_value(live.get(held.alias))
        if now is not None and not _is_mode(held) and not _near(held, now):
            return f"{held.alias} was {told(held.value)} when it was judged and is {told(now)} now"
    if plant_s is not None and elapsed_s(plan.judged_s, plant_s) > limit_s:
        return f"the state it was judged on is {elapsed_s(plan.judged_s, plant_s):.0f} plant seconds old"
    return ""


def away(plan: Plan, live: Mapping[str, Sample]) -> tuple[str, Value] | None:
    """The first other machine that was in production when it was judged and is not now, with its mode."""
    for held in _others(plan):
        now = good_value(live.get(held.alias))
        if _is_mode(held) and held.value == UNIT_MODE_PRODUCTION and now not in (None, UNIT_MODE_PRODUCTION):
            return held.alias.split(".")[0], now
    return None


def without_modes(plan: Plan) -> tuple[Basis, ...]:
    """The basis but for the modes of machines."""
    return tuple(held for held in plan.basis if not _is_mode(held))


def unseen(plan: Plan, live: Mapping[str, Sample]) -> Iterator[str]:
    """Tags of the basis that have no good value now."""
    return (held.alias for held in _others(plan) if good_value(live.get(held.alias)) is None)


def _others(plan: Plan) -> Iterator[Basis]:
    """The basis without the plan's own tags and the modes of their machines."""
    own = {step.alias for step in plan.steps}
    own |= {f"{alias.split('.')[0]}.{TagRole.UNIT_MODE}" for alias in own}
    return (held for held in plan.basis if held.alias not in own)


def _is_mode(held: Basis) -> bool:
    return held.alias.endswith(f".{TagRole.UNIT_MODE}")


def _near(held: Basis, now: Value) -> bool:
    if isinstance(held.value, tuple) and isinstance(now, tuple):
        begun = len(held.value) - len(now)
        return 0 <= begun <= held.tolerance and held.value[begun:] == now
    return same(now, held.value, held.tolerance) if is_number(held.value) else now == held.value


def _tolerance(plant: Plant, alias: str) -> float:
    stated = plant.policy.state
    if alias == ORDER_SEQUENCE:
        return float(stated.orders_begun)
    if alias in plant.parameters:
        return stated.parameter_tolerances * plant.parameters[alias].tolerance
    buffers = {f"{buffer.id}.{TagRole.LEVEL}": buffer.capacity for buffer in plant.buffers}
    return stated.buffer_share * buffers.get(alias, 0)
