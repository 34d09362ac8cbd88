"""The shadow: takes the samples of a line as they come and gives its state at any moment.

Used by the service's mirror loop; agents, judge and console get the `LineState`. It only listens: it has no link of its
own, draws no random number and never guesses silently: what could not be seen is named by `estimates`, and every tag
without good, recent data stands in the state's `stale`.

Ticks. The equipment writes plant time and then everything else that changed. A tick is closed when the next plant time
comes, or when a state is asked for at least `settle_wall_s` after it began, so that a state is not made of half a tick.

A frozen counter is told by physics: a station that is seen executing for thirty cycles makes pieces; if its counter
says otherwise, the counter (or the state) is frozen and counts as stale.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from plants.errors import InvalidInput, UnknownName
from plants.flow.sample import Sample
from plants.flow.state import Condition, LineState, ParameterValue, Part, StationState
from plants.model.breadth import check_serial
from plants.model.distribution import mean_s
from plants.model.parameter import EffectOn
from plants.model.plant import Plant
from plants.model.tags import TagRole, tags_of
from plants.timeline import Timeline, plant_time_of
from twin.shadow.errors import NoLiveState
from twin.shadow.linecount import LineCount
from twin.shadow.tagbook import Freshness, TagBook
from twin.shadow.watched import WatchedStation, condition_of

SETTLE_WALL_S = 0.15
"""Wall seconds after which all that belongs to a tick is taken to have come."""

_STILL_CYCLES = 30
_STILL_TICKS = 4


class Shadow:
    """The live line, as a state."""

    def __init__(self, plant: Plant, *, max_age_wall_s: float = 5.0, settle_wall_s: float = SETTLE_WALL_S) -> None:
        """Start with nothing seen.

        Args:
            plant: The line.
            max_age_wall_s: Data are stale when no plant time has come for so many wall seconds.
            settle_wall_s: Wall seconds a tick may take to come in; 0 where each batch is known to be whole.

        Raises:
            InvalidInput: the plant is no serial line.
        """
        check_serial(plant, "the live mirror follows")
        self.plant = plant
        self._settle = timedelta(seconds=settle_wall_s)
        self._max_age_wall_s = max_age_wall_s
        self._tags = tags_of(plant)
        self._book = TagBook(self._tags, max_age_wall_s)
        self._timeline = Timeline()
        self._begin()

    def _begin(self) -> None:
        self._stations = [WatchedStation(s) for s in self.plant.stations]
        self._count = LineCount(self.plant)
        self._open: tuple[float, datetime] | None = None
        self._closed: tuple[float, datetime] | None = None
        self._first_s: float | None = None
        self._tick_s = 0.0
        self._last_order = [""] * len(self.plant.stations)

    @property
    def plant_time_s(self) -> float | None:
        """Newest plant time seen, None before the first."""
        return self._timeline.now_s

    @property
    def foreign_orders(self) -> tuple[str, ...]:
        """Orders on the line, as of the newest complete tick, that the plant file does not have."""
        return self._count.orders.foreign

    def feed(self, samples: Sequence[Sample]) -> None:
        """Take in a batch of samples, oldest first. Samples of unknown tags are left out."""
        run = self._timeline.run
        placed = self._timeline.place(samples)
        if self._timeline.run != run:
            self._begin()
        for _, sample in sorted(placed, key=_in_time):
            plant_s = plant_time_of(sample)
            if plant_s is not None and (self._open is None or plant_s > self._open[0]):
                self._close_tick()
                self._open = (plant_s, sample.received_at)
            self._book.take(sample)

    def correct(self, buffer: str, units: int) -> None:
        """A person has counted the units in a buffer now; the estimate goes on from there.

        Raises:
            UnknownName: the plant has no such buffer.
            InvalidInput: so many units do not fit.
        """
        capacity = {b.id: b.capacity for b in self.plant.buffers}
        if buffer not in capacity:
            raise UnknownName(f"the plant has no buffer '{buffer}'; it has: {', '.join(capacity) or 'none'}")
        if not 0 <= units <= capacity[buffer]:
            raise InvalidInput(f"{units} units cannot be in '{buffer}': it holds 0 to {capacity[buffer]}")
        self._count.correct(buffer, units)

    def freshness(self, now: datetime) -> dict[str, Freshness]:
        """How far each tag of the plant can be trusted at wall time `now`."""
        return self._book.freshness(now)

    def state(self, now: datetime) -> LineState:
        """The state of the line at the newest complete tick, with the tags that cannot be trusted at `now`.

        Raises:
            NoLiveState: no plant time has come yet.
        """
        settled = self._open is not None and now - self._open[1] >= self._settle
        if settled or self._closed is None:
            self._close_tick()
        if self._closed is None:
            raise NoLiveState("no plant time has come from the equipment yet: check the link, then ask again")
        at_s = self._closed[0]
        stale = self._stale(now, at_s)
        parts, buffers, orders = self._count.contents(at_s)
        subjects = {alias.split(".")[0] for alias in stale}
        return LineState(
            plant=self.plant.plant,
            plant_revision=self.plant.revision,
            plant_time_s=at_s,
            taken_at=now,
            stations=tuple(self._station(i, part, at_s, subjects) for i, part in enumerate(parts)),
            buffers=tuple(buffers),
            orders=orders,
            parameters=tuple(ParameterValue(alias=a, value=self._parameter(a)) for a in self.plant.parameters),
            foreign_orders=self.foreign_orders,
            stale=stale,
        )

    def shares(self, last_s: float) -> dict[str, dict[Condition, float]]:
        """Seconds that each station spent in each condition over the last plant seconds, as far as it was seen."""
        if self._closed is None:
            return {s.id: dict.fromkeys(Condition, 0.0) for s in self.plant.stations}
        end_s = self._closed[0]
        return {
            s.id: watched.shares(end_s - last_s, end_s)
            for s, watched in zip(self.plant.stations, self._stations, strict=True)
        }

    @property
    def estimates(self) -> tuple[str, ...]:
        """What in the state was estimated because it could not be seen, in words."""
        if self._first_s is None:
            return ()
        notes = [f"failure clocks count from {self._first_s:.0f} s; before, time executed was estimated from counters"]
        if self._first_s > 0 and self.plant.orders:
            notes.append(f"orders finished before {self._first_s:.0f} s: rejects and end times were estimated")
        if self._count.orders.estimated:
            notes.append("counters do not fit the orders started: the progress of orders was estimated")
        return tuple(notes)

    def _close_tick(self) -> None:
        """All of the open tick has come: bring conditions, counts, levels and orders up to date."""
        if self._open is None or self._open == self._closed:
            return
        at_s, received_at = self._open
        if self._closed is not None:
            self._tick_s = at_s - self._closed[0]
        gap = self._closed is not None and (received_at - self._closed[1]).total_seconds() > self._max_age_wall_s
        for i, watched in enumerate(self._stations):
            self._look_at(i, watched, at_s, gap=gap)
        self._count.look(self._book, self._stations, at_s)
        if self._first_s is None:
            self._first_s = at_s
            for i, (station, watched) in enumerate(zip(self.plant.stations, self._stations, strict=True)):
                watched.assume_operated(self._count.processed(i) * mean_s(station.cycle))
        self._closed = self._open

    def _look_at(self, i: int, watched: WatchedStation, at_s: float, *, gap: bool) -> None:
        station = self.plant.stations[i]
        state = self._whole(f"{station.id}.{TagRole.STATE}")
        reason = self._whole(f"{station.id}.{TagRole.STOP_REASON}")
        factor = 1.0
        for p in station.parameters:
            factor *= p.factor(EffectOn.FAILURE_RATE, self._parameter(f"{station.id}.{p.id}"))
        watched.look(at_s, condition_of(state, reason), reason, factor, gap=gap)
        order = self._book.value(f"{station.id}.{TagRole.ORDER}")
        if isinstance(order, str) and order and watched.setup_since_s is None:
            self._last_order[i] = order

    def _whole(self, alias: str) -> int | None:
        """A whole number that is good now; a bad one is not known."""
        number = self._book.number(alias) if self._book.sound(alias) else None
        return None if number is None else int(number)

    def _parameter(self, alias: str) -> float:
        """The setpoint, or what the machine runs at where that differs beyond the tolerance; nominal if never seen.

        Both count only within the envelope: a machine at rest may show 0, and no figure of the plant file holds there.
        """
        p = self.plant.parameters[alias]
        setpoint, actual = self._book.number(alias), self._book.number(f"{alias}.actual")
        held = p.nominal if setpoint is None else min(max(setpoint, p.minimum), p.maximum)
        running = actual is not None and p.minimum <= actual <= p.maximum and self._book.sound(f"{alias}.actual")
        return actual if running and actual is not None and abs(actual - held) > p.tolerance else held

    def _stale(self, now: datetime, at_s: float) -> tuple[str, ...]:
        """Tags that cannot be trusted: by their freshness, by where they stand, or by what they contradict."""
        stale = [alias for alias, f in self.freshness(now).items() if f is not Freshness.GOOD]
        implausible = [a for a in self.plant.parameters if self._beyond_envelope(a)]
        implausible += [
            f"{s.id}.{TagRole.PROCESSED}" for i, s in enumerate(self.plant.stations) if self._stands_still(i, at_s)
        ]
        return (*stale, *(alias for alias in implausible if alias not in stale))

    def _stands_still(self, i: int, at_s: float) -> bool:
        """Whether a station was seen executing for long, in several ticks, while its counter did not move."""
        watched = self._stations[i]
        if watched.condition is not Condition.EXECUTING:
            return False
        still_s = at_s - max(watched.since_s, self._count.grew_s(i))
        return still_s > max(_STILL_CYCLES * self._cycle_s(i), _STILL_TICKS * self._tick_s)

    def _beyond_envelope(self, alias: str) -> bool:
        """Whether a setpoint stands where the plant file says nothing of what it does."""
        p, setpoint = self.plant.parameters[alias], self._book.number(alias)
        return setpoint is not None and not p.minimum - p.tolerance <= setpoint <= p.maximum + p.tolerance

    def _station(self, i: int, part: Part | None, at_s: float, stale: set[str]) -> StationState:
        station, watched = self.plant.stations[i], self._stations[i]
        energy_kwh = self._book.number(f"{station.id}.{TagRole.ENERGY}")
        return StationState(
            station=station.id,
            condition=watched.condition,
            since_s=watched.since_s,
            part=part,
            worked_s=self._worked_s(i, at_s) if part is not None else 0.0,
            finished=watched.finished and part is not None,
            setup_product=self._product(i),
            setup_worked_s=watched.setup_worked_s if part is not None else None,
            failures=watched.failures(at_s),
            processed=self._count.processed(i),
            scrapped=self._count.scrapped(i),
            energy_kwh=max(energy_kwh or 0.0, 0.0),
            fresh=station.id not in stale,
        )

    def _worked_s(self, i: int, at_s: float) -> float:
        """Work done on the unit in a station: time since its counter last grew, at most a mean cycle."""
        watched, cycle_s = self._stations[i], self._cycle_s(i)
        if watched.finished:
            return cycle_s
        if watched.setup_worked_s is not None:
            return 0.0
        until_s = at_s if watched.condition is Condition.EXECUTING else watched.since_s
        return min(max(until_s - self._count.grew_s(i), 0.0), cycle_s)

    def _cycle_s(self, i: int) -> float:
        """Mean cycle of a station at its present parameters."""
        station = self.plant.stations[i]
        cycle_s = mean_s(station.cycle)
        for p in station.parameters:
            cycle_s *= p.factor(EffectOn.CYCLE_TIME, self._parameter(f"{station.id}.{p.id}"))
        return cycle_s

    def _product(self, i: int) -> str | None:
        """The product a station is set up for: that of the last order worked on there, setups under way left out."""
        if not self.plant.orders:
            return self.plant.products[0].id
        order = self._last_order[i] or self._count.last_order(i)
        return next((o.product for o in self.plant.orders if o.id == order), None)


def _in_time(placed: tuple[float, Sample]) -> tuple[float, bool]:
    at_s, sample = placed
    return at_s, plant_time_of(sample) is None
