"""All checks: names first, and what follows from names only where they are in order."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from plants.model.consistency.buffers import buffers
from plants.model.consistency.chain import chain
from plants.model.consistency.described import Described
from plants.model.consistency.doubles import doubles
from plants.model.consistency.fault import Fault, Path
from plants.model.consistency.flow import Flow
from plants.model.consistency.loops import loops
from plants.model.consistency.moments import moments
from plants.model.consistency.people import people
from plants.model.consistency.policy import policy
from plants.model.consistency.routes import assembly, routes
from plants.model.consistency.supply import supply
from plants.model.consistency.unknown import unknown
from plants.model.consistency.upkeep import dispatch, wear
from plants.model.consistency.vehicles import vehicles

if TYPE_CHECKING:
    from plants.model.plant import Plant

_LEFT_OUT = {"name", "objectives", "watch", "opcua", "tags", "energy", "policy"}
_SUBJECTS = {
    "calendar": "people",
    "calendars": "people",
    "crews": "people",
    "skill": "people",
    "carrier": "fleets",
    "fleets": "fleets",
    "materials": "materials",
    "orders": "orders",
    "dispatch": "orders",
}
_ON_FLOW: tuple[tuple[Callable[[Flow], Iterator[Fault]], frozenset[str]], ...] = (
    (assembly, frozenset()),
    (routes, frozenset()),
    (buffers, frozenset()),
    (loops, frozenset()),
    (vehicles, frozenset({"fleets"})),
    (supply, frozenset({"materials"})),
    (dispatch, frozenset({"orders"})),
)
"""Checks that need all stations, buffers and products in order, and what they need besides."""


def name_faults(described: Described) -> tuple[Fault, ...]:
    """Names used twice, and names that nothing carries, in a description that may have other faults too."""
    return (*doubles(described), *unknown(described))


def faults_of(plant: "Plant") -> tuple[Fault, ...]:
    """Everything that does not fit in a plant; a check that needs a name which is astray waits until that is right."""
    astray = name_faults(plant.model_dump(exclude=_LEFT_OUT, exclude_unset=True))
    return (*astray, *_consequences(plant, {_subject(fault.path) for fault in astray}))


def _consequences(plant: "Plant", broken: set[str]) -> Iterator[Fault]:
    yield from wear(plant)
    yield from policy(plant)
    yield from moments(plant)
    if "people" not in broken:
        yield from people(plant)
    if "flow" in broken:
        return
    yield from chain(plant)
    flow = Flow(plant)
    for check, needs in _ON_FLOW:
        if not needs & broken:
            yield from check(flow)


def _subject(path: Path) -> str:
    """What cannot be looked into while the name at a path is astray."""
    for step in reversed(path):
        if step in _SUBJECTS:
            return _SUBJECTS[str(step)]
    of_flow = path[0] in ("buffers", "products") or (path[0] == "stations" and len(path) == 3)
    return "flow" if of_flow else ""
