"""How units enter: orders in their sequence, what they need of components, streams of arrivals, the limit on WIP."""

from functools import partial

from twin.clock import Priority, Wake
from twin.draws import Purpose, uniform
from twin.log import EventKind
from twin.network.transport import Transport
from twin.network.working import MachineRun, PartRun, StreamRun
from twin.sampling import ppf
from twin.working import OrderRun

_ARRIVAL = Priority.ARRIVAL


class Entry(Transport):
    """A floor that units enter."""

    def _from_outside(self, m: MachineRun, part: PartRun | None = None) -> PartRun | None:
        """The next unit of the order being made, or of the first released one; or that of a given order."""
        if self._limit is not None and self.wip >= self._limit:
            return None
        if self.endless:
            entering = PartRun(-1, self.next_index, self._clock.time, self.net.first[0])
            self.next_index += 1
        else:
            order = self._order_for(m) if part is None else self.lots[part.order]
            if order is None:
                return None
            entering = self._start(order)
        self._enter(m.position, entering)
        return entering

    def _order_for(self, m: MachineRun) -> OrderRun | None:
        """The order that a machine goes on with, or begins."""
        order = self.current.get(m.station)
        if order is None or order.started >= order.lowered.quantity:
            order = self._next_order(m)
            if order is None:
                return None
            self.current[m.station] = order
        return order

    def _start(self, order: OrderRun) -> PartRun:
        part = PartRun(order.position, order.started, self._clock.time, self.net.first[order.lowered.product])
        order.started += 1
        if order.started >= order.lowered.quantity and not self.streams and not self.unstarted():
            self.drained = True
        return part

    def _enter(self, machine: int, part: PartRun) -> None:
        self._entered += 1
        self.at_step[part.step] += 1
        self._count_wip(1)
        if self._log is not None:
            self._log.append(EventKind.ENTER, self._clock.time, machine, part.order, part.index)

    def _waiting_orders(self, m: MachineRun) -> list[OrderRun]:
        """Orders not all of whose units have entered and which can begin at a machine, in sequence."""
        first = self.net.first
        return [o for o in self.unstarted() if m.station in self.steps[first[o.lowered.product]].stations]

    def _next_order(self, m: MachineRun) -> OrderRun | None:
        """The order to be made next: one under way, else the first released one; waits for a release if need be."""
        waiting = self._waiting_orders(m)
        begun = next((o for o in waiting if o.started), None)
        if begun is not None:
            return begun
        now = self._clock.time
        for order in waiting:
            if order.lowered.release_s <= now:
                return order
        if waiting:
            m.wake_s = min(m.wake_s, *(o.lowered.release_s for o in waiting))
        return None

    def _outside(self, m: MachineRun) -> list[PartRun]:
        """The next unit of each order that may begin at a machine; of an endless line, one."""
        if self._limit is not None and self.wip >= self._limit:
            return []
        now = self._clock.time
        if self.endless:
            return [PartRun(-1, self.next_index, now, self.net.first[0])]
        found = []
        for order in self._waiting_orders(m):
            if order.lowered.release_s > now:
                m.wake_s = min(m.wake_s, order.lowered.release_s)
                continue
            part = PartRun(order.position, order.started, now, self.net.first[order.lowered.product])
            part.queued_s = order.lowered.release_s
            found.append(part)
        return found

    def _left(self) -> None:
        """A unit left a line whose WIP is limited: one more may enter."""
        for m in self.machines:
            if m.entry and m.idle:
                self._agenda.append(m)

    def _expect_arrival(self, stream: StreamRun) -> None:
        """Wait for the next arrival of a stream."""
        u = uniform(self.key, stream.count, stream.entity, 0, Purpose.ARRIVAL)
        self.await_stream(stream, stream.last_s + ppf(stream.every, u))

    def await_stream(self, stream: StreamRun, at_s: float) -> None:
        """Expect the next arrival of a stream at a moment."""
        stream.timer = self._clock.wake_at(at_s, _ARRIVAL, [partial(self._on_stream, stream)])

    def _on_stream(self, stream: StreamRun, _: Wake) -> None:
        """Units of a stream arrive."""
        stream.count += 1
        stream.last_s = self._clock.time
        self._expect_arrival(stream)
        order = self.lots[stream.lot]
        for _n in range(stream.quantity):
            part = PartRun(stream.lot, order.started, self._clock.time, self.net.first[stream.product])
            order.started += 1
            self._enter(-1, part)
            self._put(stream.pool, part)
