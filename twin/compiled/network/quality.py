"""What becomes of a unit when a step is done: it goes on, is sent back, or is scrapped (`twin.network.quality`).

Used by `flow`.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from twin.compiled.jit import inner
from twin.compiled.layout import Record
from twin.compiled.network.access import part_at, step_at
from twin.compiled.network.counting import count_step, reject, write
from twin.compiled.network.work import choice_of, part_draw
from twin.draws import Purpose
from twin.log import EventKind

_FINISH, _REWORK_EVENT = int(EventKind.FINISH), int(EventKind.REWORK)
_SCRAP, _REWORK = int(Purpose.SCRAP), int(Purpose.REWORK)
_DEFECT, _INSPECTION = int(Purpose.DEFECT), int(Purpose.INSPECTION)


@inner
def goes_on(run: Record, m: Record, p: int) -> bool:
    """Whether a unit always goes on to the next step; counts it then."""
    part = part_at(run.parts, p)
    step = step_at(run.steps, part.step)
    if step.plain == 0 or choice_of(run, m, part.step).scrap != 0:
        return False
    write(run, _FINISH, m.position, part.order, part.index, 0.0)
    count_step(run, part, step.next)
    return True


@inner
def decide(run: Record, m: Record, p: int) -> None:
    """Find out where a unit whose step is done goes."""
    part = part_at(run.parts, p)
    step = step_at(run.steps, part.step)
    share = min(choice_of(run, m, part.step).scrap * m.scrap_effect, 1.0)
    if share > 0 and part_draw(run, part, _SCRAP) < share:
        reject(run, m, p)
    elif step.plain or not _sent_back(run, part, step):
        write(run, _FINISH, m.position, part.order, part.index, 0.0)
        count_step(run, part, step.next)
    elif step.rework_to < 0 or part.reworks >= step.rework_limit:
        reject(run, m, p)
    else:
        write(run, _REWORK_EVENT, m.position, part.order, part.index, 0.0)
        part.reworks += 1
        part.defective = 0
        count_step(run, part, step.rework_to)


@inner
def _sent_back(run: Record, part: Record, step: Record) -> bool:
    """Whether a unit is rejected by the inspection, or by the share of rework."""
    if step.defects > 0 and part_draw(run, part, _DEFECT) < step.defects:
        part.defective = 1
    if step.inspects:
        rejected = step.detects if part.defective else step.false_alarms
        return rejected > 0 and part_draw(run, part, _INSPECTION) < rejected
    return part_draw(run, part, _REWORK) < step.rework_share
