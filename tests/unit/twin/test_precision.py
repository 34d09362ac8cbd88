"""Replications until an interval is narrow enough: where it stops, what it says, and that workers do not matter."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from plants.errors import InvalidInput
from plants.flow.change import SetParameter
from plants.kpi import Kpi
from plants.model.plant import Plant
from tests.twin_lines import constant, exponential, line, mode, order, speed, station
from twin import compare, simulate
from twin.precision import FEWEST, Precision


def noisy() -> Plant:
    """Two stations that fail, with a speed that can be changed."""
    return line([station(failures=[mode()], parameters=[speed()]), station(exponential(0.9))], 2)


def test_it_goes_on_until_the_interval_is_narrow_enough() -> None:
    """The interval of the first objective is within 2 % of its mean, and was not after the first look."""
    looks: list[Precision] = []

    result = simulate(noisy(), horizon_s=500, replications=10, precision=0.02, look=looks.append)

    interval = result.kpis[Kpi.THROUGHPUT]
    assert result.precision == looks[-1]
    assert result.precision.reached
    assert interval.half_width / interval.mean == pytest.approx(result.precision.relative_half_width)
    assert result.precision.relative_half_width <= 0.02 < looks[0].relative_half_width
    assert [p.replications for p in looks] == sorted({p.replications for p in looks})
    assert looks[-1].replications == result.replications == len(result.runs)


def test_it_makes_no_more_replications_than_narrowness_takes() -> None:
    """Half the replications would not have been enough."""
    plant = noisy()

    result = simulate(plant, horizon_s=500, replications=10, precision=0.02)
    half = simulate(plant, horizon_s=500, replications=result.replications // 2)

    interval = half.kpis[Kpi.THROUGHPUT]
    assert interval.half_width / interval.mean > 0.02
    assert half.runs == result.runs[: half.replications]


def test_it_says_so_when_the_limit_ends_it() -> None:
    """No claim that was not reached."""
    result = simulate(noisy(), horizon_s=200, replications=10, precision=0.0001, max_replications=25)

    assert result.replications == 25
    assert result.precision is not None
    assert not result.precision.reached
    assert result.precision.relative_half_width > 0.0001
    told = json.loads(json.dumps(result.as_dict(), allow_nan=False))["precision"]
    assert (told["reached"], told["kpi"]) == (False, "throughput_per_h")


def test_the_number_of_workers_changes_nothing() -> None:
    """Looks are taken after numbers of replications that follow from results alone."""
    told: dict[int, list[Precision]] = {1: [], 2: []}

    results = [
        simulate(noisy(), horizon_s=100, replications=10, precision=0.05, workers=w, look=told[w].append) for w in told
    ]

    assert results[0] == results[1]
    assert told[1] == told[2]


def test_a_kpi_can_be_named() -> None:
    """Lead time instead of the plant's first objective."""
    result = simulate(noisy(), horizon_s=500, precision=0.03, precision_kpi=Kpi.LEAD_TIME)

    interval = result.kpis[Kpi.LEAD_TIME]
    assert interval.half_width <= 0.03 * interval.mean
    assert result.precision is not None
    assert result.precision.kpi is Kpi.LEAD_TIME


def test_a_line_without_chance_needs_the_fewest() -> None:
    """A point is narrow, even where it is 0."""
    plant = line([station(constant(1))], orders=[order("a", quantity=10)])

    result = simulate(plant, horizon_s=100, replications=2, precision=0.01, precision_kpi=Kpi.TARDINESS)

    assert result.replications == FEWEST
    assert result.precision is not None
    assert (result.precision.relative_half_width, result.precision.reached) == (0.0, True)


def test_a_mean_of_nothing_is_never_narrow() -> None:
    """Around 0 no share of the mean can be reached: infinite, told as null."""
    found = Precision(Kpi.TARDINESS, 0.01, float("inf"), 10, False)

    assert found.as_dict()["relative_half_width"] is None


def test_a_difference_is_narrow_against_the_baseline() -> None:
    """1 % of what the line does as it is; common random numbers make that cheap."""
    plant = noisy()

    comparison = compare(
        plant, changes=[SetParameter(alias="s0.speed", value=12.0)], horizon_s=500, replications=10, precision=0.01
    )
    alone = simulate(plant, horizon_s=500, replications=10, precision=0.01)

    effect = comparison.effect(Kpi.THROUGHPUT)
    assert comparison.precision is not None
    assert comparison.precision.reached
    assert effect.difference.half_width <= 0.01 * effect.baseline.mean
    assert comparison.replications < alone.replications / 2


def test_progress_counts_what_is_planned_up_to_the_next_look() -> None:
    """It never runs past its end, and ends at it."""
    told: list[tuple[int, int]] = []

    result = simulate(
        noisy(), horizon_s=200, replications=10, precision=0.03, progress=lambda done, total: told.append((done, total))
    )

    assert [done for done, _ in told] == list(range(1, result.replications + 1))
    assert all(done <= total for done, total in told)
    assert told[-1] == (result.replications, result.replications)


@pytest.mark.parametrize(
    "wrong", [{"precision": 0.0}, {"precision": 1.0}, {"precision": 0.01, "max_replications": 5}, {"replications": 1}]
)
def test_figures_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    """With a message, before anything runs."""
    with pytest.raises(InvalidInput):
        simulate(noisy(), horizon_s=10.0, **({"precision": 0.1} | wrong))


@pytest.mark.slow
def test_stopping_when_it_is_narrow_keeps_the_interval_honest() -> None:
    """Of 200 runs to a precision, at least 90 % hold the exact 3/4: looking again costs little of the 95 %."""
    plant = line([station(), station()], 1)

    results = [
        simulate(plant, horizon_s=1100, warmup_s=100, replications=10, precision=0.02, seed=seed).kpis[Kpi.THROUGHPUT]
        for seed in range(1, 201)
    ]

    assert sum(i.low <= 2700 <= i.high for i in results) >= 180


def test_a_ctrl_c_is_held_back_where_asked_for_and_there_are_whole_pairs() -> None:
    """Before there are two there is no interval to give."""

    def stop_after(runs: int) -> Callable[[int, int], None]:
        def stop(done: int, _: int) -> None:
            if done == runs:
                raise KeyboardInterrupt

        return stop

    for runs, keep in ((1, True), (5, False)):
        with pytest.raises(KeyboardInterrupt):
            simulate(noisy(), horizon_s=50, replications=10, progress=stop_after(runs), keep_partial=keep)
    change = [SetParameter(alias="s0.speed", value=12)]
    found = compare(noisy(), changes=change, horizon_s=50, progress=stop_after(5), keep_partial=True)
    assert (found.replications, found.planned, found.partial) == (2, 30, True)
