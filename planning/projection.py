"""When orders would be finished in a given sequence: the quick analytic forecast.

Used by the sequence search (thousands of calls) and by `agents.diagnose`. It takes the rate of the bottleneck and mean
setups; the twin gives the figures with intervals before anything is proposed to a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from planning.capacity import bottleneck, present_values, station_rates
from planning.changeovers import SetupMatrix
from plants.flow.state import LineState, OrderState
from plants.model.order import Order
from plants.model.plant import Plant


@dataclass(frozen=True)
class Finish:
    """When one order is projected to be finished."""

    order: str
    """Which order."""
    finish_s: float
    """Projected end, plant seconds."""
    due_s: float
    """Wanted by, plant seconds."""

    @property
    def late_s(self) -> float:
        """Seconds beyond due; 0 when in time."""
        return max(0.0, self.finish_s - self.due_s)


@dataclass(frozen=True)
class Projection:
    """All orders that are not finished, in one sequence."""

    finishes: tuple[Finish, ...]
    """One per order, in the sequence they are made."""
    setup_s: float
    """Setup time between them in all."""

    @property
    def tardiness_s(self) -> float:
        """Sum of the lateness of all orders."""
        return sum(f.late_s for f in self.finishes)


class Projector:
    """Projects sequences of the orders that have not started, from one state of the line."""

    def __init__(self, plant: Plant, state: LineState) -> None:
        self._orders = {o.id: o for o in plant.orders}
        self._states = {o.order: o for o in state.orders}
        self._matrix = SetupMatrix(plant)
        self._now_s = state.plant_time_s
        self._units_per_s = _units_per_s(plant, state)
        self.unstarted = unstarted(plant, state)
        """Orders that may still be moved, in their present sequence."""
        self._under_way = [o.order for o in state.orders if o.started > 0 and o.finished_s is None]
        self.set_up_for = _set_up_for(self._orders, self._under_way, state)
        """Product the line will be set up for when the first of them starts; None when not known."""

    def order(self, id: str) -> Order:
        """The order of that name."""
        return self._orders[id]

    def setup_s(self, before: str | None, after: str) -> float:
        """Setup time in seconds between two products."""
        return self._matrix.time_s(before, after)

    def make_s(self, id: str) -> float:
        """Time to make what is left of an order, without setup, in seconds."""
        left = _left(self._orders[id], self._states.get(id))
        return left / self._units_per_s if self._units_per_s > 0 else 1e9

    def free_at_s(self) -> float:
        """When the orders under way are projected to be through, plant seconds."""
        return self._now_s + sum(self.make_s(o) for o in self._under_way)

    def project(self, sequence: Sequence[str]) -> Projection:
        """Project the orders under way and then `sequence`."""
        at_s, finishes = self._now_s, []
        for name in self._under_way:
            at_s += self.make_s(name)
            finishes.append(Finish(name, at_s, self._orders[name].due_s))
        before, setup_s = self.set_up_for, 0.0
        for name in sequence:
            order = self._orders[name]
            lost_s = self._matrix.time_s(before, order.product)
            at_s = max(at_s, order.release_s) + lost_s + self.make_s(name)
            setup_s += lost_s
            before = order.product
            finishes.append(Finish(name, at_s, order.due_s))
        return Projection(tuple(finishes), setup_s)


def unstarted(plant: Plant, state: LineState) -> tuple[str, ...]:
    """Orders of which no unit has entered the line, in their present sequence."""
    known = {o.id for o in plant.orders}
    return tuple(o.order for o in state.orders if o.started == 0 and o.finished_s is None and o.order in known)


def _units_per_s(plant: Plant, state: LineState) -> float:
    """Units entering the line per second while the bottleneck sets the pace."""
    rates = station_rates(plant, present_values(state))
    good = 1.0
    for rate in rates:
        good *= 1.0 - rate.scrap
    return bottleneck(rates).good_per_h / 3600.0 / good if good > 0 else 0.0


def _left(order: Order, state: OrderState | None) -> int:
    done = 0 if state is None else state.good + state.scrapped
    return max(0, order.quantity - done)


def _set_up_for(orders: dict[str, Order], under_way: list[str], state: LineState) -> str | None:
    if under_way and under_way[-1] in orders:
        return orders[under_way[-1]].product
    products = [s.setup_product for s in state.stations if s.setup_product is not None]
    return products[0] if products else None
