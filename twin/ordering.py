"""What may be asked of the orders of a run while it runs: another sequence, a new order, a pause, an early end.

Used by `twin.engine`. Units on the line are finished whatever becomes of their order.
"""

from dataclasses import replace

from plants.errors import InvalidInput
from plants.flow.change import Resequence
from plants.model.order import Order
from twin.breakdowns import Breakdowns
from twin.line import resting_code
from twin.lowering import lowered_order
from twin.working import OrderRun


class Ordering(Breakdowns):
    """The orders of a line under way."""

    def not_started(self) -> tuple[str, ...]:
        """Orders of which no unit has entered the line, in sequence."""
        return tuple(o.lowered.name for o in self._unstarted() if not o.started)

    def order(self, name: str) -> OrderRun:
        """How far an order has come.

        Raises:
            InvalidInput: there is no such order.
        """
        found = next((o for o in self.orders if o.lowered.name == name), None)
        if found is None:
            raise InvalidInput(
                f"there is no order '{name}'; orders are: {', '.join(o.lowered.name for o in self.orders)}"
            )
        return found

    def add_order(self, order: Order) -> None:
        """Take on one more order, behind all others in the sequence. A line that had run out of orders goes on.

        Raises:
            InvalidInput: the name is taken, the product is unknown, or the line runs without orders.
        """
        if not self.orders:
            raise InvalidInput("the line runs without orders: it makes one product for ever")
        if order.id in (o.lowered.name for o in self.orders):
            raise InvalidInput(f"there is an order '{order.id}' already")
        if order.product not in self.line.products:
            raise InvalidInput(f"the line makes no '{order.product}'; it makes: {', '.join(self.line.products)}")
        run = OrderRun(lowered_order(order, self.line.products), len(self.orders))
        self.orders.append(run)
        self.sequence.append(run.position)
        self.product_of.insert(-1, run.lowered.product)  # the last entry stands for units without an order
        self.entity_of.insert(-1, run.lowered.entity)
        for st in self.stations:
            if st.closed:
                st.closed = False
                self._note(st, resting_code(st))
        self._go_on()

    def hold_order(self, name: str) -> None:
        """No further unit of an order enters the line until it is released.

        Raises:
            InvalidInput: there is no such order.
        """
        order = self.order(name)
        self.held.add(order.position)
        if self._current is order:
            self._current = None

    def release_order(self, name: str) -> None:
        """Let units of an order enter the line again.

        Raises:
            InvalidInput: there is no such order.
        """
        self.held.discard(self.order(name).position)
        self._go_on()

    def end_order(self, name: str) -> None:
        """An order is as large as what has entered the line of it.

        Raises:
            InvalidInput: there is no such order.
        """
        order = self.order(name)
        order.lowered = replace(order.lowered, quantity=order.started)
        if order.finished_s is None:
            self._finish_order(order)
        self._go_on()

    def _resequence(self, change: Resequence) -> None:
        positions = {o.lowered.name: o.position for o in self.orders}
        wanted = [positions[name] for name in change.orders]
        moved = set(wanted)
        self.sequence = [i for i in self.sequence if i not in moved] + wanted
        self._go_on()

    def _go_on(self) -> None:
        """Whatever the first station waited for may have changed."""
        first = self.stations[0]
        if first.part is None:
            self._load(first)
