"""Whether a value is worth handing on: it may have been overtaken, or have hardly changed.

Used by the source. A full read may bring a value before the subscription brings the one before it; without this a
counter could seem to step back for a moment. A deadband of the server's would lose a Good that follows a Bad,
so ours is applied here, and to numbers of the same quality only.
"""

from datetime import datetime, timedelta

from plants.flow.sample import Quality, Sample
from plants.model.tags import Tag

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


class Deadband:
    """The last number handed on of each tag that has a deadband."""

    def __init__(self) -> None:
        self._passed: dict[str, Sample] = {}

    def passes(self, tag: Tag, sample: Sample) -> bool:
        """Whether a sample differs enough from the last that passed; one of another quality always does."""
        if tag.deadband <= 0:
            return True
        before = self._passed.get(tag.alias)
        if before is not None and _near(before, sample, tag.deadband):
            return False
        self._passed[tag.alias] = sample
        return True


def _near(before: Sample, sample: Sample, deadband: float) -> bool:
    if sample.quality is not Quality.GOOD or before.quality is not Quality.GOOD:
        return False
    if not isinstance(before.value, int | float) or not isinstance(sample.value, int | float):
        return False
    return abs(sample.value - before.value) < deadband
