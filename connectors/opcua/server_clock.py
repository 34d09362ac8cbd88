"""Whether a server lives, by its own clock: a program that hangs may leave a stack behind that goes on answering.

Used by the source. Servers step their clock each millisecond or every few seconds, so how long it may stand follows
from how long it was seen to stand before it moved on. Monotonic wall seconds throughout.
"""

from datetime import datetime

_UNKNOWN_WALL_S = 10.0
"""How long a clock may stand that has not been seen to move yet."""
_TWICE = 2.0
"""Times the longest standing seen: what that may come to on a busy server."""


class ServerClock:
    """The clock of one connection's server, looked at again and again."""

    def __init__(self, stands_wall_s: float) -> None:
        """Nothing was seen yet; `stands_wall_s` is how long any clock may stand."""
        self._least_wall_s = stands_wall_s
        self._told: datetime | None = None
        self._moved_at: float | None = None
        self._looked_at = 0.0
        self._moves = False
        self._longest_wall_s = 0.0

    def look(self, told: datetime | None, at: float) -> None:
        """What the server says its time is; None where it does not say, which is no reason to think that it stands."""
        if self._moved_at is None or told is None or told != self._told:
            if self._moved_at is not None:
                self._moves = True
                self._longest_wall_s = max(self._longest_wall_s, self._looked_at - self._moved_at)
            self._told, self._moved_at = told, at
        self._looked_at = at

    @property
    def standing_wall_s(self) -> float:
        """How long it has been seen to stand."""
        return 0.0 if self._moved_at is None else self._looked_at - self._moved_at

    @property
    def stands(self) -> bool:
        """Whether it has stood for longer than this clock does."""
        if not self._moves:
            return self.standing_wall_s >= max(self._least_wall_s, _UNKNOWN_WALL_S)
        return self.standing_wall_s >= max(self._least_wall_s, _TWICE * self._longest_wall_s)
