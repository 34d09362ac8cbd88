"""Which ways the products of a plant take: routes, moves from step to step, and the buffers that lead along them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from plants.model.consistency.fault import Path
from plants.model.route import Step

if TYPE_CHECKING:
    from plants.model.plant import Plant
    from plants.model.station import Buffer

Stations = frozenset[str]


@dataclass(frozen=True, slots=True)
class Move:
    """Units that go from any station of one step to some station of another."""

    product: str
    before: Step
    after: Step
    path: Path
    """Where a person would look: the later step, the `to` of a rework, or the component."""
    component: str | None = None
    """The component that goes to be built in, at any of the stations; None for a unit that goes on by itself."""
    quantity: int = 1
    """How many of it are built in at once."""


class Flow:
    """The ways of one plant. Only for plants whose names all exist."""

    def __init__(self, plant: "Plant") -> None:
        """Read the routes; a product without one passes all stations in flow order."""
        self.plant = plant
        through = tuple(Step(step=s.id, stations=(s.id,)) for s in plant.stations)
        self.routed = any(p.route for p in plant.products)
        """Whether some product has a route of its own."""
        self.routes = {p.id: p.route or through for p in plant.products}
        self.stations = frozenset(s.id for s in plant.stations)
        self.positions = {s.id: s.position for s in plant.stations}
        self._index = {p.id: i for i, p in enumerate(plant.products)}

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """All moves: to the next step, back for rework, and of components to where they are built in."""
        return tuple(move for product in self.routes for move in (*self._onward(product), *self._built_in(product)))

    @cached_property
    def visits(self) -> dict[str, Stations]:
        """Stations at which something is done to each product."""
        return {
            product: frozenset(s for step in route for s in step.stations) for product, route in self.routes.items()
        }

    @cached_property
    def sources(self) -> dict[str, set[str]]:
        """For each station, those from which units come that go on by themselves."""
        return _sources(move for move in self.moves if move.component is None)

    @cached_property
    def part_sources(self) -> dict[str, set[str]]:
        """For each station, those from which components come."""
        return _sources(move for move in self.moves if move.component is not None)

    def reaches(self, buffers: Iterable["Buffer"]) -> dict[str, Stations]:
        """For each station, those that some of the buffers lead to."""
        anywhere: set[str] = set()
        reached: dict[str, set[str]] = {station: set() for station in self.stations}
        for buffer in buffers:
            anywhere.update(buffer.downstream if buffer.upstream is None else ())
            for station in buffer.upstream or ():
                reached[station].update(buffer.downstream)
        return {station: frozenset(to | anywhere) for station, to in reached.items()}

    def fills(self, buffer: "Buffer", sources: Iterable[str]) -> bool:
        """Whether one of some stations can fill a buffer."""
        return buffer.upstream is None or not set(sources).isdisjoint(buffer.upstream)

    def path(self, product: str, position: int) -> Path:
        """Where a step stands; the product itself where it has no route."""
        at = ("products", self._index[product])
        return (*at, "route", position) if self.plant.products[self._index[product]].route else at

    def _onward(self, product: str) -> Iterator[Move]:
        route = self.routes[product]
        for i, (before, after) in enumerate(pairwise(route), start=1):
            yield Move(product, before, after, self.path(product, i))
        steps = {step.step: step for step in route}
        for i, step in enumerate(route):
            if step.rework is not None:
                yield Move(product, step, steps[step.rework.to], (*self.path(product, i), "rework", "to"))

    def _built_in(self, product: str) -> Iterator[Move]:
        for i, step in enumerate(self.routes[product]):
            for n, part in enumerate(step.components):
                path = (*self.path(product, i), "components", n)
                yield Move(product, self.routes[part.product][-1], step, path, part.product, part.quantity)


def _sources(moves: Iterable[Move]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for move in moves:
        for station in move.after.stations:
            found[station].update(move.before.stations)
    return dict(found)
