"""Candidates of both kinds, combined."""

import itertools

import pytest

from planning.candidates import Kind, alike, candidates, signature
from planning.sequences import named_sequences
from plants.flow.change import Resequence, SetParameter
from plants.flow.state import LineState
from plants.loader.load import load_plant
from plants.model.plant import Plant
from twin import LineSimulation


@pytest.fixture(scope="module")
def plant() -> Plant:
    """The bottling line."""
    return load_plant("bottling")


@pytest.fixture(scope="module")
def state(plant: Plant) -> LineState:
    """Its state ten minutes into the day, with a slow labeller."""
    sim = LineSimulation(plant, seed=1, replication=0)
    sim.apply(SetParameter(alias="labeller.speed_per_min", value=480.0))
    sim.run_until(600.0)
    return sim.snapshot()


def test_the_remedy_of_a_slow_station_comes_first(plant: Plant, state: LineState) -> None:
    """Back to nominal before anything else."""
    found = candidates(plant, state, focus=("labeller",))

    assert found[0] == (SetParameter(alias="labeller.speed_per_min", value=675.0),)


def test_candidates_are_bounded_and_each_comes_once(plant: Plant, state: LineState) -> None:
    """The limit holds, and no two are the same."""
    found = candidates(plant, state, focus=("labeller", "filler"), limit=12)

    assert len(found) == 12
    assert len({signature(c) for c in found}) == 12


def test_only_the_kind_asked_for_is_searched(plant: Plant, state: LineState) -> None:
    """Sequences only, and none of them the present one."""
    found = candidates(plant, state, kinds=(Kind.SEQUENCES,))

    present = tuple(o.order for o in state.orders if o.started == 0)
    assert found
    assert all(isinstance(c, Resequence) and c.orders != present for (c,) in found)


def test_a_sequence_that_avoids_setups_groups_the_products(plant: Plant, state: LineState) -> None:
    """With the day's due dates aside, each product is made in one go."""
    named = named_sequences(plant, state)

    products = [plant.order(o).product for o in named["setup_avoiding"]]
    changes = sum(a != b for a, b in itertools.pairwise(products))
    assert changes == len(set(products)) - 1


def test_near_values_are_alike_and_far_ones_are_not(plant: Plant) -> None:
    """Within a tenth of the envelope (36 of 400 to 760) it comes to much the same."""
    a = (SetParameter(alias="labeller.speed_per_min", value=675.0),)
    near = (SetParameter(alias="labeller.speed_per_min", value=700.0),)
    far = (SetParameter(alias="labeller.speed_per_min", value=760.0),)

    assert alike(plant, a, near)
    assert not alike(plant, a, far)
    assert not alike(plant, a, (*a, SetParameter(alias="filler.speed_per_min", value=620.0)))


def test_sequences_are_compared_on_the_orders_both_contain(plant: Plant) -> None:
    """One order has started since; the rest is in the same sequence."""
    before = (Resequence(orders=("o02", "o03", "o04")),)
    after = (Resequence(orders=("o03", "o04")),)
    other = (Resequence(orders=("o04", "o03")),)

    assert alike(plant, before, after)
    assert not alike(plant, before, other)
