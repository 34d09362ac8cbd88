"""Whether a value was overtaken: a full read may bring a value before the subscription brings the one before it.

Used by the source. Without this, a counter could seem to step back for a moment.
"""

from datetime import datetime, timedelta

from plants.flow.sample import Sample

_WINDOW = timedelta(seconds=2)
"""Longer than any overtaking takes. What is older still comes from a clock that was set back, and is passed on."""


class Newest:
    """The newest source time of each tag in one connection."""

    def __init__(self) -> None:
        self._at: dict[str, datetime] = {}

    def overtaken(self, sample: Sample) -> bool:
        """Whether a newer value of that tag has already been sent; if not, this one is the newest now."""
        if sample.source_time is None:
            return False
        newest = self._at.get(sample.alias)
        if newest is not None and timedelta() < newest - sample.source_time < _WINDOW:
            return True
        self._at[sample.alias] = sample.source_time
        return False
