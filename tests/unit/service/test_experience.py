"""The twin's forecast error, learned from promises that were measured."""

from datetime import UTC, datetime

import pytest

from plants.flow.outcome import Measurement, Outcome
from plants.flow.proposal import Status
from plants.flow.verdict import Interval, Promise
from plants.kpi import Kpi
from service.experience import ForecastExperience
from twin.forecast_error import DEFAULT_ERROR

PROMISE = Promise(
    kpi=Kpi.THROUGHPUT,
    prediction=Interval(mean=1000, low=900, high=1100, level=0.9),
    without=Interval(mean=900, low=800, high=1000, level=0.9),
    settle_s=300,
    window_s=2400,
    abort_below=540,
    error_sd=0.04,
)


def ended(number: int, value: float | None, *, sufficient: bool = True) -> Outcome:
    """A proposal that was verified with a measured throughput, or without one."""
    measured = Measurement(kpi=Kpi.THROUGHPUT, value=value, start_s=0, end_s=2400, samples=40, sufficient=sufficient)
    return Outcome(
        proposal_id=f"p-{number:05d}",
        status=Status.VERIFIED,
        explanation="measured",
        promise=PROMISE,
        measured=measured,
        kept=True,
        at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def test_without_outcomes_the_prior_stands() -> None:
    """Right on average, four percent off, assumed."""
    assert ForecastExperience()() == DEFAULT_ERROR


def test_measurements_below_what_was_promised_move_the_estimate_down() -> None:
    """Ten outcomes ten percent low make the twin expect less."""
    experience = ForecastExperience([ended(n, 900) for n in range(10)])

    assert 0.9 < experience().mean_ratio < 1.0
    assert experience().n > DEFAULT_ERROR.n


def test_an_outcome_told_twice_counts_once() -> None:
    """After a crash the agents may tell of it again."""
    once, twice = ForecastExperience([ended(1, 900)]), ForecastExperience([ended(1, 900)])

    twice.learn(ended(1, 900))

    assert twice() == once()


@pytest.mark.parametrize("outcome", [ended(1, None), ended(2, 900, sufficient=False)])
def test_what_was_not_measured_well_teaches_nothing(outcome: Outcome) -> None:
    """Missing or insufficient data leave the estimate as it is."""
    assert ForecastExperience([outcome])() == DEFAULT_ERROR


def test_a_rebuilt_estimate_is_the_same_as_one_that_learned_on_the_way() -> None:
    """The ledger's outcomes, oldest first, are all there is to it."""
    on_the_way = ForecastExperience()
    for n in range(5):
        on_the_way.learn(ended(n, 950 + 10 * n))

    assert on_the_way() == ForecastExperience([ended(n, 950 + 10 * n) for n in range(5)])()
