"""Random plants with every feature of the plant model, what is done to them, and which features they have."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from plants.flow.change import Change, Resequence, SetParameter
from plants.flow.state import Condition, LineState, Part
from plants.model.plant import Plant
from tests.twin_lines import LABEL, constant, exponential, line, order, station
from twin import LineSimulation

PRODUCTS = ["red", "blue", "green"]
HORIZON_S = 240.0
CUT_S = 70.0
"""Moment of the live state, in a run with other draws."""


@dataclass(frozen=True, slots=True)
class Case:
    """A plant, where it starts and what is changed."""

    plant: Plant
    state: LineState | None
    changes: tuple[Change, ...]
    delay_s: float
    seed: int
    features: frozenset[str] = field(default_factory=frozenset)


def times(low: float, high: float) -> st.SearchStrategy[dict[str, Any]]:
    """Any kind of time with a mean between two numbers of seconds."""
    mean = st.floats(low, high)
    return st.one_of(
        mean.map(constant),
        st.integers(1, 4).map(lambda n: constant(n * low)),
        mean.map(exponential),
        mean.map(lambda m: {"kind": "uniform", "low_s": m / 2, "high_s": m * 1.5}),
        mean.map(lambda m: {"kind": "triangular", "low_s": m / 2, "mode_s": m, "high_s": m * 2}),
        mean.map(lambda m: {"kind": "lognormal", "mean_s": m, "sd_s": m / 2}),
        st.tuples(mean, st.floats(0.7, 3)).map(lambda p: {"kind": "weibull", "mean_s": p[0], "shape": p[1]}),
        st.lists(mean, min_size=2, max_size=6).map(lambda q: {"kind": "empirical", "quantiles_s": sorted(q)}),
    )


@st.composite
def stop(draw: st.DrawFn, id: str) -> dict[str, Any]:
    """A failure mode of either clock and class."""
    return {
        "id": id,
        "name": LABEL,
        "clock": draw(st.sampled_from(["operating", "calendar"])),
        "stop_class": draw(st.sampled_from(["breakdown", "micro_stop"])),
        "uptime": draw(times(8, 80)),
        "repair": draw(times(1, 15)),
    }


def _effect(on: str, exponent: float) -> dict[str, Any]:
    if on == "failure_rate":  # at the lower end the clock stands still
        return {"acts_on": on, "curve": {"kind": "polynomial", "coefficients": [2.0]}}
    return {"acts_on": on, "curve": {"kind": "power", "exponent": exponent}}


@st.composite
def parameter(draw: st.DrawFn) -> dict[str, Any]:
    """A parameter with one to four effects."""
    acts_on = draw(st.sets(st.sampled_from(["cycle_time", "scrap", "failure_rate", "power"]), min_size=1))
    given = {"id": "speed", "name": LABEL, "unit": "1/s", "nominal": 10, "minimum": 5, "maximum": 20}
    effects = [_effect(on, -1.0 if on == "cycle_time" else 1.5) for on in sorted(acts_on)]
    return given | {"max_step": 15, "tolerance": 0.1, "effects": effects}


@st.composite
def setups(draw: st.DrawFn) -> dict[str, Any]:
    """A default, some pairs, or no setups at all."""
    pairs = draw(st.lists(st.tuples(st.sampled_from(PRODUCTS), st.sampled_from(PRODUCTS)), unique=True, max_size=3))
    return {
        "default": draw(st.one_of(st.just(constant(0.0)), times(2, 15))),
        "pairs": [{"before": a, "after": b, "time": draw(times(1, 20))} for a, b in pairs],
    }


@st.composite
def _station(draw: st.DrawFn) -> dict[str, Any]:
    n = draw(st.sampled_from([0, 0, 1, 1, 2, 3]))
    return station(
        draw(times(0.5, 4)),
        scrap=draw(st.sampled_from([0.0, 0.0, 0.05, 0.3])),
        failures=[draw(stop(f"m{k}")) for k in range(n)],
        setups=draw(setups()),
        power_kw={"executing": 9.0, "waiting": 2.0, "setup": 3.0, "down": 1.0},
        parameters=[draw(parameter())] if draw(st.booleans()) else [],
    )


_GAPS = st.one_of(st.just(0), st.integers(1, 5), st.tuples(st.integers(1, 5), st.floats(0.5, 12)))
_ORDER = st.tuples(st.sampled_from(PRODUCTS), st.integers(1, 40), st.sampled_from([0.0, 0.0, 0.0, 20.0, 90.0]))


@st.composite
def plants(draw: st.DrawFn) -> Plant:
    """A serial line of one to six stations."""
    stations = [draw(_station()) for _ in range(draw(st.integers(1, 6)))]
    rows = draw(st.lists(_ORDER, min_size=2, max_size=6)) if draw(st.sampled_from([True, True, False])) else []
    orders = [order(f"o{i}", p, q, release_s=r) for i, (p, q, r) in enumerate(rows)]
    gaps = [draw(_GAPS) for _ in stations[1:]]
    return line(stations, gaps, orders=orders, products=[{"id": p, "name": LABEL} for p in PRODUCTS])


def _doubtful(draw: st.DrawFn, state: LineState) -> LineState:
    """A live state with faults: lost and stray units, unknown work, overfull buffers."""
    stray = Part(order=None, index=draw(st.integers(0, 5000)), entered_s=state.plant_time_s)
    stations = tuple(
        s.model_copy(
            update={
                "condition": draw(st.sampled_from(Condition)),
                "part": draw(st.sampled_from([s.part, None, stray])),
                "worked_s": draw(st.sampled_from([s.worked_s, 0.0, 1e6])),
                "setup_worked_s": draw(st.sampled_from([s.setup_worked_s, None, 3.0])),
                "finished": draw(st.booleans()),
                "failures": draw(st.sampled_from([s.failures, ()])),
            }
        )
        for s in state.stations
    )
    buffers = tuple(b.model_copy(update={"parts": b.parts + (stray,) * draw(st.integers(0, 9))}) for b in state.buffers)
    return LineState.model_validate(state.model_copy(update={"stations": stations, "buffers": buffers}).model_dump())


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A plant from empty, from a live state or from a doubtful one, left alone or changed after a while."""
    plant, seed = draw(plants()), draw(st.integers(0, 10_000))
    start = draw(st.sampled_from(["empty", "live", "live", "doubtful"]))
    state = None
    if start != "empty":
        before = LineSimulation(plant, seed=seed + 1)
        before.run_until(CUT_S)
        state = before.snapshot()
    if start == "doubtful" and state is not None:
        state = _doubtful(draw, state)
    changes = _changes(draw, plant, state)
    delay_s = draw(st.sampled_from([33.0, 33.0, 0.0])) if changes else 0.0
    return Case(plant, state, changes, delay_s, seed, _features(plant, start, changes, delay_s))


def _changes(draw: st.DrawFn, plant: Plant, state: LineState | None) -> tuple[Change, ...]:
    """Values of some parameters, and a sequence of all orders not yet started."""
    values: list[Change] = [
        SetParameter(alias=alias, value=draw(st.sampled_from([5.0, 8.0, 10.0, 15.0, 20.0])))
        for alias in plant.parameters
        if draw(st.booleans())
    ]
    waiting = LineSimulation(plant, state=state).not_started()
    if len(waiting) > 1 and draw(st.sampled_from([True, True, False])):
        values.append(Resequence(orders=tuple(draw(st.permutations(waiting)))))
    return tuple(values)


def _features(plant: Plant, start: str, changes: Sequence[Change], delay_s: float) -> frozenset[str]:
    """Names of what a case has in it, for counting."""
    has = {f"start: {start}"}
    has |= {f"cycle: {s.cycle.kind}" for s in plant.stations}
    has |= {f"stations: {'one' if len(plant.stations) == 1 else 'several'}"}
    for b in plant.buffers:
        has |= {"buffer: none (hand-over)" if b.capacity == 0 else "buffer"} | (
            {"transport"} if b.transport_s else set()
        )
    for s in plant.stations:
        has |= {"scrap"} if s.scrap else set()
        has |= {"setup: pairs"} if s.setups.pairs else set()
        has |= {"setup: default"} if s.setups.default.kind != "constant" or s.setups.default.mean_s else set()
        has |= {f"failures: {m.clock.value}" for m in s.failures} | {
            f"failures: {m.stop_class.value}" for m in s.failures
        }
        has |= {"failures: several modes"} if len(s.failures) > 1 else set()
        has |= {f"effect: {e.acts_on.value}" for p in s.parameters for e in p.effects}
    has |= {"orders"} if plant.orders else {"no orders"}
    has |= {"orders: release"} if any(o.release_s for o in plant.orders) else set()
    has |= {f"change: {c.kind}" for c in changes}
    return frozenset(has | ({"change: delayed"} if delay_s else set()))
