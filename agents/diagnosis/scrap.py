"""More rejected than the plant file says."""

import math
from collections.abc import Iterator

from agents.diagnosis.evidence import off_nominal
from planning.capacity import present_values, station_rates
from plants.flow.draft import Evidence, Finding, FindingKind
from plants.flow.state import LineState, StationState
from plants.model.plant import Plant

_Z = 1.96
"""Normal quantile of a 95 % interval."""


def scrap(plant: Plant, state: LineState) -> Iterator[Finding]:
    """More rejected than the plant file says: by the present parameters, or surely so by the counters."""
    now = {r.station: r for r in station_rates(plant, present_values(state))}
    for station, live in zip(plant.stations, state.stations, strict=True):
        predicted = now[station.id].scrap - station.scrap
        measured = _scrap_at_least(live) - station.scrap
        excess = max(predicted, measured)
        if excess <= 0:
            continue
        evidence = [*off_nominal(station, state)]
        if live.processed:
            share = live.scrapped / live.processed
            evidence.append(Evidence(figure=f"{station.id} scrapped", value=share, expected=station.scrap))
        evidence.append(
            Evidence(figure=f"{station.id} scrap by setting", value=now[station.id].scrap, expected=station.scrap)
        )
        yield Finding(
            kind=FindingKind.SCRAP,
            subject=station.id,
            at_s=state.plant_time_s,
            severity=min(1.0, excess),
            evidence=tuple(evidence),
        )


def _scrap_at_least(live: StationState) -> float:
    """Lower end of the 95 % Wilson interval of the scrapped share; 0 without units."""
    n = live.processed
    if n == 0:
        return 0.0
    p = min(1.0, live.scrapped / n)
    centre = p + _Z**2 / (2 * n)
    spread = _Z * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n * n))
    return max(0.0, (centre - spread) / (1 + _Z**2 / n))
