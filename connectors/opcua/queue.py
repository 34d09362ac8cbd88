"""A bounded queue of samples. Full, it keeps the latest of each tag and counts what it let go."""

from collections import deque

from plants.flow.sample import Sample


class SampleQueue:
    """Samples in the order they came, at most `limit` of them.

    A consumer that falls behind loses intermediate values first (they are superseded), whole tags last.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._samples: deque[Sample] = deque()
        self.dropped = 0

    def put(self, sample: Sample) -> None:
        """Append one sample, making room first when there is none."""
        if len(self._samples) >= self._limit:
            self._coalesce()
        if len(self._samples) >= self._limit:
            self._samples.popleft()
            self.dropped += 1
        self._samples.append(sample)

    def drain(self) -> tuple[Sample, ...]:
        """Take all samples, oldest first."""
        taken = tuple(self._samples)
        self._samples.clear()
        return taken

    def _coalesce(self) -> None:
        """Keep the latest sample of each tag, in the order those came."""
        before = len(self._samples)
        latest: dict[str, Sample] = {}
        for sample in self._samples:
            latest.pop(sample.alias, None)
            latest[sample.alias] = sample
        self._samples = deque(latest.values())
        self.dropped += before - len(self._samples)
