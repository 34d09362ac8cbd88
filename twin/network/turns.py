"""A station's fixed sequence: whose turn it is.

An order that is named once has its turn with all its work at the station; one that is named several times comes first
with its first visit to the station, then with its second, and so on (a unit's visits are counted along its route).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from twin.network.lowering import LoweredNetwork


class Turns(NamedTuple):
    """Places in the fixed sequence of one station."""

    places: dict[int, tuple[int, ...]]
    """By order, the places of its visits; the last one is that of all visits that follow."""
    visits: tuple[int, ...]
    """By step, how many steps of its route that come before it may be done at the station."""
    length: int
    """How many places there are."""

    def place(self, order: int, step: int) -> int | None:
        """Place of a unit of an order that is at a step or comes to it; None where the order has none."""
        found = self.places.get(order)
        return None if found is None else found[min(self.visits[step], len(found) - 1)]

    def of_new(self, order: int) -> int:
        """Place of a unit of an order that has one and has not entered yet."""
        return self.places[order][0]


def turns_of(net: LoweredNetwork, station: int, sequence: Sequence[str], orders: Mapping[str, int]) -> Turns:
    """Places of a sequence at a station, given the position of each order."""
    places: dict[int, tuple[int, ...]] = {}
    named = [orders[name] for name in sequence if name in orders]
    for place, order in enumerate(named):
        places[order] = (*places.get(order, ()), place)
    return Turns(places, net.visits_before(station), len(named))
