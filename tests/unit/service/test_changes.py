"""Changes as people write them on the command line."""

import pytest

from plants.errors import InvalidInput
from plants.flow.change import Resequence, SetParameter
from plants.loader.load import load_plant
from service.changes import parse_changes, parse_sequence, parse_setting

PLANT = load_plant("bottling")


def test_a_setting_is_an_alias_and_a_value() -> None:
    """`alias=value` becomes a change."""
    assert parse_setting(PLANT, "filler.speed_per_min=620") == SetParameter(alias="filler.speed_per_min", value=620.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("filler.speed_per_min", "is not a setting; write it like"),
        ("filler.sped_per_min=620", "did you mean 'filler.speed_per_min'"),
        ("nothing.like_it=1", "the plant has: depalletiser.speed_per_min"),
        ("filler.speed_per_min=fast", "is not a number"),
        ("filler.speed_per_min=661", "outside its envelope of 400 to 660"),
        ("filler.speed_per_min=nan", "outside its envelope"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_to_do(text: str, message: str) -> None:
    """Form, name, number and envelope are each told."""
    with pytest.raises(InvalidInput, match=message):
        parse_setting(PLANT, text)


def test_orders_that_are_not_named_follow_in_their_planned_sequence() -> None:
    """Naming the first few is enough."""
    sequence = parse_sequence(PLANT, "o03, o01")

    assert sequence == Resequence(orders=("o03", "o01", "o02", "o04", "o05", "o06", "o07", "o08", "o09", "o10"))


@pytest.mark.parametrize(
    ("settings", "sequence", "message"),
    [
        ([], None, "nothing to compare"),
        (["filler.speed_per_min=620", "filler.speed_per_min=610"], None, "set twice"),
        ([], "o01,o99", "has no order o99"),
        ([], "o01,o01", "named twice"),
    ],
)
def test_a_wrong_set_of_changes_is_refused(settings: list[str], sequence: str | None, message: str) -> None:
    """None at all, doubles and unknown orders."""
    with pytest.raises(InvalidInput, match=message):
        parse_changes(PLANT, settings, sequence)
