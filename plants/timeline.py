"""Which plant time a sample belongs to: the one reading of `line.plant_time_s` that history and shadow share.

Plant time comes as a tag of its own, a few times per wall second. All other samples carry wall times only, so each is
placed between the two plant-time samples around it, linearly: within one tick of the equipment plant time runs at one
rate (`line.time_scale`), which makes linear exact, not an approximation. A sample taken in the same tick as a
plant-time sample has its source time and gets its plant time to the digit.

Source times are compared with source times and reception with reception, so the equipment's clock may be off. A sample
whose source time lags its reception by more than `MAX_LAG_WALL_S` beyond the plant time's own lag (a re-read of an old
value after a reconnect, a frozen or wrong source clock) is placed by its reception: that is when it was known to hold.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta

from plants.flow.sample import Quality, Sample
from plants.model.tags import PLANT_TIME

MAX_LAG_WALL_S = 5.0
"""Wall seconds by which a source time may lag its reception more than the plant time does."""

STEP_BACK_S = 1.0
"""Plant seconds by which plant time must step back to count as a new run of the equipment."""

LIMIT_S = 1e9
"""Plant seconds beyond which a value is no plant time, as in `plants.frozen.PlantTime`."""

_ANCHORS = 512
"""Plant-time samples kept to place others between; 100 wall seconds at five a second."""


def plant_time_of(sample: Sample) -> float | None:
    """Plant seconds that a good plant-time sample carries; None for any other sample."""
    if sample.alias != PLANT_TIME or sample.quality is not Quality.GOOD or isinstance(sample.value, bool):
        return None
    if not isinstance(sample.value, int | float) or not abs(sample.value) <= LIMIT_S:  # NaN is not <= either
        return None
    return float(sample.value)


def overtaken(sample: Sample, known: Sample | None) -> bool:
    """Whether a newer value of the tag is known, as when a full read overtakes the subscription.

    A source time that is older by more than `MAX_LAG_WALL_S` is no late arrival but a clock that was set.
    """
    if known is None:
        return False
    if sample.source_time is None or known.source_time is None:
        return sample.received_at < known.received_at
    return timedelta(0) < known.source_time - sample.source_time <= timedelta(seconds=MAX_LAG_WALL_S)


class Timeline:
    """Places samples in plant time, batch by batch."""

    def __init__(self, known_s: float | None = None) -> None:
        """Start, after a restart with the plant time that was known last."""
        self.now_s = known_s
        """Newest plant time, None until one has come."""
        self.run = 0
        """How often plant time has stepped back, which means that the equipment started anew."""
        self._by_source = _Axis()
        self._by_reception = _Axis()
        self._lag = timedelta(0)
        self._waiting: dict[str, Sample] = {}

    def place(self, samples: Sequence[Sample]) -> tuple[tuple[float, Sample], ...]:
        """(plant time, sample) of each, in the order given.

        Until the first plant time comes, the newest sample of each tag is held back; it is then placed at that time.
        """
        for sample in samples:
            plant_s = plant_time_of(sample)
            if plant_s is not None:
                self._anchor(sample, plant_s)
        if not self._by_reception.moments:
            self._waiting.update((sample.alias, sample) for sample in samples)
            return ()
        held = [(self._by_reception.plant_s[0], sample) for sample in self._waiting.values()]
        self._waiting.clear()
        return (*held, *((self._place(sample), sample) for sample in samples))

    def _anchor(self, sample: Sample, plant_s: float) -> None:
        if self.now_s is not None and plant_s < self.now_s:
            if plant_s >= self.now_s - STEP_BACK_S:
                return
            self.run += 1
            self._by_source, self._by_reception = _Axis(), _Axis()
        self.now_s = plant_s
        self._by_reception.add(sample.received_at, plant_s)
        if sample.source_time is not None:
            self._by_source.add(sample.source_time, plant_s)
            self._lag = sample.received_at - sample.source_time

    def _place(self, sample: Sample) -> float:
        own = plant_time_of(sample)
        if own is not None:
            return own
        if sample.source_time is not None and self._by_source.moments:
            lag = sample.received_at - sample.source_time - self._lag
            if abs(lag.total_seconds()) <= MAX_LAG_WALL_S:
                return self._by_source.at(sample.source_time)
        return self._by_reception.at(sample.received_at)


class _Axis:
    """Pairs of wall moment and plant time, both ascending."""

    def __init__(self) -> None:
        self.moments: deque[datetime] = deque(maxlen=_ANCHORS)
        self.plant_s: deque[float] = deque(maxlen=_ANCHORS)

    def add(self, moment: datetime, plant_s: float) -> None:
        """Add a pair; one at or before the last moment (a batch received at once, a frozen clock) moves the last."""
        if self.moments and moment <= self.moments[-1]:
            self.plant_s[-1] = plant_s
            return
        self.moments.append(moment)
        self.plant_s.append(plant_s)

    def at(self, moment: datetime) -> float:
        """Plant time of a moment: linear between pairs, the end's own beyond the ends."""
        i = bisect_left(self.moments, moment)
        if i == len(self.moments):
            return self.plant_s[-1]
        if i == 0 or self.moments[i] == moment:
            return self.plant_s[i]
        span = (self.moments[i] - self.moments[i - 1]).total_seconds()
        share = (moment - self.moments[i - 1]).total_seconds() / span
        return self.plant_s[i - 1] + share * (self.plant_s[i] - self.plant_s[i - 1])
