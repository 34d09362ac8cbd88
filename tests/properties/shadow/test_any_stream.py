"""Whatever comes in a stream, the shadow gives a valid state of its plant and says what it cannot trust."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from plants.flow.sample import Quality, Sample
from plants.flow.state import LineState
from plants.loader.load import load_plant
from plants.model.tags import tags_of
from twin.engine import LineSimulation
from twin.shadow.shadow import Shadow

_START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
_PLANT = load_plant("bottling")
_ALIASES = [t.alias for t in tags_of(_PLANT)]
_ORDERS = [o.id for o in _PLANT.orders]
_TUPLES = st.lists(st.sampled_from([*_ORDERS, "nobody"]), max_size=4).map(tuple)
_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 100_000) | st.just(2**33),
    st.floats(-1e6, 1e6),
    st.sampled_from([*_ORDERS, "", "nobody", "6"]),
    _TUPLES,
    st.sampled_from([2, 4, 5, 6, 9, 11, 17, 10, 11, 12, 3]),
)
_LATER = st.integers(0, 400).map(lambda n: timedelta(milliseconds=50 * n - 2000))


@st.composite
def _batches(draw: st.DrawFn) -> list[Sample]:
    samples, plant_s = [], draw(st.floats(0, 1e5))
    for _ in range(draw(st.integers(0, 25))):
        received = _START + draw(_LATER)
        source = draw(st.none() | _LATER.map(lambda by: _START + by))
        if draw(st.booleans()):
            plant_s += draw(st.floats(-50, 300))
            alias, value = "line.plant_time_s", plant_s
        else:
            alias, value = draw(st.sampled_from([*_ALIASES, "stranger.state"])), draw(_VALUES)
        quality = draw(st.sampled_from([Quality.GOOD, Quality.GOOD, Quality.GOOD, Quality.BAD, Quality.UNCERTAIN]))
        samples.append(Sample(alias=alias, value=value, quality=quality, source_time=source, received_at=received))
    return samples


@settings(deadline=None, max_examples=120)
@given(st.lists(_batches(), min_size=1, max_size=5))
def test_any_stream_gives_a_state_that_the_engine_takes(batches: list[list[Sample]]) -> None:
    """No value, quality, order or clock makes it fail; units are counted once, and what is missing is listed."""
    shadow = Shadow(_PLANT)
    shadow.feed([Sample(alias="line.plant_time_s", value=1.0, quality=Quality.GOOD, received_at=_START)])

    for batch in batches:
        shadow.feed(batch)
    state = shadow.state(_START + timedelta(seconds=3))

    assert LineState.model_validate_json(state.model_dump_json()) == state
    assert not state.trustworthy
    assert all(len(b.parts) <= c.capacity for b, c in zip(state.buffers, _PLANT.buffers, strict=True))
    assert all(o.started >= o.good + o.scrapped >= 0 for o in state.orders)
    assert sorted(o.order for o in state.orders) == sorted(_ORDERS)
    LineSimulation(_PLANT, state=state).run_until(state.plant_time_s + 60)
