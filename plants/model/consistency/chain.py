"""A line without routes: buffers in flow order, one between each two neighbours."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from plants.model.consistency.fault import Fault

if TYPE_CHECKING:
    from plants.model.plant import Plant
    from plants.model.station import Buffer


def chain(plant: "Plant") -> Iterator[Fault]:
    """Links that are missing, astray or out of order; nothing where a product has a route."""
    if any(product.route for product in plant.products):
        return
    wanted = list(pairwise(station.id for station in plant.stations))
    given = [_link(buffer) for buffer in plant.buffers]
    if given == wanted:
        return
    missing = [
        Fault(("buffers",), f"no buffer between '{u}' and '{d}' (capacity 0 hands over directly)")
        for u, d in wanted
        if (u, d) not in given
    ]
    astray = [
        Fault(("buffers", i), _astray(buffer, link))
        for i, (buffer, link) in enumerate(zip(plant.buffers, given, strict=True))
        if link not in wanted
    ]
    in_order = "buffers must be listed in flow order, one between each two stations"
    yield from [*missing, *astray] or [Fault(("buffers",), in_order)]


def _link(buffer: "Buffer") -> tuple[str, str] | None:
    """The one station before and the one after; None where there are not just those."""
    up, down = buffer.upstream or (), buffer.downstream
    return (up[0], down[0]) if len(up) == len(down) == 1 else None


def _astray(buffer: "Buffer", link: tuple[str, str] | None) -> str:
    if link is None:
        return f"buffer '{buffer.id}' must join one station to one: no product has a route"
    return f"buffer from '{link[0]}' to '{link[1]}' does not join neighbours in flow order"
