"""Work on a job: taking it up, setting up, the stretches of work between stops, and its end.

A job is one unit, or the units of a batch. Work that is stopped goes on where it stopped. An operator who is needed is
asked for at the beginning of each stretch and goes free when it ends.
"""

from abc import abstractmethod

from twin.clock import Priority, Wake
from twin.draws import Purpose, uniform
from twin.log import EventKind
from twin.network.crews import Crews
from twin.network.floor import resting_code
from twin.network.working import NOBODY, Errand, MachineRun, PartRun
from twin.sampling import residual
from twin.working import Code

_WORK, _FAILURE = Priority.WORK, Priority.FAILURE
_EXECUTING, _SETUP = Code.EXECUTING, Code.SETUP


class Work(Crews):
    """A floor whose machines work."""

    @abstractmethod
    def _supply(self, m: MachineRun) -> bool:
        """Take the components and the material a job needs, if all are there (given by the modules above)."""

    @abstractmethod
    def _done(self, m: MachineRun) -> None:
        """A job is finished and its units go on (given by the modules above)."""

    def _begin_job(self, m: MachineRun, job: list[PartRun]) -> None:
        """A machine takes up a job."""
        m.job = job
        m.idle = False
        part = job[0]
        step = self.steps[part.step]
        if (part.order, part.step) == m.block_key and not part.reworks:
            place = part.index - m.block_first
            m.total = m.left = m.block[place] if 0 <= place < len(m.block) else self._work(m, part)
        else:
            m.total = m.left = self._work(m, part)
        m.mean = step.means[m.station]
        if step.setup != m.setup_class and (part.order >= 0 or self.endless):
            self._prepare_setup(m, step.setup)
        if step.components or step.materials:
            m.supplied = False
        if self._log is not None:
            for p in job:
                self._log.append(EventKind.START, self._clock.time, m.position, p.order, p.index)
        self._go_on(m)

    def _go_on(self, m: MachineRun) -> None:
        """Begin, or go on with, the job in a machine, as far as nothing is in the way."""
        if m.down or m.off:
            self._note(m, resting_code(m))
            return
        if not m.supplied and not self._supply(m):
            m.short = True
            self._note(m, Code.STARVED)
            return
        m.short = False
        self._start_segment(m)

    def _start_segment(self, m: MachineRun) -> None:
        """Work, or setup, goes on from here without interruption until the event scheduled now."""
        if m.skill and not self._attended(m):
            return
        clock = self._clock
        now = m.segment_s = clock.time
        m.running = True
        if m.setup_left >= 0:
            self._note(m, _SETUP)
            m.timer = clock.wake_at(now + m.setup_left, _WORK, m.setup_callbacks)
            return
        if m.code != _EXECUTING:
            self._note(m, _EXECUTING)
        duration = m.left * m.cycle_factor
        room = m.operating_limit - m.operated
        if duration <= room:
            m.timer = clock.wake_at(now + duration, _WORK, m.finish_callbacks)
        else:
            m.timer = clock.wake_at(now + room, _FAILURE, m.failure_callbacks)

    def _attended(self, m: MachineRun) -> bool:
        """Whether the operator whom the next stretch needs is there; asks for one if not."""
        needed = m.attends_setup if m.setup_left >= 0 else m.attends_work
        if not needed:
            self._leave(m)
            return True
        if m.crew != NOBODY:
            return True
        if m.asking is None:
            m.crew, m.asking = self._ask(m, m.skill, Errand.WORK)
        if m.asking is not None:
            self._note(m, Code.NO_CREW)
        return m.asking is None

    def _leave(self, m: MachineRun) -> None:
        """The operator of a machine goes free, or is asked for no longer."""
        self._withdraw(m.asking)
        m.asking = None
        crew, m.crew = m.crew, NOBODY
        self._free(crew)

    def _stop(self, m: MachineRun) -> None:
        """Work under way stops; it must be up to date."""
        if m.running:
            m.running = False
            m.timer = None
        if m.skill and m.service is None:
            self._leave(m)

    def _prepare_setup(self, m: MachineRun, wanted: int) -> None:
        """Find out whether a machine must be set up, and how long that takes."""
        setup = m.lowered.setup(m.setup_class, wanted)
        if setup is None:
            m.setup_class = wanted
            return
        u = uniform(self.key, m.setups, self.entity_of_machine(m), 0, Purpose.SETUP)
        m.setup_left = residual(setup, m.setup_credit, u)
        m.setup_total = m.setup_credit + m.setup_left
        m.setup_credit = 0.0
        m.setups += 1
        if self._log is not None:
            self._log.append(EventKind.SETUP, self._clock.time, m.position)

    def _on_setup_done(self, m: MachineRun, event: Wake) -> None:
        if event is not m.timer:
            return
        m.setup_left = -1.0
        m.running = False
        part = m.job[0]
        m.setup_class = self.steps[part.step].setup if part.order >= 0 or self.endless else -1
        if self._log is not None:
            self._log.append(EventKind.READY, self._clock.time, m.position)
        self._start_segment(m)

    def _on_finished(self, m: MachineRun, event: Wake) -> None:
        """The work on a job is done."""
        if event is not m.timer:
            return
        m.running = False
        m.operated += self._clock.time - m.segment_s
        m.processed += len(m.job)
        m.nominal_s += m.mean
        if m.skill:
            self._leave(m)
        self._done(m)
