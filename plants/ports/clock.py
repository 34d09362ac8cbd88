"""Port: time. Wall time and monotonic time are two clocks; plant time comes with the samples and is neither."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Where every loop gets its time from. The real one is `service.clock.SystemClock`."""

    def now(self) -> datetime:
        """Wall time with zone UTC: for expiry and records."""
        ...

    def monotonic(self) -> float:
        """Seconds that never step back: for durations and deadlines."""
        ...

    async def sleep(self, wall_s: float) -> None:
        """Wait for `wall_s` wall seconds."""
        ...
