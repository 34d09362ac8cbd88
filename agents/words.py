"""Findings and changes in plain words, built from their own figures.

Used for rationales, step reports and logs. No text from the plant goes in: only ids, enums and numbers.
"""

from plants.flow.change import Change, Changes, SetParameter
from plants.flow.draft import Evidence, Finding, FindingKind
from plants.flow.state import LineState
from plants.flow.verdict import Interval, KpiEffect
from plants.kpi import KPI_NAMES, KPI_UNITS, SHARES, Kpi, say_number, say_s, say_unit
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
    after = "" if expected is None else f", expected {say_number(expected)}"
    return f"{evidence.figure} {say_number(value)} {say_unit(evidence.unit)}{after}"


def say_changes(plant: Plant, state: LineState, changes: Changes) -> str:
    """'labeller.speed_per_min from 480 to 675 per min and …'; 'leave it as it is' for none."""
    return " and ".join(_say_change(plant, state, c) for c in changes) or "leave it as it is"


def _say_change(plant: Plant, state: LineState, change: Change) -> str:
    if isinstance(change, SetParameter):
        unit = say_unit(plant.parameters[change.alias].unit)
        return f"{change.alias} from {say_number(state.parameter(change.alias))} to {say_number(change.value)} {unit}"
    shown = ", ".join(change.orders[:8])
    return f"make the orders in the sequence {shown}" + (" and so on" if len(change.orders) > 8 else "")


def say_effect(effect: KpiEffect) -> str:
    """'throughput better, +228 per h (+193 to +263)'."""
    return f"{KPI_NAMES[effect.kpi]} {effect.result}, {_say_interval(effect.kpi, effect.difference)}"


def say_score(plant: Plant, state: LineState, score: Score) -> str:
    """'labeller.speed_per_min from 480 to 675 per min: throughput +228 per h (+193 to +263)'."""
    harm = f", but it harms {', '.join(KPI_NAMES[k] for k in score.harmed)}" if score.harmed else ""
    return f"{say_changes(plant, state, score.changes)}: {say_difference(plant, score)}{harm}"


def say_difference(plant: Plant, score: Score) -> str:
    """'throughput +228 per h (+193 to +263)'."""
    kpi = objectives_of(plant)[0].kpi
    return f"{KPI_NAMES[kpi]} {_say_interval(kpi, score.difference)}"


def _say_interval(kpi: Kpi, d: Interval) -> str:
    """Mean and interval of a difference; shares in percentage points."""
    if kpi in SHARES:
        return f"{100 * d.mean:+.2f} points ({100 * d.low:+.2f} to {100 * d.high:+.2f})"
    unit = say_unit(KPI_UNITS[kpi])
    return f"{_signed(d.mean)} {unit}".rstrip() + f" ({_signed(d.low)} to {_signed(d.high)})"


def _signed(value: float) -> str:
    return f"{value:+.0f}" if 1000 <= abs(value) < 1e6 else f"{value:+.3g}"
