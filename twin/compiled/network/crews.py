"""People: who is asked for, who comes, who goes free; and stretches of work that begin when their operator is there.

Used by the other kernels (`twin.network.crews`, and of `twin.network.work` what has to do with people). Who waits for a
person is a number: a machine, for work or maintenance, or after the machines a failure mode, for its repair.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from twin.compiled.jit import inner, only_with
from twin.compiled.layout import Record
from twin.compiled.network.access import care_at, crew_at, machine_at, mode_at, whole_at
from twin.compiled.network.counting import NO_CREW, note, resting_code, write
from twin.compiled.network.timers import REPAIR, set_timer
from twin.compiled.network.work import begin_stretch, end_setup
from twin.log import EventKind
from twin.network.working import NOBODY, Errand

WORK, _MAINTENANCE, _REPAIR = int(Errand.WORK), int(Errand.MAINTENANCE), int(Errand.REPAIR)
_MAINTENANCE_EVENT = int(EventKind.MAINTENANCE)


@inner
def start_segment(run: Record, i: int) -> None:
    """Work, or setup, goes on from here, once the operator it needs is there."""
    if _attended(run, i):
        begin_stretch(run, i)


@inner
def on_setup_done(run: Record, i: int) -> None:
    """A machine is set up; the work on its units begins."""
    end_setup(run, i)
    start_segment(run, i)


@only_with("crews", otherwise=True)
def _attended(run: Record, i: int) -> bool:
    """Whether the operator whom the next stretch needs is there; asks for one if not."""
    m = machine_at(run.machines, i)
    if m.skill < 0:
        return True
    needed = m.attends_setup if m.setup_left >= 0 else m.attends_work
    if needed == 0:
        leave(run, i)
        return True
    if m.crew != NOBODY:
        return True
    if m.asking == 0:
        ask_for_machine(run, i, m.skill, WORK)
    if m.asking:
        note(run, m, NO_CREW)
    return m.asking == 0


@only_with("crews")
def ask_for_machine(run: Record, i: int, skill: int, errand: int) -> None:
    """A machine needs a person, who comes now or is waited for."""
    m = machine_at(run.machines, i)
    m.crew = _sent(run, skill)
    if m.crew == NOBODY:
        m.asking, m.errand, m.asked_skill, m.asked_s = 1, errand, skill, run.now
        _queue(run, i)


@only_with("crews")
def ask_for_repair(run: Record, k: int) -> None:
    """A failure mode needs a person, who comes now or is waited for."""
    mode = mode_at(run.modes, k)
    mode.crew = _sent(run, mode.skill)
    if mode.crew == NOBODY:
        mode.asking = 1
        _queue(run, run.n_machines + k)


@inner
def _sent(run: Record, skill: int) -> int:
    """The crew that sends a person with a skill now; NOBODY where none can."""
    for c in range(run.n_crews):
        crew = crew_at(run.crews, c)
        if crew.busy < crew.on_duty and whole_at(run.can, c * run.n_skills + skill).value:
            crew.busy += 1
            return c
    return NOBODY


@inner
def _errand_of(run: Record, who: int) -> int:
    return _REPAIR if who >= run.n_machines else machine_at(run.machines, who).errand


@inner
def _skill_of(run: Record, who: int) -> int:
    if who >= run.n_machines:
        return mode_at(run.modes, who - run.n_machines).skill
    return machine_at(run.machines, who).asked_skill


@inner
def _queue(run: Record, who: int) -> None:
    """A request waits behind those that are as urgent."""
    place = run.n_requests
    while place > 0 and _errand_of(run, whole_at(run.requests, place - 1).value) > _errand_of(run, who):
        whole_at(run.requests, place).value = whole_at(run.requests, place - 1).value
        place -= 1
    whole_at(run.requests, place).value = who
    run.n_requests += 1


@inner
def _withdraw(run: Record, place: int) -> None:
    """The request at a place is no more."""
    run.n_requests -= 1
    for k in range(place, run.n_requests):
        whole_at(run.requests, k).value = whole_at(run.requests, k + 1).value


@only_with("crews")
def leave(run: Record, i: int) -> None:
    """The operator of a machine goes free, or is asked for no longer."""
    m = machine_at(run.machines, i)
    if m.asking:
        m.asking = 0
        place = 0
        while whole_at(run.requests, place).value != i:
            place += 1
        _withdraw(run, place)
    crew, m.crew = m.crew, NOBODY
    free(run, crew)


@only_with("crews")
def free(run: Record, c: int) -> None:
    """A person's task is done."""
    if c != NOBODY:
        crew_at(run.crews, c).busy -= 1
        serve(run, c)


@only_with("crews")
def serve(run: Record, c: int) -> None:
    """Whoever of a crew is free goes to those who wait."""
    crew = crew_at(run.crews, c)
    while crew.busy < crew.on_duty:
        place = 0
        while place < run.n_requests and not _can_serve(run, c, place):
            place += 1
        if place == run.n_requests:
            return
        who = whole_at(run.requests, place).value
        _withdraw(run, place)
        crew.busy += 1
        _come(run, who, c)


@inner
def _can_serve(run: Record, c: int, place: int) -> bool:
    skill = _skill_of(run, whole_at(run.requests, place).value)
    return whole_at(run.can, c * run.n_skills + skill).value > 0


@inner
def _come(run: Record, who: int, c: int) -> None:
    """A person has come: to repair, to maintain, or to work."""
    if who >= run.n_machines:
        k = who - run.n_machines
        mode = mode_at(run.modes, k)
        mode.asking, mode.crew = 0, c
        schedule_repair(run, k, mode.total)
        return
    m = machine_at(run.machines, who)
    m.asking, m.crew = 0, c
    if m.errand == _MAINTENANCE and m.service >= 0:
        begin_care(run, m.service)
    else:
        begin_stretch(run, who)


@inner
def schedule_repair(run: Record, k: int, repair_s: float) -> None:
    """A repair begins that takes so long."""
    mode = mode_at(run.modes, k)
    mode.repaired_s = run.now + repair_s
    set_timer(run, run.n_machines + k, mode.repaired_s, REPAIR)


@only_with("cares")
def ask_for_care(run: Record, c: int) -> None:
    """The person who does maintenance is asked for, where one is needed; it begins when they are there."""
    care = care_at(run.cares, c)
    m = machine_at(run.machines, care.machine)
    if care.skill >= 0:
        ask_for_machine(run, care.machine, care.skill, _MAINTENANCE)
    if m.asking:
        note(run, m, resting_code(run, m))
    else:
        begin_care(run, c)


@only_with("cares")
def begin_care(run: Record, c: int) -> None:
    """Maintenance begins, on an empty machine."""
    care = care_at(run.cares, c)
    m = machine_at(run.machines, care.machine)
    care.began_s = run.now
    set_timer(run, run.care_timers + c, run.now + care.total, REPAIR)
    write(run, _MAINTENANCE_EVENT, care.machine, -1, -1, float(care.position))
    note(run, m, resting_code(run, m))
