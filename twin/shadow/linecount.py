"""The line as counted: what passed each station, what is in each buffer, and which unit is where.

Used by the shadow once per tick, and when a state is asked for.
"""

from collections.abc import Sequence
from itertools import islice

from plants.flow.state import BufferState, OrderState, Part
from plants.model.distribution import mean_s
from plants.model.plant import Plant
from plants.model.tags import ORDER_SEQUENCE, TagRole
from twin.shadow.counting import Passing, Total
from twin.shadow.level import Level
from twin.shadow.orderbook import OrderBook
from twin.shadow.tagbook import TagBook
from twin.shadow.watched import WatchedStation

_MOST_REJECTS = 1000
"""Rejects of one station in one tick that are put down one by one; a counter that jumps by more has been set."""


class LineCount:
    """Counts of one line, brought up to date tick by tick."""

    def __init__(self, plant: Plant) -> None:
        """Start with nothing counted."""
        self._plant = plant
        self._pieces = plant.flow_unit.pieces
        self._processed = [Total() for _ in plant.stations]
        self._scrapped = [Total() for _ in plant.stations]
        self._counted = [False] * len(plant.stations)
        self._entering = Passing()
        self._leaving = [Passing() for _ in plant.stations]
        self._levels = [Level(b.capacity) for b in plant.buffers]
        self._held = [False] * len(plant.stations)
        self._known_scrap: list[int] | None = None
        self._grew_s = [0.0] * len(plant.stations)
        self.orders = OrderBook(plant)

    def look(self, book: TagBook, stations: Sequence[WatchedStation], at_s: float) -> None:
        """Take in one tick."""
        for i in range(len(stations)):
            self._count(book, i, at_s)
        self._held = [s.holding for s in stations]
        unfinished = [s.holding and not s.finished for s in stations]
        entered = self.processed(0) + unfinished[0]
        self._entering.look(entered, at_s)
        for i, station in enumerate(stations):
            self._leaving[i].look(self._left(i, station), at_s)
            self._leaving[i].forget_before(at_s - self._transport_s(i) - 3600.0)
        self._look_at_levels(book, stations, unfinished, at_s)
        self._look_at_orders(book, entered, at_s)

    def processed(self, position: int) -> int:
        """Units that a station finished since the start."""
        return self._processed[position].pieces // self._pieces

    def scrapped(self, position: int) -> int:
        """Units that a station rejected since the start."""
        return self._scrapped[position].pieces // self._pieces

    def grew_s(self, position: int) -> float:
        """When a station's counter last grew."""
        return self._grew_s[position]

    def last_order(self, position: int) -> str | None:
        """Order of the unit that a station finished last, by count; None before the first."""
        done = self.processed(position)
        return self.orders.part(done - 1)[0] if done else None

    @property
    def on_line(self) -> int:
        """Units on the line, in machines and buffers."""
        return sum(level.units for level in self._levels) + sum(self._held)

    def correct(self, buffer: str, units: int) -> None:
        """A person has counted a buffer; the name must be one of the plant's."""
        self._levels[[b.id for b in self._plant.buffers].index(buffer)].correct(units)

    def contents(self, at_s: float) -> tuple[list[Part | None], list[BufferState], tuple[OrderState, ...]]:
        """The unit in each station, what is in each buffer, and how far the orders are."""
        numbers = self.orders.newest(self.on_line)
        places = iter(numbers)
        parts: list[Part | None] = []
        buffers: list[BufferState] = []
        for i, held in enumerate(self._held):
            if i:
                level, buffer = self._levels[i - 1], self._plant.buffers[i - 1]
                taken = list(islice(places, level.units))
                queue = [self._part(n, at_s, self._ready_s(i - 1, k, at_s)) for k, n in enumerate(taken)]
                buffers.append(BufferState(buffer=buffer.id, parts=tuple(reversed(queue)), level_sd=level.sd))
            number = next(places, None) if held else None
            parts.append(None if number is None else self._part(number, at_s, 0.0))
        return parts, buffers, self.orders.states(numbers) if self._plant.orders else ()

    def _count(self, book: TagBook, i: int, at_s: float) -> None:
        station = self._plant.stations[i].id
        for role, totals in ((TagRole.PROCESSED, self._processed), (TagRole.DEFECTIVE, self._scrapped)):
            raw = book.number(f"{station}.{role}")
            if raw is None:
                continue
            before = totals[i].pieces
            totals[i].take(int(raw))
            if role is TagRole.PROCESSED:
                self._counted[i] = True
                self._grew_s[i] = at_s if totals[i].pieces > before else self._grew_s[i]

    def _left(self, i: int, station: WatchedStation) -> int:
        """Good units that left a station since the start."""
        return self.processed(i) - self.scrapped(i) - (station.holding and station.finished)

    def _look_at_levels(
        self, book: TagBook, stations: Sequence[WatchedStation], unfinished: Sequence[bool], at_s: float
    ) -> None:
        for i, (level, buffer) in enumerate(zip(self._levels, self._plant.buffers, strict=True)):
            alias = f"{buffer.id}.{TagRole.LEVEL}"
            sensor = book.number(alias) if book.sound(alias) else None
            flow = None
            if self._counted[i] and self._counted[i + 1]:
                flow = self._left(i, stations[i]) - self.processed(i + 1) - unfinished[i + 1]
            level.look(at_s, sensor, flow)

    def _look_at_orders(self, book: TagBook, entered: int, at_s: float) -> None:
        current = [book.value(f"{s.id}.{TagRole.ORDER}") for s in self._plant.stations]
        waiting = book.value(ORDER_SEQUENCE)
        self.orders.look(
            entered,
            [c if isinstance(c, str) else "" for c in current],
            waiting if isinstance(waiting, tuple) else None,
        )
        scrapped = [self.scrapped(i) for i in range(len(self._scrapped))]
        if self._known_scrap is None:
            self.orders.share_scrap(sum(scrapped), self.on_line)
            self.orders.settle(self.on_line, at_s, since_s=min(0.0, at_s))
        else:
            self._reject_since(self._known_scrap, scrapped, entered)
            self.orders.settle(self.on_line, at_s)
        self._known_scrap = scrapped

    def _reject_since(self, before: Sequence[int], now: Sequence[int], entered: int) -> None:
        """Units rejected in this tick: at each station, the ones that would just have left it."""
        upstream = 0
        for i, held in enumerate(self._held):
            upstream += (self._levels[i - 1].units if i else 0) + held
            for k in range(min(now[i] - before[i], _MOST_REJECTS)):
                self.orders.reject(max(entered - 1 - upstream - k, 0))

    def _part(self, number: int, at_s: float, ready_s: float) -> Part:
        order, index = self.orders.part(number)
        return Part(order=order, index=index, entered_s=min(self._entered_s(number), at_s), ready_s=ready_s)

    def _entered_s(self, number: int) -> float:
        """When a unit entered; one from before first sight, a mean cycle before the one after it."""
        entered_s = self._entering.when(number)
        if entered_s is not None:
            return entered_s
        count, first_s = self._entering.first
        return first_s - max(count - 1 - number, 0) * mean_s(self._plant.stations[0].cycle)

    def _ready_s(self, buffer: int, newest: int, at_s: float) -> float:
        """When the `newest`-th newest unit of a buffer reaches the end of the conveyor."""
        left = self._leaving[buffer].when(self._leaving_count(buffer) - 1 - newest)
        transport_s = self._transport_s(buffer)
        return at_s if left is None else min(left, at_s) + transport_s

    def _leaving_count(self, i: int) -> int:
        return self.processed(i) - self.scrapped(i)

    def _transport_s(self, i: int) -> float:
        return self._plant.buffers[i].transport_s if i < len(self._plant.buffers) else 0.0
