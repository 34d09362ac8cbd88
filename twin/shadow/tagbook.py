"""The newest value of every tag, and whether it can be trusted.

Only changed values are sent, so an old value of a machine that stands still is as good as a new one: what must be
recent is `line.plant_time_s`, which changes all the time while the link lives. A tag is good when the stream is live
and its own newest value has good quality, the declared type, and a source time that moves when the value does.
"""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from plants.flow.sample import Quality, Sample, Value
from plants.model.tags import PLANT_TIME, DataType, Tag
from plants.timeline import overtaken, plant_time_of

_RANGES = {DataType.INT32: (-(1 << 31), (1 << 31) - 1), DataType.UINT32: (0, (1 << 32) - 1)}


class Freshness(StrEnum):
    """How far a tag can be trusted now."""

    GOOD = "good"
    """Good quality over a living link."""
    STALE = "stale"
    """Too old, of bad quality, of the wrong type, or frozen."""
    NEVER = "never"
    """Nothing has come yet."""


class TagBook:
    """Newest values by alias."""

    def __init__(self, tags: Iterable[Tag], max_age_wall_s: float) -> None:
        """Start with nothing known."""
        self._tags = {t.alias: t for t in tags}
        self._max_age = timedelta(seconds=max_age_wall_s)
        self._newest: dict[str, Sample] = {}
        self._frozen: set[str] = set()
        self._values: dict[str, Value] = {}

    def take(self, sample: Sample) -> bool:
        """Note a sample; False when it is of no tag of this plant, or older than what is known."""
        if sample.alias not in self._tags:
            return False
        known = self._newest.get(sample.alias)
        if overtaken(sample, known):
            return False
        self._newest[sample.alias] = sample
        if known is not None and _frozen(sample, known):
            self._frozen.add(sample.alias)
        elif known is None or sample.source_time != known.source_time:
            self._frozen.discard(sample.alias)
        if self._sound(sample) and sample.value is not None:
            self._values[sample.alias] = sample.value
        return True

    def value(self, alias: str) -> Value | None:
        """The last sound value of a tag, however old; None when there never was one."""
        return self._values.get(alias)

    def number(self, alias: str) -> float | None:
        """The same for a number."""
        value = self._values.get(alias)
        return None if value is None or isinstance(value, bool | str | tuple) else float(value)

    def live(self, now: datetime) -> bool:
        """Whether plant time is good, recent by both its clocks, and not from the future."""
        newest = self._newest.get(PLANT_TIME)
        if newest is None or PLANT_TIME in self._frozen or plant_time_of(newest) is None:
            return False
        age = now - newest.received_at
        lag = age if newest.source_time is None else now - newest.source_time
        return -self._max_age <= age <= self._max_age and lag <= self._max_age

    def freshness(self, now: datetime) -> dict[str, Freshness]:
        """How far each tag of the plant can be trusted."""
        live = self.live(now)
        return {alias: self._freshness(alias, live) for alias in self._tags}

    def sound(self, alias: str) -> bool:
        """Whether the newest value of a tag is good in itself, the link aside."""
        newest = self._newest.get(alias)
        return newest is not None and alias not in self._frozen and self._sound(newest)

    def _freshness(self, alias: str, live: bool) -> Freshness:
        if alias not in self._newest:
            return Freshness.NEVER
        return Freshness.GOOD if live and self.sound(alias) else Freshness.STALE

    def _sound(self, sample: Sample) -> bool:
        return sample.quality is Quality.GOOD and _fits(sample.value, self._tags[sample.alias].data_type)


def _frozen(sample: Sample, known: Sample) -> bool:
    """Whether the value moved and its source time did not: the time then says nothing about the value."""
    if sample.source_time is None or known.source_time is None or sample.quality is not Quality.GOOD:
        return False
    return sample.value != known.value and sample.source_time <= known.source_time


def _fits(value: Value | None, data_type: DataType) -> bool:
    match data_type:
        case DataType.BOOLEAN:
            return isinstance(value, bool)
        case DataType.INT32 | DataType.UINT32:
            low, high = _RANGES[data_type]
            return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        case DataType.DOUBLE:
            return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        case DataType.STRING:
            return isinstance(value, str)
        case DataType.STRING_ARRAY:
            return isinstance(value, tuple)
