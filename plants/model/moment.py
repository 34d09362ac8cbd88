"""Moments of the production day, as plant seconds or as clock times."""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

CLOCK = re.compile(r"^(\d{1,3}):([0-5]\d)(?::([0-5]\d))?$")
"""A clock time: hours, minutes and perhaps seconds after the start of the day."""


def _seconds(value: object) -> object:
    """'08:30' or '08:30:00' (hours after the start of the day) as seconds; numbers pass."""
    if isinstance(value, str):
        match = CLOCK.match(value)
        if match is None:
            raise ValueError("give seconds, or hours after the start of the day as 'HH:MM' or 'HH:MM:SS'")
        hours, minutes, seconds = match.groups(default="0")
        return int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    return value


AfterStart = Annotated[
    float,
    Field(ge=0, le=1e7),
    BeforeValidator(_seconds),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0},
                {"type": "string", "pattern": r"^\d{1,3}:[0-5]\d(:[0-5]\d)?$"},
            ]
        }
    ),
]
"""Plant seconds after the start of the production day; '08:30:00' is read as eight and a half hours."""
