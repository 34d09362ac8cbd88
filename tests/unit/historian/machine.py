"""A machine whose counters are recorded as a subscription would: looked at in ticks, only changes handed on."""

from datetime import UTC, datetime, timedelta

from plants.flow.sample import Quality, Sample, Value

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
SCALE = 60.0


def at(plant_s: float) -> datetime:
    """Wall moment of a plant time, at sixty plant seconds a wall second."""
    return START + timedelta(seconds=plant_s / SCALE)


def sample(alias: str, value: Value | None, plant_s: float, quality: Quality = Quality.GOOD) -> Sample:
    """A sample taken at a plant time and received a little later."""
    taken = at(plant_s)
    return Sample(
        alias=alias, value=value, quality=quality, source_time=taken, received_at=taken + timedelta(milliseconds=80)
    )


class Machine:
    """Counters that grow at known rates, looked at every `tick_s`; only what changed is handed on."""

    def __init__(self, rates: dict[str, float], *, tick_s: float = 12.0, whole: bool = True) -> None:
        """Rates are per plant second, by alias."""
        self.rates = rates
        self.tick_s = tick_s
        self.whole = whole
        self.modulus = 0
        self.totals = dict.fromkeys(rates, 0.0)
        self.now_s = 0.0
        self._said: dict[str, Value] = {}

    def run(self, until_s: float) -> list[Sample]:
        """All samples up to a plant time."""
        samples = []
        while self.now_s <= until_s:
            samples.append(sample("line.plant_time_s", self.now_s, self.now_s))
            samples += self._changed()
            self.now_s += self.tick_s
            for alias, rate in self.rates.items():
                self.totals[alias] += rate * self.tick_s
        return samples

    def _changed(self) -> list[Sample]:
        changed = []
        for alias, total in self.totals.items():
            value: Value = int(total) if self.whole else total
            if self.modulus and isinstance(value, int):
                value %= self.modulus
            if self._said.get(alias) != value:
                self._said[alias] = value
                changed.append(sample(alias, value, self.now_s))
        return changed
