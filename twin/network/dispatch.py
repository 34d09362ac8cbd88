"""Dispatch rules: which of the waiting units a machine takes next.

A rule gives each unit a figure; the least is taken. Ties go to the more urgent priority, then to the one that has
waited longest, then to the one that came first in the list. Rules of your own: an entry point in the group
`jayul.dispatch` that names a function `(Candidate) -> float`; only the SimPy engine knows them.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, NamedTuple

from plants.errors import InvalidInput, RunFailed
from plants.model.dispatch import Rule
from twin.network.working import MachineRun, PartRun
from twin.sampling import Time, TimeKind, ppf

if TYPE_CHECKING:
    from twin.network.floor import Floor


@dataclass(frozen=True, slots=True)
class Candidate:
    """A waiting unit as a rule sees it; all times in seconds."""

    order: str | None
    index: int
    waiting_since_s: float
    entered_s: float
    due_s: float
    """Infinity where nothing is promised."""
    priority: int
    work_s: float
    """Mean processing time here."""
    work_left_s: float
    """Mean processing time here and at all steps after this one."""
    setup_s: float
    """Mean setup it needs here."""
    now_s: float
    mean_work_s: float
    """Mean of `work_s` over all candidates."""
    look_ahead: float
    """`k` of the station's rule."""
    place: float
    """Its place in the station's fixed sequence; infinity where it has none."""


class Choice(NamedTuple):
    """A group of units and the first of them by the rule."""

    first: PartRun
    parts: list[PartRun]


Figure = Callable[[Candidate], float]


def _atc(c: Candidate) -> float:
    slack = max(c.due_s - c.work_left_s - c.now_s, 0.0)
    urgency = math.exp(-slack / (c.look_ahead * c.mean_work_s)) if c.mean_work_s > 0 else 1.0
    return -(10 - c.priority) / max(c.work_s, 1e-9) * urgency


BUILT_IN: dict[str, Figure] = {
    Rule.FIFO: lambda c: c.waiting_since_s,
    Rule.LIFO: lambda c: -c.waiting_since_s,
    Rule.SPT: lambda c: c.work_s,
    Rule.EDD: lambda c: c.due_s,
    Rule.CR: lambda c: (c.due_s - c.now_s) / max(c.work_left_s, 1e-9),
    Rule.ATC: _atc,
    Rule.PRIORITY: lambda c: c.priority,
    Rule.SETUP_AVOIDING: lambda c: c.setup_s,
    Rule.SEQUENCE: lambda c: c.place,
}


@cache
def figure_of(rule: str) -> Figure:
    """The function of a rule.

    Raises:
        InvalidInput: no rule has this name, built in or brought by a package, or the package's cannot be used.
    """
    if rule in BUILT_IN:
        return BUILT_IN[rule]
    for found in entry_points(group="jayul.dispatch", name=rule):
        return _brought(rule, found)
    raise InvalidInput(
        f"there is no dispatch rule '{rule}': use one of {', '.join(BUILT_IN)}, or install the package that brings it "
        "(entry point 'jayul.dispatch')"
    )


def _brought(rule: str, found: EntryPoint) -> Figure:
    """The function of a package, watched: it is foreign code in the middle of a run."""
    name = f"the dispatch rule '{rule}' ({found.value})"
    try:
        loaded = found.load()
    except Exception as error:
        raise InvalidInput(f"{name} cannot be loaded: {error!r}") from error
    if not callable(loaded):
        raise InvalidInput(f"{name} is no function: write one that takes a Candidate and returns a number")

    def figure(unit: Candidate) -> float:
        try:
            number = float(loaded(unit))
        except Exception as error:
            raise RunFailed(f"{name} failed at unit {unit.index} of order {unit.order}: {error!r}") from error
        if math.isnan(number):
            raise RunFailed(
                f"{name} gave no number for unit {unit.index} of order {unit.order}: it must rank every unit"
            )
        return number

    return figure


def chosen(floor: "Floor", m: MachineRun, parts: Sequence[PartRun]) -> PartRun:
    """The unit that a machine's rule puts first; `parts` must not be empty."""
    if len(parts) == 1:
        return parts[0]
    figure = figure_of(m.rule)
    total = 0.0
    for part in parts:  # not `sum`, which compensates from Python 3.12 on and would differ from the compiled engine
        total += floor.steps[part.step].means[m.station]
    mean = total / len(parts)
    seen = [candidate(floor, m, p, mean) for p in parts]
    return min(zip(parts, seen, strict=True), key=lambda ps: (figure(ps[1]), ps[1].priority, ps[1].waiting_since_s))[0]


def candidate(floor: "Floor", m: MachineRun, part: PartRun, mean: float) -> Candidate:
    """A unit as a rule sees it."""
    step = floor.steps[part.step]
    lot = floor.lots[part.order].lowered if part.order >= 0 else None
    due = math.inf if lot is None else lot.due_s + (part.entered_s if lot.stream else 0.0)
    setup = m.lowered.setup(m.setup_class, step.setup) if step.setup >= 0 else None
    return Candidate(
        order=None if lot is None else lot.name,
        index=part.index,
        waiting_since_s=part.queued_s,
        entered_s=part.entered_s,
        due_s=due,
        priority=5 if lot is None else lot.priority,
        work_s=step.means[m.station],
        work_left_s=floor.net.work_left[part.step],
        setup_s=0.0 if setup is None else time_mean(setup),
        now_s=floor.now_s,
        mean_work_s=mean,
        look_ahead=m.look_ahead,
        place=_place(m, part),
    )


def _place(m: MachineRun, part: PartRun) -> float:
    place = None if m.turn is None else m.turn.place(part.order, part.step)
    return math.inf if place is None else place


@cache
def time_mean(time: Time) -> float:
    """Mean of a lowered time; by the midpoint rule on 999 quantiles where there is no short formula."""
    if time.kind in (TimeKind.CONSTANT, TimeKind.EXPONENTIAL):
        return time.a
    return sum(ppf(time, (i + 0.5) / 999) for i in range(999)) / 999
