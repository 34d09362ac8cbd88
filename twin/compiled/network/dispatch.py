"""Dispatch rules: which of the waiting units a machine takes next (`twin.network.dispatch`).

Used by `twin.compiled.network.taking`. Units that are compared are numbers in a row at an address.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from math import exp, inf

from twin.compiled.jit import inner
from twin.compiled.layout import Record
from twin.compiled.network.access import lot_at, number_at, part_at, step_at, whole_at
from twin.compiled.network.layout import ATC, CR, EDD, FIFO, LIFO, PRIORITY, SEQUENCE, SETUP_AVOIDING, SPT
from twin.compiled.network.turns import place_of
from twin.compiled.network.work import choice_of, setup_time

_ORDINARY = 5


@inner
def chosen(run: Record, m: Record, those: int, count: int) -> int:
    """Which of `count` units a machine's rule puts first, by its place in the row."""
    if count == 1:
        return 0
    mean = _mean_work(run, m, those, count) if m.rule == ATC else 0.0
    best, least, urgent, since = 0, inf, 0, inf
    for k in range(count):
        part = part_at(run.parts, whole_at(those, k).value)
        figure = _figure(run, m, part, mean)
        priority = lot_at(run.lots, part.order).priority if part.order >= 0 else _ORDINARY
        tied = figure == least and (priority < urgent or (priority == urgent and part.queued_s < since))
        if k == 0 or figure < least or tied:
            best, least, urgent, since = k, figure, priority, part.queued_s
    return best


@inner
def _mean_work(run: Record, m: Record, those: int, count: int) -> float:
    total = 0.0
    for k in range(count):
        total += choice_of(run, m, part_at(run.parts, whole_at(those, k).value).step).mean
    return total / count


@inner
def _figure(run: Record, m: Record, part: Record, mean: float) -> float:
    """The figure of a unit by a machine's rule; the least is taken."""
    rule = m.rule
    if rule == FIFO:
        return part.queued_s
    if rule == LIFO:
        return -part.queued_s
    if rule == SPT:
        return choice_of(run, m, part.step).mean
    if rule == PRIORITY:
        return float(lot_at(run.lots, part.order).priority if part.order >= 0 else _ORDINARY)
    if rule == SETUP_AVOIDING:
        setup = setup_time(run, m, step_at(run.steps, part.step).setup)
        return 0.0 if setup < 0 else number_at(run.time_means, setup).value
    if rule == SEQUENCE:
        place = place_of(run, m, part)
        return inf if place < 0 else float(place)
    due = _due_s(run, part)
    work_left = step_at(run.steps, part.step).work_left
    if rule == EDD:
        return due
    if rule == CR:
        return (due - run.now) / max(work_left, 1e-9)
    priority = lot_at(run.lots, part.order).priority if part.order >= 0 else _ORDINARY
    slack = max(due - work_left - run.now, 0.0)
    urgency = exp(-slack / (m.look_ahead * mean)) if mean > 0 else 1.0
    return -(10 - priority) / max(choice_of(run, m, part.step).mean, 1e-9) * urgency


@inner
def _due_s(run: Record, part: Record) -> float:
    if part.order < 0:
        return inf
    lot = lot_at(run.lots, part.order)
    return lot.due_s + (part.entered_s if lot.stream else 0.0)
