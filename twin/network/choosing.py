"""What a machine takes up next: the longest waiting, the best by its rule, its turn in a fixed sequence, a batch.

A machine looks at what waits in front of it, at units in machines that hand over directly, and at what may enter from
outside. `wake_s` is set to when something comes later.
"""

from abc import abstractmethod

from twin.network.blocking import Blocking
from twin.network.dispatch import Choice, chosen
from twin.network.turns import Turns
from twin.network.working import BufferRun, MachineRun, PartRun


class Choosing(Blocking):
    """A floor whose machines choose."""

    @abstractmethod
    def _from_outside(self, m: MachineRun, part: PartRun | None = None) -> PartRun | None:
        """The next unit that may enter the line at a machine; a timer is set where one comes later (given above)."""

    @abstractmethod
    def _outside(self, m: MachineRun) -> list[PartRun]:
        """Units that could enter the line at a machine now, the next of each order (given above)."""

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

    def _may_take(self, m: MachineRun, part: PartRun) -> bool:
        """Whether a machine can work on a unit, and may by its fixed sequence."""
        if m.station not in self.steps[part.step].stations or self.steps[part.step].kit:
            return False
        return m.turn is None or m.rule != "sequence" or self._is_turn(m, part)

    def _is_turn(self, m: MachineRun, part: PartRun) -> bool:
        """Whether it is a unit's turn: no unit of those before it is still to come here."""
        assert m.turn is not None  # noqa: S101 - asked only with a fixed sequence
        place = m.turn.place(part.order, part.step)
        return self._turn_over(m, m.turn, m.turn.length if place is None else place)

    def _turn_over(self, m: MachineRun, turn: Turns, place: int) -> bool:
        """Whether no unit with a place before this one in the fixed sequence is still to come.

        A unit that was sent back is not waited for, nor one that is in work and will not come back on its route.
        """
        before = [lot for lot in turn.places if turn.of_new(lot) < place]
        if any(self.lots[lot].started < self.lots[lot].lowered.quantity for lot in before):
            return False
        in_work = {p for other in self.machines if not other.finished for p in other.job}
        return not any(
            part.order in before and not part.reworks and self._comes_before(m, turn, place, part, part in in_work)
            for part in self.parts()
        )

    def _comes_before(self, m: MachineRun, turn: Turns, place: int, part: PartRun, in_work: bool) -> bool:
        """Whether a unit of an order in the sequence is still to come to a station by its route, before a place."""
        step = self.steps[part.step].next if in_work else part.step
        if step < 0 or m.station not in self.net.ahead[step]:
            return False
        own = turn.place(part.order, step)
        return own is not None and own < place

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


def _came(part: PartRun) -> float:
    return part.queued_s
