"""Which ways the products of a plant take: routes, moves from step to step, and the buffers that lead along them."""

from collections.abc import Iterator
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
    """Where a person would look: the later step, or the `to` of a rework."""
    component: str | None = None
    """The component that goes to be built in; None for a unit that goes on by itself."""


class Flow:
    """The ways of one plant. Only for plants whose names all exist."""

    def __init__(self, plant: "Plant") -> None:
        """Read the routes; a product without one passes all stations in flow order."""
        self.plant = plant
        through = tuple(Step(step=s.id, stations=(s.id,)) for s in plant.stations)
        self.routes = {p.id: p.route or through for p in plant.products}
        self.positions = {s.id: s.position for s in plant.stations}
        self._index = {p.id: i for i, p in enumerate(plant.products)}
        self._upstream = {b.id: None if b.upstream is None else frozenset(b.upstream) for b in plant.buffers}
        self._downstream = {b.id: frozenset(b.downstream) for b in plant.buffers}

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """All moves: to the next step, back for rework, and of components to where they are built in."""
        return tuple(move for product in self.routes for move in (*self._onward(product), *self._built_in(product)))

    def path(self, product: str, position: int) -> Path:
        """Where a step stands; the product itself where it has no route."""
        at = ("products", self._index[product])
        return (*at, "route", position) if self.plant.products[self._index[product]].route else at

    def leads(self, buffer: "Buffer", station: str, to: Stations) -> bool:
        """Whether a buffer takes units at a station and gives them to one of some others."""
        up = self._upstream[buffer.id]
        return (up is None or station in up) and not self._downstream[buffer.id].isdisjoint(to)

    def reach(self, station: str) -> Stations:
        """Stations that some buffer leads to from a station."""
        return self._reaches[station]

    def carries(self, buffer: "Buffer", move: Move) -> bool:
        """Whether a buffer is on the way of a move."""
        up = self._upstream[buffer.id]
        to = self._downstream[buffer.id]
        fills = up is None or not up.isdisjoint(move.before.stations)
        return fills and not to.isdisjoint(move.after.stations)

    def enters(self, buffer: "Buffer") -> bool:
        """Whether units come into a buffer from outside, on their way to a first step."""
        to = self._downstream[buffer.id]
        return self._upstream[buffer.id] is None and any(not to.isdisjoint(r[0].stations) for r in self.routes.values())

    @cached_property
    def _reaches(self) -> dict[str, Stations]:
        every = {s.id for s in self.plant.stations}
        reached: dict[str, set[str]] = {station: set() for station in every}
        for buffer in self.plant.buffers:
            for station in self._upstream[buffer.id] or every:
                reached[station] |= self._downstream[buffer.id]
        return {station: frozenset(to) for station, to in reached.items()}

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
                last = self.routes[part.product][-1]
                path = (*self.path(product, i), "components", n)
                for station in step.stations:
                    there = Step(step=step.step, stations=(station,))
                    yield Move(product, last, there, path, part.product)
