"""What becomes of a unit when a step is done: it goes on, is sent back, or is scrapped.

Each decision has a draw of its own (`docs/network.md`), so that changing one share leaves the luck of the others.
"""

from abc import abstractmethod

from twin.draws import Purpose
from twin.log import EventKind
from twin.network.lowering import EXIT, LoweredStep
from twin.network.stops import Stops
from twin.network.working import MachineRun, PartRun


class Quality(Stops):
    """A floor on which units turn out well or not."""

    @abstractmethod
    def _left(self) -> None:
        """A unit left a line whose WIP is limited (given above)."""

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

    def _turn_moves(self) -> None:
        """A unit is in work or gone: machines that wait for their turn look again."""
        self._agenda.extend(m for m in self._turns if m.idle)
