"""How far the twin's forecasts have been off: the ratio actual / forecast, learned from kept and broken promises.

Used by the judge, which widens its promises by it, and by the service, which updates it with every outcome. The ratio
is taken as normal; a prior stands in until there is experience, and counts as `n` earlier observations.
"""

from typing import Annotated

from pydantic import Field

from plants.errors import InvalidInput
from plants.frozen import Frozen


class ForecastError(Frozen):
    """Mean and standard deviation of actual / forecast, and the number of observations they are worth."""

    mean_ratio: Annotated[float, Field(gt=0, le=10)] = 1.0
    """Mean of actual / forecast: 1 when the twin is right on average."""
    sd: Annotated[float, Field(ge=0, le=10)] = 0.04
    """Standard deviation of the ratio beyond the chance that the replications show already."""
    n: Annotated[float, Field(gt=0, le=1e9)] = 5.0
    """Observations, the prior's pseudo-observations included."""

    @property
    def predictive_sd(self) -> float:
        """Standard deviation of the next ratio: the spread, and the uncertainty of its mean."""
        return float(self.sd * (1 + 1 / self.n) ** 0.5)

    def update(self, forecast: float, actual: float, *, chance_sd: float = 0.0) -> "ForecastError":
        """What is believed after one more forecast has been compared with the facts.

        Args:
            forecast: What was forecast (mean of the prediction).
            actual: What was measured.
            chance_sd: Relative standard deviation of the measurement that is chance, not error of the twin (the spread
                of the replications); only the rest of the deviation is held against the twin.

        The deviation is shared between error and chance by their variances, weight w = sd² / (sd² + chance_sd²); then
        mean and variance follow the conjugate update of a normal with unknown mean, with w observations added.

        Raises:
            InvalidInput: a forecast that is not above 0, or a negative figure.
        """
        if forecast <= 0 or actual < 0 or chance_sd < 0:
            raise InvalidInput(
                f"a forecast must be above 0 and the rest not negative: {forecast:g}, {actual:g}, {chance_sd:g}"
            )
        variance, deviation = self.sd**2, actual / forecast - self.mean_ratio
        total = variance + chance_sd**2
        w = variance / total if total > 0 else 1.0
        n = self.n + w
        own = w * deviation**2 + (1 - w) * variance if chance_sd > 0 else deviation**2
        return ForecastError(
            mean_ratio=max(self.mean_ratio + w * deviation / n, 1e-6),
            sd=((self.n * variance + w * own * self.n / n) / n) ** 0.5,
            n=n,
        )


DEFAULT_ERROR = ForecastError()
"""Prior before any experience: right on average, 4 % off (one standard deviation), worth five observations. Assumed."""
