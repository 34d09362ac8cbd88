"""Counters of the equipment as totals that never fall, and when each unit passed."""

from collections import deque

_UINT32 = 1 << 32
_ROLLOVER = 1 << 20
_KEPT = 10_000


class Total:
    """Pieces counted since the start, through rollovers (UInt32) and resets to 0."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        self.pieces = 0
        self._shift = 0
        self._raw: int | None = None

    def take(self, raw: int) -> None:
        """Note what the counter shows. A fall is a rollover where that gains at most 2^20 pieces, else a reset."""
        if self._raw is not None and raw < self._raw:
            self._shift += _UINT32 if raw + _UINT32 - self._raw <= _ROLLOVER else self._raw
        self._raw = raw
        self.pieces = self._shift + raw


class Passing:
    """When each unit passed a point, from a count looked at in ticks; linear within a tick. Keeps the newest steps."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self._steps: deque[tuple[int, float, int, float]] = deque(maxlen=_KEPT)
        self._count: int | None = None
        self._looked_s = 0.0
        self.first = (0, 0.0)
        """Count and time of the first look."""

    def look(self, count: int, at_s: float) -> None:
        """The count as seen in a tick."""
        if self._count is None:
            self.first = (count, at_s)
        elif count > self._count:
            self._steps.append((self._count, self._looked_s, count, at_s))
        self._count, self._looked_s = count, at_s

    def forget_before(self, at_s: float) -> None:
        """Drop steps that ended before a moment."""
        while self._steps and self._steps[0][3] < at_s:
            self._steps.popleft()

    def when(self, number: int) -> float | None:
        """When the count went from `number` to `number` + 1; None when that was before what is kept."""
        for low, from_s, high, to_s in reversed(self._steps):
            if low <= number:
                return from_s + (min(number, high - 1) + 1 - low) / (high - low) * (to_s - from_s)
        return None
