"""Vehicles that can do their rounds: places that are known, and a battery that lasts from a task to the charger."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from plants.model.consistency.fault import Fault, Path
from plants.model.consistency.flow import Flow

if TYPE_CHECKING:
    from plants.model.fleet import Battery, Fleet
    from plants.model.station import Buffer

_HOUR_S = 3_600.0


def vehicles(flow: Flow) -> Iterator[Fault]:
    """Places without a position; batteries that would go flat on the way."""
    unplaced = {s.id: i for i, s in enumerate(flow.plant.stations) if s.position is None}
    wanted = dict(_wanted(flow))
    yield from (
        Fault(("stations", unplaced[station]), f"vehicles come to '{station}': give it a 'position' ({why})")
        for station, why in wanted.items()
        if station in unplaced
    )
    if not unplaced.keys() & wanted.keys():
        yield from _flat(flow)


def _wanted(flow: Flow) -> Iterator[tuple[str, str]]:
    """(station, why) of the places that vehicles come to."""
    for fleet in flow.plant.fleets:
        served = [b for b in flow.plant.buffers if b.carrier == fleet.id]
        if served:
            yield fleet.home, f"home of fleet '{fleet.id}'"
            if fleet.battery is not None:
                yield fleet.battery.charger_at, f"charger of fleet '{fleet.id}'"
        for buffer in served:
            ends = (*_loads(flow, buffer), *buffer.downstream)
            yield from ((station, f"buffer '{buffer.id}'") for station in ends)


def _loads(flow: Flow, buffer: "Buffer") -> tuple[str, ...]:
    """Stations at which units for a buffer are taken up: those it names, else those that its units come from."""
    if buffer.upstream is not None:
        return buffer.upstream
    sources = (flow.sources, flow.part_sources)
    return tuple(sorted({s for source in sources for station in buffer.downstream for s in source.get(station, ())}))


def _flat(flow: Flow) -> Iterator[Fault]:
    for i, fleet in enumerate(flow.plant.fleets):
        ways: dict[str, set[str]] = defaultdict(set)
        for buffer in flow.plant.buffers:
            for station in _loads(flow, buffer) if buffer.carrier == fleet.id else ():
                ways[station].update(buffer.downstream)
        if fleet.battery is not None and ways:
            yield from _lasts(flow, fleet, fleet.battery, ways, ("fleets", i, "battery", "charge_below"))


def _lasts(flow: Flow, fleet: "Fleet", battery: "Battery", ways: Mapping[str, set[str]], path: Path) -> Iterator[Fault]:
    """A vehicle just above `charge_below` may still be sent the farthest way, and must then reach the charger."""
    starts = {fleet.home, battery.charger_at, *(d for to in ways.values() for d in to)}
    farthest_m = max(
        max(_distance_m(flow, start, load) for start in starts)
        + max(_distance_m(flow, load, d) + _distance_m(flow, d, battery.charger_at) for d in to)
        for load, to in ways.items()
    )
    needed_kwh = (farthest_m / fleet.speed_m_per_s + fleet.load_s + fleet.unload_s) * battery.moving_kw / _HOUR_S
    kept_kwh = battery.charge_below * battery.capacity_kwh
    if needed_kwh > kept_kwh:
        yield Fault(
            path,
            f"a vehicle of '{fleet.id}' with {kept_kwh:.3g} kWh left is still sent on, and its farthest task and the "
            f"way to the charger take {needed_kwh:.3g} kWh: raise charge_below or capacity_kwh",
        )


def _distance_m(flow: Flow, start: str, end: str) -> float:
    """Rectilinear way between two stations, m; 0 where one has no position (told elsewhere)."""
    a, b = flow.positions[start], flow.positions[end]
    return 0.0 if a is None or b is None else abs(a.x_m - b.x_m) + abs(a.y_m - b.y_m)
