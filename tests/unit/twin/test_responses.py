"""What several parameters do together."""

import pytest
from pydantic import ValidationError

from plants.flow.change import SetParameter
from plants.model.parameter import EffectOn
from plants.model.response import Response
from tests.twin_lines import constant, line, speed, station
from twin import run
from twin.lowering import factors

TERMS = [
    {"coefficient": 2.0, "of": [{"parameter": "speed"}]},
    {"coefficient": 3.0, "of": [{"parameter": "speed", "power": 2}]},
    {"coefficient": -4.0, "of": [{"parameter": "speed"}, {"parameter": "heat"}]},
]
HEAT = speed(id="heat", effects=[])


def test_terms_of_one_parameter_and_of_several_add_up() -> None:
    """X = 0.5 and y = 0.25: 1 + 2·0.5 + 3·0.25 - 4·0.125 = 2.25; at nominal 1."""
    response = Response.model_validate({"acts_on": "scrap", "terms": TERMS})

    assert response.factor({}) == 1.0
    assert response.factor({"speed": 0.5, "heat": 0.25}) == pytest.approx(2.25)
    assert response.factor({"speed": 2.0, "heat": 2.0}) == pytest.approx(1 + 4 + 12 - 16)
    assert response.factor({"speed": 0.1, "heat": 9.0}) == 0.0


def test_a_run_takes_the_response_from_the_moment_of_the_change() -> None:
    """Speed 15 of 10 makes each cycle 2.75 times as long; a response and an effect multiply."""
    p = line(
        [
            station(
                constant(2),
                parameters=[speed(), HEAT],
                responses=[{"acts_on": "cycle_time", "terms": TERMS, "fit": {"observations": 40, "r_squared": 0.9}}],
            )
        ]
    )

    before = run(p, horizon_s=111, engine="simpy")
    after = run(p, horizon_s=111, changes=[SetParameter(alias="s0.speed", value=15)], engine="simpy")

    assert before.counters["good"] == 55
    assert after.counters["good"] == 30  # 2 s x (1 + 1 + 0.75) / 1.5 = 3.667 s a unit


def test_every_figure_can_be_acted_upon() -> None:
    """Wear, too, which no serial line has."""
    for on in EffectOn:
        response = {"acts_on": on.value, "terms": TERMS}
        p = line([station(constant(2), parameters=[speed(effects=[]), HEAT], responses=[response])])
        found = factors(p.stations[0], {"s0.speed": 15.0})
        told = {"cycle_time": found.cycle, "scrap": found.scrap, "failure_rate": found.failure, "power": found.power}
        assert (told | {"wear": found.wear})[on.value] == pytest.approx(2.75)
        assert sum((told | {"wear": found.wear}).values()) == pytest.approx(6.75)


def test_a_parameter_that_is_not_there_is_refused_with_its_place() -> None:
    """A misspelt name would silently do nothing."""
    with pytest.raises(ValidationError, match="a response of 's0' names unknown parameter 'heat'"):
        line([station(constant(2), parameters=[speed(effects=[])], responses=[{"acts_on": "scrap", "terms": TERMS}])])
