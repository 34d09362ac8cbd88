"""What of a plant, and of a state, the compiled engine for networks does not do yet, by name.

Used by `twin.compiled.ready` and `twin.compiled.network.simulation`. What is named here is left to SimPy.
"""

from collections.abc import Iterator

from plants.flow.state import LineState, LoadState, Part, StationState
from plants.model.plant import Plant
from twin.compiled.arrays import MAX_SETUP_CELLS
from twin.compiled.network.arrays import RULES
from twin.kept import Kept
from twin.network.layout import component_orders
from twin.network.lowering import lower_network
from twin.network.working import Phase

MAX_STEP_CELLS = 20_000_000
"""Steps times stations (320 MB)."""
MAX_ORDERS = 1_000_000
"""Orders of one material that may be under way at once (48 MB)."""
_ABOARD = frozenset(phase.name.lower() for phase in (Phase.CARRYING, Phase.WAITING_DROP, Phase.UNLOADING))


_refused: Kept[str, tuple[tuple[str, str], ...]] = Kept(32)


def refused(plant: Plant, state: LineState | None = None) -> str | None:
    """What the compiled engine cannot do, in words; None when it can do all of it."""
    known = _refused.get(plant.revision, lambda: (*_of_stations(plant), *_of_plant(plant)))
    found: dict[str, str] = {}
    for what, where in (*known, *(() if state is None else _of_state(plant, state))):
        found.setdefault(what, where)
    return ", ".join(f"{what} ({where})" for what, where in found.items()) or None


def _of_stations(plant: Plant) -> Iterator[tuple[str, str]]:
    for station in plant.stations:
        if station.dispatch.rule not in RULES:
            yield f"dispatch rule {station.dispatch.rule}", station.id


def _of_plant(plant: Plant) -> Iterator[tuple[str, str]]:
    net = lower_network(plant)
    cells = sum(bool(s.setups) for s in net.line.stations) * len(net.line.classes) ** 2
    if cells > MAX_SETUP_CELLS:
        yield f"setup tables of {cells:,} cells", f"at most {MAX_SETUP_CELLS:,}"
    cells = len(net.steps) * len(plant.stations)
    if cells > MAX_STEP_CELLS:
        yield f"routes of {cells:,} steps times stations", f"at most {MAX_STEP_CELLS:,}"
    for m in plant.materials:
        if m.reorder is not None and m.reorder.point / m.reorder.quantity > MAX_ORDERS:
            yield "orders of material by the million", f"{m.id}: at most {MAX_ORDERS:,} under way"
    yield from (("steps to which no buffer leads", net.steps[j].name) for (_, j), ways in net.ways.items() if not ways)


def _of_state(plant: Plant, state: LineState) -> Iterator[tuple[str, str]]:
    """What only a doubtful state has."""
    in_machines = {(s.station, s.server, p.order, p.index) for s in state.stations for p in _parts(s)}
    for load in _fetched(state):
        if (load.station, load.server, load.part.order, load.part.index) not in in_machines:
            yield "a state with calls for units that are not there", load.station
    net = lower_network(plant)
    if not net.branches:
        return
    known = {(net.line.products[s.product], s.name) for s in net.steps}
    product_of = {o.id: o.product for o in plant.orders} | {a.id: a.product for a in plant.arrivals}
    product_of |= {o.name: net.line.products[o.product] for o in component_orders(plant, net)}
    for where, part in _under_way(state):
        product = product_of.get(part.order or "", plant.products[0].id)
        if (product, part.step) not in known:
            yield "a state with units whose step is not known", where


def _fetched(state: LineState) -> Iterator[LoadState]:
    """Units that are still in a machine and are fetched, or will be."""
    yield from state.calls
    for v in state.vehicles:
        yield from (load for load in v.loads if v.phase not in _ABOARD)


def _under_way(state: LineState) -> Iterator[tuple[str, Part]]:
    """Units that are worked on, wait or are carried."""
    for b in state.buffers:
        yield from ((b.buffer, p) for p in b.parts)
    for a in state.arrivals:
        yield from ((a.arrival, p) for p in a.parts)
    for s in state.stations:
        yield from ((s.station, p) for p in _parts(s) if not s.finished)
    for v in state.vehicles:
        yield from ((load.station, load.part) for load in v.loads)


def _parts(s: StationState) -> tuple[Part, ...]:
    return () if s.part is None else (s.part, *s.batch)
