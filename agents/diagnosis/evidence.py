"""Figures that several kinds of findings share, and the type of what stations were recently doing."""

from collections.abc import Iterator, Mapping

from planning.capacity import StationRate, present_values
from plants.flow.draft import Evidence
from plants.flow.state import Condition, LineState
from plants.model.plant import Plant
from plants.model.station import Station

Shares = Mapping[str, Mapping[Condition, float]]
"""Recent share of time of each station in each condition."""


def off_nominal(station: Station, state: LineState) -> Iterator[Evidence]:
    """The parameters of a station that stand off nominal."""
    values = present_values(state)
    for p in station.parameters:
        alias = f"{station.id}.{p.id}"
        value = values.get(alias, p.nominal)
        if abs(value - p.nominal) > p.tolerance:
            yield Evidence(figure=alias, value=value, unit=p.unit[:16], expected=p.nominal)


def around(plant: Plant, shares: Shares, limit: StationRate) -> Iterator[Evidence]:
    """How the limiting station shows: it executes, upstream is blocked, downstream is starved."""
    at = plant.station_index[limit.station]
    around: list[tuple[str, Condition, float | None]] = [(limit.station, Condition.EXECUTING, limit.efficiency)]
    around += [(s.id, Condition.BLOCKED, None) for s in plant.stations[max(0, at - 1) : at]]
    around += [(s.id, Condition.STARVED, None) for s in plant.stations[at + 1 : at + 2]]
    for station, condition, expected in around:
        if station in shares:
            share = shares[station].get(condition, 0.0)
            yield Evidence(figure=f"{station} {condition}", value=share, expected=expected)
