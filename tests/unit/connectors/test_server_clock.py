"""A server's clock: how long it may stand follows from how it was seen to step."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.opcua.server_clock import ServerClock

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)


def looked(step_s: float, until_s: float, *, every_s: float = 0.5) -> ServerClock:
    """A clock that steps every so many seconds, looked at so often, for so long."""
    clock = ServerClock(2.0)
    for n in range(round(until_s / every_s) + 1):
        at = n * every_s
        clock.look(BEGIN + timedelta(seconds=at // step_s * step_s), at)
    return clock


@pytest.mark.parametrize("step_s", [0.001, 1.0, 2.0, 5.0])
def test_a_clock_that_steps_as_it_always_did_does_not_stand(step_s: float) -> None:
    """Also not one that steps every five seconds only."""
    clock = ServerClock(2.0)
    for n in range(200):
        clock.look(BEGIN + timedelta(seconds=n * 0.5 // step_s * step_s), n * 0.5)

        assert not clock.stands


@pytest.mark.parametrize(("step_s", "within_s"), [(0.001, 2.5), (1.0, 2.5), (5.0, 10.0)])
def test_a_clock_that_stops_is_noticed(step_s: float, within_s: float) -> None:
    """Within the limit, or twice what it was seen to stand."""
    clock = looked(step_s, 60.0)
    told = BEGIN + timedelta(seconds=60)
    noticed = [late for n in range(1, 60) for late in [n * 0.5] if _stands(clock, told, 60.0 + late)]

    assert noticed[0] <= within_s


def _stands(clock: ServerClock, told: datetime, at: float) -> bool:
    clock.look(told, at)
    return clock.stands


def test_a_clock_that_never_moved_has_more_time() -> None:
    """Right after a connect nobody knows how it steps."""
    clock = ServerClock(2.0)

    assert [n for n in range(12) if _stands(clock, BEGIN, float(n))] == [10, 11]


def test_a_server_that_does_not_tell_its_time_is_not_judged_by_it() -> None:
    """Other signs of life remain."""
    clock = ServerClock(2.0)
    for n in range(100):
        clock.look(None, float(n))

    assert not clock.stands
