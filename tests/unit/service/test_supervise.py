"""Supervision of loops."""

import asyncio
from datetime import UTC, datetime

import pytest

from plants.errors import LinkDown, RunFailed
from service.clock import VirtualClock
from service.supervise import VITAL_FAILURES, Heartbeats, Repeated, run_all

START = datetime(2026, 1, 1, tzinfo=UTC)


async def test_a_loop_that_fails_is_stepped_again_and_does_not_stop_the_others() -> None:
    """One loop fails three times and then goes on; the other keeps turning meanwhile."""
    clock, stop, turns = VirtualClock(START), asyncio.Event(), {"bad": 0, "good": 0}

    async def bad() -> None:
        turns["bad"] += 1
        if turns["bad"] <= 3:
            raise LinkDown("gone")
        stop.set()

    async def good() -> None:
        turns["good"] += 1

    beats = Heartbeats(clock)
    await run_all([Repeated("bad", 1.0, bad), Repeated("good", 1.0, good)], clock, beats, stop)

    assert turns["bad"] >= 4
    assert turns["good"] >= 3
    assert beats.failures == {"bad": 3}


async def test_a_vital_loop_that_keeps_failing_ends_the_service_and_says_why() -> None:
    """The message names the loop and its last error."""
    clock, turns = VirtualClock(START), [0]

    async def bad() -> None:
        turns[0] += 1
        raise LinkDown("the disk is full")

    with pytest.raises(RunFailed, match=r"'writer' failed .* the disk is full"):
        await run_all([Repeated("writer", 1.0, bad, vital=True)], clock, Heartbeats(clock), asyncio.Event())

    assert turns[0] == VITAL_FAILURES


async def test_pauses_grow_after_failures() -> None:
    """Virtual time shows the backoff: eight failures take more than half a minute."""
    clock = VirtualClock(START)

    async def bad() -> None:
        raise LinkDown("gone")

    with pytest.raises(RunFailed):
        await run_all([Repeated("writer", 1.0, bad, vital=True)], clock, Heartbeats(clock), asyncio.Event())

    assert clock.monotonic() > 30.0
