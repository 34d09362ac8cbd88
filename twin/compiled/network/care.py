"""Planned maintenance that begins on an empty machine (`twin.network.stops`).

Used by `flow`, before a machine looks for a job.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from twin.compiled.jit import only_with
from twin.compiled.layout import Record
from twin.compiled.network.access import care_at, machine_at, time_at
from twin.compiled.network.crews import ask_for_care
from twin.compiled.network.timers import stop_timer
from twin.compiled.network.work import draw
from twin.compiled.sampling import ppf
from twin.draws import Purpose

_DURATION = int(Purpose.MAINTENANCE)


@only_with("cares", otherwise=False)
def care_for(run: Record, i: int) -> bool:
    """Begin the first maintenance of an empty machine that is due; says whether there is one."""
    m = machine_at(run.machines, i)
    for c in range(m.first_care, m.last_care):
        care = care_at(run.cares, c)
        if care.due:
            m.service, m.idle = c, 0
            stop_timer(run, run.care_timers + c)
            u = draw(run, care.count, care.entity, care.slot, _DURATION)
            care.total = ppf(time_at(run.times, care.duration), run.table, u)
            care.count += 1
            ask_for_care(run, c)
            return True
    return False
