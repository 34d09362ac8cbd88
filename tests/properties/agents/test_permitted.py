"""No changes that the check lets through leave the envelope, the step or the set of orders, whoever proposes them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.permitted import objection
from planning.projection import unstarted
from plants.flow.change import Change, Resequence, SetParameter
from plants.flow.state import LineState
from plants.loader.load import load_plant
from twin import LineSimulation

PLANT = load_plant("bottling")


def _state() -> LineState:
    sim = LineSimulation(PLANT, seed=2, replication=0)
    sim.run_until(300.0)
    return sim.snapshot()


STATE = _state()
ALIASES = [*PLANT.parameters, "filler.temperature", "line.remote", "nobody.speed_per_min"]
ORDERS = [*(o.id for o in PLANT.orders), "o99"]

changes = st.lists(
    st.one_of(
        st.builds(
            SetParameter,
            alias=st.sampled_from(ALIASES),
            value=st.one_of(
                st.floats(min_value=-1e9, max_value=1e9),
                st.sampled_from([p.nominal for p in PLANT.parameters.values()] + [620.0, 690.0]),
            ),
        ),
        st.builds(Resequence, orders=st.lists(st.sampled_from(ORDERS), min_size=1, max_size=12).map(tuple)),
        st.builds(Resequence, orders=st.permutations(unstarted(PLANT, STATE)).map(tuple)),
    ),
    max_size=4,
).map(tuple)


@given(changes)
@settings(max_examples=500, deadline=None)
def test_what_is_let_through_is_within_every_limit(proposed: tuple[Change, ...]) -> None:
    """Known, once, within envelope and step; every unstarted order exactly once."""
    if objection(PLANT, STATE, proposed) is not None:
        return

    for change in proposed:
        if isinstance(change, SetParameter):
            parameter = PLANT.parameters[change.alias]
            assert parameter.minimum <= change.value <= parameter.maximum
            assert abs(change.value - STATE.parameter(change.alias)) <= parameter.max_step
        else:
            assert sorted(change.orders) == sorted(unstarted(PLANT, STATE))
    aliases = [c.alias for c in proposed if isinstance(c, SetParameter)]
    assert len(set(aliases)) == len(aliases)


@pytest.mark.parametrize(
    "proposed",
    [
        (SetParameter(alias="filler.speed_per_min", value=620.0),),
        (Resequence(orders=tuple(reversed(unstarted(PLANT, STATE)))),),
        (
            SetParameter(alias="filler.speed_per_min", value=620.0),
            SetParameter(alias="capper.speed_per_min", value=660.0),
            Resequence(orders=tuple(reversed(unstarted(PLANT, STATE)))),
        ),
    ],
)
def test_what_is_in_order_is_let_through(proposed: tuple[Change, ...]) -> None:
    """The check does not refuse everything."""
    assert objection(PLANT, STATE, proposed) is None
