"""What the electricity meter of a plant would show: cost by the tariff of the day, and the highest mean power.

Used by `twin.insight.observe`. Power is metered as the mean over windows of equal length from the start of the day, as
suppliers bill it; only windows that lie wholly in the span count towards the peak.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor

from plants.model.energy import Energy, Price

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Metered:
    """What the meter showed in one run."""

    cost: float
    """In the plant's currency; 0 without a tariff."""
    peak_kw: float
    """Highest mean power of a window; 0 where no window lies wholly in the span."""
    over_limit: float
    """Share of the windows whose mean power is above the limit; 0 without a limit."""


class Meter:
    """Takes up stretches of constant power between two moments of plant time, in any sequence."""

    def __init__(self, energy: Energy, begin_s: float, end_s: float) -> None:
        self._energy = energy
        self._begin_s, self._end_s = begin_s, end_s
        self._window_s = energy.peak_window_s
        self._kws: dict[int, float] = {}
        self._cost = 0.0
        self._bands = _bands(energy.tariff)

    def add(self, begin_s: float, end_s: float, kw: float) -> None:
        """So much power was drawn between two moments."""
        if kw <= 0:
            return
        first, last = floor(begin_s / self._window_s), floor(end_s / self._window_s)
        for window in range(first, last + 1):
            start = max(begin_s, window * self._window_s)
            seconds = min(end_s, (window + 1) * self._window_s) - start
            if seconds > 0:
                self._kws[window] = self._kws.get(window, 0.0) + kw * seconds
        if self._bands:
            self._cost += kw / 3600 * (self._priced(end_s) - self._priced(begin_s))

    def read(self) -> Metered:
        """What it shows."""
        whole = [
            kws / self._window_s
            for window, kws in self._kws.items()
            if window * self._window_s >= self._begin_s and (window + 1) * self._window_s <= self._end_s
        ]
        limit = self._energy.peak_limit_kw
        over = sum(kw > limit for kw in whole) / len(whole) if limit is not None and whole else 0.0
        return Metered(self._cost, max(whole, default=0.0), over)

    def _priced(self, moment_s: float) -> float:
        """Integral of the price from plant time 0, in price times seconds."""
        days, within = divmod(moment_s, DAY_S)
        total = 0.0
        for start, end, price in self._bands:
            total += price * ((end - start) * days + min(max(within - start, 0.0), end - start))
        return total


def _bands(tariff: Sequence[Price]) -> list[tuple[float, float, float]]:
    starts = [*(p.start_s for p in tariff), DAY_S]
    return [(a, b, p.per_kwh) for (a, b), p in zip(pairwise(starts), tariff, strict=True)]
