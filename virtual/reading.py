"""From a line's state to the values of its tags, as a control system shows them.

Used by `virtual.plant`. A pure function of the state: PackML states and stop reasons after OPC 30050, counters in
pieces, levels and power as imperfect sensors see them.
"""

from collections.abc import Callable

from plants.flow.sample import Value
from plants.flow.state import Condition, LineState, PackML, StationState
from plants.model.parameter import EffectOn
from plants.model.plant import Plant
from plants.model.station import Station, StopClass
from plants.model.tags import (
    FAILURE_REASON_OFFSET,
    STOP_REASON_CODES,
    UNIT_MODE_MAINTENANCE,
    UNIT_MODE_PRODUCTION,
    StopReason,
    TagRole,
)

Noise = Callable[[str], float]
"""A standard normal error of the sensor of a tag, for the present moment."""

_UINT32 = 2**32

_STATE_OF: dict[Condition, tuple[PackML, StopReason]] = {
    Condition.EXECUTING: (PackML.EXECUTE, StopReason.NONE),
    Condition.STARVED: (PackML.SUSPENDED, StopReason.STARVED),
    Condition.BLOCKED: (PackML.SUSPENDED, StopReason.BLOCKED),
    Condition.SETUP: (PackML.STOPPED, StopReason.SETUP),
    Condition.NO_ORDER: (PackML.IDLE, StopReason.NO_ORDER),
}


def packml_of(station: Station, state: StationState) -> tuple[PackML, int]:
    """StateCurrent and StopReason of a station.

    A breakdown is ABORTED and a micro-stop HELD, with 10 + the position of the failure mode as reason; of several at
    once, a breakdown before a micro-stop, then the first in the plant file.
    """
    if state.condition is not Condition.DOWN:
        packml, reason = _STATE_OF.get(state.condition, (PackML.STOPPED, StopReason.NONE))
        return packml, STOP_REASON_CODES[reason]
    down = {f.mode for f in state.failures if f.down_for_s is not None}
    modes = [(m.stop_class is not StopClass.BREAKDOWN, i) for i, m in enumerate(station.failures) if m.id in down]
    micro, index = min(modes, default=(False, 0))
    return (PackML.HELD if micro else PackML.ABORTED), FAILURE_REASON_OFFSET + index


def power_kw(station: Station, state: StationState, actuals: dict[str, float]) -> float:
    """Electric power of a station in its present state, at its actual parameters."""
    draw = station.power_kw
    match state.condition:
        case Condition.EXECUTING:
            factor = 1.0
            for p in station.parameters:
                factor *= p.factor(EffectOn.POWER, actuals[f"{station.id}.{p.id}"])
            return draw.executing * factor
        case Condition.SETUP:
            return draw.setup
        case Condition.DOWN:
            return draw.down
        case _:
            return draw.waiting


def station_values(
    station: Station, state: StationState, pieces: int, power: float, actuals: dict[str, float]
) -> dict[str, Value]:
    """Values of a station's own tags. `power` is what its meter shows, in kW; counters roll over as UInt32 do."""
    packml, reason = packml_of(station, state)
    broken = packml is PackML.ABORTED
    at = station.id
    values: dict[str, Value] = {
        f"{at}.{TagRole.STATE}": int(packml),
        f"{at}.{TagRole.STOP_REASON}": reason,
        f"{at}.{TagRole.UNIT_MODE}": UNIT_MODE_MAINTENANCE if broken else UNIT_MODE_PRODUCTION,
        f"{at}.{TagRole.ORDER}": (state.part.order or "") if state.part is not None else "",
        f"{at}.{TagRole.PROCESSED}": state.processed * pieces % _UINT32,
        f"{at}.{TagRole.DEFECTIVE}": state.scrapped * pieces % _UINT32,
        f"{at}.{TagRole.POWER}": round(power, 2),
        f"{at}.{TagRole.ENERGY}": round(state.energy_kwh, 3),
    }
    return values | {f"{at}.{p.id}.actual": round(actuals[f"{at}.{p.id}"], 2) for p in station.parameters}


def line_values(
    plant: Plant,
    state: LineState,
    actuals: dict[str, float],
    noise: Noise,
    *,
    level_sd: float,
    power_sd: float,
) -> dict[str, Value]:
    """Values of all stations and buffers. `plant` is the one whose power draw and effects hold, the true one."""
    values: dict[str, Value] = {}
    for station, its in zip(plant.stations, state.stations, strict=True):
        error = 1.0 + power_sd * noise(f"{station.id}.{TagRole.POWER}")
        power = power_kw(station, its, actuals) * error
        values |= station_values(station, its, plant.flow_unit.pieces, power, actuals)
    for buffer, held in zip(plant.buffers, state.buffers, strict=True):
        alias = f"{buffer.id}.{TagRole.LEVEL}"
        level = round(len(held.parts) + level_sd * noise(alias))
        values[alias] = min(max(level, 0), buffer.capacity)
    return values
