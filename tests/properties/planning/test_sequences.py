"""Candidate sequences of any set of orders."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from planning.projection import Projector
from planning.sequences import named_sequences, sequence_candidates
from plants.flow.change import Resequence
from plants.flow.state import LineState, OrderState
from plants.model.plant import Plant

LABEL = {"en": "x", "ko": "x"}
PRODUCTS = ("a", "b", "c")


@st.composite
def lines(draw: st.DrawFn) -> tuple[Plant, LineState]:
    """A line with setups and some orders, a few of them already started."""
    times = st.integers(min_value=0, max_value=2000)
    pairs = [
        {"before": x, "after": y, "time": {"kind": "constant", "mean_s": draw(times)}}
        for x in PRODUCTS
        for y in PRODUCTS
        if x != y
    ]
    orders: list[dict[str, Any]] = [
        {
            "id": f"o{i}",
            "product": draw(st.sampled_from(PRODUCTS)),
            "quantity": draw(st.integers(min_value=1, max_value=500)),
            "due_s": draw(st.integers(min_value=0, max_value=20_000)),
            "release_s": draw(st.integers(min_value=0, max_value=2_000)),
            "priority": draw(st.integers(min_value=1, max_value=9)),
        }
        for i in range(draw(st.integers(min_value=0, max_value=6)))
    ]
    station = {
        "id": "s",
        "name": LABEL,
        "cycle": {"kind": "constant", "mean_s": 3},
        "setups": {"pairs": pairs},
    }
    plant = Plant.model_validate(
        {
            "plant": "line",
            "name": LABEL,
            "flow_unit": {"name": LABEL, "piece": LABEL},
            "stations": [station],
            "products": [{"id": p, "name": LABEL} for p in PRODUCTS],
            "orders": orders,
        }
    )
    started = draw(st.integers(min_value=0, max_value=len(orders)))
    states = tuple(OrderState(order=o["id"], started=1 if i < started else 0) for i, o in enumerate(orders))
    state = LineState(
        plant="line", plant_revision=plant.revision, plant_time_s=100.0, stations=(), buffers=(), orders=states
    )
    return plant, state


@given(lines())
@settings(deadline=None)
def test_every_sequence_is_a_permutation_of_what_has_not_started(line: tuple[Plant, LineState]) -> None:
    """Nothing is lost, nothing is doubled, nothing that has started is moved."""
    plant, state = line
    movable = sorted(o.order for o in state.orders if o.started == 0)

    found = sequence_candidates(plant, state)

    for (change,) in found:
        assert isinstance(change, Resequence)
        assert sorted(change.orders) == movable


@given(lines())
@settings(deadline=None)
def test_the_searches_never_end_worse_than_the_present_sequence(line: tuple[Plant, LineState]) -> None:
    """least_lost is at most as late as the present sequence; the same line gives the same sequences again."""
    plant, state = line

    named = named_sequences(plant, state)

    if named:
        projector = Projector(plant, state)
        keep, least = projector.project(named["keep"]), projector.project(named["least_lost"])
        assert (least.tardiness_s, least.setup_s) <= (keep.tardiness_s, keep.setup_s)
        assert named == named_sequences(plant, state)
