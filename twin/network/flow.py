"""How units move: where a finished one goes, what a machine takes next, who moves up when there is room.

A unit that is finished stays in its machine until there is room where it goes (blocking after service). Of several
buffers that lead on it takes the one with the fewest units in it and on the way to it. A machine that is down still
takes up a unit and lets a finished one go; one that is off shift or under maintenance only lets go.
"""

from math import inf

from twin.clock import Priority, Wake
from twin.draws import Purpose
from twin.log import EventKind
from twin.network.deadlock import locked, stuck_with
from twin.network.dispatch import Choice, chosen
from twin.network.lowering import EXIT, LoweredStep
from twin.network.stops import Stops
from twin.network.working import BufferRun, MachineRun, PartRun
from twin.working import Code

_ARRIVAL = Priority.ARRIVAL
_BLOCKED, _STARVED = Code.BLOCKED, Code.STARVED


class Flow(Stops):
    """A floor on which units move."""

    def _from_outside(self, m: MachineRun, part: PartRun | None = None) -> PartRun | None:
        """The next unit that may enter the line at a machine; a timer is set where one comes later (given above)."""
        raise NotImplementedError

    def _outside(self, m: MachineRun) -> list[PartRun]:
        """Units that could enter the line at a machine now, the next of each order (given above)."""
        raise NotImplementedError

    def _call_vehicle(self, m: MachineRun, part: PartRun, b: BufferRun) -> None:
        """Have a unit carried to a buffer where a place was kept (given above)."""
        raise NotImplementedError

    def _retry(self, b: BufferRun) -> None:
        """Components came to a buffer: machines that lack some try again (given above)."""
        raise NotImplementedError

    def _left(self) -> None:
        """A unit left a line whose WIP is limited (given above)."""
        raise NotImplementedError

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

    def _pass(self, m: MachineRun, part: PartRun, step: LoweredStep) -> None:
        """A unit is good so far and waits for its next step."""
        if self._log is not None:
            self._log.append(EventKind.FINISH, self._clock.time, m.position, part.order, part.index)
        self._count_step(part, step.next)

    def _count_step(self, part: PartRun, step: int) -> None:
        at = self.at_step
        at[part.step] -= 1
        part.step = step
        if step >= 0:
            at[step] += 1

    def _fate(self, m: MachineRun, part: PartRun) -> bool:
        """Whether a unit whose step is done stays on the line; finds out where it goes."""
        step = self.steps[part.step]
        share = min(step.scrap[m.station] * m.scrap_effect, 1.0)
        if share > 0 and self._scrap_draw(m, part) < share:
            self._reject(m, part)
            return False
        if step.plain:
            self._pass(m, part, step)
            return True
        if step.defects and self.part_draw(part, Purpose.DEFECT) < step.defects:
            part.defective = True
        if step.inspects:
            rejected = step.detects if part.defective else step.false_alarms
            back = rejected > 0 and self.part_draw(part, Purpose.INSPECTION) < rejected
        else:
            back = self.part_draw(part, Purpose.REWORK) < step.rework_share
        if not back:
            self._pass(m, part, step)
            return True
        if step.rework_to == EXIT or part.reworks >= step.rework_limit:
            self._reject(m, part)
            return False
        if self._log is not None:
            self._log.append(EventKind.REWORK, self._clock.time, m.position, part.order, part.index)
        part.reworks += 1
        part.defective = False
        self._count_step(part, step.rework_to)
        return True

    def _reject(self, m: MachineRun, part: PartRun) -> None:
        self._scrap(m, part)
        self._count_step(part, EXIT)
        if self._turns:
            self._turn_moves()
        if self._limited:
            self._left()

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
        if self._may_lock:
            stuck = stuck_with(self, m)
            if stuck:
                raise locked(self, stuck)

    def _wait_for_room(self, m: MachineRun) -> None:
        """A machine waits at every buffer its units could go to."""
        for part in m.job:
            if part.task is None and part.step >= 0:
                for b in self.ways[m.station, part.step]:
                    if m not in b.waiting:
                        b.waiting.append(m)

    def _emptied(self, m: MachineRun) -> None:
        """The last unit of a job has left its machine, which looks for the next one."""
        if m.finished:
            m.finished = False
            self._unblock(m)
        self._pull(m)

    def _unblock(self, m: MachineRun) -> None:
        """A machine waits no longer at buffers to which none of its units go."""
        wanted = [b for p in m.job if p.task is None and p.step >= 0 for b in self.ways[m.station, p.step]]
        for step in self.leads[m.station]:
            if m in step.waiting and step not in wanted:
                step.waiting.remove(m)

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
            return
        if m.care and self._care_for(m):
            return
        m.idle = True
        job = self._next_job(m)
        if job:
            self._begin_job(m, job)
            if self._turns:
                self._turn_moves()
        else:
            if m.wake_s < inf:
                m.timer = self._clock.wake_at(m.wake_s, _ARRIVAL, m.arrival_callbacks)
            self._rest(m)
        if self._agenda and not self._settling:
            self._settle()
        if self.drained and not self._settling:
            self._close_stations()

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

    def _taken_from(self, b: BufferRun) -> None:
        """A unit was taken out of a buffer."""
        if b.waiting:
            self._agenda.append(b)
        elif b.excess:
            b.excess = max(len(b.queue) - b.capacity, 0)

    def _next_job(self, m: MachineRun) -> list[PartRun] | None:
        """What a machine takes up now, taken out of where it was; `wake_s` is set where something comes later."""
        b = m.only
        if b is not None:
            return self._first_of(m, b)
        if m.batch is not None:
            return self._next_batch(m)
        if m.rule == "fifo":
            found = self._longest_waiting(m)
            if found is not None:
                return [found]
            entering = self._from_outside(m) if m.entry else None
            return None if entering is None else [entering]
        return self._by_rule(m)

    def _first_of(self, m: MachineRun, b: BufferRun) -> list[PartRun] | None:
        """The first unit of a buffer from which everything can be taken."""
        if b.capacity == 0:
            return self._from_blocked(m, b)
        if not b.queue:
            return None
        ready = b.queue[0].ready_s
        if ready > self._clock.time:
            m.wake_s = ready
            return None
        part = b.queue.popleft()
        if b.waiting or b.excess:
            self._taken_from(b)
        return [part]

    def _from_blocked(self, m: MachineRun, b: BufferRun) -> list[PartRun] | None:
        """A unit straight from a machine that holds it, the longest waiting first."""
        for up in b.waiting:
            for part in up.job:
                if part.task is None and part.step >= 0 and self._may_take(m, part):
                    self._release(up, part)
                    return [part]
        return None

    def _release(self, up: MachineRun, part: PartRun) -> None:
        """A unit is taken out of the machine that held it."""
        up.job.remove(part)
        if not up.job:
            up.finished = False
            self._agenda.append(up)
        self._unblock(up)

    def _may_take(self, m: MachineRun, part: PartRun) -> bool:
        """Whether a machine can work on a unit, and may by its fixed sequence."""
        if m.station not in self.steps[part.step].stations or self.steps[part.step].kit:
            return False
        return m.turn is None or m.rule != "sequence" or self._is_turn(m, part)

    def _is_turn(self, m: MachineRun, part: PartRun) -> bool:
        """Whether it is the turn of a unit's order: no unit of those before it is still to come here."""
        assert m.turn is not None  # noqa: S101 - asked only with a fixed sequence
        place = m.turn.get(part.order)
        if place is None:
            return self._turn_over(m, len(m.turn))
        return self._turn_over(m, place)

    def _turn_over(self, m: MachineRun, place: int) -> bool:
        """Whether no unit of the orders before a place in the fixed sequence is still to come.

        A unit that was sent back is not waited for, nor one that is in work and will not come back on its route.
        """
        assert m.turn is not None  # noqa: S101 - asked only with a fixed sequence
        before = [lot for lot, at in m.turn.items() if at < place]
        if any(self.lots[lot].started < self.lots[lot].lowered.quantity for lot in before):
            return False
        in_work = {p for other in self.machines if not other.finished for p in other.job}
        return not any(
            part.order in before and not part.reworks and self._comes_to(m, part, in_work) for part in self.parts()
        )

    def _comes_to(self, m: MachineRun, part: PartRun, in_work: set[PartRun]) -> bool:
        """Whether a unit is still to come to a station by its route."""
        step = self.steps[part.step].next if part in in_work else part.step
        return step >= 0 and m.station in self.net.ahead[step]

    def _turn_moves(self) -> None:
        """A unit is in work or gone: machines that wait for their turn look again."""
        self._agenda.extend(m for m in self._turns if m.idle)

    def _waiting_parts(self, m: MachineRun) -> list[PartRun]:
        """Units that a machine could take now from where they wait; `wake_s` is set to when the next comes."""
        now = self._clock.time
        found = []
        for b in m.inputs:
            if b.capacity == 0:
                found += [p for up in b.waiting for p in up.job if p.task is None and p.step >= 0]
                continue
            for part in b.queue:
                if part.ready_s > now:
                    m.wake_s = min(m.wake_s, part.ready_s)
                    break
                found.append(part)
        return [p for p in found if self._may_take(m, p)]

    def _longest_waiting(self, m: MachineRun) -> PartRun | None:
        """Of the units in front of a machine, the one that came first."""
        if not m.inputs:
            return None
        waiting = self._waiting_parts(m)
        if not waiting:
            return None
        part = min(waiting, key=_came)
        self._fetch(m, part)
        return part

    def _fetch(self, m: MachineRun, part: PartRun) -> None:
        """Take a unit out of where it waits."""
        for b in m.inputs:
            if b.capacity == 0:
                for up in b.waiting:
                    if part in up.job:
                        self._release(up, part)
                        return
            elif part in b.queue:
                b.queue.remove(part)
                self._taken_from(b)
                return

    def _by_rule(self, m: MachineRun) -> list[PartRun] | None:
        """The best unit by a machine's dispatch rule, of those in front of it and those that may enter."""
        waiting = self._waiting_parts(m)
        entering = [p for p in self._outside(m) if self._may_take(m, p)] if m.entry else []
        if not waiting and not entering:
            return None
        part = chosen(self, m, [*waiting, *entering])
        if part in waiting:
            self._fetch(m, part)
            return [part]
        entered = self._from_outside(m, part)
        return None if entered is None else [entered]

    def _next_batch(self, m: MachineRun) -> list[PartRun] | None:
        """A batch, when enough units are there or have waited long enough."""
        batch = m.batch
        assert batch is not None  # noqa: S101 - asked only of machines that work in batches
        now = self._clock.time
        groups: dict[tuple[int, ...], list[PartRun]] = {}
        for part in self._waiting_parts(m):
            groups.setdefault(self._mixes(m, part), []).append(part)
        ready: list[Choice] = []
        for parts in groups.values():
            waited = batch.wait_s is not None and now >= min(p.queued_s for p in parts) + batch.wait_s
            if len(parts) >= batch.minimum or waited:
                ready.append(Choice(chosen(self, m, parts), parts))
            elif batch.wait_s is not None:
                m.wake_s = min(m.wake_s, min(p.queued_s for p in parts) + batch.wait_s)
        if not ready:
            return self._batch_from_outside(m) if m.entry else None
        best = chosen(self, m, [c.first for c in ready])
        parts = next(c.parts for c in ready if c.first is best)
        return self._fetch_batch(m, parts, batch.maximum)

    def _fetch_batch(self, m: MachineRun, parts: list[PartRun], most: int) -> list[PartRun]:
        job: list[PartRun] = []
        left = list(parts)
        while left and len(job) < most:
            part = chosen(self, m, left)
            left.remove(part)
            self._fetch(m, part)
            job.append(part)
        return job

    def _batch_from_outside(self, m: MachineRun) -> list[PartRun] | None:
        """A batch of units of one order that may enter: as many as go in, or the last of the order."""
        assert m.batch is not None  # noqa: S101 - asked only of machines that work in batches
        job: list[PartRun] = []
        while len(job) < m.batch.maximum:
            part = self._from_outside(m)
            if part is None:
                break
            job.append(part)
            lot = self.lots[part.order] if part.order >= 0 else None
            if lot is not None and lot.started >= lot.lowered.quantity:
                break
        return job or None

    def _mixes(self, m: MachineRun, part: PartRun) -> tuple[int, ...]:
        """Units with the same key may share a batch."""
        assert m.batch is not None  # noqa: S101 - asked only of machines that work in batches
        if m.batch.mix == "any":
            return ()
        if m.batch.mix == "step":
            return (self.step_names[part.step],)
        return (self.product_of[part.order], part.step)

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


def _came(part: PartRun) -> float:
    return part.queued_s


def _roomiest(ways: tuple[BufferRun, ...]) -> BufferRun:
    """Of the buffers with room, the one with the fewest units; the first one where none has room."""
    room = [b for b in ways if len(b.queue) + b.reserved < b.capacity]
    return min(room, key=lambda b: len(b.queue) + b.reserved) if room else ways[0]
