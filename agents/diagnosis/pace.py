"""A station that limits the line more than its description says, by its parameters."""

from collections.abc import Iterator

from agents.diagnosis.evidence import Shares, around, off_nominal
from agents.diagnosis.measured import shift_measured
from planning.capacity import StationRate, bottleneck, nominal_values, present_values, station_rates
from plants.flow.draft import Evidence, Finding, FindingKind
from plants.flow.state import LineState
from plants.model.plant import Plant


def pace(plant: Plant, state: LineState, shares: Shares, least: float) -> Iterator[Finding]:
    """A station that limits the line more than the description says: by its parameters, or else by what is measured."""
    values = present_values(state)
    now, nominal = station_rates(plant, values), station_rates(plant, nominal_values(plant))
    limit, design = bottleneck(now), bottleneck(nominal)
    loss = 1.0 - limit.good_per_h / design.good_per_h
    if loss >= least:
        yield from _by_parameters(plant, state, shares, limit, design, loss)
    elif shares:
        yield from shift_measured(plant, state, shares, now)


def _by_parameters(
    plant: Plant, state: LineState, shares: Shares, limit: StationRate, design: StationRate, loss: float
) -> Iterator[Finding]:
    index = plant.station_index[limit.station]
    before = station_rates(plant, nominal_values(plant))[index]
    cause = (
        *off_nominal(plant.stations[index], state),
        Evidence(figure=f"{limit.station} rate", value=limit.good_per_h, unit="1/h", expected=before.good_per_h),
    )
    line = Evidence(figure="line rate", value=limit.good_per_h, unit="1/h", expected=design.good_per_h)
    slower = limit.cycle_s > before.cycle_s
    shifted = limit.station != design.station
    found = {
        FindingKind.SLOW_STATION if slower else FindingKind.LOW_THROUGHPUT: (*cause, *(() if shifted else (line,)))
    }
    if shifted:
        found[FindingKind.BOTTLENECK_SHIFT] = (line, *around(plant, shares, limit))
    for kind, evidence in found.items():
        yield Finding(
            kind=kind,
            subject=limit.station,
            at_s=state.plant_time_s,
            severity=min(1.0, loss),
            evidence=evidence,
        )
