"""The twin's forecast error, learned from promises that were measured.

A promise allows for how wrong the twin has lately been. The record of that is the ledger's outcomes: each one that was
measured moves the estimate. It is rebuilt from the ledger at every start, so there is no second truth.
"""

from collections.abc import Iterable
from statistics import NormalDist

from plants.flow.outcome import Outcome
from plants.flow.verdict import Promise
from twin.forecast_error import DEFAULT_ERROR, ForecastError


class ForecastExperience:
    """The present estimate of the twin's relative forecast error."""

    def __init__(self, past: Iterable[Outcome] = ()) -> None:
        """Start from the outcomes of the past, the oldest first."""
        self._error = DEFAULT_ERROR
        self._seen: set[str] = set()
        for outcome in past:
            self.learn(outcome)

    def __call__(self) -> ForecastError:
        """The estimate now."""
        return self._error

    def learn(self, outcome: Outcome) -> None:
        """Take in an outcome; one that was not measured, or was seen before, changes nothing."""
        measured = outcome.measured
        forecast = outcome.promise.prediction.mean
        if outcome.proposal_id in self._seen or measured is None or measured.value is None or not measured.sufficient:
            return
        if forecast > 0 and measured.value > 0:
            self._seen.add(outcome.proposal_id)
            self._error = self._error.update(forecast, measured.value, chance_sd=_chance_sd(outcome.promise))


def _chance_sd(promise: Promise) -> float:
    """Relative standard deviation of a promise that is chance: the prediction's spread without the twin's error."""
    prediction = promise.prediction
    quantile = NormalDist().inv_cdf((1 + prediction.level) / 2)
    spread = prediction.half_width / quantile / prediction.mean
    return float(max(spread**2 - promise.error_sd**2, 0.0) ** 0.5)
