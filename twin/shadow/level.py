"""How many units are in a buffer: a noisy level sensor reconciled with exact counters.

Counters before and behind give the level up to a constant: what was in it when they began. The constant is the mean of
sensor minus counters; it is taken as 0 (counters that began on an empty line) unless the data say otherwise by more
than four standard errors. The mean forgets over some two hundred looks, so that units taken out by hand are noticed.

A sensor's error drifts slowly, so looks are taken at least `_APART_S` apart and still count only one in `_CORRELATED`.
Near empty and full a sensor cannot err both ways; looks there would bend the mean and are left out.

A person who counts sets the constant, and with it how far the sensor is off: from then on its values are taken less
that error, so that the estimate does not drift back.
"""

import math

_APART_S = 10.0
_CORRELATED = 8
_MEMORY = 200
_PRIOR_SD = 1.5
_DIFFERENT = 4.0
_EDGE = 3
_CLEARLY_OFF = 8
_COUNTED_SD = 0.5
"""Of a count by a person: units move while they count."""


class Level:
    """Estimate of the content of one buffer, in units of flow."""

    def __init__(self, capacity: int) -> None:
        """Start with nothing known."""
        self._capacity = capacity
        self._looks = 0
        self._looked_s = -math.inf
        self._offset = 0.0
        self._bias = 0.0
        self._variance = _PRIOR_SD**2
        self._sensor: float | None = None
        self._flow: int | None = None

    def look(self, at_s: float, sensor: float | None, flow: int | None) -> None:
        """What the sensor shows (None when it is not good) and what counters say (None when they are not known)."""
        self._sensor = self._sensor if sensor is None else sensor
        self._flow = flow
        if sensor is None or flow is None or at_s < self._looked_s + _APART_S:
            return
        residual = sensor - self._bias - flow - self._offset
        at_edge = not _EDGE < flow + self._offset < self._capacity - _EDGE
        if self._looks and at_edge and abs(residual) < _CLEARLY_OFF:
            return
        self._looked_s = at_s
        self._looks = min(self._looks + 1, _MEMORY)
        gain = 1.0 / self._looks
        self._offset += gain * residual
        if self._looks > 1:
            self._variance += (residual**2 * (1 - gain) - self._variance) / (self._looks + _CORRELATED)

    def correct(self, units: int) -> None:
        """A person has counted the content now."""
        if self._flow is None:
            self._bias = (self._sensor or 0.0) - units
            self._variance = _COUNTED_SD**2
            return
        offset = float(units - self._flow)
        if self._looks:
            self._bias += self._offset - offset
        self._offset, self._looks, self._variance = offset, _MEMORY, _COUNTED_SD**2

    @property
    def units(self) -> int:
        """Best estimate, within 0 and the capacity."""
        level = (self._sensor or 0.0) - self._bias
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
        return math.sqrt(self._variance * min(_CORRELATED, max(self._looks, 1)) / max(self._looks, 1))
