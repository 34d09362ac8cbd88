"""Random plants with shifts, people, maintenance, material, components and vehicles, and what is done to them."""

from collections.abc import Sequence

from hypothesis import reject
from hypothesis import strategies as st

from plants.errors import Deadlock
from plants.flow.change import Change, Resequence, SetParameter
from plants.flow.state import LineState
from plants.model.plant import Plant
from tests.twin_random_networks import networks
from tests.twin_random_plants import Case
from twin.network.engine import NetworkSimulation

CUTS_S = [12.0, 37.0, 52.0]
"""Moments of the live state, in a run with other draws: at work, soon after, and in a break."""


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A plant from empty or from a live state, as it is or overfull, left alone or changed after a while."""
    drawn, seed = draw(networks()), draw(st.integers(0, 10_000))
    start = draw(st.sampled_from(["empty", "live", "live", "overfull"]))
    state = None if start == "empty" else _live(drawn.plant, seed + 1, draw(st.sampled_from(CUTS_S)))
    if start == "overfull" and state is not None:
        more = draw(st.integers(1, 3))
        state = state.model_copy(
            update={"buffers": tuple(b.model_copy(update={"parts": b.parts * more}) for b in state.buffers)}
        )
    changes = _changes(draw, drawn.plant, state)
    delay_s = draw(st.sampled_from([33.0, 33.0, 0.0])) if changes else 0.0
    return Case(drawn.plant, state, changes, delay_s, seed, drawn.features | _done(start, changes))


def _live(plant: Plant, seed: int, cut_s: float) -> LineState:
    before = NetworkSimulation(plant, seed=seed)
    try:
        before.run_until(cut_s)
    except Deadlock:
        reject()
    return before.snapshot()


def _changes(draw: st.DrawFn, plant: Plant, state: LineState | None) -> tuple[Change, ...]:
    """Values of some parameters, and a sequence of all orders not yet started."""
    values: list[Change] = [
        SetParameter(alias=alias, value=draw(st.sampled_from([5.0, 8.0, 15.0, 20.0])))
        for alias in plant.parameters
        if draw(st.booleans())
    ]
    try:
        waiting = NetworkSimulation(plant, state=state).not_started()
    except Deadlock:
        reject()
    if len(waiting) > 1 and draw(st.booleans()):
        values.append(Resequence(orders=tuple(draw(st.permutations(waiting)))))
    return tuple(values)


def _done(start: str, changes: Sequence[Change]) -> frozenset[str]:
    return frozenset({f"start: {start}", *(f"change: {c.kind}" for c in changes)})
