"""Setpoint candidates of any parameter, from any present value."""

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from planning.setpoints import allowed, setpoint_candidates, values_for
from plants.flow.change import SetParameter
from plants.flow.state import LineState, ParameterValue
from plants.model.parameter import Parameter
from plants.model.plant import Plant

LABEL = {"en": "x", "ko": "x"}


@st.composite
def parameters(draw: st.DrawFn) -> Parameter:
    """Any parameter: envelopes from a thousandth to a million wide, coarse or fine steps."""
    low = draw(st.floats(min_value=0.001, max_value=1e6))
    width = draw(st.floats(min_value=0.001, max_value=1e6))
    nominal = low + width * draw(st.floats(min_value=0, max_value=1))
    return Parameter(
        id="speed",
        name=LABEL,  # type: ignore[arg-type]  # pydantic reads the mapping
        unit="1/min",
        nominal=min(max(nominal, low), low + width),
        minimum=low,
        maximum=low + width,
        max_step=width * draw(st.floats(min_value=0.01, max_value=2)),
        tolerance=width * draw(st.floats(min_value=1e-6, max_value=0.1)),
    )


@given(parameters(), st.floats(min_value=-0.5, max_value=1.5))
def test_every_value_is_one_write_within_envelope_and_step(parameter: Parameter, where: float) -> None:
    """Also when somebody has set the parameter outside its envelope at the panel."""
    present = parameter.minimum + where * (parameter.maximum - parameter.minimum)

    values = values_for(parameter, present)

    assert len(set(values)) == len(values)
    for value in values:
        assert parameter.minimum <= value <= parameter.maximum
        assert parameter.tolerance < abs(value - present) <= parameter.max_step
        assert allowed(parameter, present, value)


@given(parameters(), st.floats(min_value=0, max_value=1))
def test_nominal_comes_first_where_one_write_reaches_it(parameter: Parameter, where: float) -> None:
    """Going back to how it was designed is the most natural thing to try."""
    present = parameter.minimum + where * (parameter.maximum - parameter.minimum)

    values = values_for(parameter, present)

    if allowed(parameter, present, parameter.nominal):
        assert values[0] == parameter.nominal


@given(st.lists(parameters(), min_size=1, max_size=4), st.data())
def test_candidates_of_a_line_set_each_parameter_once(some: list[Parameter], data: st.DataObject) -> None:
    """Whatever is combined, no candidate sets one parameter twice or leaves its envelope."""
    plant = line_of(some)
    present = {a: data.draw(st.floats(min_value=p.minimum, max_value=p.maximum)) for a, p in plant.parameters.items()}
    state = state_of(plant, present)

    found = setpoint_candidates(plant, state)

    for changes in found:
        aliases = [c.alias for c in changes if isinstance(c, SetParameter)]
        assert 1 <= len(aliases) == len(set(aliases)) == len(changes)
        assert all(
            allowed(plant.parameters[c.alias], present[c.alias], c.value)
            for c in changes
            if isinstance(c, SetParameter)
        )


def line_of(parameters: list[Parameter]) -> Plant:
    """A line with one parameter a station."""
    names = [f"s{i}" for i in range(len(parameters))]
    stations: list[dict[str, Any]] = [
        {"id": n, "name": LABEL, "cycle": {"kind": "constant", "mean_s": 2 + i}, "parameters": [p]}
        for i, (n, p) in enumerate(zip(names, parameters, strict=True))
    ]
    buffers = [
        {"id": f"b{i}", "name": LABEL, "upstream": a, "downstream": b, "capacity": 5}
        for i, (a, b) in enumerate(itertools.pairwise(names))
    ]
    return Plant.model_validate(
        {
            "plant": "line",
            "name": LABEL,
            "flow_unit": {"name": LABEL, "piece": LABEL},
            "stations": stations,
            "buffers": buffers,
            "products": [{"id": "a", "name": LABEL}],
        }
    )


def state_of(plant: Plant, values: dict[str, float]) -> LineState:
    """A state in which only the parameters are of interest."""
    return LineState(
        plant=plant.plant,
        plant_revision=plant.revision,
        plant_time_s=0.0,
        stations=(),
        buffers=(),
        parameters=tuple(ParameterValue(alias=a, value=v) for a, v in values.items()),
    )
