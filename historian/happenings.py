"""Events that follow from samples: a station changed its state, parts were done, an alarm came or went.

Used by the historian while it records. An event is made from two neighbouring samples of one tag; nothing is read into
them beyond that, and a value that is not good ends no state.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from plants.flow.sample import Quality, Sample
from plants.model.plant import Plant
from plants.model.tags import FAILURE_REASON_OFFSET, TagRole, tags_of

_UINT32 = 1 << 32
_MOST_PIECES = 1 << 20
"""A counter that gains more between two samples was reset or set, and nothing was made."""


class Happening(StrEnum):
    """Kinds of derived events."""

    STATE_CHANGED = "state_changed"
    PART_DONE = "part_done"
    ALARM_RAISED = "alarm_raised"
    ALARM_CLEARED = "alarm_cleared"


@dataclass(frozen=True, slots=True)
class Happened:
    """One derived event."""

    at_s: float
    at: datetime
    kind: Happening
    subject: str
    detail: dict[str, int | str]


class Happenings:
    """What was last seen of each tag that tells of events."""

    def __init__(self, plant: Plant) -> None:
        wanted = {TagRole.STATE, TagRole.STOP_REASON, TagRole.PROCESSED}
        self._tags = {tag.alias: tag for tag in tags_of(plant) if tag.role in wanted}
        self._modes = {s.id: [mode.id for mode in s.failures] for s in plant.stations}
        self._last: dict[str, int] = {}

    def begin(self, known: Sequence[Sample] = ()) -> None:
        """Start anew, from what is known of the present run."""
        self._last.clear()
        for sample in known:
            value = self._number(sample)
            if value is not None:
                self._last[sample.alias] = value

    def of(self, placed: Sequence[tuple[float, Sample]]) -> list[Happened]:
        """Events of a batch of samples with their plant times, in their order."""
        return [event for at_s, sample in placed for event in self._of(at_s, sample)]

    def _of(self, at_s: float, sample: Sample) -> list[Happened]:
        value = self._number(sample)
        before = self._last.get(sample.alias)
        if value is None or value == before:
            return []
        self._last[sample.alias] = value
        if before is None:
            return []
        tag = self._tags[sample.alias]
        at = sample.source_time or sample.received_at
        match tag.role:
            case TagRole.STATE:
                detail: dict[str, int | str] = {"before": before, "after": value}
                return [Happened(at_s, at, Happening.STATE_CHANGED, tag.subject, detail)]
            case TagRole.PROCESSED:
                gained = (value - before) % _UINT32
                if not 0 < gained <= _MOST_PIECES:
                    return []
                return [Happened(at_s, at, Happening.PART_DONE, tag.subject, {"pieces": gained, "count": value})]
            case _:
                return self._alarms(at_s, at, tag.subject, before, value)

    def _alarms(self, at_s: float, at: datetime, station: str, before: int, after: int) -> list[Happened]:
        """A stop reason that is a failure mode is an alarm while it stands."""
        kinds = ((Happening.ALARM_CLEARED, before), (Happening.ALARM_RAISED, after))
        return [
            Happened(at_s, at, kind, station, {"mode": mode, "code": code})
            for kind, code in kinds
            if (mode := self._mode(station, code)) is not None
        ]

    def _mode(self, station: str, code: int) -> str | None:
        if code < FAILURE_REASON_OFFSET:
            return None
        modes = self._modes[station]
        number = code - FAILURE_REASON_OFFSET
        return modes[number] if number < len(modes) else f"code_{code}"

    def _number(self, sample: Sample) -> int | None:
        if sample.alias not in self._tags or sample.quality is not Quality.GOOD:
            return None
        return sample.value if isinstance(sample.value, int) and not isinstance(sample.value, bool) else None
