"""What every part of the network engine counts: units, orders, conditions, energy; and the totals of a run.

Used by the modules above it, each of which adds one thing that can happen: `crews`, `work`, `stops`, `quality`,
`blocking`, `choosing`, `flow`, `supply`, `transport`, `entry`, `engine`. No event is scheduled here.
"""

from twin.log import EventKind
from twin.network.luck import Luck
from twin.network.working import (
    MachineRun,
    PartRun,
)
from twin.totals import Totals
from twin.working import Code, OrderRun


class Floor(Luck):
    """The data of one run of one plant, and what can be read off them."""

    def parts(self) -> list[PartRun]:
        """All units on the line, those on vehicles included."""
        aboard = [t.part for f in self.fleets for v in f.vehicles for t in v.loads if t.part not in t.machine.job]
        held = [p for m in self.machines for p in m.job]
        queued = [p for b in (*self.buffers, *(s.pool for s in self.streams)) for p in b.queue]
        return [*held, *queued, *aboard]

    def products_in_machines(self) -> list[int]:
        """The product in each machine, or the one it is set up for; -1 where there is none."""
        known = len(self.line.products)
        return [
            self.product_of[m.job[0].order] if m.job else (m.setup_class if m.setup_class < known else -1)
            for m in self.machines
        ]

    def totals(self) -> Totals:
        """All counters, brought up to this moment; differences of two give the figures of a span."""
        now = self._clock.time
        spent, energy = [], []
        for m in self.machines:
            row = list(m.spent)
            row[m.code] += now - m.since_s
            spent.append(tuple(row))
            energy.append(m.energy_kws + energy_since_mark(m, row) + m.processed * m.lowered.unit_kws)
        return Totals(
            time_s=now,
            entered=self._entered,
            good=self._good,
            lead_sum_s=self._lead_sum_s,
            wip_area=self._wip_area + self.wip * (now - self._wip_since_s),
            spent=tuple(spent),
            processed=tuple(m.processed for m in self.machines),
            scrapped=tuple(m.scrapped for m in self.machines),
            energy_kwh=tuple(e / 3600 for e in energy),
            nominal_s=tuple(m.nominal_s for m in self.machines),
        )

    def _scrap(self, m: MachineRun, part: PartRun) -> None:
        """A unit is rejected and leaves the line where it is."""
        m.scrapped += 1
        if self._log is not None:
            self._log.append(EventKind.SCRAP, self._clock.time, m.position, part.order, part.index)
        if part.order >= 0:
            order = self.lots[part.order]
            order.scrapped += 1
            self._finish_order(order)
        self._count_wip(-1)

    def _exit(self, m: MachineRun, part: PartRun) -> None:
        """A good unit leaves the line."""
        now = self._clock.time
        self._good += 1
        self._lead_sum_s += now - part.entered_s
        if self._log is not None:
            self._log.append(EventKind.EXIT, now, m.position, part.order, part.index)
        self._count_good(part)
        self._count_wip(-1)

    def _count_good(self, part: PartRun) -> None:
        if part.order >= 0:
            order = self.lots[part.order]
            order.good += 1
            self._finish_order(order)

    def _finish_order(self, order: OrderRun) -> None:
        if not order.lowered.stream and order.good + order.scrapped >= order.lowered.quantity:
            order.finished_s = self._clock.time

    def _count_wip(self, change: int) -> None:
        now = self._clock.time
        self._wip_area += self.wip * (now - self._wip_since_s)
        self._wip_since_s = now
        self.wip += change

    def _note(self, m: MachineRun, code: int) -> None:
        """A machine's condition is now `code`, unless it is down, off shift or being maintained."""
        if m.down or m.off or m.service is not None:
            code = resting_code(m)
        if code == m.code:
            return
        now = self._clock.time
        m.spent[m.code] += now - m.since_s
        m.since_s = now
        m.code = code
        if self._log is not None:
            self._log.append(EventKind.CONDITION, now, m.position, value=code)

    def _settle_energy(self, m: MachineRun) -> None:
        """Count the energy so far at the present power."""
        row = list(m.spent)
        row[m.code] += self._clock.time - m.since_s
        m.energy_kws += energy_since_mark(m, row)
        m.spent_mark = row


def resting_code(m: MachineRun) -> int:
    """The condition of a machine, from its data alone."""
    if m.service is not None:
        return Code.NO_CREW if m.asking is not None else Code.MAINTENANCE
    if m.off:
        return Code.OFF_SHIFT
    if m.down:
        return Code.DOWN if m.breakdowns else Code.MICRO_STOP
    if not m.job:
        return Code.NO_ORDER if m.closed else Code.STARVED
    if m.finished:
        return Code.BLOCKED
    if m.short:
        return Code.STARVED
    if m.asking is not None:
        return Code.NO_CREW
    return Code.SETUP if m.setup_left >= 0 else Code.EXECUTING


def energy_since_mark(m: MachineRun, spent: list[float]) -> float:
    """Energy (kW s) of a machine since its power last changed."""
    s, d = m.lowered, [a - b for a, b in zip(spent, m.spent_mark, strict=True)]
    waiting = d[Code.STARVED] + d[Code.BLOCKED] + d[Code.NO_ORDER] + d[Code.NO_CREW]
    down = d[Code.DOWN] + d[Code.MICRO_STOP] + d[Code.MAINTENANCE]
    return (
        d[Code.EXECUTING] * s.executing_kw * m.power_factor
        + waiting * s.waiting_kw
        + down * s.down_kw
        + d[Code.SETUP] * s.setup_kw
        + d[Code.OFF_SHIFT] * s.off_kw
    )
