"""Port: the past. What was measured, as far as it was recorded."""

from typing import Protocol

from plants.flow.outcome import Measurement
from plants.flow.sample import Sample
from plants.kpi import Kpi


class History(Protocol):
    """Recorded samples, queried by plant time."""

    def plant_time_s(self) -> float | None:
        """Plant time of the newest recorded sample, or None when there is none."""
        ...

    def latest(self, alias: str) -> Sample | None:
        """Newest recorded sample of a tag, whatever its quality."""
        ...

    def samples(self, alias: str, start_s: float, end_s: float) -> tuple[tuple[float, Sample], ...]:
        """(plant time, sample) of a tag within a span, oldest first."""
        ...

    def measure(self, kpi: Kpi, start_s: float, end_s: float) -> Measurement:
        """A KPI over a span of plant time, from recorded counters; `sufficient` is False when data are missing."""
        ...
