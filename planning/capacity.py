"""What each station could make on its own at given parameters: the quick analytic view of a line.

Used by the searches here and by `agents.diagnose`. It knows nothing of buffers, blocking or the present contents of the
line; the twin does. It answers in microseconds and tells which station limits the line.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from plants.flow.state import LineState
from plants.model.distribution import mean_s
from plants.model.parameter import EffectOn
from plants.model.plant import Plant
from plants.model.station import FailureClock, Station

_S_PER_H = 3600.0


@dataclass(frozen=True)
class StationRate:
    """What one station could make if it were never starved, blocked or set up."""

    station: str
    """Which station."""
    cycle_s: float
    """Mean time per unit of flow at the given parameters, seconds."""
    efficiency: float
    """Share of time it executes when left alone: its own failures taken off."""
    scrap: float
    """Share of units it rejects at the given parameters."""
    good_per_h: float
    """Good units per hour that leave the *line* when this station limits it (later scrap taken off)."""


def present_values(state: LineState) -> dict[str, float]:
    """Present value of each parameter by alias."""
    return {p.alias: p.value for p in state.parameters}


def nominal_values(plant: Plant) -> dict[str, float]:
    """Nominal value of each parameter by alias."""
    return {alias: p.nominal for alias, p in plant.parameters.items()}


def station_rates(plant: Plant, values: Mapping[str, float]) -> tuple[StationRate, ...]:
    """Rate of each station in isolation, in flow order.

    Args:
        plant: the line.
        values: parameter values by alias; a missing one counts as nominal.
    """
    rates = []
    yield_after = 1.0
    for station in reversed(plant.stations):
        scrap = min(1.0, station.scrap * effect(station, values, EffectOn.SCRAP))
        yield_after *= 1.0 - scrap
        cycle_s = mean_s(station.cycle) * effect(station, values, EffectOn.CYCLE_TIME)
        efficiency = isolated_efficiency(station, values)
        per_h = _S_PER_H / cycle_s * efficiency * yield_after if cycle_s > 0 else float("inf")
        rates.append(StationRate(station.id, cycle_s, efficiency, scrap, per_h))
    return tuple(reversed(rates))


def bottleneck(rates: tuple[StationRate, ...]) -> StationRate:
    """The station that limits the line: the least good output in isolation, the first of equals."""
    return min(rates, key=lambda r: r.good_per_h)


def isolated_efficiency(station: Station, values: Mapping[str, float]) -> float:
    """Share of time a station executes when it is never starved or blocked.

    Operation-dependent failures take r = MTTR/MTBF of the executing time each, so e = 1/(1 + sum r); calendar failures
    take MTTR/(MTBF + MTTR) of all time (Gershwin, *Manufacturing Systems Engineering*, 1994, section 2.2).
    """
    factor = effect(station, values, EffectOn.FAILURE_RATE)
    lost_per_executing, calendar = 0.0, 1.0
    for mode in station.failures:
        per_up = factor * mean_s(mode.repair_distribution) / mean_s(mode.uptime_distribution)
        if mode.clock is FailureClock.OPERATING:
            lost_per_executing += per_up
        else:
            calendar /= 1.0 + per_up
    return calendar / (1.0 + lost_per_executing)


def effect(station: Station, values: Mapping[str, float], on: EffectOn) -> float:
    """Product of the factors of a station's parameters on one figure (dimensionless)."""
    product = 1.0
    for parameter in station.parameters:
        product *= parameter.factor(on, values.get(f"{station.id}.{parameter.id}", parameter.nominal))
    return product
