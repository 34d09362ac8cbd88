"""Supervision: each loop of the service is stepped on its cadence and outlives its errors.

A loop is an object with `name`, `period_wall_s` and `async step()`. A step that fails is logged and tried again after a
growing pause with jitter; a loop that is `vital` and fails too often in a row brings the service down with a clear
message, because a service that cannot keep its record must not go on.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from plants.errors import JayulError, RunFailed
from plants.ports.clock import Clock

log = structlog.get_logger("jayul.supervise")

FIRST_PAUSE_WALL_S = 0.5
LONGEST_PAUSE_WALL_S = 30.0
VITAL_FAILURES = 8
"""Failures in a row after which a vital loop ends the service."""


class Loop(Protocol):
    """Something that is done again and again."""

    name: str
    period_wall_s: float
    vital: bool

    async def step(self) -> None:
        """Do it once."""
        ...


@dataclass
class Heartbeats:
    """When each loop last finished a step, and how often it failed."""

    clock: Clock
    last: dict[str, float] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)

    def beat(self, name: str) -> None:
        """The loop has finished a step."""
        self.last[name] = self.clock.monotonic()

    def failed(self, name: str) -> None:
        """The loop's step has raised."""
        self.failures[name] = self.failures.get(name, 0) + 1

    def age_wall_s(self, name: str) -> float | None:
        """Wall seconds since the loop's last step; None before the first."""
        return None if name not in self.last else self.clock.monotonic() - self.last[name]


async def keep_stepping(loop: Loop, clock: Clock, beats: Heartbeats, jitter: random.Random) -> None:
    """Step a loop until cancelled.

    Raises:
        RunFailed: a vital loop failed `VITAL_FAILURES` times in a row.
    """
    in_a_row = 0
    while True:
        try:
            await loop.step()
        except Exception as error:  # a supervisor is the one place that catches all
            in_a_row += 1
            beats.failed(loop.name)
            _report(loop, error, in_a_row)
            if loop.vital and in_a_row >= VITAL_FAILURES:
                raise RunFailed(f"'{loop.name}' failed {in_a_row} times in a row; the last time: {error}") from error
            await clock.sleep(_pause_wall_s(in_a_row, jitter))
        else:
            in_a_row = 0
            beats.beat(loop.name)
            await clock.sleep(loop.period_wall_s)


def _pause_wall_s(in_a_row: int, jitter: random.Random) -> float:
    pause = min(LONGEST_PAUSE_WALL_S, FIRST_PAUSE_WALL_S * 2.0 ** (in_a_row - 1))
    return pause * (0.5 + jitter.random())


def _report(loop: Loop, error: Exception, in_a_row: int) -> None:
    if in_a_row > 1 and isinstance(error, JayulError):
        return
    log.warning(
        "step failed",
        loop=loop.name,
        error=str(error),
        kind=type(error).__name__,
        exc_info=None if isinstance(error, JayulError) else error,
    )


@dataclass
class Repeated:
    """A loop around one function."""

    name: str
    period_wall_s: float
    action: Callable[[], Awaitable[object]]
    vital: bool = False

    async def step(self) -> None:
        """Call the function."""
        await self.action()


async def run_all(loops: list[Loop], clock: Clock, beats: Heartbeats, stop: asyncio.Event) -> None:
    """Step all loops side by side until `stop` is set or a vital loop gives up.

    Raises:
        RunFailed: a vital loop gave up.
    """
    jitter = random.Random()
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(keep_stepping(loop, clock, beats, jitter), name=loop.name) for loop in loops]
            await stop.wait()
            for task in tasks:
                task.cancel()
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from failed
