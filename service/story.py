"""A proposal told in plain words with its figures: for `jayul proposals show` and for the demo.

Works on the API's JSON, so that it can be used on this side of the wire; changes nothing and decides nothing.
"""

from collections.abc import Mapping
from typing import Any

from plants.kpi import KPI_UNITS, Kpi
from service.durations import spell_duration

Json = Mapping[str, Any]

_NAMES = {
    Kpi.THROUGHPUT: "throughput",
    Kpi.OEE: "OEE",
    Kpi.AVAILABILITY: "availability",
    Kpi.PERFORMANCE: "performance",
    Kpi.QUALITY: "quality",
    Kpi.WIP: "work in progress",
    Kpi.LEAD_TIME: "lead time",
    Kpi.TARDINESS: "tardiness",
    Kpi.ENERGY_PER_GOOD: "energy per good unit",
}


def number(value: float) -> str:
    """A figure with as many digits as a person needs: four that count."""
    if value != 0 and abs(value) < 1:
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def change_words(plan: Json) -> list[str]:
    """Each step of a plan: `labeller.speed_per_min 470 → 675 1/min`."""
    return [f"{s['alias']} {_value(s['before'])} → {_value(s['target'])} {s['unit']}".rstrip() for s in plan["steps"]]


def _value(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(v) for v in value)
    return number(float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def finding_words(finding: Json) -> str:
    """One finding with the figures behind it."""
    figures = []
    for e in finding["evidence"]:
        expected = "" if e["expected"] is None else f" (expected {_figure(e['expected'], e['unit'])})"
        figures.append(f"{e['figure']} {_figure(e['value'], e['unit'])}{expected}")
    kind = finding["kind"].replace("_", " ")
    return f"{kind} at {finding['subject']}: " + ", ".join(figures)


def _figure(value: float, unit: str) -> str:
    return f"{value:.0%}" if unit == "" and 0 <= value <= 1 else f"{number(value)} {unit}".rstrip()


def effect_words(effect: Json) -> str:
    """What a change does to one KPI."""
    kpi = Kpi(effect["kpi"])
    unit = KPI_UNITS[kpi]
    difference = effect["difference"]
    return (
        f"{_NAMES[kpi]} {number(effect['baseline']['mean'])} → {number(effect['candidate']['mean'])} {unit}, "
        f"difference {difference['mean']:+.4g} [{difference['low']:+.4g}, {difference['high']:+.4g}] "
        f"({difference['level']:.2%} interval): {effect['result']}"
    )


def verdict_lines(verdict: Json) -> list[str]:
    """The verdict, one KPI a line."""
    head = (
        f"twin: {verdict['result']}, {verdict['replications']} paired replications over "
        f"{spell_duration(verdict['horizon_s'])} from the live state"
        + (", winner confirmed on fresh draws" if verdict["confirmed_on_fresh"] else "")
    )
    return [head, *("  " + effect_words(e) for e in verdict["effects"]), *("  note: " + c for c in verdict["caveats"])]


def promise_words(promise: Json) -> str:
    """The promise."""
    kpi = Kpi(promise["kpi"])
    prediction = promise["prediction"]
    return (
        f"{_NAMES[kpi]} between {number(prediction['low'])} and {number(prediction['high'])} {KPI_UNITS[kpi]} "
        f"({prediction['level']:.0%} prediction) over {spell_duration(promise['window_s'])}, "
        f"starting {spell_duration(promise['settle_s'])} after the write"
    )


def proposal_lines(proposal: Json) -> list[str]:
    """A proposal from head to foot."""
    draft = proposal["draft"]
    return [
        f"proposal {proposal['id']}: {proposal['status']}" + (f" ({proposal['reason']})" if proposal["reason"] else ""),
        *(f"seen: {finding_words(f)}" for f in draft["findings"]),
        f"proposed by {draft['author']}: " + "; ".join(change_words(proposal["plan"])),
        f"why: {draft['rationale']}",
        *(f"note: {n}" for n in draft["notes"]),
        *verdict_lines(proposal["verdict"]),
        f"promise: {promise_words(proposal['plan']['promise'])}",
        f"may be decided until {proposal['expires_at']}",
    ]
