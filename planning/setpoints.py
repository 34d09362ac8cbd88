"""Candidate parameter values: within the envelope, within one step of the present value, and worth a look.

Used by `planning.candidates`. Refuses nothing and proposes nothing outside what one write may do; whether a candidate
helps is for the twin to say.
"""

import math
from collections.abc import Sequence

from planning.capacity import bottleneck, present_values, station_rates
from plants.flow.change import Changes, SetParameter
from plants.flow.state import LineState
from plants.model.parameter import Parameter
from plants.model.plant import Plant

GRID = 4
"""Values between the present one and each end of what one write may reach."""


def setpoint_candidates(plant: Plant, state: LineState, *, focus: Sequence[str] = ()) -> tuple[Changes, ...]:
    """Candidate changes of parameters, the most natural first.

    Everything back to nominal, then each parameter of the stations in focus (the bottleneck when none is given) back to
    nominal and over its reachable range, then the bottleneck together with its neighbours.

    Args:
        plant: the line.
        state: where it stands; a parameter without a present value is left alone.
        focus: stations to look at first.
    """
    present = present_values(state)
    limit = bottleneck(station_rates(plant, present)).station
    stations = list(dict.fromkeys([*focus, limit]))
    found = [*_back_to_nominal(plant, present)]
    for station in stations:
        found += _of_station(plant, present, station)
    found += _with_neighbours(plant, present, stations)
    return tuple(c for c in found if c)


def values_for(parameter: Parameter, present: float) -> tuple[float, ...]:
    """Values one write may set: nominal first (or the nearest to it), then a grid, going away from it.

    Every value lies within the envelope and within `max_step` of `present`, and differs from it by more than the
    read-back tolerance. A present value from which the envelope cannot be reached in one step gives none.
    """
    low, high = reach(parameter, present)
    if low > high:
        return ()
    grain = _grain(parameter)
    grid = [math.ceil(low / grain) * grain, math.floor(high / grain) * grain]
    for end in (low, high):
        grid += [round((present + (end - present) * i / GRID) / grain) * grain for i in range(1, GRID + 1)]
    nominal = parameter.nominal
    home = nominal if allowed(parameter, present, nominal) else min(max(nominal, low), high)
    wanted = [home, *sorted((_tidy(v, grain) for v in grid), key=lambda v: (abs(v - home), v))]
    return tuple(dict.fromkeys(v for v in wanted if allowed(parameter, present, v)))


def allowed(parameter: Parameter, present: float, value: float) -> bool:
    """Whether one write may take the parameter from `present` to `value`, and whether that is a change at all."""
    step = abs(value - present)
    return parameter.minimum <= value <= parameter.maximum and parameter.tolerance < step <= parameter.max_step


def reach(parameter: Parameter, present: float) -> tuple[float, float]:
    """Lowest and highest value that one write may set; the lowest lies above the highest when there is none."""
    return (
        max(parameter.minimum, present - parameter.max_step),
        min(parameter.maximum, present + parameter.max_step),
    )


def _back_to_nominal(plant: Plant, present: dict[str, float]) -> list[Changes]:
    """All parameters that stand off nominal, put back together (as far as one step goes)."""
    back = []
    for alias, parameter in plant.parameters.items():
        if alias in present and abs(present[alias] - parameter.nominal) > parameter.tolerance:
            back += [SetParameter(alias=alias, value=v) for v in values_for(parameter, present[alias])[:1]]
    return [tuple(back)] if 1 < len(back) <= 16 else []


def _of_station(plant: Plant, present: dict[str, float], station: str) -> list[Changes]:
    found: list[Changes] = []
    for parameter in plant.station(station).parameters:
        alias = f"{station}.{parameter.id}"
        if alias in present:
            found += [(SetParameter(alias=alias, value=v),) for v in values_for(parameter, present[alias])]
    return found


def _with_neighbours(plant: Plant, present: dict[str, float], stations: list[str]) -> list[Changes]:
    """Each station in focus moved together with a neighbour, both halfway and both as far as one step goes."""
    found: list[Changes] = []
    for station in stations:
        at = plant.station_index[station]
        for other in plant.stations[max(0, at - 1) : at + 2]:
            if other.id != station:
                pairs = zip(_raised(plant, present, station), _raised(plant, present, other.id), strict=False)
                found += [(*a, *b) for a, b in pairs]
    return found


def _raised(plant: Plant, present: dict[str, float], station: str) -> list[Changes]:
    """The first parameter of a station raised halfway and all the way to the top of its reach."""
    for parameter in plant.station(station).parameters[:1]:
        alias = f"{station}.{parameter.id}"
        if alias in present:
            above = sorted(v for v in values_for(parameter, present[alias]) if v > present[alias])
            picked = dict.fromkeys([*above[len(above) // 2 :][:1], *above[-1:]])
            return [(SetParameter(alias=alias, value=v),) for v in picked]
    return []


def _grain(parameter: Parameter) -> float:
    """A round step of about a hundredth of the envelope, so that setpoints read like setpoints."""
    return float(10.0 ** math.floor(math.log10((parameter.maximum - parameter.minimum) / 50)))


def _tidy(value: float, grain: float) -> float:
    """The value without the dust of binary fractions."""
    return round(value, max(0, -math.floor(math.log10(grain)) + 1))
