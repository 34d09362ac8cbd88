"""Counters become totals, totals tell when a unit passed, and a noisy sensor is reconciled with exact counts."""

import random

import pytest

from twin.shadow.counting import Passing, Total
from twin.shadow.level import Level


@pytest.mark.parametrize(
    ("shown", "pieces"),
    [([5, 9, 9], 9), ([4_294_967_290, 4], 4_294_967_300), ([1000, 0, 24], 1024), ([1000, 24], 1024)],
    ids=["grows", "rolls over", "reset", "reset and on"],
)
def test_a_counter_becomes_a_total_that_never_falls(shown: list[int], pieces: int) -> None:
    """A rollover of UInt32 goes on counting; after a reset it counts on from what was."""
    total = Total()

    for value in shown:
        total.take(value)

    assert total.pieces == pieces


def test_when_a_unit_passed_is_linear_within_its_tick() -> None:
    """Ten units between 100 and 120 s: the fifth of them at 110 s; nothing passed in the tick before."""
    passing = Passing()
    for count, at_s in ((40, 80.0), (40, 100.0), (50, 120.0)):
        passing.look(count, at_s)

    assert [passing.when(n) for n in (40, 44, 49)] == pytest.approx([102.0, 110.0, 120.0])
    assert passing.when(39) is None


def _noise(seed: int) -> list[float]:
    draw, error, errors = random.Random(seed), 0.0, []
    for _ in range(200):
        error = 0.78 * error + 0.626 * draw.gauss(0, 1)
        errors.append(error)
    return errors


@pytest.mark.parametrize("seed", range(5))
def test_counts_that_began_on_an_empty_line_are_believed(seed: int) -> None:
    """A sensor that is off by a unit or two, for a minute at a time, does not bend exact counts."""
    level = Level(60)
    for n, error in enumerate(_noise(seed)):
        level.look(12.0 * n, round(30 + error), 30)
        assert level.units == 30


@pytest.mark.parametrize("seed", range(5))
def test_counts_that_began_on_a_filled_line_are_corrected_by_the_sensor(seed: int) -> None:
    """Seventeen units were in the buffer when the counters began: the estimate comes within one of it."""
    level = Level(60)
    for n, error in enumerate(_noise(seed)):
        level.look(12.0 * n, round(27 + error), 10)

    assert level.units == pytest.approx(27, abs=1)
    assert level.sd < 0.5


def test_units_taken_out_by_hand_are_noticed() -> None:
    """Twelve units are lifted off; the counters know nothing of it, the sensor does."""
    level = Level(60)
    for n, error in enumerate(_noise(1)):
        level.look(12.0 * n, round(40 + error), 40)
    for n, error in enumerate(_noise(2) + _noise(3)):
        level.look(12.0 * (200 + n), round(28 + error), 40)

    assert level.units == pytest.approx(28, abs=3)


def test_without_counters_the_sensor_is_all_there_is() -> None:
    """Its error is then that of the level, and the level stays within the buffer."""
    level = Level(60)
    level.look(0.0, 66, None)

    assert level.units == 60
    assert level.sd > 1


def test_a_count_by_a_person_holds_against_counters_and_a_sensor_that_is_off() -> None:
    """Eleven units are there; counters and sensor say otherwise before and go on saying so."""
    level = Level(60)
    for n, error in enumerate(_noise(1)):
        level.look(12.0 * n, round(17 + error), 14)

    level.correct(11)

    assert level.units == 11
    assert level.sd < 0.5
    for n, error in enumerate(_noise(2)):
        level.look(12.0 * (200 + n), round(17 + 5 + error), 14 + 5)
    assert level.units == pytest.approx(11 + 5, abs=1)


def test_a_count_by_a_person_calibrates_a_sensor_without_counters() -> None:
    """The sensor shows four too many, and from now on four less is believed."""
    level = Level(60)
    level.look(0.0, 24, None)

    level.correct(20)
    level.look(12.0, 30, None)

    assert level.units == 26
    assert level.sd == 0.5
