"""How units move: work, handing over, blocking, conveyors, setups, and the orders that feed the first station.

Used by `twin.engine`. A unit that is finished stays in its station until there is room behind it (blocking after
service). A station that is down can still take up a unit and let a finished one go: a breakdown stops work only.
"""

from twin.clock import Priority, Wake
from twin.draws import Purpose, uniform
from twin.line import Line, resting_code
from twin.log import EventKind
from twin.sampling import residual
from twin.working import Code, OrderRun, PartRun, StationRun

_WORK, _ARRIVAL, _FAILURE = Priority.WORK, Priority.ARRIVAL, Priority.FAILURE
_EXECUTING, _BLOCKED, _SETUP = Code.EXECUTING, Code.BLOCKED, Code.SETUP


class Movement(Line):
    """A line whose units move."""

    def _begin_part(self, st: StationRun, part: PartRun) -> None:
        """A station takes up a unit."""
        st.part = part
        order = part.order
        if order == st.block_order and 0 <= part.index - st.block_first < len(st.block):
            st.total = st.left = st.block[part.index - st.block_first]
        else:
            st.total = st.left = self._work(st, part)
        product = self.product_of[order]
        if product != st.product and product >= 0:
            self._prepare_setup(st, product)
        if self._log is not None:
            self._log.append(EventKind.START, self._clock.time, st.position, order, part.index)
        if not st.down:
            self._start_segment(st)

    def _start_segment(self, st: StationRun) -> None:
        """Work, or setup, goes on from here without interruption until the event scheduled now."""
        clock = self._clock
        now = st.segment_s = clock.time
        if st.setup_left >= 0:
            self._note(st, _SETUP)
            st.timer = clock.wake_at(now + st.setup_left, _WORK, st.setup_callbacks)
            return
        if st.code != _EXECUTING:
            self._note(st, _EXECUTING)
        duration = st.left * st.cycle_factor
        room = st.operating_limit - st.operated
        if duration <= room:
            st.timer = clock.wake_at(now + duration, _WORK, st.finish_callbacks)
        else:
            st.timer = clock.wake_at(now + room, _FAILURE, st.failure_callbacks)

    def _on_finished(self, st: StationRun, event: Wake) -> None:
        """The work on a unit is done."""
        if event is not st.timer:
            return
        part = st.part
        assert part is not None  # noqa: S101 - a finish timer exists only with a unit
        st.operated += self._clock.time - st.segment_s
        st.processed += 1
        if st.scrap_share > 0 and self._scrap_draw(st, part) < st.scrap_share:
            self._scrap(st, part)
            self._load(st)
            return
        if self._log is not None:
            self._log.append(EventKind.FINISH, self._clock.time, st.position, part.order, part.index)
        if self._pass_on(st, part):
            self._load(st)
        else:
            st.finished = True
            self._note(st, _BLOCKED)

    def _pass_on(self, st: StationRun, part: PartRun) -> bool:
        """Move a finished unit out of its station if there is room; says whether there was."""
        down = st.downstream
        if down is None:
            self._exit(st, part)
        elif down.capacity == 0:
            if down.part is not None:
                return False
            st.part = None
            st.finished = False
            self._begin_part(down, part)
        elif len(down.queue) < down.capacity:
            st.part = None
            st.finished = False
            self._put(down, part)
            if down.part is None and len(down.queue) == 1:
                self._load(down)
        else:
            return False
        return True

    def _put(self, st: StationRun, part: PartRun) -> None:
        """A unit enters the buffer in front of a station."""
        part.ready_s = self._clock.time + st.transport_s
        st.queue.append(part)

    def _load(self, st: StationRun) -> None:
        """A station without a unit takes the next one; whoever was blocked by that moves up, and so on upstream."""
        while True:
            part = self._next_part(st)
            if part is None:
                self._idle(st)
                return
            self._begin_part(st, part)
            up = st.upstream
            if up is None:
                return
            if up.finished and up.part is not None and st.capacity:
                self._put(st, up.part)
                up.part = None
                up.finished = False
            elif up.part is not None or st.capacity:
                return
            st = up

    def _next_part(self, st: StationRun) -> PartRun | None:
        """The unit a station can take now, taken out of where it was; else None, with a timer if one is on its way."""
        up = st.upstream
        if up is None:
            return self._next_unit(st)
        if st.capacity == 0:
            if not up.finished:
                return None
            part, up.part, up.finished = up.part, None, False
            return part
        queue = st.queue
        if not queue:
            return None
        ready = queue[0].ready_s
        if ready > self._clock.time:
            st.timer = self._clock.wake_at(ready, _ARRIVAL, st.arrival_callbacks)
            return None
        return queue.popleft()

    def _on_arrival(self, st: StationRun, event: Wake) -> None:
        """A unit has reached the end of the conveyor in front of a waiting station, or an order is released."""
        if event is st.timer and st.part is None:
            self._load(st)

    def _idle(self, st: StationRun) -> None:
        """A station has nothing to take: starved, or out of orders, which may close stations behind it too."""
        while True:
            up = st.upstream
            if st.queue or (up is not None and (not up.closed or up.part is not None)):
                break
            if up is None and (not self.orders or self._unstarted()):
                break
            st.closed = True
            self._note(st, resting_code(st))
            if st.downstream is None or st.downstream.part is not None:
                return
            st = st.downstream
        self._note(st, resting_code(st))

    def _next_unit(self, st: StationRun) -> PartRun | None:
        """The next unit of the order being made, or of the first released order in the sequence."""
        now = self._clock.time
        if not self.orders:
            part = PartRun(-1, self.next_index, now)
            self.next_index += 1
        else:
            order = self._current
            if order is None or order.started >= order.lowered.quantity:
                order = self._current = self._next_order(st)
                if order is None:
                    return None
            part = PartRun(order.position, order.started, now)
            order.started += 1
        self._entered += 1
        self._count_wip(1)
        if self._log is not None:
            self._log.append(EventKind.ENTER, now, 0, part.order, part.index)
        return part

    def _next_order(self, st: StationRun) -> OrderRun | None:
        """The order to be made next: one under way, else the first released one; waits for a release if need be."""
        waiting = [o for o in self._unstarted() if o.position not in self.held]
        begun = [o for o in waiting if o.started]
        if begun:
            return begun[0]
        now = self._clock.time
        for order in waiting:
            if order.lowered.release_s <= now:
                return order
        if waiting:
            release = min(o.lowered.release_s for o in waiting)
            st.timer = self._clock.wake_at(release, _ARRIVAL, st.arrival_callbacks)
        return None

    def _prepare_setup(self, st: StationRun, product: int) -> None:
        """Find out whether a station must be set up for a product, and how long that takes."""
        setup = st.lowered.setup(st.product, product)
        if setup is None:
            st.product = product
            return
        u = uniform(self.key, st.setups, st.lowered.entity, 0, Purpose.SETUP)
        st.setup_left = residual(setup, st.setup_credit, u)
        st.setup_total = st.setup_credit + st.setup_left
        st.setup_credit = 0.0
        st.setups += 1
        if self._log is not None:
            self._log.append(EventKind.SETUP, self._clock.time, st.position)

    def _on_setup_done(self, st: StationRun, event: Wake) -> None:
        if event is not st.timer:
            return
        st.setup_left = -1.0
        if st.part is not None:
            st.product = self.product_of[st.part.order]
        if self._log is not None:
            self._log.append(EventKind.READY, self._clock.time, st.position)
        self._start_segment(st)
