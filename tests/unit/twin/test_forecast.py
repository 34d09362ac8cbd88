"""Forecasts from a live state: what they rest on is said beside them."""

import json

import pytest

from plants.errors import InvalidInput
from plants.flow.state import BufferState, Condition, LineState
from plants.kpi import Kpi
from plants.model.plant import Plant
from tests.twin_lines import line, mode, order, station
from twin import LineSimulation, simulate
from twin.forecast import forecast


def plant(quantity: int = 400) -> Plant:
    """Two stations with a buffer, one that fails, two orders."""
    orders = [order("a", quantity=100, due_s=120.0), order("b", "blue", quantity, due_s=1000.0)]
    return line([station(failures=[mode()]), station()], 3, orders=orders)


def live(of: Plant, at_s: float = 150.0) -> LineState:
    """The state of a line after a while."""
    sim = LineSimulation(of, seed=9)
    sim.run_until(at_s)
    return sim.snapshot()


def test_a_forecast_goes_on_from_the_state() -> None:
    """It is `simulate` from there; what has happened has happened."""
    p = plant()
    state = live(p)

    found = forecast(p, state, horizon_s=300, replications=5)

    assert found.result == simulate(p, state=state, horizon_s=300, replications=5)
    assert found.trustworthy
    assert (found.doubts, found.caveats) == ((), ())
    first = found.result.orders[0]
    assert first.end_s.mean == state.orders[0].finished_s
    assert (first.end_s.half_width, first.on_time.mean) == (0.0, float(first.end_s.mean <= p.orders[0].due_s))


def test_a_stale_state_is_forecast_from_and_told() -> None:
    """Figures come with the reason why nothing should be decided on them, and which tags are to blame."""
    p = plant()
    stale = tuple(f"s0.tag_{i}" for i in range(10))
    known = live(p)
    first = known.stations[0].model_copy(update={"condition": Condition.UNKNOWN})
    state = known.model_copy(update={"stale": stale, "stations": (first, known.stations[1])})

    found = forecast(p, state, horizon_s=100, replications=2)

    assert not found.trustworthy
    assert "10 tags" in found.doubts[0]
    assert "and 2 others" in found.doubts[0]
    assert "s0" in found.doubts[1]


def test_estimated_contents_are_a_caveat_not_a_doubt() -> None:
    """A level sensor drifts; that is said with its size."""
    p = plant()
    known = live(p)
    (buffer,) = known.buffers
    state = known.model_copy(update={"buffers": (BufferState(buffer="b0", parts=buffer.parts, level_sd=1.25),)})

    found = forecast(p, state, horizon_s=100, replications=2)

    assert found.trustworthy
    told = "buffer contents are estimates, over which the forecast is averaged"
    assert found.caveats == (f"{told}: b0 ({len(buffer.parts)} ± 1.2)",)


def test_a_state_of_another_description_is_refused() -> None:
    """Before anything runs."""
    with pytest.raises(InvalidInput, match="same service"):
        forecast(plant(), live(plant(quantity=300)), horizon_s=100)


def test_a_forecast_is_plain_json_and_can_go_to_a_precision() -> None:
    """What the command line prints."""
    p = plant()

    found = forecast(p, live(p), horizon_s=300, precision=0.2, precision_kpi=Kpi.WIP)

    told = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert told["precision"]["reached"] is True
    assert told["state"]["trustworthy"] is True
    assert told["state"]["plant_time_s"] == 150.0
