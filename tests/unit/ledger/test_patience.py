"""Patience, and how much plant time has passed."""

import pytest

from ledger.elapsed import began_anew, elapsed_s
from ledger.patience import Patience
from tests.ledger_ports import FakeClock


def test_it_ends_when_nothing_new_was_told_for_longer_than_its_limit(clock: FakeClock) -> None:
    """Exactly the limit is within it, also on a clock that has run for long."""
    clock.move(5_000.0)
    patience = Patience(clock, 300.0)

    assert not patience.over("p-1", 100.0)
    clock.move(300.0)
    assert not patience.over("p-1", 100.0)
    clock.move(0.5)
    assert patience.over("p-1", 100.0)


def test_a_new_plant_time_begins_it_anew(clock: FakeClock) -> None:
    """Whichever way it moved."""
    patience = Patience(clock, 300.0)
    for plant_s in (100.0, 101.0, 50.0):
        assert not patience.over("p-1", plant_s)
        clock.move(299.0)

    assert not patience.over("p-1", 50.0)
    clock.move(2.0)
    assert patience.over("p-1", 50.0)


def test_what_cannot_be_read_is_nothing_new(clock: FakeClock) -> None:
    """A link that comes and goes with the same plant time has told nothing."""
    patience = Patience(clock, 300.0)
    for plant_s in (100.0, None, 100.0, None):
        assert not patience.over("p-1", plant_s)
        clock.move(100.0)

    assert patience.over("p-1", None)
    assert not patience.over("p-1", 101.0)


def test_another_change_begins_it_anew(clock: FakeClock) -> None:
    """Also when nothing can be read."""
    patience = Patience(clock, 300.0)
    patience.over("p-1", None)
    clock.move(301.0)

    assert patience.over("p-1", None)
    assert not patience.over("p-2", None)
    clock.move(301.0)
    assert patience.over("p-2", None)


@pytest.mark.parametrize(
    ("since_s", "now_s", "passed_s"),
    [
        (100.0, 100.0, 0.0),
        (100.0, 160.0, 60.0),
        (100.0, 10.0, 10.0),
        (100.0, 90.0, 10.0),
        (100.0, 0.0, 0.0),
        (100.0, -5.0, 0.0),
    ],
)
def test_how_much_has_surely_passed(since_s: float, now_s: float, passed_s: float) -> None:
    """After a new beginning: since 0, or what is left to that moment, whichever is shorter; never less than none."""
    assert elapsed_s(since_s, now_s) == passed_s


@pytest.mark.parametrize(("now_s", "anew"), [(101.0, False), (100.0, False), (99.0, False), (98.9, True)])
def test_a_step_back_of_more_than_a_second_is_a_new_beginning(now_s: float, anew: bool) -> None:
    """Exactly a second is the jitter of a clock."""
    assert began_anew(100.0, now_s) is anew
