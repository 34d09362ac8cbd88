"""Durations as people write them."""

import pytest

from plants.errors import InvalidInput
from service.durations import parse_duration, spell_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("8h", 28_800.0),
        ("90m", 5400.0),
        ("1h30m", 5400.0),
        ("45s", 45.0),
        ("2d", 172_800.0),
        ("3600", 3600.0),
        ("1.5h", 5400.0),
    ],
)
def test_a_duration_is_read_as_people_write_it(text: str, seconds: float) -> None:
    """Units in any combination, or plain seconds."""
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "h", "8 hours", "-1h", "0", "1h-30m", "nan", "inf", "400d", "8h x"])
def test_what_is_not_a_duration_is_refused_with_an_example(text: str) -> None:
    """The message shows how to write one, or the limit."""
    with pytest.raises(InvalidInput, match=r"is not a duration; write 8h|must be above 0 and at most a year"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"), [(12, "12 s"), (2400, "40 min"), (2430, "40 min 30 s"), (3900, "1 h 05 min")]
)
def test_a_duration_is_spelled_for_a_person(seconds: float, text: str) -> None:
    """The largest sensible unit."""
    assert spell_duration(seconds) == text
