"""How many units are in a buffer: a noisy level sensor reconciled with exact counters.

Counters before and behind give the level up to a constant (what was in it when they began). The constant is the mean
of sensor minus counters; it is taken as 0, counters that began on an empty line, unless the data say otherwise by more
than 2.5 standard errors. Its mean forgets over some hundred looks, so units taken out by hand are noticed.
"""

import math

_MEMORY = 200
_PRIOR_SD = 1.5
_DIFFERENT = 2.5


class Level:
    """Estimate of the content of one buffer, in units of flow."""

    def __init__(self, capacity: int) -> None:
        """Start with nothing known."""
        self._capacity = capacity
        self._looks = 0
        self._offset = 0.0
        self._variance = _PRIOR_SD**2
        self._sensor: float | None = None
        self._flow: int | None = None

    def look(self, sensor: float | None, flow: int | None) -> None:
        """What the sensor shows (None when it is not good) and what counters say (None when they are not)."""
        self._sensor, self._flow = sensor, flow
        if sensor is None or flow is None:
            return
        self._looks = min(self._looks + 1, _MEMORY)
        gain = 1.0 / self._looks
        residual = sensor - flow - self._offset
        self._offset += gain * residual
        if self._looks > 1:
            self._variance += (residual**2 * (1 - gain) - self._variance) / (self._looks + 5)

    @property
    def units(self) -> int:
        """Best estimate, within 0 and the capacity."""
        level = self._sensor or 0.0
        if self._flow is not None:
            beyond_noise = abs(self._offset) > _DIFFERENT * self._error
            level = self._flow + (round(self._offset) if beyond_noise else 0)
        return max(0, min(self._capacity, round(level)))

    @property
    def sd(self) -> float:
        """Standard deviation of the estimate, in units."""
        return math.sqrt(self._variance) if self._flow is None or not self._looks else self._error

    @property
    def _error(self) -> float:
        return math.sqrt(self._variance / max(self._looks, 1))
