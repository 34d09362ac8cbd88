"""Patience: how long a change in flight may go without anything new from the line. Wall seconds, monotonic."""

from plants.ports.clock import Clock


class Patience:
    """Remembers when the line last told something new about the change in flight."""

    def __init__(self, clock: Clock, limit_wall_s: float) -> None:
        self._clock = clock
        self._limit_wall_s = limit_wall_s
        self._id = ""
        self._plant_s: float | None = None
        self._since = clock.monotonic()

    def over(self, id: str, plant_s: float | None) -> bool:
        """Whether it is over for a proposal, given the plant time just read (None when nothing could be read)."""
        now = self._clock.monotonic()
        if id != self._id or (plant_s is not None and plant_s != self._plant_s):
            self._id, self._plant_s, self._since = id, plant_s, now
        return now - self._since > self._limit_wall_s
