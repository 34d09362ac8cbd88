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
    """Batches that can never gather, because no buffer in front holds so many units."""
    for i, station in enumerate(flow.plant.stations):
        least = _least(station)
        front = [b for b in flow.plant.buffers if station.id in b.downstream] if least > 1 else []
        waits_outside = station.id in flow.entries and not any(b.upstream is None for b in front)
        if front and not waits_outside and all(b.capacity < least for b in front):
            largest = max(b.capacity for b in front)
            message = f"'{station.id}' waits for {least} units, and no buffer in front holds more than {largest}"
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


def _components(flow: Flow) -> Iterator[Fault]:
    """Components wait in buffers of their own, where units that go on by themselves do not stand in their way."""
    alone, built_in = flow.sources(components=False), flow.sources(components=True)
    for i, buffer in enumerate(flow.plant.buffers):
        for station in buffer.downstream:
            enters = buffer.upstream is None and station in flow.entries
            mixed = station in built_in and flow.fills(buffer, built_in[station])
            if mixed and (enters or (station in alone and flow.fills(buffer, alone[station]))):
                message = (
                    f"buffer '{buffer.id}' brings '{station}' components and also units that go on by themselves: "
                    "components need a buffer of their own"
                )
                yield Fault(("buffers", i), message)
