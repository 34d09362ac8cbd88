"""Draws of units and machines, keyed so that scenarios share them (ADR 0003); a block of units is drawn at a time."""

from collections.abc import Sequence

from twin.draws import Purpose, uniform, uniforms
from twin.network.layout import VISIT, Layout
from twin.network.working import (
    MachineRun,
    PartRun,
)
from twin.philox import MASK
from twin.sampling import TimeKind, ppf, times
from twin.working import ModeRun

BLOCK = 1024
"""Most draws made at a time for the units of one order."""
SECOND_BLOCK = 16
"""Draws made at a time when a machine stays with an order and step; the first is made alone, further blocks double."""
RENEWAL = 1 << 24
"""Added to the number of a failure's draws for each time its clock began anew by maintenance."""


class Luck(Layout):
    """A layout with its luck."""

    def _slot(self, part: PartRun) -> int:
        step = self.steps[part.step]
        return step.slot if part.reworks == 0 else (step.slot + VISIT * part.reworks) & MASK

    def _work(self, m: MachineRun, part: PartRun) -> float:
        """Work of a unit at a machine, in nominal seconds; a block of units is drawn at a time."""
        time = self.steps[part.step].times[m.station]
        if time.kind == TimeKind.CONSTANT:
            return time.a
        if part.reworks:
            entity = self.entity_of[part.order]
            return ppf(time, uniform(self.key, part.index, entity, self._slot(part), Purpose.PROCESSING))
        first, size = self._block_of(part, m.block if (part.order, part.step) == m.block_key else ())
        entity = self.entity_of[part.order]
        slot = self.steps[part.step].slot
        m.block = times(time, self._draws(first, size, entity, slot, Purpose.PROCESSING))
        m.block_key, m.block_first = (part.order, part.step), first
        return m.block[part.index - first]

    def _scrap_draw(self, m: MachineRun, part: PartRun) -> float:
        """The luck of a unit at a step: it is rejected when this is below the scrapped share."""
        if part.reworks:
            return self.part_draw(part, Purpose.SCRAP)
        if (part.order, part.step) != m.luck_key or not 0 <= part.index - m.luck_first < len(m.luck):
            first, size = self._block_of(part, m.luck if (part.order, part.step) == m.luck_key else ())
            slot = self.steps[part.step].slot
            m.luck = self._draws(first, size, self.entity_of[part.order], slot, Purpose.SCRAP)
            m.luck_key, m.luck_first = (part.order, part.step), first
        return m.luck[part.index - m.luck_first]

    def part_draw(self, part: PartRun, purpose: Purpose) -> float:
        """The uniform number of a unit at the step it is at, for one purpose."""
        return uniform(self.key, part.index, self.entity_of[part.order], self._slot(part), purpose)

    def _draws(self, first: int, size: int, entity: int, slot: int, purpose: Purpose) -> list[float]:
        """The uniform numbers of so many units; one is made faster alone."""
        if size == 1:
            return [uniform(self.key, first, entity, slot, purpose)]
        return uniforms(self.key, first, size, entity, slot, purpose)

    def _block_of(self, part: PartRun, before: Sequence[float]) -> tuple[int, int]:
        """First unit and length of the next block of draws, after the one before of the same order and step."""
        size = min(max(2 * len(before), SECOND_BLOCK), BLOCK) if before else 1
        if part.order < 0 or self.lots[part.order].lowered.stream:
            return part.index, size
        return part.index, max(min(size, self.lots[part.order].lowered.quantity - part.index), 1)

    def _uptime(self, m: MachineRun, mode: ModeRun) -> float:
        return ppf(mode.lowered.uptime, self.mode_draw(m, mode, mode.count, Purpose.UPTIME))

    def mode_draw(self, m: MachineRun, mode: ModeRun, n: int, purpose: Purpose) -> float:
        """The uniform number of the n-th failure of a mode, for one purpose."""
        return uniform(self.key, n + RENEWAL * mode.renewed, self.entity_of_machine(m), mode.lowered.slot, purpose)
