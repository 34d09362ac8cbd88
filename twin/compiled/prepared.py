"""Prepared starts: the arrays from which all replications of one plant and state begin.

Used by `twin.compiled.simulation`. Kept for the few plants and states asked for last, by the revisions of both, so
that a replication costs a copy and no walk through the description.
"""

from dataclasses import dataclass

from plants.flow.state import LineState
from plants.model.plant import Plant
from twin.compiled.arrays import LineArrays, arrays_of
from twin.compiled.layout import Integers, Records
from twin.compiled.state import put_nothing, put_stations, sequence_of
from twin.kept import Kept
from twin.lowering import LoweredLine, factors, lower
from twin.snapshot import check

_KEPT = 8


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plant in a state, as arrays that are copied for each run."""

    line: LoweredLine
    arrays: LineArrays
    queue: Records
    sequence: Integers
    values: dict[str, float]
    """Values of all parameters by alias."""
    start_s: float
    wip: int
    next_index: int


_prepared: Kept[tuple[str, str | None], Prepared] = Kept(_KEPT)


def prepare(plant: Plant, state: LineState | None) -> Prepared:
    """The start of all runs of a plant from a state.

    Raises:
        InvalidInput: the state belongs to another plant or does not fit it, or the line is not covered.
    """
    key = (plant.revision, None if state is None else state.revision)
    return _prepared.get(key, lambda: _prepare(plant, state))


def _prepare(plant: Plant, state: LineState | None) -> Prepared:
    line = lower(plant)
    arrays = arrays_of(line)
    values = {alias: p.nominal for alias, p in plant.parameters.items()}
    if state is None:
        queue = put_nothing(arrays)
    else:
        check(plant, state)
        values.update({p.alias: p.value for p in state.parameters if p.alias in values})
        queue = put_stations(arrays, line, state)
    _put_factors(arrays, line, plant, values)
    held = arrays.stations[arrays.stations["has_part"] > 0]
    indices = [*held["index"].tolist(), *queue["index"][_taken(arrays)].tolist()]
    first = arrays.stations[0]
    begun = int(first["processed"]) + int(first["has_part"] and not first["finished"]) if state else 0
    return Prepared(
        line=line,
        arrays=arrays,
        queue=queue,
        sequence=sequence_of(line, state),
        values=values,
        start_s=state.plant_time_s if state else 0.0,
        wip=len(indices),
        next_index=max([begun, *(k + 1 for k in indices)]),
    )


def _taken(arrays: LineArrays) -> list[int]:
    """Places of all buffers that hold a unit."""
    return [int(s["base"]) + k for s in arrays.stations[1:] for k in range(int(s["level"]))]


def _put_factors(arrays: LineArrays, line: LoweredLine, plant: Plant, values: dict[str, float]) -> None:
    for row, station, lowered in zip(arrays.stations, plant.stations, line.stations, strict=True):
        f = factors(station, values)
        row["cycle_factor"], row["power_factor"] = f.cycle, f.power
        row["scrap_share"] = min(lowered.scrap * f.scrap, 1.0)
        for m in range(row["first_mode"], row["last_mode"]):
            arrays.modes[m]["rate"] = f.failure
