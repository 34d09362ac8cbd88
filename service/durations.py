"""Durations as people write them: `8h`, `90m`, `1h30m`, `45s`, `2d`, or plain seconds."""

import re

from plants.errors import InvalidInput

_PART = re.compile(r"(\d+(?:\.\d+)?)([dhms])")
_SECONDS = {"d": 86_400.0, "h": 3600.0, "m": 60.0, "s": 1.0}
LONGEST_S = 366 * 86_400.0


def parse_duration(text: str) -> float:
    """Seconds of a duration.

    Raises:
        InvalidInput: it is not a duration, not positive, or longer than a year.
    """
    plain = text.strip().lower()
    parts = _PART.findall(plain)
    if parts and "".join(n + u for n, u in parts) == plain:
        seconds = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    elif re.fullmatch(r"\d+(\.\d+)?", plain):
        seconds = float(plain)
    else:
        raise InvalidInput(f"'{text}' is not a duration; write 8h, 90m, 1h30m or seconds.")
    if not 0 < seconds <= LONGEST_S:
        raise InvalidInput(f"'{text}' must be above 0 and at most a year.")
    return seconds


def spell_duration(seconds: float) -> str:
    """A duration for a person: `1 h 05 min`, `40 min`, `12 s`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min" if whole % 60 == 0 else f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
