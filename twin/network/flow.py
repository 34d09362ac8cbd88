"""How units move: where a finished one goes, who moves up when there is room, how everything settles after an event.

A unit that is finished stays in its machine until there is room where it goes (blocking after service). Of several
buffers that lead on it takes the one with the fewest units in it and on the way to it. A machine that is down still
takes up a unit and lets a finished one go; one that is off shift or under maintenance only lets go.
"""

from abc import abstractmethod
from math import inf

from twin.clock import Priority, Wake
from twin.network.choosing import Choosing
from twin.network.deadlock import locked, stuck_with
from twin.network.working import BufferRun, MachineRun, PartRun
from twin.working import Code

_ARRIVAL = Priority.ARRIVAL
_BLOCKED, _STARVED = Code.BLOCKED, Code.STARVED


class Flow(Choosing):
    """A floor on which units move."""

    @abstractmethod
    def _call_vehicle(self, m: MachineRun, part: PartRun, b: BufferRun) -> None:
        """Have a unit carried to a buffer where a place was kept (given above)."""

    @abstractmethod
    def _retry(self, b: BufferRun) -> None:
        """Components came to a buffer: machines that lack some try again (given above)."""

    def _done(self, m: MachineRun) -> None:
        """A job is finished: its units are scrapped, sent back, or go on."""
        job = m.job
        if m.wear_lowered is not None or m.care:
            self._after_job(m, len(job))
        if len(job) == 1:
            part = job[0]
            step = self.steps[part.step]
            share = step.scrap[m.station]
            if step.plain and share == 0:
                self._pass(m, part, step)
                if self._move(m, part):
                    job.clear()
                    self._pull(m)
                else:
                    self._block(m)
                return
        for part in list(job):
            if not self._fate(m, part):
                job.remove(part)
        self._send(m)

    def _send(self, m: MachineRun) -> None:
        """Let the units of a finished job go, as far as there is room; what that makes possible happens afterwards."""
        job = m.job
        settling, self._settling = self._settling, True
        for part in list(job):
            if part.task is None and self._move(m, part):
                job.remove(part)
        self._settling = settling
        if job:
            self._block(m)
        else:
            self._emptied(m)
        if self._agenda and not settling:
            self._settle()

    def _block(self, m: MachineRun) -> None:
        """A machine holds finished units, which wait there from now on."""
        if not m.finished:
            for part in m.job:
                part.queued_s = self._clock.time
        m.finished = True
        self._wait_for_room(m)
        self._note(m, _BLOCKED)
        if self.drained and not self._settling:
            self._close_stations()
        if self._may_lock:
            stuck = stuck_with(self, m)
            if stuck:
                raise locked(self, stuck)

    def _emptied(self, m: MachineRun) -> None:
        """The last unit of a job has left its machine, which looks for the next one."""
        if m.finished:
            m.finished = False
            self._unblock(m)
        self._pull(m)

    def _move(self, m: MachineRun, part: PartRun) -> bool:
        """Move a finished unit out of its machine if there is room; says whether there was."""
        step = part.step
        if step < 0:
            self._exit(m, part)
            if self._limited:
                self._left()
            return True
        ways = self.ways[m.station, step]
        b = ways[0]
        if len(ways) > 1:
            if any(way.capacity == 0 for way in ways) and self._hand_over(ways, part):
                return True
            b = _roomiest(ways)
        elif b.capacity == 0:
            return self._hand_over(ways, part)
        if len(b.queue) + b.reserved >= b.capacity:
            return False
        if b.fleet is not None:
            b.reserved += 1
            self._call_vehicle(m, part, b)
            return False
        self._put(b, part)
        return True

    def _hand_over(self, ways: tuple[BufferRun, ...], part: PartRun) -> bool:
        """Give a unit directly to a machine that waits for one."""
        for b in ways:
            for taker in b.takers if b.capacity == 0 else ():
                if taker.idle and self._may_take(taker, part):
                    self._begin_job(taker, [part])
                    if self._turns:
                        self._turn_moves()
                    return True
        return False

    def _put(self, b: BufferRun, part: PartRun) -> None:
        """A unit comes into a buffer; a machine that waits for it takes it, or will when it has crossed."""
        now = self._clock.time
        part.queued_s = now
        part.ready_s = ready = now + b.transport_s
        b.queue.append(part)
        if b.kit:
            self._count_good(part)
            self._retry(b)
            return
        for m in b.takers:
            if m.idle and (ready < m.wake_s or m.batch is not None):
                self._pull(m)
                if not b.queue or b.queue[-1] is not part:
                    return

    def _pull(self, m: MachineRun) -> None:
        """An empty machine takes its next job; whoever was blocked by that moves up, and so on."""
        m.wake_s = inf
        m.timer = None
        if m.off or m.service is not None:
            m.idle = False
            self._note(m, _STARVED)
        elif not (m.care and self._care_for(m)):
            self._take_job(m)
        if self._agenda and not self._settling:
            self._settle()
        if self.drained and not self._settling:
            self._close_stations()

    def _take_job(self, m: MachineRun) -> None:
        m.idle = True
        job = self._next_job(m)
        if job:
            self._begin_job(m, job)
            if self._turns:
                self._turn_moves()
            return
        if m.wake_s < inf:
            m.timer = self._clock.wake_at(m.wake_s, _ARRIVAL, m.arrival_callbacks)
        self._rest(m)

    def _rest(self, m: MachineRun) -> None:
        """A machine has found nothing: starved, or out of orders."""
        if self.drained and not m.closed:
            self._close_stations()
        self._note(m, Code.NO_ORDER if m.closed else _STARVED)

    def _close_stations(self) -> None:
        """Idle machines to which nothing can come any more are out of orders."""
        reached: set[int] = set()
        for step, count in enumerate(self.at_step):
            if count:
                reached |= self.net.reach[step]
        for m in self.machines:
            if m.idle and not m.closed and m.station not in reached:
                m.closed = True
                self._note(m, Code.NO_ORDER)

    def _settle(self) -> None:
        """Let everything happen that room in buffers and empty machines have made possible."""
        self._settling = True
        agenda = self._agenda
        while agenda:
            next_one = agenda.popleft()
            if isinstance(next_one, MachineRun):
                if not next_one.job and next_one.service is None:
                    self._pull(next_one)
            else:
                self._fill(next_one)
        self._settling = False

    def _fill(self, b: BufferRun) -> None:
        """There is room in a buffer: whoever waits longest moves up (in an overfull one, one for one)."""
        b.capacity = b.lowered.capacity + b.excess
        for m in list(b.waiting):
            if len(b.queue) + b.reserved >= b.capacity:
                break
            if m not in b.waiting:
                continue
            for part in list(m.job):
                if part in m.job and part.task is None and b in self.ways[m.station, part.step]:
                    self._move_up(m, part)
            if not m.job:
                m.finished = False
                self._agenda.append(m)
            self._unblock(m)
        b.capacity = b.lowered.capacity
        b.excess = max(len(b.queue) - b.capacity, 0) if b.excess else 0

    def _move_up(self, m: MachineRun, part: PartRun) -> None:
        """A unit leaves its machine if there is room; who takes it must not find it in the machine, too."""
        place = m.job.index(part)
        del m.job[place]
        if not self._move(m, part):
            m.job.insert(place, part)

    def _on_arrival(self, m: MachineRun, event: Wake) -> None:
        """A unit has crossed a conveyor, an order is released, or a batch waits no longer."""
        if event is not m.timer or m.job:
            return
        now = self._clock.time
        if m.lowered.servers > 1:  # those of one station in their sequence, whichever began to wait first
            for other in self.machines[m.position - m.server : m.position - m.server + m.lowered.servers]:
                if other.idle and other.wake_s <= now:
                    self._pull(other)
        else:
            self._pull(m)


def _roomiest(ways: tuple[BufferRun, ...]) -> BufferRun:
    """Of the buffers with room, the one with the fewest units; the first one where none has room."""
    room = [b for b in ways if len(b.queue) + b.reserved < b.capacity]
    return min(room, key=lambda b: len(b.queue) + b.reserved) if room else ways[0]
