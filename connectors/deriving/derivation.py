"""Samples as the rest of Jayul wants them, from samples as the equipment gives them.

Used by `connectors.deriving.link` around a source and an actuator; both share one derivation, so that what the executor
reads before a write is what the mirror showed.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from connectors.deriving.counter import Counter
from connectors.deriving.states import RuledStation
from plants.flow.sample import Quality, Sample, Value
from plants.model.connection import PlantClock
from plants.model.plant import Plant
from plants.model.tags import PLANT_TIME, TIME_SCALE, Tag, TagRole, rule_tags, tags_of
from plants.timeline import plant_time_of

REPEAT_WALL_S = 5.0
"""How often what has not changed is said again, as a full read of the equipment does."""
TICK = timedelta(seconds=0.2)
"""How often plant time is said, and how often what follows from time alone is looked for when nothing has come."""


class Derivation:
    """One plant's derived tags, and what is known of their inputs."""

    def __init__(self, plant: Plant) -> None:
        tags = tags_of(plant)
        self._clock = plant.opcua.plant_clock if plant.opcua is not None else None
        self._stations = [RuledStation(plant, rule) for rule in plant.state_rules]
        self._raw = frozenset(tag.alias for rule in plant.state_rules for tag in rule_tags(rule))
        self._counters = {t.alias: Counter(t.rolls_over_at) for t in tags if _counts(t, plant)}
        self._constants: dict[str, Value] = {t.alias: t.constant for t in tags if t.constant is not None}
        self._said: dict[str, Sample] = {}
        self._looked_at: datetime | None = None
        self._plant_s: float | None = None

    @property
    def needed(self) -> bool:
        """Whether this plant has anything to derive."""
        return bool(self._clock or self._stations or self._counters or self._constants)

    @property
    def aliases(self) -> frozenset[str]:
        """Tags that are made here and are not on the equipment."""
        made = {alias for station in self._stations for alias in _made_by(station)}
        return frozenset(made | set(self._constants) | ({PLANT_TIME, TIME_SCALE} if self._clock else set()))

    def derive(self, samples: Sequence[Sample], now: datetime) -> tuple[Sample, ...]:
        """What the equipment sent, with what follows from it at `now`."""
        sent = []
        if self._clock is not None:
            self._plant_s = plant_second(self._clock, now)
        for sample in samples:
            told = self._counters[sample.alias].unrolled(sample) if sample.alias in self._counters else sample
            self._note(told)
            if told.alias not in self._raw:
                sent.append(told)
        if not samples and self._looked_at is not None and abs(now - self._looked_at) < TICK:
            return ()
        self._looked_at = now
        return (*sent, *self._worth_saying(now))

    def present(self, alias: str, now: datetime) -> Sample:
        """A tag that is made here, as it is now; Bad while nothing is known of it."""
        made = {sample.alias: sample for sample in self._made(now)}
        return made.get(alias) or Sample(alias=alias, value=None, quality=Quality.BAD, received_at=now)

    def _note(self, sample: Sample) -> None:
        plant_s = plant_time_of(sample)
        self._plant_s = self._plant_s if plant_s is None else plant_s
        for station in self._stations:
            if sample.alias in station.inputs:
                station.take(sample, self._plant_s or 0.0)

    def _worth_saying(self, now: datetime) -> list[Sample]:
        """What has changed, and what was not said for long; plant time, which always changes, once a tick."""
        repeat = timedelta(seconds=REPEAT_WALL_S)
        worth = []
        for sample in self._made(now):
            said = self._said.get(sample.alias)
            time_passes = sample.alias == PLANT_TIME
            same = said is not None and (time_passes or (said.value, said.quality) == (sample.value, sample.quality))
            if not same or said is None or abs(now - said.received_at) >= (TICK if time_passes else repeat):
                self._said[sample.alias] = sample
                worth.append(sample)
        return worth

    def _made(self, now: datetime) -> list[Sample]:
        """Everything that is made here, as of now; states only once the plant time is known."""
        made = [_sample(alias, value, Quality.GOOD, now) for alias, value in self._constants.items()]
        if self._clock is not None:
            made.append(_sample(PLANT_TIME, plant_second(self._clock, now), Quality.GOOD, now))
            made.append(_sample(TIME_SCALE, 1.0, Quality.GOOD, now))
        if self._plant_s is None:
            return made
        for station in self._stations:
            derived = station.derive(self._plant_s)
            made += [_sample(a, v, derived.quality, now) for a, v in derived.values(station.station).items()]
        return made


def plant_second(clock: PlantClock, now: datetime) -> float:
    """Wall seconds since the production day began, in the zone of the plant; a day that loses an hour is shorter."""
    zone = ZoneInfo(clock.zone)
    local = now.astimezone(zone)
    hour, minute = map(int, clock.day_starts.split(":"))
    begun = datetime.combine(local.date(), time(hour, minute), zone)
    if begun > local:
        begun = datetime.combine(local.date() - timedelta(days=1), time(hour, minute), zone)
    return now.timestamp() - begun.timestamp()


def _counts(tag: Tag, plant: Plant) -> bool:
    """Whether a tag is a counter that is unrolled here: where the plant file says how it rolls over."""
    return tag.rolls_over_at is not None and tag.role in {TagRole.PROCESSED, TagRole.DEFECTIVE} and bool(plant.tags)


def _made_by(station: RuledStation) -> list[str]:
    return [f"{station.station}.{role}" for role in (TagRole.STATE, TagRole.STOP_REASON, TagRole.UNIT_MODE)]


def _sample(alias: str, value: Value | None, quality: Quality, now: datetime) -> Sample:
    return Sample(alias=alias, value=value, quality=quality, source_time=now, received_at=now)
