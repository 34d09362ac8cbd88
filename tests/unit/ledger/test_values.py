"""Values of tags: when two count as equal, what of a sequence is still held, and how a value is told."""

import pytest

from ledger.values import actual_value, good_value, holds, is_number, moved_by, plant_time, same, still_possible, told
from plants.flow.plan import WriteStep
from plants.flow.sample import Quality, Sample, Value
from plants.model.tags import PLANT_TIME
from tests.ledger_ports import FILLER, START

ACTUAL = f"{FILLER}.actual"


def step(before: Value = 600.0, target: Value = 570.0, actual_alias: str | None = ACTUAL) -> WriteStep:
    """A write of the filler."""
    return WriteStep(alias=FILLER, before=before, target=target, actual_alias=actual_alias)


def sample(alias: str, value: Value | None, quality: Quality = Quality.GOOD) -> dict[str, Sample]:
    """What was read."""
    return {alias: Sample(alias=alias, value=value, quality=quality, received_at=START)}


@pytest.mark.parametrize(
    ("a", "b", "tolerance", "equal"),
    [
        (570.0, 570, 0.0, True),
        (570.5, 570.0, 0.5, True),
        (569.5, 570.0, 0.5, True),
        (570.51, 570.0, 0.5, False),
        (569.49, 570.0, 0.5, False),
        (True, 1, 0.5, False),
        (0, False, 0.5, False),
        (True, True, 0.0, True),
        (True, False, 5.0, False),
        ("a", "a", 0.0, True),
        ("a", "b", 9.0, False),
        ("570", 570.0, 9.0, False),
        (("a", "b"), ("a", "b"), 0.0, True),
        (("a", "b"), ("b", "a"), 9.0, False),
        (None, 570.0, 9_999.0, False),
        (None, "", 0.0, False),
    ],
)
def test_numbers_are_equal_within_a_tolerance_and_all_else_exactly(
    a: Value | None, b: Value, tolerance: float, equal: bool
) -> None:
    """The tolerance itself is within it; a bool is no number; what cannot be read equals nothing."""
    assert same(a, b, tolerance) is equal


@pytest.mark.parametrize(
    ("value", "held"),
    [
        (("a", "b", "c"), True),
        (("b", "c"), True),
        (("c",), True),
        ((), True),
        (("a", "b"), False),
        (("c", "b"), False),
        (("x", "a", "b", "c"), False),
        ("c", False),
        (None, False),
    ],
)
def test_of_a_sequence_the_rest_is_held_while_its_orders_begin(value: Value | None, held: bool) -> None:
    """Orders leave at the front; one more than was given is another sequence."""
    assert holds(value, ("a", "b", "c"), 0.0) is held


def test_a_setpoint_is_held_within_its_tolerance() -> None:
    """A list is no number, whatever the tolerance."""
    assert holds(570.5, 570.0, 0.5)
    assert not holds(570.6, 570.0, 0.5)
    assert not holds(("570",), 570.0, 0.5)


def test_of_a_sequence_what_still_waits_can_be_put_back() -> None:
    """In the order of the one to restore; a number is put back as it was."""
    assert still_possible(("a", "b", "c"), ("c", "b")) == ("b", "c")
    assert still_possible(("a",), ()) == ()
    assert still_possible(600.0, 570.0) == 600.0
    assert still_possible(("a",), "a") == ("a",)


@pytest.mark.parametrize(("value", "number"), [(1, True), (1.5, True), (True, False), ("1", False), (None, False)])
def test_what_a_number_is(value: object, number: bool) -> None:
    """An integer or a float; neither a bool nor a text."""
    assert is_number(value) is number


def test_only_a_good_value_is_a_value() -> None:
    """A value that came with doubt is none."""
    assert good_value(sample(FILLER, 570.0)[FILLER]) == 570.0
    assert good_value(sample(FILLER, 570.0, Quality.UNCERTAIN)[FILLER]) is None
    assert good_value(None) is None


def test_where_the_machine_is() -> None:
    """Told by its own tag, and by nothing else."""
    assert actual_value(step(), sample(ACTUAL, 571.0)) == 571.0
    assert actual_value(step(), sample(ACTUAL, 571.0, Quality.BAD)) is None
    assert actual_value(step(), sample(FILLER, 571.0)) is None
    assert actual_value(step(actual_alias=None), sample(ACTUAL, 571.0)) is None


def test_how_far_a_step_moves() -> None:
    """Whichever way; a sequence, or a text, moves by nothing."""
    assert moved_by(step()) == 30.0
    assert moved_by(step(570.0, 600.0)) == 30.0
    assert moved_by(step("slow", 570.0)) == 0.0
    assert moved_by(step(600.0, "slow")) == 0.0
    assert moved_by(step(("a",), ("b",))) == 0.0


@pytest.mark.parametrize(("value", "seconds"), [(12, 12.0), (12.5, 12.5), ("12", None), (True, None), (None, None)])
def test_plant_time_is_a_number_of_good_quality(value: Value | None, seconds: float | None) -> None:
    """Anything else is no time."""
    assert plant_time(sample(PLANT_TIME, value)) == seconds
    assert plant_time(sample(FILLER, 12.0)) is None


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "1/min", "nothing readable"),
        (570.0, "1/min", "570 1/min"),
        (0.5, "", "0.5"),
        (True, "1/min", "True"),
        ("fast", "1/min", "fast"),
        ((), "", "(empty)"),
        (tuple("abcdef"), "", "a, b, c, d, e, f"),
        (tuple("abcdefg"), "", "a, b, c, d, e, f, … (7 in all)"),
    ],
)
def test_how_a_value_is_told(value: Value | None, unit: str, text: str) -> None:
    """In the words of a screen; of a long sequence the first six and how many there are."""
    assert told(value, unit) == text
