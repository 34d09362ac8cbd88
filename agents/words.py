"""Findings and changes in plain words, built from their own figures.

Used for rationales, step reports and logs. No text from the plant goes in: only ids, enums and numbers.
"""

from plants.flow.change import Change, Changes, SetParameter
from plants.flow.draft import Evidence, Finding, FindingKind
from plants.flow.state import LineState
from plants.flow.verdict import KpiEffect
from plants.kpi import KPI_UNITS
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
    """'labeller runs slow and limits the line (costs about 19 %): labeller.speed_per_min 480 1/min, expected 675'."""
    figures = "; ".join(say_evidence(e) for e in finding.evidence)
    cost = f" (costs about {finding.severity:.0%})"
    return _SAYS[finding.kind].format(subject=finding.subject) + cost + (f": {figures}" if figures else "")


def say_evidence(evidence: Evidence) -> str:
    """'labeller rate 1150 1/h, expected 1430'; a figure without unit is a share."""
    value, expected = evidence.value, evidence.expected
    if evidence.unit:
        after = "" if expected is None else f", expected {expected:.4g}"
        return f"{evidence.figure} {value:.4g} {evidence.unit}{after}"
    after = "" if expected is None else f", expected {expected:.1%}"
    return f"{evidence.figure} {value:.1%}{after}"


def say_changes(plant: Plant, state: LineState, changes: Changes) -> str:
    """'labeller.speed_per_min from 480 to 675 1/min and …'; 'leave it as it is' for none."""
    return " and ".join(_say_change(plant, state, c) for c in changes) or "leave it as it is"


def _say_change(plant: Plant, state: LineState, change: Change) -> str:
    if isinstance(change, SetParameter):
        parameter = plant.parameters[change.alias]
        return f"{change.alias} from {state.parameter(change.alias):g} to {change.value:g} {parameter.unit}"
    shown = ", ".join(change.orders[:8])
    return f"make the orders in the sequence {shown}" + (" and so on" if len(change.orders) > 8 else "")


def say_effect(effect: KpiEffect) -> str:
    """'throughput_per_h better, +221.4 (+198.0 to +244.8) 1/h'."""
    d = effect.difference
    unit = KPI_UNITS[effect.kpi]
    return f"{effect.kpi} {effect.result}, {d.mean:+.4g} ({d.low:+.4g} to {d.high:+.4g}) {unit}".rstrip()


def say_score(plant: Plant, state: LineState, score: Score) -> str:
    """'labeller.speed_per_min from 480 to 675 1/min: throughput_per_h +221 (+198 to +245) 1/h'."""
    harm = f", but it harms {', '.join(score.harmed)}" if score.harmed else ""
    return f"{say_changes(plant, state, score.changes)}: {say_difference(plant, score)}{harm}"


def say_difference(plant: Plant, score: Score) -> str:
    """'throughput_per_h +221 (+198 to +245) 1/h'."""
    kpi, d = objectives_of(plant)[0].kpi, score.difference
    return f"{kpi} {d.mean:+.4g} ({d.low:+.4g} to {d.high:+.4g}) {KPI_UNITS[kpi]}".rstrip()
