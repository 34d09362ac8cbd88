"""The history of a virtual plant depends on what happens, not on how time is cut into steps."""

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from plants.loader.load import load_plant
from plants.model.plant import Plant
from virtual.plant import VirtualPlant
from virtual.script import Breakdown, PanelSetting, Script, Selector

SPEED = "labeller.speed_per_min"
SPAN_S = 400.0
SCRIPT = Script(
    events=(
        PanelSetting(at_s=61.7, alias=SPEED, value=470),
        Breakdown(at_s=123.4, station="filler", mode="valve", repair_s=77),
        Selector(at_s=200, remote=False),
    )
)


@cache
def bottling() -> Plant:
    """The library's bottling line."""
    return load_plant("bottling")


@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.floats(0, SPAN_S), max_size=12), seed=st.integers(1, 50))
def test_the_same_history_however_time_is_cut_up(cuts: list[float], seed: int) -> None:
    """One step of 400 s and any cutting of it end in the same values."""
    whole = VirtualPlant(bottling(), seed=seed, script=SCRIPT, warm_s=30)
    in_parts = VirtualPlant(bottling(), seed=seed, script=SCRIPT, warm_s=30)

    whole.advance(SPAN_S)
    for cut in [*sorted(cuts), SPAN_S]:
        in_parts.advance(max(30 + cut - in_parts.now_s, 0.0))

    assert in_parts.values() == whole.values()
