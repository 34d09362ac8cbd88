"""Samples are placed in plant time by when they were taken."""

from datetime import UTC, datetime, timedelta

import pytest

from plants.flow.sample import Quality, Sample, Value
from plants.timeline import Timeline, overtaken, plant_time_of

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def _sample(
    alias: str, value: Value, taken_wall_s: float | None, received_wall_s: float, quality: Quality = Quality.GOOD
) -> Sample:
    taken = None if taken_wall_s is None else START + timedelta(seconds=taken_wall_s)
    received = START + timedelta(seconds=received_wall_s)
    return Sample(alias=alias, value=value, quality=quality, source_time=taken, received_at=received)


def _tick(plant_s: float, taken_wall_s: float | None, received_wall_s: float) -> Sample:
    return _sample("line.plant_time_s", plant_s, taken_wall_s, received_wall_s)


def test_a_sample_between_two_plant_times_is_placed_in_proportion() -> None:
    """A quarter of the way in wall time is a quarter of the way in plant time."""
    batch = [_tick(100, 10, 10.1), _sample("a.level", 1, 10.25, 11.1), _tick(160, 11, 11.1)]

    placed = Timeline().place(batch)

    assert [at_s for at_s, _ in placed] == pytest.approx([100, 115, 160])


def test_the_equipments_clock_may_be_off_by_an_hour() -> None:
    """Source times are compared with source times only."""
    batch = [_tick(100, 3610, 10.1), _sample("a.level", 1, 3610.5, 11.1), _tick(160, 3611, 11.1)]

    placed = Timeline().place(batch)

    assert placed[1][0] == pytest.approx(130)


def test_without_source_times_reception_counts() -> None:
    """A server that gives none is placed by when its values came."""
    timeline = Timeline()
    timeline.place([_tick(100, None, 10)])

    placed = timeline.place([_sample("a.level", 1, None, 10.5), _tick(160, None, 11)])

    assert placed[0][0] == pytest.approx(130)


def test_an_old_value_read_again_is_placed_when_it_came() -> None:
    """After a reconnect a value may have been taken minutes ago; it was known to hold when it came."""
    timeline = Timeline()
    timeline.place([_tick(100 + 60 * n, 10 + n, 10.1 + n) for n in range(100)])

    placed = timeline.place([_sample("a.level", 1, 12, 109.1)])

    assert placed[0][0] == pytest.approx(100 + 60 * 99)


def test_nothing_is_placed_before_the_first_plant_time() -> None:
    """The newest sample of each tag waits and is placed at the first plant time."""
    timeline = Timeline()

    nothing = timeline.place([_sample("a.level", 1, 1, 1.1), _sample("a.level", 2, 2, 2.1)])
    placed = timeline.place([_tick(100, 3, 3.1)])

    assert nothing == ()
    assert [(at_s, s.value) for at_s, s in placed] == [(100, 2), (100, 100)]


def test_plant_time_that_steps_back_begins_a_new_run() -> None:
    """A second back is a jitter that is passed over; more is a new start."""
    timeline = Timeline()
    timeline.place([_tick(100, 10, 10.1)])

    seen = []
    for tick in (_tick(99.5, 11, 11.1), _tick(0, 12, 12.1)):
        timeline.place([tick])
        seen.append((timeline.run, timeline.now_s))

    assert seen == [(0, 100), (1, 0)]


@pytest.mark.parametrize("value", [True, "100", float("inf")])
def test_only_a_good_number_is_a_plant_time(value: Value) -> None:
    """Anything else under that alias moves nothing."""
    sample = _tick(0, 1, 1).model_copy(update={"value": value})

    assert plant_time_of(sample) is None
    assert plant_time_of(_sample("line.plant_time_s", 5.0, 1, 1, Quality.BAD)) is None


def test_a_late_arrival_is_overtaken_and_a_clock_that_was_set_is_not() -> None:
    """Within seconds an older source time is a straggler; beyond, the equipment's clock was set back."""
    known = _sample("a.level", 1, 100, 100.1)

    assert overtaken(_sample("a.level", 2, 99, 100.2), known)
    assert not overtaken(_sample("a.level", 2, -3600, 100.2), known)
    assert not overtaken(_sample("a.level", 2, 100, 100.2), known)
    assert not overtaken(known, None)
