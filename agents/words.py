"""Findings and changes in plain words, built from their own figures.

Used for rationales, step reports and logs. No text from the plant goes in: only ids, enums and numbers.
"""

from plants.flow.change import Change, Changes, SetParameter
from plants.flow.draft import Evidence, Finding, FindingKind
from plants.flow.state import LineState
from plants.flow.verdict import Interval, KpiEffect
from plants.kpi import KPI_UNITS, Kpi
from plants.model.plant import Plant
from twin.effects import objectives_of
from twin.screening import Score

_SAYS: dict[FindingKind, str] = {
    FindingKind.BOTTLENECK_SHIFT: "{subject} has become the bottleneck",
    FindingKind.SLOW_STATION: "{subject} runs slow and limits the line",
    FindingKind.SCRAP: "{subject} rejects more than planned",
    FindingKind.LATE_ORDER: "order {subject} will be late",
    FindingKind.SETUP_LOSS: "the planned sequence costs more setup time than it needs to",
    FindingKind.LOW_THROUGHPUT: "{subject} holds the line back",
    FindingKind.ENERGY: "{subject} takes more energy than planned",
}


_KPIS: dict[Kpi, str] = {
    Kpi.THROUGHPUT: "throughput",
    Kpi.OEE: "OEE",
    Kpi.AVAILABILITY: "availability",
    Kpi.PERFORMANCE: "performance",
    Kpi.QUALITY: "quality",
    Kpi.WIP: "work in progress",
    Kpi.LEAD_TIME: "lead time",
    Kpi.TARDINESS: "lateness of the orders in sum",
    Kpi.ENERGY_PER_GOOD: "energy per good unit",
}
_SHARES = frozenset({Kpi.OEE, Kpi.AVAILABILITY, Kpi.PERFORMANCE, Kpi.QUALITY})
_S_PER_MIN, _S_PER_H = 60.0, 3600.0


def say_finding(finding: Finding) -> str:
    """'labeller runs slow and limits the line (costs about 20%): labeller.speed_per_min 480 per min, expected 675'."""
    figures = "; ".join(say_evidence(e) for e in finding.evidence)
    cost = f" (costs about {finding.severity:.0%})"
    return _SAYS[finding.kind].format(subject=finding.subject) + cost + (f": {figures}" if figures else "")


def say_evidence(evidence: Evidence) -> str:
    """'labeller rate 1154 per h, expected 1437'; a figure without unit is a share."""
    value, expected = evidence.value, evidence.expected
    if not evidence.unit:
        return f"{evidence.figure} {value:.1%}" + ("" if expected is None else f", expected {expected:.1%}")
    if evidence.unit == "s":
        return f"{evidence.figure} {say_s(value)}" + ("" if expected is None else f", expected {say_s(expected)}")
    after = "" if expected is None else f", expected {_plain(expected)}"
    return f"{evidence.figure} {_plain(value)} {_unit(evidence.unit)}{after}"


def say_s(seconds: float) -> str:
    """A duration or a moment of plant time as people say it: '45 s', '12.5 min', '15.8 h'."""
    if abs(seconds) < 2 * _S_PER_MIN:
        return f"{seconds:.0f} s"
    if abs(seconds) < 2 * _S_PER_H:
        return f"{seconds / _S_PER_MIN:.1f} min"
    return f"{seconds / _S_PER_H:.1f} h"


def say_changes(plant: Plant, state: LineState, changes: Changes) -> str:
    """'labeller.speed_per_min from 480 to 675 per min and …'; 'leave it as it is' for none."""
    return " and ".join(_say_change(plant, state, c) for c in changes) or "leave it as it is"


def _say_change(plant: Plant, state: LineState, change: Change) -> str:
    if isinstance(change, SetParameter):
        unit = _unit(plant.parameters[change.alias].unit)
        return f"{change.alias} from {_plain(state.parameter(change.alias))} to {_plain(change.value)} {unit}"
    shown = ", ".join(change.orders[:8])
    return f"make the orders in the sequence {shown}" + (" and so on" if len(change.orders) > 8 else "")


def say_effect(effect: KpiEffect) -> str:
    """'throughput better, +228 per h (+193 to +263)'."""
    return f"{_KPIS[effect.kpi]} {effect.result}, {_say_interval(effect.kpi, effect.difference)}"


def say_score(plant: Plant, state: LineState, score: Score) -> str:
    """'labeller.speed_per_min from 480 to 675 per min: throughput +228 per h (+193 to +263)'."""
    harm = f", but it harms {', '.join(_KPIS[k] for k in score.harmed)}" if score.harmed else ""
    return f"{say_changes(plant, state, score.changes)}: {say_difference(plant, score)}{harm}"


def say_difference(plant: Plant, score: Score) -> str:
    """'throughput +228 per h (+193 to +263)'."""
    kpi = objectives_of(plant)[0].kpi
    return f"{_KPIS[kpi]} {_say_interval(kpi, score.difference)}"


def _say_interval(kpi: Kpi, d: Interval) -> str:
    """Mean and interval of a difference; shares in percentage points."""
    if kpi in _SHARES:
        return f"{100 * d.mean:+.2f} points ({100 * d.low:+.2f} to {100 * d.high:+.2f})"
    unit = _unit(KPI_UNITS[kpi])
    return f"{_signed(d.mean)} {unit}".rstrip() + f" ({_signed(d.low)} to {_signed(d.high)})"


def _plain(value: float) -> str:
    """Four significant figures, never in powers of ten below a million."""
    return f"{value:.0f}" if 1000 <= abs(value) < 1e6 else f"{value:.4g}"


def _signed(value: float) -> str:
    return f"{value:+.0f}" if 1000 <= abs(value) < 1e6 else f"{value:+.3g}"


def _unit(unit: str) -> str:
    return f"per {unit[2:]}" if unit.startswith("1/") else unit
