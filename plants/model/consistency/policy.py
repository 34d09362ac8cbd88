"""Tags that the policy of changes names and the plant does not have: a rule about them would never apply."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from plants.model.consistency.fault import Fault, Path

if TYPE_CHECKING:
    from plants.model.plant import Plant


def policy(plant: "Plant") -> Iterator[Fault]:
    """Aliases in the order of writing, in rules of risk and in limits that may not be written at all."""
    known = (*(f"{s.id}.{p.id}" for s in plant.stations for p in s.parameters), "line.order_sequence")
    places: list[tuple[Path, str]] = [
        (("policy", "write_order", i), alias) for i, alias in enumerate(plant.policy.write_order)
    ]
    for i, rule in enumerate(plant.policy.risks):
        places += [(("policy", "risks", i, "aliases", j), alias) for j, alias in enumerate(rule.aliases)]
    for i, limit in enumerate(plant.policy.joint_limits):
        places += [(("policy", "joint_limits", i, "weights", alias), alias) for alias in limit.weights]
    for i, interlock in enumerate(plant.policy.interlocks):
        places += [(("policy", "interlocks", i, "aliases", j), alias) for j, alias in enumerate(interlock.aliases)]
    places += [(("policy", "by_people", i), alias) for i, alias in enumerate(plant.policy.by_people)]
    yield from _twice(plant)
    for path, alias in places:
        if alias not in known:
            message = f"the policy names '{alias}', which may not be written"
            yield Fault(path=path, message=message, word=alias, known=known)


def _twice(plant: "Plant") -> Iterator[Fault]:
    """Two interlocks of one name would be one signal."""
    seen: set[str] = set()
    for i, interlock in enumerate(plant.policy.interlocks):
        if interlock.id in seen:
            yield Fault(path=("policy", "interlocks", i, "id"), message=f"there are two interlocks '{interlock.id}'")
        seen.add(interlock.id)
