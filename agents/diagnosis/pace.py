"""A station that limits the line more than its description says: by its parameters, or by what is measured."""

from collections.abc import Iterator, Mapping

from agents.diagnosis.evidence import Shares, off_nominal
from planning.capacity import StationRate, bottleneck, nominal_values, present_values, station_rates
from plants.flow.draft import Evidence, Finding, FindingKind
from plants.flow.state import Condition, LineState
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
        yield from _by_measurement(plant, state, shares, limit)


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
        found[FindingKind.BOTTLENECK_SHIFT] = (line, *_around(plant, shares, limit))
    for kind, evidence in found.items():
        yield Finding(
            kind=kind,
            subject=limit.station,
            at_s=state.plant_time_s,
            severity=min(1.0, loss),
            evidence=evidence,
        )


def _around(plant: Plant, shares: Shares, limit: StationRate) -> Iterator[Evidence]:
    """How the limiting station shows: it executes, upstream is blocked, downstream is starved."""
    at = plant.station_index[limit.station]
    around: list[tuple[str, Condition, float | None]] = [(limit.station, Condition.EXECUTING, limit.efficiency)]
    around += [(s.id, Condition.BLOCKED, None) for s in plant.stations[max(0, at - 1) : at]]
    around += [(s.id, Condition.STARVED, None) for s in plant.stations[at + 1 : at + 2]]
    for station, condition, expected in around:
        if station in shares:
            share = shares[station].get(condition, 0.0)
            yield Evidence(figure=f"{station} {condition}", value=share, expected=expected)


def _by_measurement(plant: Plant, state: LineState, shares: Shares, limit: StationRate) -> Iterator[Finding]:
    """A station that was active longest although the description says another limits the line.

    The longest share of active time (executing, down, being set up: all that is not waiting for a neighbour) marks the
    bottleneck: Roser, Nakano and Tanaka, *A practical bottleneck detection method*, WSC 2001.
    """
    active = {s.id: _active(shares.get(s.id, {})) for s in plant.stations}
    busiest = max(active, key=lambda s: active[s])
    expected = limit.efficiency
    made = shares.get(limit.station, {}).get(Condition.EXECUTING, 0.0) / max(_available(shares, limit.station), 1e-9)
    loss = 1.0 - made / expected if expected > 0 else 0.0
    if busiest == limit.station or loss <= 0 or limit.station not in shares:
        return
    rate = next(r for r in station_rates(plant, present_values(state)) if r.station == busiest)
    evidence = (
        Evidence(figure=f"{busiest} active", value=active[busiest]),
        Evidence(figure=f"{limit.station} executing", value=made, expected=expected),
        *_around(plant, shares, rate),
    )
    yield Finding(
        kind=FindingKind.BOTTLENECK_SHIFT,
        subject=busiest,
        at_s=state.plant_time_s,
        severity=min(1.0, loss),
        evidence=evidence,
    )


def _active(share: Mapping[Condition, float]) -> float:
    return sum(share.get(c, 0.0) for c in (Condition.EXECUTING, Condition.DOWN, Condition.SETUP))


def _available(shares: Shares, station: str) -> float:
    """Share of time in which the station had something to make and was not being set up."""
    share = shares.get(station, {})
    idle = (Condition.SETUP, Condition.NO_ORDER, Condition.UNKNOWN)
    return 1.0 - sum(share.get(c, 0.0) for c in idle)
