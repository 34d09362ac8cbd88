"""A simulated line seen through its tags, as a control system shows them: in ticks, only what changed, with noise."""

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from plants.flow.sample import Quality, Sample, Value
from plants.flow.state import Condition, LineState, PackML, StationState
from plants.model.plant import Plant
from plants.model.tags import FAILURE_REASON_OFFSET, PLANT_TIME, tags_of
from twin.engine import LineSimulation

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)

_SHOWN = {
    Condition.EXECUTING: (PackML.EXECUTE, 0),
    Condition.STARVED: (PackML.SUSPENDED, 1),
    Condition.BLOCKED: (PackML.SUSPENDED, 2),
    Condition.SETUP: (PackML.STOPPED, 3),
    Condition.NO_ORDER: (PackML.IDLE, 4),
}


class SeenLine:
    """A line in the twin's engine, and the samples that a subscription would bring from it."""

    def __init__(
        self, plant: Plant, *, seed: int = 1, tick_s: float = 12.0, scale: float = 60.0, level_sd: float = 1.0
    ) -> None:
        """Begin an empty line at plant time 0; `scale` plant seconds pass per wall second."""
        self.plant = plant
        self.sim = LineSimulation(plant, seed=seed)
        self.tick_s = tick_s
        self.scale = scale
        self._level_sd = level_sd
        self._noise = random.Random(seed)
        self._errors = {b.id: 0.0 for b in plant.buffers}
        self._said: dict[str, Value] = {}
        self.changes: dict[str, Value] = {}
        """Values that stand in for what the line would show."""

    @property
    def now(self) -> datetime:
        """Wall time."""
        return START + timedelta(seconds=self.sim.now_s / self.scale)

    def run(self, until_s: float) -> list[Sample]:
        """Let plant time pass and return what was sent, the ticks in between included."""
        samples: list[Sample] = []
        while self.sim.now_s + self.tick_s <= until_s + 1e-9:
            self.sim.run_until(self.sim.now_s + self.tick_s)
            samples += self.look()
        return samples

    def skip(self, until_s: float) -> None:
        """Let plant time pass unseen."""
        self.sim.run_until(until_s)

    def look(self) -> list[Sample]:
        """One tick: plant time, then what changed."""
        values = {**self.values(), **self.changes}
        sent = {a: v for a, v in values.items() if a == PLANT_TIME or self._said.get(a) != v}
        self._said.update(sent)
        return [self.sample(alias, value, n) for n, (alias, value) in enumerate(sent.items())]

    def sample(self, alias: str, value: Value | None, n: int = 900, quality: Quality = Quality.GOOD) -> Sample:
        """A sample of this tick, written 30 microseconds after the one before it."""
        taken = self.now + timedelta(microseconds=30 * n)
        return Sample(
            alias=alias, value=value, quality=quality, source_time=taken, received_at=taken + timedelta(milliseconds=60)
        )

    def values(self) -> dict[str, Value]:
        """What every tag shows now."""
        state = self.sim.snapshot()
        values: dict[str, Value] = {PLANT_TIME: state.plant_time_s, "line.time_scale": self.scale, "line.remote": True}
        if self.plant.orders:
            values["line.order_sequence"] = tuple(o.order for o in state.orders if o.started == 0)
        for s in state.stations:
            values |= _station_values(self.plant, s)
        for p in state.parameters:
            values |= {p.alias: p.value, f"{p.alias}.actual": p.value}
        for b in state.buffers:
            error = self._errors[b.buffer] = 0.78 * self._errors[b.buffer] + 0.626 * self._noise.gauss(0, 1)
            capacity = next(k.capacity for k in self.plant.buffers if k.id == b.buffer)
            values[f"{b.buffer}.level"] = min(max(round(len(b.parts) + self._level_sd * error), 0), capacity)
        return {t.alias: values[t.alias] for t in tags_of(self.plant)}


def _station_values(plant: Plant, state: StationState) -> dict[str, Value]:
    at = state.station
    down = [n for n, f in enumerate(state.failures) if f.down_for_s is not None]
    packml, reason = _SHOWN.get(state.condition, (PackML.ABORTED, FAILURE_REASON_OFFSET + down[0] if down else 0))
    return {
        f"{at}.state": int(packml),
        f"{at}.stop_reason": reason,
        f"{at}.unit_mode": 1,
        f"{at}.order": (state.part.order or "") if state.part is not None else "",
        f"{at}.processed": state.processed * plant.flow_unit.pieces,
        f"{at}.defective": state.scrapped * plant.flow_unit.pieces,
        f"{at}.power_kw": 1.0,
        f"{at}.energy_kwh": round(state.energy_kwh, 3),
    }


def levels(state: LineState) -> list[int]:
    """Units in each buffer."""
    return [len(b.parts) for b in state.buffers]


def batches(samples: Iterable[Sample], size: int) -> list[list[Sample]]:
    """The same samples in batches that cut through ticks."""
    samples = list(samples)
    return [samples[i : i + size] for i in range(0, len(samples), size)]
