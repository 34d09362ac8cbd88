"""Lowering of any plant: machines, steps, buffers and ways as flat numbers, done once for every engine.

Used by the engines. Stations with several servers become so many machines; routes become steps numbered through all
products; a component that has finished its route gets one more step, a kit step, at the stations that build it in.
"""

import itertools
from dataclasses import dataclass
from functools import cached_property
from math import inf

from plants.model.distribution import mean_s
from plants.model.order import Product
from plants.model.plant import Plant
from plants.model.route import Step
from twin.draws import entity_of
from twin.kept import Kept
from twin.keys import machine_name
from twin.lowering import LoweredLine, lower
from twin.sampling import Time, lower_time

EXIT = -1
"""Stands for the step after the last: the unit leaves the line."""


@dataclass(frozen=True, slots=True)
class LoweredStep:
    """One step of one product. Dictionaries are by station index."""

    position: int
    product: int
    name: str
    slot: int
    """Word that keys its draws."""
    stations: tuple[int, ...]
    times: dict[int, Time]
    means: dict[int, float]
    scrap: dict[int, float]
    setup: int
    """Setup class: what a station must be set up for."""
    defects: float
    detects: float
    false_alarms: float
    inspects: bool
    rework_share: float
    rework_to: int
    """Step that units go back to; EXIT where none do."""
    rework_limit: int
    components: tuple[tuple[int, int], ...]
    """(kit step, quantity) of what is built in."""
    materials: tuple[tuple[int, float], ...]
    """(material, quantity) of what is used up."""
    next: int
    """Step after it, or EXIT."""
    kit: bool = False
    """No work: the unit waits to be built in."""

    @property
    def plain(self) -> bool:
        """Whether a unit that is not scrapped here always goes on to the next step."""
        return not (self.defects or self.inspects or self.rework_share)


@dataclass(frozen=True, slots=True)
class LoweredBuffer:
    """One buffer: stations that fill it (all where None) and empty it, by index."""

    name: str
    upstream: frozenset[int] | None
    downstream: tuple[int, ...]
    capacity: int
    transport_s: float
    fleet: int
    """Fleet that brings units here, -1 where they move by themselves."""


@dataclass(frozen=True)
class LoweredNetwork:
    """Any plant as flat numbers. `line` holds stations, products and orders; orders of components follow those."""

    line: LoweredLine
    steps: tuple[LoweredStep, ...]
    first: tuple[int, ...]
    """First step of each product."""
    buffers: tuple[LoweredBuffer, ...]
    machines: tuple[tuple[int, int], ...]
    """(station, server) of each machine."""
    entities: tuple[int, ...]
    """What keys the draws of each machine: its station's name, with its number for the second and further ones."""
    routed: bool
    """Whether any product has a route."""

    @cached_property
    def branches(self) -> bool:
        """Whether a unit's step does not follow from the station it is at or in front of."""
        serial = all(b.upstream is not None and len(b.upstream) == len(b.downstream) == 1 for b in self.buffers)
        return self.routed or not serial

    @cached_property
    def reach(self) -> tuple[frozenset[int], ...]:
        """Stations that a unit at a step may still come to, its present one included, by step."""
        return tuple(frozenset(s for j in self._onward(step) for s in self.steps[j].stations) for step in self.steps)

    @cached_property
    def ahead(self) -> tuple[frozenset[int], ...]:
        """Stations at which a step and those after it can be done, without being sent back, by step."""
        found: list[frozenset[int]] = [frozenset()] * len(self.steps)
        for step in reversed(self.steps):
            here = frozenset[int]() if step.kit else frozenset(step.stations)
            found[step.position] = here | (found[step.next] if step.next > step.position else frozenset())
        return tuple(found)

    def visits_before(self, station: int) -> tuple[int, ...]:
        """How many steps before a step, along its route, can be done at a station, by step."""
        found, seen = [], dict.fromkeys((step.product for step in self.steps), 0)
        for step in self.steps:
            found.append(seen[step.product])
            seen[step.product] += not step.kit and station in step.stations
        return tuple(found)

    @cached_property
    def work_left(self) -> tuple[float, ...]:
        """Mean processing time of a step at its preferred station and of all steps after it, in seconds, by step."""
        left = [0.0] * len(self.steps)
        for step in reversed(self.steps):
            here = 0.0 if step.kit else step.means[step.stations[0]]
            left[step.position] = here + (left[step.next] if step.next > step.position else 0.0)
        return tuple(left)

    @cached_property
    def ways(self) -> dict[tuple[int, int], tuple[int, ...]]:
        """Buffers by which a unit can go on, by the station it leaves and the step it goes to."""
        into: dict[int, list[int]] = {}
        for i, b in enumerate(self.buffers):
            for station in b.downstream:
                into.setdefault(station, []).append(i)
        moves = {(s, j) for step in self.steps for s in step.stations for j in (step.next, step.rework_to) if j >= 0}
        return {(s, j): self._between(s, j, into) for s, j in moves}

    @cached_property
    def names(self) -> tuple[int, ...]:
        """A number for the name of each step."""
        names = {name: n for n, name in enumerate(dict.fromkeys(s.name for s in self.steps))}
        return tuple(names[s.name] for s in self.steps)

    @cached_property
    def leads(self) -> tuple[tuple[int, ...], ...]:
        """Buffers to which units can go from each station."""
        found: list[dict[int, None]] = [{} for _ in self.line.stations]
        for (station, _), ways in self.ways.items():
            found[station] |= dict.fromkeys(ways)
        return tuple(map(tuple, found))

    def _between(self, station: int, step: int, into: dict[int, list[int]]) -> tuple[int, ...]:
        found = {i for s in self.steps[step].stations for i in into.get(s, ())}
        upstream = {i: self.buffers[i].upstream for i in found}
        return tuple(i for i in sorted(found) if (names := upstream[i]) is None or station in names)

    def _onward(self, step: LoweredStep) -> set[int]:
        found: set[int] = set()
        ahead = [step.position]
        while ahead:
            j = ahead.pop()
            if j < 0 or j in found:
                continue
            found.add(j)
            ahead += [self.steps[j].next, self.steps[j].rework_to]
            if self.steps[j].kit:
                ahead += [s.position for s in self.steps if any(c == j for c, _ in s.components)]
        return found


_lowered_plants: Kept[str, LoweredNetwork] = Kept(32)


def lower_network(plant: Plant) -> LoweredNetwork:
    """The plant as flat numbers; the same object again for the same plant."""
    return _lowered_plants.get(plant.revision, lambda: _lowered(plant))


def _lowered(plant: Plant) -> LoweredNetwork:
    line = lower(plant)
    steps = _Steps(plant, line).all()
    index = plant.station_index
    fleets = [f.id for f in plant.fleets]
    return LoweredNetwork(
        line=line,
        steps=steps,
        first=tuple(next(s.position for s in steps if s.product == p) for p in range(len(plant.products))),
        buffers=tuple(
            LoweredBuffer(
                name=b.id,
                upstream=None if b.upstream is None else frozenset(index[s] for s in b.upstream),
                downstream=tuple(index[s] for s in b.downstream),
                capacity=b.capacity,
                transport_s=b.transport_s,
                fleet=-1 if b.carrier is None else fleets.index(b.carrier),
            )
            for b in plant.buffers
        ),
        machines=tuple((i, n) for i, s in enumerate(plant.stations) for n in range(s.servers)),
        entities=tuple(entity_of(machine_name(s.id, n)) for s in plant.stations for n in range(s.servers)),
        routed=any(p.route for p in plant.products),
    )


class _Steps:
    """Numbers the steps of all products."""

    def __init__(self, plant: Plant, line: LoweredLine) -> None:
        self._plant = plant
        self._line = line
        self._index = plant.station_index
        self._materials = [m.id for m in plant.materials]
        routes = [p.route or self._flow_order() for p in plant.products]
        self._lengths = [len(r) for r in routes]
        self._routes = routes
        self._firsts = list(itertools.accumulate(self._lengths, initial=0))
        self._built_in = [p.id for p in plant.products if self._assemblies(p.id)]

    def all(self) -> tuple[LoweredStep, ...]:
        made = [
            self._step(product, p, k) for p, product in enumerate(self._plant.products) for k in range(self._lengths[p])
        ]
        return (*made, *(self._kit_step(name) for name in self._built_in))

    def _flow_order(self) -> tuple[Step, ...]:
        return tuple(Step(step=s.id, stations=(s.id,)) for s in self._plant.stations)

    def _assemblies(self, product: str) -> tuple[int, ...]:
        """Stations that build a product in."""
        found = [
            self._index[s]
            for route in self._routes
            for step in route
            if any(c.product == product for c in step.components)
            for s in step.stations
        ]
        return tuple(dict.fromkeys(found))

    def _kit(self, name: str) -> int:
        return self._firsts[-1] + self._built_in.index(name)

    def _step(self, product: Product, p: int, k: int) -> LoweredStep:
        step = self._routes[p][k]
        stations = tuple(self._index[s] for s in step.stations)
        given = {self._index[t.station]: t.time for t in step.times}
        own = {i: given.get(i) or step.time or self._plant.stations[i].cycle for i in stations}
        names = [s.step for s in self._routes[p]]
        last = self._kit(product.id) if product.id in self._built_in else EXIT
        return LoweredStep(
            position=self._firsts[p] + k,
            product=p,
            name=step.step,
            slot=entity_of(step.step),
            stations=stations,
            times={i: lower_time(t) for i, t in own.items()},
            means={i: mean_s(t) for i, t in own.items()},
            scrap={i: self._plant.stations[i].scrap if step.scrap is None else step.scrap for i in stations},
            setup=self._line.classes.index(step.setup) if step.setup else p,
            defects=step.defects,
            detects=step.inspection.detects if step.inspection else 0.0,
            false_alarms=step.inspection.false_alarms if step.inspection else 0.0,
            inspects=step.inspection is not None,
            rework_share=(step.rework.share or 0.0) if step.rework else 0.0,
            rework_to=self._firsts[p] + names.index(step.rework.to) if step.rework else EXIT,
            rework_limit=step.rework.limit if step.rework else 0,
            components=tuple((self._kit(c.product), c.quantity) for c in step.components),
            materials=tuple((self._materials.index(m.material), m.quantity) for m in step.materials),
            next=self._firsts[p] + k + 1 if k + 1 < self._lengths[p] else last,
        )

    def _kit_step(self, name: str) -> LoweredStep:
        product = [p.id for p in self._plant.products].index(name)
        return LoweredStep(
            position=self._kit(name),
            product=product,
            name=name,
            slot=0,
            stations=self._assemblies(name),
            times={},
            means={},
            scrap={},
            setup=product,
            defects=0.0,
            detects=0.0,
            false_alarms=0.0,
            inspects=False,
            rework_share=0.0,
            rework_to=EXIT,
            rework_limit=0,
            components=(),
            materials=(),
            next=EXIT,
            kit=True,
        )


@dataclass(frozen=True, slots=True)
class LoweredCalendar:
    """Working time within a period, in seconds: disjoint (start, end), ascending."""

    period_s: float
    spans: tuple[tuple[float, float], ...]

    def is_open(self, now: float) -> bool:
        """Whether work is done at a moment; the moment at which a span begins belongs to it, its end does not."""
        at = now % self.period_s
        return any(start <= at < end for start, end in self.spans)

    def next_edge(self, now: float) -> float:
        """The next moment after `now` at which working time begins or ends; infinity where it never does."""
        if self.spans == ((0.0, self.period_s),):
            return inf
        begin = now - now % self.period_s
        for offset in (begin, begin + self.period_s):
            for edge in sorted({e % self.period_s for span in self.spans for e in span}):
                if offset + edge > now and self.is_open(offset + edge) != self.is_open(now):
                    return offset + edge
        return inf


def lower_calendars(plant: Plant) -> dict[str, LoweredCalendar]:
    """Working time of each calendar by name."""
    return {c.id: LoweredCalendar(c.every_days * 86_400.0, c.open_spans) for c in plant.calendars}
