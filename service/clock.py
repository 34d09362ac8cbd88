"""The `Clock` port: the machine's clocks, and a virtual clock for accelerated runs and tests."""

import asyncio
import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """Wall and monotonic time of this machine."""

    def now(self) -> datetime:
        """Wall time, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never step back."""
        return time.monotonic()

    async def sleep(self, wall_s: float) -> None:
        """Wait for `wall_s` wall seconds."""
        await asyncio.sleep(wall_s)


class VirtualClock:
    """A clock that moves only when told to; sleeping moves it at once."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._elapsed_s = 0.0

    def now(self) -> datetime:
        """Virtual wall time."""
        return self._start + timedelta(seconds=self._elapsed_s)

    def monotonic(self) -> float:
        """Virtual seconds since the start."""
        return self._elapsed_s

    def advance(self, wall_s: float) -> None:
        """Move on by `wall_s` seconds.

        Raises:
            ValueError: `wall_s` is negative.
        """
        if wall_s < 0:
            raise ValueError("a clock does not go back")
        self._elapsed_s += wall_s

    async def sleep(self, wall_s: float) -> None:
        """Move on by `wall_s` and let other tasks run."""
        self.advance(wall_s)
        await asyncio.sleep(0)
