"""A recording as a `SampleSource`: the same samples in the same order, as fast as asked, dated as if they came now.

Used for training, for trying a plant file against a log, and by tests. It has no actuator: what is past takes no
setpoint. While the file is away the link is away. At the end of the recording it closes, unless more is waited for.
"""

import csv
from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from connectors.replay.recording import parse_line, read_recording
from plants.errors import InvalidInput, LinkDown
from plants.flow.sample import Sample
from plants.model.tags import TIME_SCALE
from plants.ports.clock import Clock
from plants.ports.sample_source import LinkState

BATCH = 50_000
"""Samples handed out at once; at any speed the consumer keeps its turn."""


class ReplaySource:
    """A `SampleSource` over a file.

    Args:
        file: a recording, CSV or Parquet.
        clock: its wall time dates the samples.
        speed: recorded wall seconds per wall second; 0 plays as fast as it is fetched.
        follow: go on when lines are appended to a CSV file, and take a file that comes back for a new beginning.
    """

    def __init__(self, file: Path, clock: Clock, *, speed: float = 1.0, follow: bool = False) -> None:
        self._file = file
        self._clock = clock
        self._speed = speed
        self._follow = follow
        self._link = LinkState.CLOSED
        self._samples: Iterator[Sample] = iter(())
        self._ahead: deque[Sample] = deque()
        self._began: tuple[datetime, datetime] | None = None

    @property
    def link(self) -> LinkState:
        """Whether the recording is there and not over."""
        return self._link

    @property
    def dropped(self) -> int:
        """Always 0: samples are taken when asked for."""
        return 0

    async def open(self) -> None:
        """Begin at the beginning.

        Raises:
            LinkDown: there is no such file.
            InvalidInput: it cannot be played.
        """
        if self._link is LinkState.CONNECTED:
            return
        if not self._file.is_file():
            raise LinkDown(f"there is no recording '{self._file}'; give a .csv or .parquet file")
        if self._speed < 0:
            raise InvalidInput(f"a speed of {self._speed:g} is none: give 0 (as fast as possible) or more")
        if self._follow and self._file.suffix != ".csv":
            raise InvalidInput(f"only a CSV file can be followed while it is written, not {self._file.name}")
        self._begin()

    async def poll(self) -> tuple[Sample, ...]:
        """All samples that are due by now, oldest first."""
        if self._link is LinkState.CLOSED:
            return ()
        if not self._file.is_file():
            self._link = LinkState.CONNECTING
            return ()
        if self._link is LinkState.CONNECTING:
            self._begin()
        return tuple(self._due())

    async def close(self) -> None:
        """End the replay. May be called twice."""
        self._link = LinkState.CLOSED
        self._samples, self._began = iter(()), None
        self._ahead.clear()

    def _begin(self) -> None:
        self._samples = _followed(self._file) if self._follow else read_recording(self._file)
        self._ahead.clear()
        self._began = None
        self._link = LinkState.CONNECTED

    def _due(self) -> Iterator[Sample]:
        now = self._clock.now()
        for _ in range(BATCH):
            sample = self._next()
            if sample is None:
                if not self._follow:
                    self._link = LinkState.CLOSED
                return
            began, first = self._began = self._began or (now, sample.received_at)
            when = now if self._speed == 0 else began + (sample.received_at - first) / self._speed
            if when > now:
                self._ahead.appendleft(sample)
                return
            yield self._dated(sample, when)

    def _next(self) -> Sample | None:
        return self._ahead.popleft() if self._ahead else next(self._samples, None)

    def _dated(self, sample: Sample, when: datetime) -> Sample:
        """The sample as if it came then; its source time keeps its distance from reception."""
        lag = timedelta() if sample.source_time is None else sample.received_at - sample.source_time
        value = sample.value
        if sample.alias == TIME_SCALE and isinstance(value, float) and self._speed > 0:
            value *= self._speed
        source_time = None if sample.source_time is None else when - lag
        return sample.model_copy(update={"value": value, "source_time": source_time, "received_at": when})


def _followed(file: Path) -> Iterator[Sample]:
    """Lines of a CSV file as they are appended: `next` with a default finds none for now, and goes on later."""
    return _Followed(file)


class _Followed:
    """Whole lines only: the last one may still be on its way."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._at = 0
        self._number = 1
        self._header: list[str] | None = None
        self._lines: deque[str] = deque()

    def __iter__(self) -> Iterator[Sample]:
        return self

    def __next__(self) -> Sample:
        if not self._lines:
            self._read()
        if not self._lines:
            raise StopIteration
        [cells] = csv.reader([self._lines.popleft()])
        self._number += 1
        return parse_line(dict(zip(self._header or [], cells, strict=False)), f"{self._file} line {self._number}")

    def _read(self) -> None:
        with self._file.open("rb") as file:
            file.seek(self._at)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        self._at += len(whole)
        lines = whole.decode("utf-8-sig" if self._header is None else "utf-8").splitlines()
        if self._header is None and lines:
            [self._header] = csv.reader([lines.pop(0)])
        self._lines.extend(lines)
