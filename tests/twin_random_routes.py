"""Random plants with routes: every feature that the compiled engine for networks covers, and which ones a plant has."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st
from pydantic import ValidationError

from plants.errors import Deadlock
from plants.flow.change import Change, Resequence, SetParameter
from plants.flow.state import LineState, Part
from plants.model.plant import Plant
from tests.twin_lines import LABEL
from tests.twin_random_plants import Case, parameter, setups, stop, times
from twin.network.engine import NetworkSimulation

HORIZON_S = 160.0
CUT_S = 50.0
"""Moment of the live state, in a run with other draws."""
_RULES = ["fifo", "fifo", "lifo", "spt", "edd", "cr", "atc", "priority", "setup_avoiding"]
_PRODUCTS = ["red", "blue", "green"]
_SETUP_CLASSES = [None, None, None, "hot", "cold"]
Described = dict[str, Any]


@st.composite
def _station(draw: st.DrawFn, id: str) -> Described:
    batch = draw(st.sampled_from([False, False, True]))
    more: Described = {"batch": draw(_batch())} if batch else {}
    if draw(st.booleans()):
        more["dispatch"] = {"rule": draw(st.sampled_from(_RULES)), "k": draw(st.sampled_from([0.5, 2.0]))}
    if draw(st.booleans()):
        more["parameters"] = [draw(parameter())]
    return {
        "id": id,
        "name": LABEL,
        "cycle": draw(times(0.5, 4)),
        "servers": draw(st.sampled_from([1, 1, 2, 3])),
        "scrap": draw(st.sampled_from([0.0, 0.0, 0.05, 0.2])),
        "failures": [draw(stop(f"m{k}")) for k in range(draw(st.sampled_from([0, 0, 1, 2])))],
        "setups": draw(setups()) if draw(st.booleans()) else {},
        "power_kw": {"executing": 9.0, "waiting": 2.0, "setup": 3.0, "down": 1.0, "off": 0.3},
        "energy_per_unit_kwh": draw(st.sampled_from([0.0, 0.1])),
        **more,
    }


@st.composite
def _batch(draw: st.DrawFn) -> Described:
    minimum = draw(st.integers(1, 3))
    return {
        "minimum": minimum,
        "maximum": minimum + draw(st.integers(0, 2)),
        "wait_s": draw(st.sampled_from([None, 4.0, 15.0])),
        "mix": draw(st.sampled_from(["product", "step", "any"])),
    }


@st.composite
def _route(draw: st.DrawFn, stations: Sequence[str]) -> list[Described]:
    steps: list[Described] = []
    for k in range(draw(st.integers(1, 5))):
        at = draw(st.lists(st.sampled_from(stations), min_size=1, max_size=2, unique=True))
        step: Described = {"step": f"t{k}", "stations": at, "setup": draw(st.sampled_from(_SETUP_CLASSES))}
        step["time"] = draw(st.none() | times(0.5, 4))
        if len(at) > 1 and draw(st.booleans()):
            step["times"] = [{"station": at[0], "time": draw(times(0.5, 4))}]
        step["scrap"] = draw(st.sampled_from([None, None, 0.0, 0.1]))
        step["defects"] = draw(st.sampled_from([0.0, 0.0, 0.2]))
        back = draw(st.sampled_from(["no", "no", "no", "inspected", "rejected", "share"]))
        if back in ("inspected", "rejected"):
            step["inspection"] = {"detects": 0.8, "false_alarms": 0.1}
        if back in ("inspected", "share"):
            share = {"share": 0.25} if back == "share" else {}
            step["rework"] = {"to": f"t{draw(st.integers(0, k))}", "limit": draw(st.integers(1, 2)), **share}
        steps.append({name: value for name, value in step.items() if value is not None})
    return steps


def _moves(routes: Sequence[Sequence[Described]]) -> set[tuple[str, str]]:
    """Pairs of stations between which units go."""
    found = set()
    for route in routes:
        named = {s["step"]: s for s in route}
        onward = [*pairwise(route), *((s, named[s["rework"]["to"]]) for s in route if "rework" in s)]
        found |= {(a, b) for s, t in onward for a in s["stations"] for b in t["stations"]}
    return found


@st.composite
def _buffers(draw: st.DrawFn, moves: set[tuple[str, str]], batching: set[str]) -> list[Described]:
    """Stores for all that comes to a station, shared ones, or one for each pair; some without places."""
    found: list[Described] = []
    for b in sorted({b for _, b in moves}):
        upstream = sorted(a for a, to in moves if to == b)
        kind = draw(st.sampled_from(["one", "any", "each"]))
        for n, group in enumerate([[a] for a in upstream] if kind == "each" else [upstream]):
            buffer: Described = {"id": f"to_{b}_{n}", "name": LABEL, "downstream": [b]}
            if kind != "any":
                buffer["upstream"] = group
            capacity = draw(st.sampled_from([None, None, 0, 1, 3, 6]))
            if b in batching and capacity is not None:
                capacity = max(capacity, 5)
            if capacity is not None:
                buffer["capacity"] = capacity
            if capacity != 0 and draw(st.sampled_from([False, False, True])):
                buffer["transport_s"] = draw(st.sampled_from([0.7, 3.0]))
            found.append(buffer)
    shared = sorted({b for _, b in moves} - batching)
    if len(shared) > 1 and draw(st.booleans()):
        found.append({"id": "shared", "name": LABEL, "downstream": shared[:2], "capacity": draw(st.integers(0, 4))})
    return found


_ORDER = st.tuples(
    st.sampled_from(_PRODUCTS),
    st.integers(1, 12),
    st.sampled_from([0.0, 0.0, 15.0, 60.0]),
    st.sampled_from([30.0, 100.0, 500.0]),
    st.integers(1, 9),
)


@st.composite
def _entering(draw: st.DrawFn) -> Described:
    """Orders, arrivals, both, or neither (units without end), and perhaps a limit on them."""
    kind = draw(st.sampled_from(["orders", "orders", "arrivals", "both", "endless"]))
    found: Described = {}
    if kind in ("orders", "both"):
        rows = draw(st.lists(_ORDER, min_size=2, max_size=6))
        found["orders"] = [
            {"id": f"o{i}", "product": p, "quantity": q, "release_s": r, "due_s": d, "priority": u}
            for i, (p, q, r, d, u) in enumerate(rows)
        ]
    if kind in ("arrivals", "both"):
        found["arrivals"] = [
            {
                "id": f"a{i}",
                "product": draw(st.sampled_from(_PRODUCTS)),
                "every": draw(times(4, 20)),
                "quantity": draw(st.integers(1, 3)),
                "start_s": draw(st.sampled_from([0.0, 10.0])),
                "due_after_s": draw(st.sampled_from([None, 40.0])),
                "priority": draw(st.integers(1, 9)),
            }
            for i in range(draw(st.integers(1, 2)))
        ]
    if kind == "endless" or draw(st.sampled_from([False, False, True])):
        found["wip_limit"] = draw(st.integers(2, 15))
    return found


@st.composite
def plants(draw: st.DrawFn) -> Plant:
    """One to five stations, three products with routes of one to five steps."""
    names = [f"s{i}" for i in range(draw(st.integers(1, 5)))]
    stations = [draw(_station(name)) for name in names]
    routes = [draw(_route(names)) for _ in _PRODUCTS]
    batching = {s["id"] for s in stations if "batch" in s}
    try:
        return Plant.model_validate(
            {
                "plant": "random",
                "name": LABEL,
                "flow_unit": {"name": LABEL, "piece": LABEL},
                "stations": stations,
                "buffers": draw(_buffers(_moves(routes), batching)),
                "products": [{"id": p, "name": LABEL, "route": r} for p, r in zip(_PRODUCTS, routes, strict=True)],
                **draw(_entering()),
            }
        )
    except ValidationError:
        reject()


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A plant from empty or from a live state, as it is or overfull, left alone or changed after a while."""
    plant, seed = draw(plants()), draw(st.integers(0, 10_000))
    start = draw(st.sampled_from(["empty", "live", "live", "overfull"]))
    state = None
    if start != "empty":
        before = NetworkSimulation(plant, seed=seed + 1)
        try:
            before.run_until(CUT_S)
        except Deadlock:
            reject()
        state = before.snapshot()
    if start == "overfull" and state is not None:
        state = _overfull(draw, state)
    changes = _changes(draw, plant, state)
    delay_s = draw(st.sampled_from([33.0, 33.0, 0.0])) if changes else 0.0
    return Case(plant, state, changes, delay_s, seed, _features(plant, start, changes, delay_s))


def _overfull(draw: st.DrawFn, state: LineState) -> LineState:
    """More units in the buffers than there is room for, and idle machines' conditions in doubt."""
    more: dict[str, tuple[Part, ...]] = {b.buffer: b.parts * draw(st.integers(1, 4)) for b in state.buffers if b.parts}
    buffers = tuple(b.model_copy(update={"parts": more.get(b.buffer, b.parts)}) for b in state.buffers)
    return LineState.model_validate(state.model_copy(update={"buffers": buffers}).model_dump())


def _changes(draw: st.DrawFn, plant: Plant, state: LineState | None) -> tuple[Change, ...]:
    """Values of some parameters, and a sequence of all orders not yet started."""
    values: list[Change] = [
        SetParameter(alias=alias, value=draw(st.sampled_from([5.0, 8.0, 10.0, 15.0, 20.0])))
        for alias in plant.parameters
        if draw(st.booleans())
    ]
    try:
        waiting = NetworkSimulation(plant, state=state).not_started()
    except Deadlock:
        reject()
    if len(waiting) > 1 and draw(st.sampled_from([True, True, False])):
        values.append(Resequence(orders=tuple(draw(st.permutations(waiting)))))
    return tuple(values)


def _features(plant: Plant, start: str, changes: Sequence[Change], delay_s: float) -> frozenset[str]:
    """Names of what a case has in it, for counting."""
    has = {f"start: {start}", f"wip limit: {'no' if plant.wip_limit is None else 'yes'}"}
    has |= {"orders"} if plant.orders else set()
    has |= {"arrivals"} if plant.arrivals else set()
    has |= {"orders and arrivals"} if plant.orders and plant.arrivals else set()
    has |= {"endless"} if not plant.orders and not plant.arrivals else set()
    has |= {"orders: release"} if any(o.release_s for o in plant.orders) else set()
    has |= {f"change: {c.kind}" for c in changes} | ({"change: delayed"} if delay_s else set())
    return frozenset(has | _of_stations(plant) | _of_routes(plant) | _of_buffers(plant))


def _of_stations(plant: Plant) -> set[str]:
    has: set[str] = set()
    for s in plant.stations:
        has |= {f"rule: {s.dispatch.rule}"} | ({"servers"} if s.servers > 1 else set())
        has |= {"scrap"} if s.scrap else set()
        has |= {"setup: pairs"} if s.setups.pairs else set()
        has |= {"setup: default"} if s.setups.default.kind != "constant" or s.setups.default.mean_s else set()
        has |= {f"failures: {m.clock.value}" for m in s.failures}
        has |= {f"failures: {m.stop_class.value}" for m in s.failures}
        has |= {"failures: several modes"} if len(s.failures) > 1 else set()
        has |= {f"effect: {e.acts_on.value}" for p in s.parameters for e in p.effects}
        has |= {"energy per unit"} if s.energy_per_unit_kwh else set()
        if s.batch is not None:
            has |= {f"batch: mix {s.batch.mix}"} | ({"batch: minimum"} if s.batch.minimum > 1 else set())
            has |= {"batch: wait"} if s.batch.wait_s is not None else set()
    return has


def _of_routes(plant: Plant) -> set[str]:
    has: set[str] = set()
    for product in plant.products:
        visits = [name for step in product.route for name in step.stations]
        has |= {"re-entrant"} if len(set(visits)) < len(visits) else set()
        for step in product.route:
            has |= {f"time: {step.time.kind}"} if step.time is not None else set()
            has |= {"alternatives"} if len(step.stations) > 1 else set()
            has |= {"setup class"} if step.setup else set()
            has |= {"defects"} if step.defects else set()
            has |= {"inspection"} if step.inspection else set()
            has |= {"rework"} if step.rework else set()
    return has


def _of_buffers(plant: Plant) -> set[str]:
    has: set[str] = set()
    for b in plant.buffers:
        has |= {"buffer: none (hand-over)"} if b.capacity == 0 else set()
        has |= {"buffer: several stations"} if b.upstream is None or len(b.upstream) > 1 else set()
        has |= {"buffer: shared"} if len(b.downstream) > 1 else set()
        has |= {"transport"} if b.transport_s else set()
    return has
