"""A station's state by its rule: bits, a counter that moves, a stop code, the length of a stop.

Plant seconds throughout. A rule whose inputs are not good says so with a quality, never with a guess.
"""

from dataclasses import dataclass

from plants.flow.sample import Quality, Sample
from plants.flow.state import PackML
from plants.model.plant import Plant
from plants.model.rules import StateRule
from plants.model.station import Station, StopClass
from plants.model.tags import (
    FAILURE_REASON_OFFSET,
    STOP_REASON_CODES,
    UNIT_MODE_PRODUCTION,
    StopReason,
    TagRole,
    rule_tags,
)

_EXECUTING = "executing"
_STATES = {
    StopReason.STARVED: PackML.SUSPENDED,
    StopReason.BLOCKED: PackML.SUSPENDED,
    StopReason.SETUP: PackML.STOPPED,
    StopReason.NO_ORDER: PackML.IDLE,
}


@dataclass(frozen=True)
class Derived:
    """What a rule says at one moment; state and reason are None where its inputs are not good."""

    state: PackML | None
    reason: int | None
    quality: Quality

    def values(self, station: str) -> dict[str, int | None]:
        """Values of the station's derived tags."""
        mode = None if self.state is None else UNIT_MODE_PRODUCTION
        return {
            f"{station}.{TagRole.STATE}": None if self.state is None else int(self.state),
            f"{station}.{TagRole.STOP_REASON}": self.reason,
            f"{station}.{TagRole.UNIT_MODE}": mode,
        }


class RuledStation:
    """One station that has a rule, and what its inputs were last."""

    def __init__(self, plant: Plant, rule: StateRule) -> None:
        self._station: Station = plant.station(rule.station)
        self._rule = rule
        self._bits = [tag.alias for tag in rule_tags(rule) if ".bit_" in tag.alias]
        self._code = next((tag.alias for tag in rule_tags(rule) if tag.alias.endswith(".code")), None)
        self._counter = f"{rule.station}.{TagRole.PROCESSED}"
        self._newest: dict[str, Sample] = {}
        self._moved_s: float | None = None
        self._stopped_s: float | None = None

    @property
    def station(self) -> str:
        """Its name."""
        return self._rule.station

    @property
    def inputs(self) -> list[str]:
        """What the rule looks at, by alias."""
        moving = [self._counter] if self._rule.moving_within_s is not None else []
        return [*self._bits, *([self._code] if self._code else []), *moving]

    def take(self, sample: Sample, plant_s: float) -> None:
        """Note an input; the counter after it was unrolled."""
        before = self._newest.get(sample.alias)
        self._newest[sample.alias] = sample
        if sample.alias == self._counter and before is not None and _rose(before, sample):
            self._moved_s = plant_s

    def derive(self, plant_s: float) -> Derived:
        """The state at a moment."""
        quality = self._quality()
        if quality is Quality.BAD:
            return Derived(None, None, quality)
        meaning = self._meaning(plant_s)
        if meaning == _EXECUTING:
            self._stopped_s = None
            return Derived(PackML.EXECUTE, STOP_REASON_CODES[StopReason.NONE], quality)
        if self._stopped_s is None or self._stopped_s > plant_s:
            self._stopped_s = plant_s
        state, reason = self._stopped(meaning, plant_s - self._stopped_s)
        return Derived(state, reason, quality)

    def _quality(self) -> Quality:
        """That of the worst input; an input that has never come is as bad as none."""
        known = [self._newest.get(alias) for alias in self.inputs]
        worst = {Quality.BAD if sample is None else sample.quality for sample in known}
        return next((q for q in (Quality.BAD, Quality.UNCERTAIN) if q in worst), Quality.GOOD)

    def _meaning(self, plant_s: float) -> str | None:
        """Executing, why not, or None where nothing tells why not."""
        for bit, alias in zip(self._rule.bits, self._bits, strict=True):
            if self._newest[alias].value is bit.when:
                return bit.means
        within_s = self._rule.moving_within_s
        if within_s is not None and self._moved_s is not None and 0 <= plant_s - self._moved_s <= within_s:
            return _EXECUTING
        code = self._newest[self._code].value if self._code else None
        return next((c.means for c in self._rule.codes if c.code == code), None)

    def _stopped(self, meaning: str | None, stood_s: float) -> tuple[PackML, int]:
        """State and reason of a station that does not execute."""
        if meaning in set(StopReason):
            reason = StopReason(meaning)
            return _STATES[reason], STOP_REASON_CODES[reason]
        modes = self._station.failures
        number = next((i for i, mode in enumerate(modes) if mode.id == meaning), None)
        if number is not None:
            micro = modes[number].stop_class is StopClass.MICRO_STOP
            return (PackML.HELD if micro else PackML.ABORTED), FAILURE_REASON_OFFSET + number
        micro = stood_s < self._rule.micro_stop_s
        return (PackML.HELD if micro else PackML.ABORTED), self._likeliest(micro)

    def _likeliest(self, micro: bool) -> int:
        """The first failure mode of that class in the plant file; without one no reason is told."""
        wanted = StopClass.MICRO_STOP if micro else StopClass.BREAKDOWN
        found = next((i for i, mode in enumerate(self._station.failures) if mode.stop_class is wanted), None)
        return STOP_REASON_CODES[StopReason.NONE] if found is None else FAILURE_REASON_OFFSET + found


def _rose(before: Sample, sample: Sample) -> bool:
    """Whether a counter counted between two samples; one that was reset did not."""
    return isinstance(before.value, int) and isinstance(sample.value, int) and sample.value > before.value
