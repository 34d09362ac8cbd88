"""What a job needs before its work begins: components and material, stock, reorder points, deliveries."""

from functools import partial

from twin.clock import Priority, Wake
from twin.draws import Purpose, uniform
from twin.log import EventKind
from twin.network.flow import Flow
from twin.network.lowering import EXIT
from twin.network.working import BufferRun, Coming, MachineRun, MaterialRun, PartRun
from twin.sampling import lower_time, ppf

_ARRIVAL = Priority.ARRIVAL


class Supply(Flow):
    """A floor that is supplied."""

    def _supply(self, m: MachineRun) -> bool:
        """Take what a job needs, if all of it is there."""
        wanted: dict[int, int] = {}
        used: dict[int, float] = {}
        for part in m.job:
            step = self.steps[part.step]
            for kit, quantity in step.components:
                wanted[kit] = wanted.get(kit, 0) + quantity
            for material, amount in step.materials:
                used[material] = used.get(material, 0.0) + amount
        found = {kit: self._components(m, kit, quantity) for kit, quantity in wanted.items()}
        if any(len(found[kit]) < quantity for kit, quantity in wanted.items()):
            return False
        if any(self.materials[i].stock < amount for i, amount in used.items()):
            return False
        m.supplied = True
        for kit in wanted:
            for b, part in found[kit]:
                self._build_in(m, b, part)
        for i, amount in used.items():
            self.materials[i].stock -= amount
            self._reorder(self.materials[i])
        if self._agenda and not self._settling:
            self._settle()
        return True

    def _components(self, m: MachineRun, kit: int, quantity: int) -> list[tuple[BufferRun, PartRun]]:
        """Up to so many components of one kind that lie ready for a machine, the longest waiting first."""
        now = self._clock.time
        ready = [(b, p) for b in m.kits for p in b.queue if p.step == kit and p.ready_s <= now]
        return sorted(ready, key=lambda bp: bp[1].queued_s)[:quantity]

    def _build_in(self, m: MachineRun, b: BufferRun, part: PartRun) -> None:
        b.queue.remove(part)
        if self._log is not None:
            self._log.append(EventKind.BUILT_IN, self._clock.time, m.position, part.order, part.index)
        self._count_wip(-1)
        self._count_step(part, EXIT)
        self._taken_from(b)
        if self._limited:
            self._left()

    def _retry(self, b: BufferRun) -> None:
        """Components came to a buffer: machines that lack some try again, when they have crossed."""
        if b.transport_s > 0:
            self._await_crossing(b, self._clock.time + b.transport_s)
        else:
            self._on_crossed(b)

    def _await_crossing(self, b: BufferRun, at_s: float) -> None:
        """Components reach the end of a conveyor at a moment."""
        self._clock.wake_at(at_s, _ARRIVAL, [partial(self._on_crossed, b)])

    def _on_crossed(self, b: BufferRun, _: Wake | None = None) -> None:
        for m in b.takers:
            if m.short:
                self._go_on(m)

    def _reorder(self, material: MaterialRun) -> None:
        """Order more when stock on hand and on order has fallen to the point."""
        reorder = material.lowered.reorder
        if reorder is None:
            return
        now = self._clock.time
        while material.stock + _on_order(material) <= reorder.point:
            u = uniform(self.key, material.ordered, material.entity, 0, Purpose.SUPPLY)
            at = now + ppf(lower_time(reorder.lead), u)
            material.ordered += 1
            self._expect(material, Coming(reorder.quantity, at, now, -material.ordered))

    def _announce(self, material: MaterialRun) -> None:
        """Expect the deliveries of the plant file that are still to come."""
        for n, delivery in enumerate(material.lowered.deliveries):
            late = 0.0
            if delivery.late is not None:
                u = uniform(self.key, n, material.entity, 1, Purpose.SUPPLY)
                late = ppf(lower_time(delivery.late), u)
            self._expect(material, Coming(delivery.quantity, delivery.at_s + late, delivery.at_s, n))

    def _expect(self, material: MaterialRun, coming: Coming) -> None:
        if coming not in material.coming:
            material.coming.append(coming)
        at = max(coming.at_s, self._clock.time)
        self._clock.wake_at(at, _ARRIVAL, [partial(self._on_delivery, material, coming)])

    def _on_delivery(self, material: MaterialRun, coming: Coming, _: Wake) -> None:
        """Material has come: machines that lack it go on, the longest waiting first."""
        material.coming.remove(coming)
        material.stock += coming.quantity
        if self._log is not None:
            self._log.append(EventKind.DELIVERY, self._clock.time, order=material.position, value=coming.quantity)
        self._reorder(material)
        for m in sorted((m for m in self.machines if m.short), key=lambda m: m.since_s):
            self._go_on(m)


def _on_order(material: MaterialRun) -> float:
    total = 0.0
    for coming in material.coming:  # not `sum`, which compensates from Python 3.12 on: the compiled engine does not
        if coming.number < 0:
            total += coming.quantity
    return total
