"""Dispatch rules: which of the waiting units a machine takes next (`twin.network.dispatch`).

Used by `twin.compiled.network.taking`. Units that are compared are numbers in a row at an address.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from math import exp, inf

from twin.compiled.jit import inner
from twin.compiled.layout import Record
from twin.compiled.network.access import lot_at, number_at, part_at, step_at, turn_at, whole_at
from twin.compiled.network.layout import ATC, CR, EDD, FIFO, LIFO, PRIORITY, SETUP_AVOIDING, SPT
from twin.compiled.network.layout import SEQUENCE as _SEQUENCE
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
    if rule == _SEQUENCE:
        place = place_of(run, m, part.order)
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


@inner
def place_of(run: Record, m: Record, order: int) -> int:
    """Place of an order in a machine's fixed sequence; -1 where it has none."""
    if m.has_turn == 0 or order < 0:
        return -1
    return whole_at(run.place_of, m.served_first + order).value


@inner
def may_take(run: Record, m: Record, part: Record) -> bool:
    """Whether a machine can work on a unit, and may by its fixed sequence."""
    if whole_at(run.choice_of, part.step * run.n_stations + m.station).value < 0:
        return False
    if m.has_turn == 0 or m.rule != _SEQUENCE:
        return True
    place = place_of(run, m, part.order)
    return _turn_over(run, m, m.turns_last - m.turns_first if place < 0 else place)


@inner
def _turn_over(run: Record, m: Record, place: int) -> bool:
    """Whether the orders before a place in the fixed sequence have all been taken up, or will not come any more."""
    for k in range(m.turns_first, m.turns_last):
        turn = turn_at(run.turns, k)
        finished_s = lot_at(run.lots, turn.lot).finished_s
        gone = finished_s == finished_s  # noqa: PLR0124 - not NaN
        if turn.place < place and not gone and whole_at(run.served, m.served_first + turn.lot).value < turn.needed:
            return False
    return True


@inner
def take_up(run: Record, m: Record, part: Record) -> None:
    """A unit is taken up by a machine that may have a fixed sequence."""
    if m.has_turn and part.order >= 0:
        whole_at(run.served, m.served_first + part.order).value += 1
