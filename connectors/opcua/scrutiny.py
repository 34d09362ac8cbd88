"""What was wrong with what a server sent: counted by tag and kind, so that a bad input is seen and not only survived.

Used by the source and the commissioning commands. Judging is done in `connectors.opcua.convert`; this only counts.
"""

import math
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from asyncua import ua

from connectors.opcua.convert import fitting, is_array
from plants.flow.sample import Quality, Sample
from plants.model.tags import Tag

_SET_BACK = timedelta(seconds=2)
"""A source time that goes back by more is a clock that was set, not a value that was overtaken."""

_OVERFLOW = 0x480
"""Info type DataValue and its overflow bit in a status code (Part 4, 7.39.1)."""


class Trouble(StrEnum):
    """What can be wrong with a value."""

    BAD = "bad"
    """The server says Bad."""
    UNCERTAIN = "uncertain"
    """The server says Uncertain."""
    EMPTY = "empty"
    """Good, and no value in it."""
    WRONG_TYPE = "wrong_type"
    """Good, and of a type that cannot hold what the tag means."""
    NOT_FINITE = "not_finite"
    """Good, and NaN or an infinity."""
    TOO_LARGE = "too_large"
    """Good, and longer than any text or list of a plant is."""
    OVERFLOW = "overflow"
    """The server's queue for this tag was full: values before this one were let go there."""
    TIME_BACK = "time_back"
    """Its source time lies before that of the value before it."""


class Scrutiny:
    """Troubles by tag since the beginning, and when each tag was last heard of."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[Trouble]] = defaultdict(Counter)
        self._heard_at: dict[str, float] = {}
        self._times: dict[str, datetime] = {}
        self._began_at = time.monotonic()

    @property
    def counts(self) -> Mapping[str, Mapping[Trouble, int]]:
        """Troubles by tag."""
        return self._counts

    def look(self, tag: Tag, data: ua.DataValue, sample: Sample) -> None:
        """Note one value: what the server sent, and what we made of it."""
        self._heard_at[tag.alias] = time.monotonic()
        trouble = None if sample.quality is Quality.GOOD else trouble_of(tag, data, sample)
        if trouble is not None:
            self._counts[tag.alias][trouble] += 1
        if data.StatusCode is not None and data.StatusCode.value & _OVERFLOW == _OVERFLOW:
            self._counts[tag.alias][Trouble.OVERFLOW] += 1
        if sample.source_time is None:
            return
        newest = self._times.get(tag.alias)
        if newest is not None and newest - sample.source_time > _SET_BACK:
            self._counts[tag.alias][Trouble.TIME_BACK] += 1
        self._times[tag.alias] = sample.source_time

    def silent(self, aliases: Iterable[str], wall_s: float) -> tuple[str, ...]:
        """Those of which nothing was heard for so long."""
        before = time.monotonic() - wall_s
        return tuple(alias for alias in aliases if self._heard_at.get(alias, self._began_at) < before)


def trouble_of(tag: Tag, data: ua.DataValue, sample: Sample) -> Trouble | None:
    """What is wrong with one value, None when nothing is."""
    status = data.StatusCode
    if status is not None and status.is_bad():
        return Trouble.BAD
    if status is not None and status.is_uncertain():
        return Trouble.UNCERTAIN
    if sample.value is not None:
        return None
    return _why_unusable(tag, data.Value)


def _why_unusable(tag: Tag, variant: ua.Variant | None) -> Trouble:
    if variant is None or variant.Value is None:
        return Trouble.EMPTY
    if variant.VariantType not in fitting(tag) or isinstance(variant.Value, list) != is_array(tag.data_type):
        return Trouble.WRONG_TYPE
    if isinstance(variant.Value, float) and not math.isfinite(variant.Value):
        return Trouble.NOT_FINITE
    return Trouble.TOO_LARGE
