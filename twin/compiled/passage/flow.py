"""Units on the line as a whole, compiled: when they enter and leave, brought into the sequence of time.

Used by `twin.compiled.passage.units`. A unit that enters is counted when all before it are known, and so are those that
have left by then.
"""

from twin.compiled.access import number_at, whole_at
from twin.compiled.jit import inlined_inner, inner
from twin.compiled.layout import Record
from twin.compiled.passage.access import lot_at


@inlined_inner
def enter(run: Record, entry_s: float, exit_s: float) -> None:
    """A unit enters the line and will leave it."""
    leave_until(run, entry_s)
    _count(run, entry_s, 1)
    number_at(run.entries, run.newest).value = entry_s
    number_at(run.exits, run.newest).value = exit_s
    run.newest = (run.newest + 1) & run.held


@inlined_inner
def leave_until(run: Record, until_s: float) -> None:
    """Units leave the line up to and including a moment."""
    while run.oldest != run.newest and number_at(run.exits, run.oldest).value <= until_s:
        exit_s = number_at(run.exits, run.oldest).value
        _count(run, exit_s, -1)
        run.lead_sum_s += exit_s - number_at(run.entries, run.oldest).value
        run.good += 1
        if run.n_lots > 0:
            _finish_lots(run, exit_s)
        run.oldest = (run.oldest + 1) & run.held


@inner
def _finish_lots(run: Record, now_s: float) -> None:
    while run.ended < run.n_lots and run.good >= lot_at(run.lots, run.ended).end:
        lot_at(run.lots, run.ended).finished_s = now_s
        run.ended += 1


@inlined_inner
def _count(run: Record, now_s: float, change: int) -> None:
    if number_at(run.marks, run.flow_mark).value < now_s:
        tell_flow_before(run, now_s)
    run.wip_area += run.wip * (now_s - run.counted_s)
    run.counted_s = now_s
    run.wip += change


@inner
def tell_flow_before(run: Record, now_s: float) -> None:
    """Lead times, units on the line and counts at all marks before a moment, if nothing happens until then."""
    while number_at(run.marks, run.flow_mark).value < now_s:
        m = run.flow_mark
        number_at(run.flow_at, 2 * m).value = run.lead_sum_s
        area = run.wip_area + run.wip * (number_at(run.marks, m).value - run.counted_s)
        number_at(run.flow_at, 2 * m + 1).value = area
        whole_at(run.counts_at, 2 * m).value = run.good + run.wip
        whole_at(run.counts_at, 2 * m + 1).value = run.good
        run.flow_mark += 1
