"""What a station is told to do by itself: dispatch rules that exist, maintenance whose trigger can come."""

from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from plants.model.consistency.fault import Fault, Path
from plants.model.consistency.flow import Flow
from plants.model.dispatch import Dispatch, Rule

if TYPE_CHECKING:
    from plants.model.plant import Plant
    from plants.model.station import Station

ENTRY_POINTS = "jayul.dispatch"
"""Group under which packages bring rules of their own."""

_RULES = tuple(rule.value for rule in Rule)
_NEAR = 0.66
"""Likeness to a built-in rule at which a name that no package brings is taken for a slip of the pen."""


def dispatch(flow: Flow) -> Iterator[Fault]:
    """Rules that are misspelt; sequences that are missing, of no use, or wait for what never comes."""
    for i, station in enumerate(flow.plant.stations):
        yield from _rule(("stations", i, "dispatch"), station.dispatch)
        yield from _sequence(flow, ("stations", i, "dispatch"), station)


def wear(plant: "Plant") -> Iterator[Fault]:
    """Maintenance that waits for the wear of a station that has none."""
    for i, station in enumerate(plant.stations):
        for n, maintenance in enumerate(station.maintenance):
            if maintenance.wear_above is not None and station.wear is None:
                message = f"maintenance '{maintenance.id}' waits for wear, and '{station.id}' has no 'wear'"
                yield Fault(("stations", i, "maintenance", n, "wear_above"), message)


def _rule(path: Path, dispatch: Dispatch) -> Iterator[Fault]:
    """A rule that is not built in belongs to some package, and is looked up when the plant is run."""
    name = dispatch.rule
    if name not in _RULES and get_close_matches(name, _RULES, cutoff=_NEAR) and not _brought(name):
        yield Fault((*path, "rule"), f"no dispatch rule is called '{name}'", name, _RULES)


def _brought(name: str) -> bool:
    return name in entry_points(group=ENTRY_POINTS).names


def _sequence(flow: Flow, path: Path, station: "Station") -> Iterator[Fault]:
    sequence, by_sequence = station.dispatch.sequence, station.dispatch.rule == Rule.SEQUENCE
    if by_sequence and not sequence:
        yield Fault((*path, "rule"), f"'{station.id}' takes orders in sequence: give the 'sequence'")
    if sequence and not by_sequence:
        message = f"the sequence of '{station.id}' is of no use with rule '{station.dispatch.rule}'"
        yield Fault((*path, "sequence"), message)
        return
    products = {o.id: o.product for o in flow.plant.orders} if sequence else {}
    seen: Counter[str] = Counter()
    for n, order in enumerate(sequence):
        seen[order] += 1
        if station.id not in flow.visits[products[order]]:
            message = f"'{station.id}' would wait for ever for order '{order}': '{products[order]}' is not made there"
            yield Fault((*path, "sequence", n), message)
        elif seen[order] > (most := _steps_at(flow, station.id, products[order])):
            times = "once" if most == 1 else f"{most} times"
            message = f"the sequence of '{station.id}' has order '{order}' too often: its route comes there {times}"
            yield Fault((*path, "sequence", n), message)


def _steps_at(flow: Flow, station: str, product: str) -> int:
    """How many steps of a product's route may be done at a station."""
    return sum(station in step.stations for step in flow.routes[product])
