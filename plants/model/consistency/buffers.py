"""Buffers that can do what is asked of them: hand over, be carried to, gather a batch, keep components apart."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from plants.model.consistency.fault import Fault
from plants.model.consistency.flow import Flow

if TYPE_CHECKING:
    from plants.model.station import Station


def buffers(flow: Flow) -> Iterator[Fault]:
    """Everything that no buffer can do."""
    yield from _direct(flow)
    yield from _batches(flow)
    yield from _limit(flow)
    yield from _kits(flow)
    yield from _components(flow)


def _direct(flow: Flow) -> Iterator[Fault]:
    """A direct hand-over takes no time and no vehicle: there is no place where the unit would be meanwhile."""
    for i, buffer in enumerate(flow.plant.buffers):
        if buffer.capacity == 0 and buffer.transport_s > 0:
            message = f"buffer '{buffer.id}' of capacity 0 hands over directly and can take no transport_s"
            yield Fault(("buffers", i, "transport_s"), message)
        if buffer.capacity == 0 and buffer.carrier is not None:
            message = f"buffer '{buffer.id}' of capacity 0 hands over directly: a vehicle needs a place to set down"
            yield Fault(("buffers", i, "carrier"), message)


def _batches(flow: Flow) -> Iterator[Fault]:
    """Batches that can never gather, because a buffer in front holds nothing, or none holds so many units."""
    gathering = {s.id for s in flow.plant.stations if s.batch is not None}
    for i, buffer in enumerate(flow.plant.buffers):
        for name in buffer.downstream if buffer.capacity == 0 else ():
            if name in gathering:
                message = f"buffer '{buffer.id}' holds nothing, and '{name}' gathers batches: give it a capacity"
                yield Fault(("buffers", i, "capacity"), message)
    for i, station in enumerate(flow.plant.stations):
        least = _least(station)
        if least > 1 and station.id in flow.sources:
            room = sum(b.capacity for b in flow.plant.buffers if station.id in b.downstream)
            if room < least:
                message = f"'{station.id}' waits for {least} units, and the buffers in front hold {room}"
                yield Fault(("stations", i, "batch", "minimum"), message)


def _limit(flow: Flow) -> Iterator[Fault]:
    """A limit on the units on the line below what some step has to wait for."""
    limit = flow.plant.wip_limit
    if limit is None:
        return
    least = {s.id: _least(s) for s in flow.plant.stations}
    for product, route in flow.routes.items():
        for step in route:
            waits = min(least[s] for s in step.stations)
            if waits > limit:
                message = (
                    f"step '{step.step}' of '{product}' waits for {waits} units, and no more than {limit} may enter"
                )
                yield Fault(("wip_limit",), message)
                break


def _least(station: "Station") -> int:
    """Units without which a station never begins."""
    return station.batch.minimum if station.batch is not None and station.batch.wait_s is None else 1


def _kits(flow: Flow) -> Iterator[Fault]:
    """Components that can never lie ready together, because their buffers do not hold so many."""
    rooms: dict[tuple[str, str], int] = {}
    for move in flow.moves:
        for station in move.after.stations if move.component is not None else ():
            key = (str(move.component), station)
            if key not in rooms:
                rooms[key] = _room(flow, station, move.before.stations)
            if rooms[key] < move.quantity:
                message = (
                    f"'{station}' builds in {move.quantity} of '{move.component}' at once, and the buffers that bring "
                    f"them hold {rooms[key]}"
                )
                yield Fault((*move.path, "quantity"), message)
                break


def _room(flow: Flow, station: str, sources: tuple[str, ...]) -> int:
    """Units from some stations that the buffers in front of another hold together."""
    return sum(b.capacity for b in flow.plant.buffers if station in b.downstream and flow.fills(b, sources))


def _components(flow: Flow) -> Iterator[Fault]:
    """Components wait in buffers of their own, where units that go on by themselves do not stand in their way."""
    for i, buffer in enumerate(flow.plant.buffers):
        for station in buffer.downstream:
            if all(station in s and flow.fills(buffer, s[station]) for s in (flow.sources, flow.part_sources)):
                message = (
                    f"buffer '{buffer.id}' brings '{station}' components and also units that go on by themselves: "
                    "components need a buffer of their own"
                )
                yield Fault(("buffers", i), message)
