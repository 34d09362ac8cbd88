"""Figures that several kinds of findings share, and the type of what stations were recently doing."""

from collections.abc import Iterator, Mapping

from planning.capacity import present_values
from plants.flow.draft import Evidence
from plants.flow.state import Condition, LineState
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
