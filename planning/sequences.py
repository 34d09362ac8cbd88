"""Candidate sequences of the orders that have not started yet.

Used by `planning.candidates` and `agents.diagnose`. Every sequence is a permutation of all unstarted orders; only the
next `LOOK_AHEAD` of them are moved. Deterministic: ties keep the present sequence.
"""

import itertools
import math
from collections.abc import Callable, Iterator

from planning.projection import Projector
from plants.flow.change import Changes, Resequence
from plants.flow.state import LineState
from plants.model.plant import Plant

LOOK_AHEAD = 30
"""Orders that are moved; those beyond are far enough away to be planned later."""
PASSES = 6
"""Passes of the local search at most."""
_ATC_LOOK_AHEAD = 2.0
"""k of the apparent tardiness cost rule; 2 is the usual middle (Vepsalainen and Morton 1987)."""

Sequence = tuple[str, ...]
Cost = Callable[[Sequence], tuple[float, float]]
Worth = Callable[[str, str | None, float], float]
"""What it is worth to make an order next, given the product made before and the time."""


def sequence_candidates(plant: Plant, state: LineState) -> tuple[Changes, ...]:
    """Candidate sequences as changes, without the present one; the most promising first."""
    named = named_sequences(plant, state)
    keep = named.get("keep", ())
    different = dict.fromkeys(s for s in named.values() if s != keep)
    return tuple((Resequence(orders=s),) for s in different)


def named_sequences(plant: Plant, state: LineState) -> dict[str, Sequence]:
    """Sequences by how they were found: least_lost, setup_avoiding, edd, atc, keep. Empty when nothing can be moved.

    Nothing is moved while there are orders on the line that the plant file does not have.
    """
    if state.foreign_orders:
        return {}
    projector = Projector(plant, state)
    keep = projector.unstarted
    if not keep:
        return {}
    head, tail = keep[:LOOK_AHEAD], keep[LOOK_AHEAD:]
    least_late, least_setup = _costs(projector)
    edd = tuple(sorted(head, key=lambda o: (projector.order(o).due_s, projector.order(o).priority)))
    setup_avoiding = _improve(_nearest(projector, head), least_setup)
    found = {
        "least_lost": min((_improve(s, least_late) for s in (head, edd, setup_avoiding)), key=least_late),
        "setup_avoiding": setup_avoiding,
        "edd": edd,
        "atc": _apparent_tardiness_cost(projector, head),
        "keep": head,
    }
    return {name: (*sequence, *tail) for name, sequence in found.items()}


def _costs(projector: Projector) -> tuple[Cost, Cost]:
    """(lateness before setups, setups before lateness)."""

    def least_late(sequence: Sequence) -> tuple[float, float]:
        projection = projector.project(sequence)
        return projection.tardiness_s, projection.setup_s

    def least_setup(sequence: Sequence) -> tuple[float, float]:
        projection = projector.project(sequence)
        return projection.setup_s, projection.tardiness_s

    return least_late, least_setup


def _nearest(projector: Projector, orders: Sequence) -> Sequence:
    """Always the order with the shortest setup next; the earlier due of equals."""
    by_due = tuple(sorted(orders, key=lambda o: projector.order(o).due_s))
    return _one_by_one(projector, by_due, lambda o, before, _: -projector.setup_s(before, projector.order(o).product))


def _apparent_tardiness_cost(projector: Projector, orders: Sequence) -> Sequence:
    """Always the order of highest index next: w/p exp(-slack/(k p')) exp(-s/p'), in logarithms.

    The ATCS rule of Lee, Bhaskaran and Pinedo, *A heuristic to minimize the total weighted tardiness with
    sequence-dependent setups*, IIE Transactions 29, 1997, with the mean time p' of an order as the scale of setups too.
    Weights follow the priority: 1 counts nine times as much as 9.
    """
    mean_s = max(1.0, sum(projector.make_s(o) for o in orders) / len(orders))

    def index(name: str, before: str | None, at_s: float) -> float:
        order, make_s = projector.order(name), max(1.0, projector.make_s(name))
        slack_s = max(0.0, order.due_s - make_s - at_s)
        setup_s = projector.setup_s(before, order.product)
        return math.log((10 - order.priority) / make_s) - slack_s / (_ATC_LOOK_AHEAD * mean_s) - setup_s / mean_s

    return _one_by_one(projector, orders, index)


def _one_by_one(projector: Projector, orders: Sequence, worth: Worth) -> Sequence:
    """Build a sequence by always taking the order of highest worth, the first of equals."""
    left, done = list(orders), []
    before, at_s = projector.set_up_for, projector.free_at_s()
    while left:
        worths = [worth(name, before, at_s) for name in left]
        name = left.pop(worths.index(max(worths)))
        done.append(name)
        product = projector.order(name).product
        at_s += projector.setup_s(before, product) + projector.make_s(name)
        before = product
    return tuple(done)


def _improve(sequence: Sequence, cost: Cost) -> Sequence:
    """Local search over reversals (2-opt) and moves of one order: the best of each pass, until none helps."""
    best, best_cost = sequence, cost(sequence)
    for _ in range(PASSES):
        found = min(_neighbours(best), key=cost, default=best)
        found_cost = cost(found)
        if found_cost >= best_cost:
            break
        best, best_cost = found, found_cost
    return best


def _neighbours(sequence: Sequence) -> Iterator[Sequence]:
    for i, j in itertools.combinations(range(len(sequence)), 2):
        yield (*sequence[:i], *reversed(sequence[i : j + 1]), *sequence[j + 1 :])
        if j > i + 1:
            yield (*sequence[:i], *sequence[i + 1 : j + 1], sequence[i], *sequence[j + 1 :])
            yield (*sequence[:i], sequence[j], *sequence[i:j], *sequence[j + 1 :])
