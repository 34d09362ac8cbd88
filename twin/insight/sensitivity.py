"""Sensitivity: what a faster station, shorter repairs or a larger buffer would give.

Used by `twin.insight.explain`. One figure of the plant file is changed at a time and the same replications are run
again under common random numbers, so that small effects show. The level of the intervals is shared among all of them
(Bonferroni): they hold together.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from plants.errors import InvalidInput
from plants.flow.state import LineState
from plants.flow.verdict import Interval
from plants.kpi import Kpi
from plants.model.distribution import Distribution
from plants.model.order import Product
from plants.model.plant import Plant
from plants.model.route import StationTime, Step
from plants.model.station import UNLIMITED, Buffer, Station
from twin.crew import Crew
from twin.intervals import mean_interval
from twin.replications import Progress, Scenario

SPEED, REPAIR, ROOM = 0.05, 0.20, 0.20
"""Changes tried: a station so much faster, repairs so much shorter, a buffer so much larger (one place at least)."""

LEVEL = 0.95


class Lever(StrEnum):
    """What is changed."""

    SPEED = "speed"
    """A station's cycle is 1 / 1.05 of what it was."""
    REPAIR = "repair_time"
    """All repairs of a station take 80 % of what they took."""
    ROOM = "buffer"
    """A buffer holds 20 % more, one unit at least."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What one change of the plant would give."""

    place: str
    """Station or buffer."""
    lever: Lever
    change: str
    """The change, in words."""
    difference: Interval
    """Of the KPI, with minus without, paired."""
    baseline: float
    """Mean of the KPI as it is."""

    @property
    def relative(self) -> float:
        """Difference as a share of the baseline; 0 where that is 0."""
        return self.difference.mean / abs(self.baseline) if self.baseline else 0.0

    @property
    def certain(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.difference.low > 0 or self.difference.high < 0


def sensitivities(
    base: Scenario,
    kpi: Kpi,
    *,
    replications: int,
    crew: Crew,
    progress: Progress | None = None,
) -> tuple[Sensitivity, ...]:
    """What each lever of the plant would do to a KPI, the largest first.

    Args:
        base: The line as it is.
        kpi: The figure looked at.
        replications: Runs of each alternative, at least 2.
        crew: Where they run.
        progress: Called with (done, all) after each run.

    Raises:
        InvalidInput: fewer than two replications.
        RunFailed: a run does not come forward.
    """
    if replications < 2:
        raise InvalidInput(f"sensitivities need at least 2 replications, {replications} was given")
    tried = levers(base.plant)
    scenarios = [base, *(_moved(base, plant, f"with {change} at {place}") for place, _, change, plant in tried)]
    runs = crew.play([(s, r) for s in scenarios for r in range(replications)], progress)
    values = [r.kpis[kpi] for r in runs]
    before, level = values[:replications], 1 - (1 - LEVEL) / max(len(tried), 1)
    found = []
    for i, (place, lever, change, _) in enumerate(tried, start=1):
        after = values[i * replications : (i + 1) * replications]
        differences = [b - a for a, b in zip(before, after, strict=True)]
        mean = sum(before) / replications
        found.append(Sensitivity(place, lever, change, mean_interval(differences, level), mean))
    return tuple(sorted(found, key=lambda s: -abs(s.difference.mean)))


def levers(plant: Plant) -> list[tuple[str, Lever, str, Plant]]:
    """Place, lever, change in words, and the changed plant, of all that can be tried; no room without a limit."""
    found = []
    for i, station in enumerate(plant.stations):
        found.append((station.id, Lever.SPEED, f"{SPEED:+.0%} speed", _faster(plant, i)))
        if station.failures:
            changed = _with_station(plant, i, _repaired_sooner(station))
            found.append((station.id, Lever.REPAIR, f"{-REPAIR:+.0%} repair time", changed))
    for i, buffer in enumerate(plant.buffers):
        if buffer.capacity >= UNLIMITED:
            continue
        more = max(math.ceil(buffer.capacity * ROOM), 1)
        changed = _with_buffer(plant, i, buffer.model_copy(update={"capacity": buffer.capacity + more}))
        found.append((buffer.id, Lever.ROOM, f"+{more} places", changed))
    return found


def scaled(time: Distribution, factor: float) -> Distribution:
    """A distribution whose times are `factor` times as long."""
    times = {
        name: tuple(v * factor for v in value) if isinstance(value, tuple) else value * factor
        for name, value in time.model_dump().items()
        if name.endswith("_s")
    }
    return time.model_copy(update=times)


def _faster(plant: Plant, i: int) -> Plant:
    """The plant with one station faster: its own cycle, and the times that steps give for it."""
    station = plant.stations[i]
    quicker = station.model_copy(update={"cycle": scaled(station.cycle, 1 / (1 + SPEED))})
    products = tuple(
        p.model_copy(update={"route": tuple(_faster_step(step, station.id) for step in p.route)})
        for p in plant.products
    )
    stations = (*plant.stations[:i], quicker, *plant.stations[i + 1 :])
    return _rebuilt(plant, stations=stations, products=products)


def _faster_step(step: Step, station: str) -> Step:
    given = next((t.time for t in step.times if t.station == station), step.time)
    if station not in step.stations or given is None:
        return step
    others = tuple(t for t in step.times if t.station != station)
    quicker = StationTime(station=station, time=scaled(given, 1 / (1 + SPEED)))
    return step.model_copy(update={"times": (*others, quicker)})


def _repaired_sooner(station: Station) -> Station:
    failures = tuple(
        mode.model_copy(update={"mttr_s": None, "repair": scaled(mode.repair_distribution, 1 - REPAIR)})
        for mode in station.failures
    )
    return station.model_copy(update={"failures": failures})


def _with_station(plant: Plant, i: int, station: Station) -> Plant:
    return _rebuilt(plant, stations=(*plant.stations[:i], station, *plant.stations[i + 1 :]))


def _with_buffer(plant: Plant, i: int, buffer: Buffer) -> Plant:
    return _rebuilt(plant, buffers=(*plant.buffers[:i], buffer, *plant.buffers[i + 1 :]))


def _rebuilt(plant: Plant, **parts: Sequence[Station] | Sequence[Buffer] | Sequence[Product]) -> Plant:
    """A plant with other parts, checked like any; a copy would keep the revision of the old one."""
    return Plant.model_validate({name: getattr(plant, name) for name in type(plant).model_fields} | parts)


def _moved(base: Scenario, plant: Plant, name: str) -> Scenario:
    """The same scenario on a changed plant; the state is taken over as if it had been made with it."""
    state: LineState | None = base.state
    if state is not None:
        state = state.model_copy(update={"plant_revision": plant.revision})
    return replace(base, plant=plant, state=state, name=name)
