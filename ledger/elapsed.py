"""How much plant time has passed since a moment on record, also when plant time has begun anew since. Pure.

Plant time is 0 at the start of a production day and steps back when the equipment starts anew, so a moment may seem to
lie ahead. Then at least the time since plant time stood at 0, or the time left to that moment, whichever is shorter, is
taken to have passed: it never grows faster than time itself does.
"""

BEGAN_ANEW_S = 1.0
"""Plant seconds by which plant time must step back to count as begun anew; as in `plants.timeline`."""


def elapsed_s(since_s: float, now_s: float) -> float:
    """Plant seconds that surely have passed between a moment on record and now."""
    return max(now_s - since_s, min(now_s, since_s - now_s), 0.0)


def began_anew(since_s: float, now_s: float) -> bool:
    """Whether plant time has begun anew between a moment on record and now."""
    return now_s < since_s - BEGAN_ANEW_S
