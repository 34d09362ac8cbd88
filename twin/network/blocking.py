"""Who waits for room: machines that hold finished units, at every buffer these could go to."""

from twin.network.quality import Quality
from twin.network.working import BufferRun, MachineRun, PartRun


class Blocking(Quality):
    """A floor on which machines wait for room."""

    def _wait_for_room(self, m: MachineRun) -> None:
        """A machine waits at every buffer its units could go to."""
        for part in m.job:
            if part.task is None and part.step >= 0:
                for b in self.ways[m.station, part.step]:
                    if m not in b.waiting:
                        b.waiting.append(m)

    def _unblock(self, m: MachineRun) -> None:
        """A machine waits no longer at buffers to which none of its units go."""
        wanted = [b for p in m.job if p.task is None and p.step >= 0 for b in self.ways[m.station, p.step]]
        for step in self.leads[m.station]:
            if m in step.waiting and step not in wanted:
                step.waiting.remove(m)

    def _release(self, up: MachineRun, part: PartRun) -> None:
        """A unit is taken out of the machine that held it."""
        up.job.remove(part)
        if not up.job:
            up.finished = False
            self._agenda.append(up)
        self._unblock(up)

    def _taken_from(self, b: BufferRun) -> None:
        """A unit was taken out of a buffer."""
        if b.waiting:
            self._agenda.append(b)
        elif b.excess:
            b.excess = max(len(b.queue) - b.capacity, 0)
