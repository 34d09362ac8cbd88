"""KPIs measured from recorded counters over a span of plant time.

Every figure is computed from what the equipment counted, never from the twin. `sufficient` is False, and the value
None, when the span is not covered, when the link was away or a tag not good for longer than the limit, or when the KPI
cannot be measured from counters (lead time, tardiness, and the OEE family, which need the events of each unit).
"""

from collections.abc import Callable

from historian.span import Span
from plants.flow.outcome import Measurement
from plants.flow.state import PackML
from plants.kpi import Kpi
from plants.model.plant import Plant
from plants.model.tags import STOP_REASON_CODES, StopReason, TagRole

_HOUR_S = 3600.0
_HOLDING = frozenset({PackML.EXECUTE, PackML.HELD, PackML.ABORTED})


def measure(plant: Plant, kpi: Kpi, span: Span) -> Measurement:
    """One KPI over a span."""
    formula = _FORMULAS.get(kpi)
    value = formula(plant, span) if formula is not None and span.end_s > span.start_s else None
    sufficient = value is not None and span.sufficient
    return Measurement(
        kpi=kpi,
        value=value if sufficient else None,
        start_s=span.start_s,
        end_s=span.end_s,
        samples=span.samples,
        sufficient=sufficient,
    )


def _good_units(plant: Plant, span: Span) -> float:
    """Units that left the line: processed minus defective at the last station, in units of flow."""
    last = plant.stations[-1].id
    pieces = span.gained(f"{last}.{TagRole.PROCESSED}") - span.gained(f"{last}.{TagRole.DEFECTIVE}")
    return max(pieces, 0.0) / plant.flow_unit.pieces


def _throughput(plant: Plant, span: Span) -> float | None:
    """Good units per hour (ISO 22400-2, throughput rate)."""
    return _good_units(plant, span) * _HOUR_S / (span.end_s - span.start_s)


def _quality(plant: Plant, span: Span) -> float | None:
    """Good pieces that left the line over those and all rejected ones (ISO 22400-2 quality ratio); as the twin has it.

    Rejected pieces are those of all stations. None when none left the line either way.
    """
    good = _good_units(plant, span) * plant.flow_unit.pieces
    rejected = sum(span.gained(f"{s.id}.{TagRole.DEFECTIVE}") for s in plant.stations)
    return None if good + rejected <= 0 else good / (good + rejected)


def _energy_per_good(plant: Plant, span: Span) -> float | None:
    """Gain of all energy counters over good units; None when none was made."""
    energy_kwh = sum(span.gained(f"{s.id}.{TagRole.ENERGY}") for s in plant.stations)
    good = _good_units(plant, span)
    return None if good <= 0 else energy_kwh / good


def _wip(plant: Plant, span: Span) -> float | None:
    """Mean of all level sensors, plus one for each station while it holds a unit."""
    levels = sum(span.mean(span.steps(f"{b.id}.{TagRole.LEVEL}")) for b in plant.buffers)
    return levels + sum(span.mean(_holding(span, s.id)) for s in plant.stations)


def _holding(span: Span, station: str) -> list[tuple[float, float]]:
    """1 while a station executes, is stopped in mid-work or is blocked by its finished unit; else 0."""
    changes = [(at_s, value, True) for at_s, value in span.steps(f"{station}.{TagRole.STATE}")]
    changes += [(at_s, value, False) for at_s, value in span.steps(f"{station}.{TagRole.STOP_REASON}")]
    state = reason = 0.0
    steps: dict[float, float] = {}
    for at_s, value, is_state in sorted(changes):
        state, reason = (value, reason) if is_state else (state, value)
        blocked = state == PackML.SUSPENDED and reason == STOP_REASON_CODES[StopReason.BLOCKED]
        steps[at_s] = float(state in _HOLDING or blocked)
    return sorted(steps.items())


_FORMULAS: dict[Kpi, Callable[[Plant, Span], float | None]] = {
    Kpi.THROUGHPUT: _throughput,
    Kpi.QUALITY: _quality,
    Kpi.ENERGY_PER_GOOD: _energy_per_good,
    Kpi.WIP: _wip,
}
