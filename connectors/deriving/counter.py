"""A controller's counter as one that only rises: it rolls over where the plant file says, else a fall is a reset."""

from plants.flow.sample import Quality, Sample

_UINT32 = 1 << 32


class Counter:
    """One counter since this process began; it goes on from the number that was first seen.

    What was counted between the last number before a reset and the reset itself is lost with it, and is not made up.
    """

    def __init__(self, rolls_over_at: int | None) -> None:
        self._rolls_over_at = rolls_over_at
        self._raw: int | None = None
        self._total = 0
        self.resets = 0

    def unrolled(self, sample: Sample) -> Sample:
        """The sample with the counter's total, modulo 2^32 as a UInt32 has it; anything but a good number as it is."""
        raw = sample.value
        if sample.quality is Quality.BAD or not isinstance(raw, int) or isinstance(raw, bool):
            return sample
        self._total += self._gained(raw)
        self._raw = raw
        return sample.model_copy(update={"value": self._total % _UINT32})

    def _gained(self, raw: int) -> int:
        """What was counted since the last number: a fall is a rollover when that explains it by a small gain."""
        if self._raw is None:
            return raw
        if raw >= self._raw:
            return raw - self._raw
        if self._rolls_over_at is not None:
            gained = raw + self._rolls_over_at - self._raw
            if gained <= self._rolls_over_at // 2:
                return gained
        self.resets += 1
        return raw
