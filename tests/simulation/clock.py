"""Time in the simulation: one true time, and the service's own clock, which may be set wrong."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 5, 6, tzinfo=UTC)


class TrueTime:
    """Wall seconds since the simulation began; moved by the world only."""

    def __init__(self) -> None:
        self.s = 0.0

    def now(self) -> datetime:
        """The true moment; the equipment's clock shows it."""
        return START + timedelta(seconds=self.s)


class ServiceClock:
    """The `Clock` port of the service: its wall clock may step, its monotonic one does not."""

    def __init__(self, true: TrueTime, looked: Callable[[], None], wait: Callable[[float], None]) -> None:
        self._true = true
        self._looked = looked
        self._wait = wait
        self.wrong_by_s = 0.0

    def now(self) -> datetime:
        """Wall time as the service believes it; each look is a moment at which something may go wrong."""
        self._looked()
        return self._true.now() + timedelta(seconds=self.wrong_by_s)

    def monotonic(self) -> float:
        """Seconds that never step back."""
        return self._true.s

    async def sleep(self, wall_s: float) -> None:
        """Let the world go on for so long."""
        self._wait(wall_s)
