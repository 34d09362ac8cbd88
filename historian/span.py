"""A span of recorded plant time: what counters gained in it, what values averaged, and whether the data suffice.

Only *changed* values are recorded, so no new sample with a living link means unchanged. The link's life is read from
the plant-time samples, which change all the time: a gap between two of them is a lost link.

A counter between two samples A and B stood at A's value until the last plant-time sample before B (it was looked at
then and had not changed) and is taken as linear from there to B. So a span may begin and end anywhere, and the error is
at most what the machine makes within one tick.
"""

from dataclasses import dataclass
from itertools import pairwise

from historian.coding import Row, sample_of
from historian.errors import SpanTooLong
from historian.store import Store
from plants.flow.sample import Quality
from plants.model.tags import PLANT_TIME

MAX_ROWS = 200_000
"""Samples of one tag handed out or read at once."""

_UINT32 = 1 << 32
_ROLLOVER = 1 << 20
"""A UInt32 counter that fell has rolled over when it would have gained at most this, else it was reset to 0."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What still counts as sufficient."""

    gap_wall_s: float = 5.0
    """Wall seconds without a plant-time sample, or for which a tag is not good."""
    gap_share: float = 0.25
    """Share of the span that may lie between two plant-time samples."""


@dataclass(frozen=True, slots=True)
class Point:
    """One recorded value, None where it was not good or not a number."""

    at_s: float
    wall_s: float
    value: float | None


class Span:
    """Recorded data of one run between two plant times."""

    def __init__(self, store: Store, run: int, start_s: float, end_s: float, limits: Limits) -> None:
        """Look at a span; `sufficient` turns False as soon as something that is asked for is missing."""
        self.start_s = start_s
        self.end_s = end_s
        self.samples = 0
        self._store = store
        self._run = run
        self._limits = limits
        self.sufficient = end_s > start_s and self._covered()

    def gained(self, alias: str) -> float:
        """What a counter gained; 0 and not `sufficient` when that cannot be told."""
        points = _unrolled(self._points(alias))
        first, last = self._value_at(points, self.start_s), self._value_at(points, self.end_s)
        if first is None or last is None:
            self.sufficient = False
            return 0.0
        return last - first

    def steps(self, alias: str) -> list[tuple[float, float]]:
        """(from when, value) of a tag that holds its value until the next, the first at the start of the span."""
        known = [(p.at_s, p.value) for p in self._points(alias) if p.value is not None and p.at_s <= self.end_s]
        earlier = [value for at_s, value in known if at_s <= self.start_s]
        if not earlier:
            self.sufficient = False
            return [(self.start_s, 0.0)]
        return [(self.start_s, earlier[-1]), *((at_s, value) for at_s, value in known if at_s > self.start_s)]

    def mean(self, steps: list[tuple[float, float]]) -> float:
        """Mean over time of a value given by its steps."""
        ends = [at_s for at_s, _ in steps[1:]] + [self.end_s]
        total = sum(value * (end_s - at_s) for (at_s, value), end_s in zip(steps, ends, strict=True))
        return total / (self.end_s - self.start_s)

    def _covered(self) -> bool:
        first = self._store.before(self._run, PLANT_TIME, self.start_s + 1e-9)
        last = self._store.after(self._run, PLANT_TIME, self.end_s - 1e-9)
        if first is None or last is None:
            return False
        gap = self._store.widest_gap(self._run, PLANT_TIME, first[0], last[0])
        if gap is None:
            return False
        wall_s, plant_s = gap
        return wall_s <= self._limits.gap_wall_s and plant_s <= self._limits.gap_share * (self.end_s - self.start_s)

    def _points(self, alias: str) -> list[Point]:
        rows = self._store.between(self._run, alias, self.start_s, self.end_s, MAX_ROWS + 1)
        if len(rows) > MAX_ROWS:
            raise SpanTooLong(f"'{alias}' has more than {MAX_ROWS} samples in this span: ask for a shorter one")
        self.samples += len(rows)
        before = self._store.before(self._run, alias, self.start_s)
        after = self._store.after(self._run, alias, self.end_s)
        rows = [*([before] if before else []), *rows, *([after] if after else [])]
        points = [_point(alias, at_s, row) for at_s, row in rows]
        self._check_quality(points)
        return points

    def _check_quality(self, points: list[Point]) -> None:
        """A tag may be not good for as long as the link may be away, but not at either end of the span."""
        bad_since: float | None = None
        for point in points:
            if bad_since is not None and point.wall_s - bad_since > self._limits.gap_wall_s:
                self.sufficient = False
            bad_since = None if point.value is not None else point.wall_s if bad_since is None else bad_since
        for edge_s in (self.start_s, self.end_s):
            held = [point for point in points if point.at_s <= edge_s]
            if not held or held[-1].value is None:
                self.sufficient = False

    def _value_at(self, points: list[Point], at_s: float) -> float | None:
        good = [p for p in points if p.value is not None]
        before = next((p for p in reversed(good) if p.at_s <= at_s), None)
        after = next((p for p in good if p.at_s > at_s), None)
        if before is None or before.value is None:
            return None
        if after is None or after.value is None:
            return before.value
        tick = self._store.before(self._run, PLANT_TIME, after.at_s)
        from_s = before.at_s if tick is None else max(before.at_s, tick[0])
        if at_s <= from_s:
            return before.value
        return before.value + (after.value - before.value) * (at_s - from_s) / (after.at_s - from_s)


def _point(alias: str, at_s: float, row: Row) -> Point:
    sample = sample_of(alias, row)
    wall_s = (sample.source_time or sample.received_at).timestamp()
    if sample.quality is Quality.GOOD and isinstance(sample.value, bool | int | float):
        return Point(at_s, wall_s, float(sample.value))
    return Point(at_s, wall_s, None)


def _unrolled(points: list[Point]) -> list[Point]:
    """The counter as if it had never rolled over or been reset; what a reset lost is not made up."""
    good = [p for p in points if p.value is not None]
    shift = 0.0
    shifts = {id(p): 0.0 for p in good[:1]}
    for a, b in pairwise(good):
        if b.value is not None and a.value is not None and b.value < a.value:
            shift += _UINT32 if b.value + _UINT32 - a.value <= _ROLLOVER else a.value
        shifts[id(b)] = shift
    return [p if p.value is None else Point(p.at_s, p.wall_s, p.value + shifts[id(p)]) for p in points]
