"""Ranking and selection: which of several systems has the largest mean, from as few observations as will do.

Used by `twin.select_best`; knows nothing of plants. An observation is `observe(system, replication)`, larger is better.
Two procedures:

- `kn`: fully sequential, with a guarantee: with probability 1 - alpha the best is selected, whenever it is better than
  the rest by the indifference zone; else one within the zone of it. Common random numbers are allowed for, and make it
  stop sooner (Kim and Nelson, "A fully sequential procedure for indifference-zone selection in simulation", ACM TOMACS
  11, 2001; with c = 1).
- `ocba`: spends a given budget where it tells most, and estimates the probability of correct selection; no guarantee
  (Chen, Lin, Yücesan and Chick, "Simulation budget allocation for further enhancing the efficiency of ordinal
  optimization", Discrete Event Dynamic Systems 10, 2000).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from plants.errors import InvalidInput

ObserveMany = Callable[[Sequence[tuple[int, int]]], Sequence[float]]
"""From (system, replication) pairs to their observations, in the same order."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Selected:
    """What a procedure found."""

    best: int
    """The system selected."""
    means: tuple[float, ...]
    """Mean of the observations of each system."""
    counts: tuple[int, ...]
    """Observations of each system that the decision was taken on."""
    probability: float
    """Of a correct selection: guaranteed (`kn`), or estimated (`ocba`); 0 when the limit ended it before a decision."""
    survivors: tuple[int, ...]
    """Systems that could still be the best; one, unless the limit ended it."""


class _Table:
    """Observations of all systems, asked for in order and kept."""

    def __init__(self, systems: int, observe: ObserveMany, ahead: int) -> None:
        self.rows: list[list[float]] = [[] for _ in range(systems)]
        self._observe = observe
        self._ahead = ahead

    def fill(self, wanted: Sequence[tuple[int, int]], most: int) -> None:
        """Have `n` observations of each system wanted; when any lacks, a few more are asked for in the same call."""
        if all(len(self.rows[i]) >= n for i, n in wanted):
            return
        jobs = [(i, r) for i, n in wanted for r in range(len(self.rows[i]), min(n + self._ahead, most))]
        for (i, _), value in zip(jobs, self._observe(jobs), strict=True):
            self.rows[i].append(value)


def kn(
    observe: ObserveMany,
    systems: int,
    *,
    indifference: float,
    alpha: float = 0.05,
    first: int = 10,
    most: int = 1_000,
    ahead: int = 0,
) -> Selected:
    """Select the system with the largest mean by the procedure KN.

    Args:
        observe: Gives observations; replications of one number are compared with each other.
        systems: How many there are.
        indifference: The least difference of means worth detecting, in the observations' unit.
        alpha: Risk of a wrong selection.
        first: Observations of each system before any is dropped.
        most: Observations of a system at which it is given up.
        ahead: Observations that may be made beyond what is needed, so that they can be made side by side. The decision
            does not depend on it.

    Raises:
        InvalidInput: figures that cannot be.
    """
    _check(systems, first, most)
    if indifference <= 0 or not 0 < alpha < 1 - 1 / max(systems, 2):
        raise InvalidInput(f"indifference must be above 0 and alpha a small risk: {indifference:g}, {alpha:g}")
    table = _Table(systems, observe, ahead)
    table.fill([(i, first) for i in range(systems)], most)
    variance = _difference_variances([row[:first] for row in table.rows])
    eta = ((2 * alpha / max(systems - 1, 1)) ** (-2 / (first - 1)) - 1) / 2
    h2 = 2 * eta * (first - 1)
    alive, r, counts = list(range(systems)), first, [first] * systems
    while True:
        alive = _survivors(alive, table.rows, variance, indifference, h2, r)
        if len(alive) == 1 or r >= most:
            break
        r += 1
        table.fill([(i, r) for i in alive], most)
        for i in alive:
            counts[i] = r
    means = tuple(float(np.mean(row[:n])) for row, n in zip(table.rows, counts, strict=True))
    best = max(alive, key=lambda i: means[i])
    decided = len(alive) == 1
    return Selected(best, means, tuple(counts), 1 - alpha if decided else 0.0, tuple(alive))


def _survivors(
    alive: list[int], rows: list[list[float]], variance: Array, indifference: float, h2: float, r: int
) -> list[int]:
    """Systems that none beats by more than the width of the continuation region, which shrinks with r."""
    means = {i: float(np.mean(rows[i][:r])) for i in alive}

    def width(i: int, other: int) -> float:
        return max(0.0, indifference / (2 * r) * (h2 * float(variance[i, other]) / indifference**2 - r))

    kept = [i for i in alive if all(means[i] >= means[o] - width(i, o) for o in alive if o != i)]
    if len({means[i] for i in kept}) > 1 or len(kept) < 2:
        return kept
    return kept[:1] if all(width(kept[0], o) == 0 for o in kept[1:]) else kept  # equal to the last bit: any will do


def ocba(
    observe: ObserveMany, systems: int, *, budget: int, first: int = 5, step: int | None = None, most: int = 100_000
) -> Selected:
    """Select the system with the largest mean, spending `budget` observations by the OCBA rule.

    Allocation N_i / N_j = ((s_i / d_i) / (s_j / d_j))², N_b = s_b sqrt(sum((N_i / s_i)²)), d the distance to the best
    mean. The probability of correct selection is the Bonferroni bound of the paper. The rule takes systems as
    independent; under common random numbers it is cautious, for differences vary less than it reckons with.

    Args:
        observe: Gives observations.
        systems: How many there are.
        budget: Observations in all.
        first: Observations of each system before the rule is applied.
        step: Observations added between two applications; a tenth of the budget without one.
        most: Observations of one system at most.

    Raises:
        InvalidInput: figures that cannot be, or a budget below `systems` times `first`.
    """
    _check(systems, first, most)
    if budget < systems * first:
        raise InvalidInput(f"a budget of {budget} does not give {systems} systems {first} observations each")
    table = _Table(systems, observe, 0)
    table.fill([(i, first) for i in range(systems)], most)
    step = max(step or math.ceil(budget / 10), 1)
    spent = systems * first
    while spent < budget:
        total = min(spent + step, budget)
        wanted = _allocation(table.rows, total, most)
        if sum(wanted) == spent:
            break
        table.fill(list(enumerate(wanted)), most)
        spent = sum(wanted)
    means = [float(np.mean(row)) for row in table.rows]
    best = int(np.argmax(means))
    counts = tuple(len(row) for row in table.rows)
    return Selected(best, tuple(means), counts, _probability(table.rows, best), (best,))


def _allocation(rows: list[list[float]], total: int, most: int) -> list[int]:
    """Observations each system should have of `total`, never fewer than it has."""
    means = np.array([np.mean(row) for row in rows])
    sd = np.array([max(float(np.std(row, ddof=1)), 1e-12) for row in rows])
    have = np.array([len(row) for row in rows])
    best = int(np.argmax(means))
    others = [i for i in range(len(rows)) if i != best]
    scale = max(float(np.ptp(means)), 1e-12)
    share = np.zeros(len(rows))
    for i in others:
        share[i] = (sd[i] / max(means[best] - means[i], 1e-3 * scale)) ** 2
    share[best] = sd[best] * math.sqrt(sum((share[i] / sd[i]) ** 2 for i in others)) if others else 1.0
    lacking = np.maximum(share / share.sum() * total - have, 0.0)
    extra = total - int(have.sum())
    parts = lacking / lacking.sum() * extra if lacking.sum() > 0 else np.full(len(rows), extra / len(rows))
    added = np.floor(parts).astype(int)
    for i in np.argsort(added - parts, kind="stable")[: extra - int(added.sum())]:
        added[i] += 1
    return [int(n) for n in np.minimum(have + added, most)]


def _probability(rows: list[list[float]], best: int) -> float:
    """Approximate probability of correct selection, by Bonferroni (Chen et al. 2000)."""
    wrong = 0.0
    for i, row in enumerate(rows):
        if i == best:
            continue
        gap = float(np.mean(rows[best]) - np.mean(row))
        sd = math.sqrt(float(np.var(row, ddof=1)) / len(row) + float(np.var(rows[best], ddof=1)) / len(rows[best]))
        wrong += NormalDist().cdf(-gap / sd) if sd > 0 else 0.5 * (gap == 0)
    return max(1 - wrong, 0.0)


def _difference_variances(rows: Sequence[Sequence[float]]) -> Array:
    """Variance of the paired difference of each two systems."""
    data = np.asarray(rows, dtype=np.float64)
    variances: Array = (data[:, None, :] - data[None, :, :]).var(axis=2, ddof=1)
    return variances


def _check(systems: int, first: int, most: int) -> None:
    if systems < 1 or first < 2 or most < first:
        raise InvalidInput(
            f"there must be a system, at least 2 first observations, and no fewer at most: "
            f"{systems}, {first}, {most} were given"
        )
