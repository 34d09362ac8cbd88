"""Ranking and selection: KN is right as often as it promises, OCBA spends where it tells, and both work on a line."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from plants.errors import InvalidInput
from plants.flow.change import SetParameter
from plants.flow.verdict import Result
from plants.kpi import Kpi
from plants.model.plant import Plant
from tests.twin_lines import exponential, line, speed, station
from twin import select_best
from twin.ranking import ObserveMany, Selected, kn, ocba


def normals(means: Sequence[float], sds: Sequence[float], seed: int, shared: float = 0.0) -> ObserveMany:
    """Systems with known means; `shared` is the standard deviation of what all have in common in a replication."""
    rng = np.random.default_rng(seed)
    noise, common = rng.normal(size=(len(means), 3000)), rng.normal(size=3000)

    def observe(jobs: Sequence[tuple[int, int]]) -> list[float]:
        return [means[i] + sds[i] * float(noise[i, r]) + shared * float(common[r]) for i, r in jobs]

    return observe


SLIPPAGE = [0.0] * 4 + [1.0]
"""The hardest case: all others are worse by exactly the indifference zone."""


def kn_on_slippage(trials: int, shared: float = 0.0) -> list[Selected]:
    """KN on many draws of the slippage configuration."""
    sds = [1.0, 2.0, 3.0, 2.0, 2.0]
    return [
        kn(normals(SLIPPAGE, sds, seed, shared), 5, indifference=1.0, alpha=0.1, most=3000) for seed in range(trials)
    ]


def test_kn_selects_the_best_at_least_as_often_as_it_promises() -> None:
    """Risk 10 %: of 200 trials at least 171 are right (a promise kept exactly would fail this once in 90)."""
    found = kn_on_slippage(200)

    assert sum(s.best == 4 for s in found) >= 171
    assert all(s.survivors == (s.best,) for s in found)
    assert all(s.probability == 0.9 for s in found)


def test_kn_stops_sooner_under_common_random_numbers() -> None:
    """What all systems share does not count: noise of 10 in common costs nothing."""
    apart, together = kn_on_slippage(40), kn_on_slippage(40, shared=10.0)

    assert [s.counts for s in apart] == [s.counts for s in together]
    assert sum(s.best == 4 for s in together) >= 33


def test_kn_drops_the_clearly_worse_early() -> None:
    """The far ones get the first observations only, the close ones many more."""
    found = kn(normals([0.0, 0.0, 8.0, 9.0], [2.0] * 4, 1), 4, indifference=0.5, most=3000)

    assert found.counts[:2] == (10, 10)
    assert found.counts[3] > 20
    assert found.best == 3


def test_kn_does_not_depend_on_what_was_made_ahead() -> None:
    """Observations made side by side are looked at one after the other."""
    arguments: dict[str, Any] = {"indifference": 0.5, "most": 3000}

    plain = kn(normals([0.0, 1.0, 1.5], [2.0] * 3, 7), 3, **arguments)

    assert plain == kn(normals([0.0, 1.0, 1.5], [2.0] * 3, 7), 3, ahead=9, **arguments)


def test_kn_says_when_the_limit_ended_it() -> None:
    """Two that are alike, and too few observations: both survive, nothing is promised."""
    found = kn(normals([0.0, 0.01], [5.0, 5.0], 1), 2, indifference=0.01, most=20)

    assert found.survivors == (0, 1)
    assert found.probability == 0.0
    assert found.counts == (20, 20)


def test_kn_of_systems_that_are_the_same_takes_the_first() -> None:
    """No difference at all, in any replication: it need not be looked for."""
    found = kn(normals([1.0, 1.0], [0.0, 0.0], 1, shared=1.0), 2, indifference=0.1)

    assert (found.best, found.counts) == (0, (10, 10))


def test_ocba_spends_on_the_best_and_its_rivals() -> None:
    """Close and noisy systems get most; the budget is spent exactly."""
    found = ocba(normals([0.0, 5.0, 9.5, 10.0], [1.0, 1.0, 3.0, 3.0], 1), 4, budget=400)

    assert sum(found.counts) == 400
    assert min(found.counts[2:]) > 5 * max(found.counts[:2])


def test_ocba_selects_the_best_more_often_than_equal_shares() -> None:
    """Twenty systems, means 0 … 19 / 4, 200 observations: OCBA against ten each, over 200 trials."""
    means, sds = [i / 4 for i in range(20)], [2.0] * 20
    right = equal = 0

    for seed in range(200):
        found = ocba(normals(means, sds, seed), 20, budget=200)
        right += found.best == 19
        observe = normals(means, sds, seed)
        rows = [np.mean(observe([(i, r) for r in range(10)])) for i in range(20)]
        equal += int(np.argmax(rows)) == 19

    assert right > equal + 10


def test_ocba_estimates_its_probability_without_boasting() -> None:
    """The mean of its bounds is no higher than how often it is right, but for chance."""
    found = [ocba(normals([0.0, 0.5, 1.0], [1.5] * 3, seed), 3, budget=90, first=10) for seed in range(200)]

    share = sum(s.best == 2 for s in found) / len(found)
    assert float(np.mean([s.probability for s in found])) <= share + 0.05


@pytest.mark.parametrize("wrong", [{"indifference": 0.0}, {"alpha": 0.9}, {"first": 1}, {"most": 5}, {"systems": 0}])
def test_kn_refuses_figures_that_cannot_be(wrong: dict[str, Any]) -> None:
    """Before anything is observed."""
    given: dict[str, Any] = {"systems": 3, "indifference": 1.0}

    with pytest.raises(InvalidInput):
        kn(normals([0.0] * 3, [1.0] * 3, 1), **(given | wrong))


def tunable() -> Plant:
    """Two exponential stations; the first, faster one has a speed."""
    return line([station(exponential(1.0), parameters=[speed()]), station(exponential(1.0))], 3)


def faster(value: float) -> tuple[SetParameter, ...]:
    """The first station at another speed."""
    return (SetParameter(alias="s0.speed", value=value),)


SPEEDS = (6.0, 9.0, 14.0, 11.0)


def test_the_best_of_several_speeds_is_selected_and_confirmed() -> None:
    """A faster first machine always gives more; the others are dropped, and fresh draws agree."""
    selection = select_best(tunable(), None, [faster(v) for v in SPEEDS], horizon_s=600, indifference=30.0)

    assert (selection.best, selection.decided, selection.kpi) == (2, True, Kpi.THROUGHPUT)
    assert selection.confirmed is Result.BETTER
    assert selection.contenders[0].index is None
    assert [c.index for c in selection.contenders if c.in_the_running] == [2]
    assert selection.contenders[1].replications == 10
    assert selection.runs == sum(c.replications for c in selection.contenders)
    chosen = next(c for c in selection.contenders if c.index == 2)
    assert chosen.mean == pytest.approx(selection.effects[0].candidate.mean, rel=0.05)


def test_leaving_it_as_it_is_can_win() -> None:
    """Slower speeds only: nothing to confirm."""
    selection = select_best(tunable(), None, [faster(6.0), faster(7.0)], horizon_s=600, indifference=30.0)

    assert (selection.best, selection.effects, selection.confirmed) == (None, (), None)


def test_ocba_selects_on_a_line_within_its_budget() -> None:
    """A hundred runs in all."""
    selection = select_best(
        tunable(), None, [faster(v) for v in SPEEDS], horizon_s=600, method="ocba", budget=100, first=8
    )

    assert selection.best == 2
    assert selection.runs == 100
    assert 0 < selection.probability <= 1


def test_what_a_procedure_needs_is_asked_for() -> None:
    """An indifference for kn, a budget for ocba, an envelope for every candidate."""
    plant = tunable()

    with pytest.raises(InvalidInput, match="indifference"):
        select_best(plant, None, [faster(6.0)], horizon_s=10)
    with pytest.raises(InvalidInput, match="budget"):
        select_best(plant, None, [faster(6.0)], horizon_s=10, method="ocba")
    with pytest.raises(InvalidInput, match="envelope"):
        select_best(plant, None, [faster(600.0)], horizon_s=10, indifference=1.0)


@pytest.mark.slow
def test_kn_on_a_line_is_right_as_often_as_it_promises() -> None:
    """Risk 10 %, speeds whose throughputs lie an indifference zone apart: of 60 selections at least 49 are right."""
    right = [
        select_best(
            tunable(),
            None,
            [faster(9.0), faster(13.0)],
            horizon_s=300,
            indifference=100,
            alpha=0.1,
            seed=seed,
            confirm=2,
        ).best
        == 1
        for seed in range(1, 61)
    ]

    assert sum(right) >= 49
