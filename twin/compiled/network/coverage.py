"""What of a plant, and of a state, the compiled engine for networks does not do yet, by name.

Used by `twin.compiled.ready` and `twin.compiled.network.simulation`. What is named here is left to SimPy.
"""

from collections.abc import Iterator

from plants.flow.state import LineState, Part, StationState
from plants.model.plant import Plant
from plants.model.station import Station
from twin.compiled.arrays import MAX_SETUP_CELLS
from twin.compiled.network.arrays import RULES
from twin.network.lowering import lower_network

MAX_STEP_CELLS = 20_000_000
"""Steps times stations (320 MB)."""


def refused(plant: Plant, state: LineState | None = None) -> str | None:
    """What the compiled engine cannot do, in words; None when it can do all of it."""
    found: dict[str, str] = {}
    for what, where in (*_of_stations(plant), *_of_plant(plant), *(() if state is None else _of_state(plant, state))):
        found.setdefault(what, where)
    return ", ".join(f"{what} ({where})" for what, where in found.items()) or None


def _of_stations(plant: Plant) -> Iterator[tuple[str, str]]:
    for station in plant.stations:
        yield from ((what, station.id) for what, given in _features(station) if given)


def _features(station: Station) -> tuple[tuple[str, bool], ...]:
    rule = station.dispatch.rule
    return (
        (f"dispatch rule {rule}", rule not in RULES),
        ("a fixed sequence", bool(station.dispatch.sequence)),
        ("calendars", station.calendar is not None),
        ("operators", station.operator is not None),
        ("repair by crews", any(mode.skill is not None for mode in station.failures)),
        ("wear", station.wear is not None),
        ("maintenance", bool(station.maintenance)),
    )


def _of_plant(plant: Plant) -> Iterator[tuple[str, str]]:
    yield from (("vehicles", f.id) for f in plant.fleets)
    yield from (("material", m.id) for m in plant.materials)
    for product in plant.products:
        yield from (("assembly", product.id) for step in product.route if step.components)
    net = lower_network(plant)
    cells = sum(bool(s.setups) for s in net.line.stations) * len(net.line.classes) ** 2
    if cells > MAX_SETUP_CELLS:
        yield f"setup tables of {cells:,} cells", f"at most {MAX_SETUP_CELLS:,}"
    cells = len(net.steps) * len(plant.stations)
    if cells > MAX_STEP_CELLS:
        yield f"routes of {cells:,} steps times stations", f"at most {MAX_STEP_CELLS:,}"
    yield from (("steps to which no buffer leads", net.steps[j].name) for (_, j), ways in net.ways.items() if not ways)


def _of_state(plant: Plant, state: LineState) -> Iterator[tuple[str, str]]:
    """What only a doubtful state has."""
    for s in state.stations:
        if not s.supplied and s.part is not None:
            yield "a state with jobs that wait for components", s.station
    if not lower_network(plant).branches:
        return
    known = {(p.id, step.step) for p in plant.products for step in p.route}
    known |= {(p.id, s.id) for p in plant.products if not p.route for s in plant.stations}
    product_of = {o.id: o.product for o in plant.orders} | {a.id: a.product for a in plant.arrivals}
    for where, part in _under_way(state):
        product = product_of.get(part.order or "", plant.products[0].id)
        if (product, part.step) not in known:
            yield "a state with units whose step is not known", where


def _under_way(state: LineState) -> Iterator[tuple[str, Part]]:
    """Units that are worked on or wait."""
    for b in state.buffers:
        yield from ((b.buffer, p) for p in b.parts)
    for a in state.arrivals:
        yield from ((a.arrival, p) for p in a.parts)
    for s in state.stations:
        yield from ((s.station, p) for p in _parts(s))


def _parts(s: StationState) -> tuple[Part, ...]:
    if s.part is None or s.finished:
        return ()
    return (s.part, *s.batch)
