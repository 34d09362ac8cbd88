"""A proposal told in plain words with its figures: for `jayul proposals show` and for the demo.

Works on what the API answers, on this side of the wire; changes nothing and decides nothing.
"""

from collections.abc import Iterator

from agents.words import say_effect, say_finding
from plants.flow.draft import Finding, FindingKind
from plants.flow.plan import Plan, WriteStep
from plants.flow.proposal import Proposal
from plants.flow.sample import Value
from plants.flow.verdict import KpiEffect, Promise, Verdict
from plants.kpi import KPI_NAMES, say_kpi, say_number, say_s, say_unit


def change_words(plan: Plan) -> str:
    """The writes of a plan: `labeller.speed_per_min 470 → 675 per min`."""
    return "; ".join(_step(step) for step in plan.steps)


def _step(step: WriteStep) -> str:
    return f"{step.alias} {_value(step.before)} → {_value(step.target)} {say_unit(step.unit)}".rstrip()


def _value(value: Value) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value) if isinstance(value, bool | str) else say_number(float(value))


def finding_lines(findings: tuple[Finding, ...]) -> Iterator[str]:
    """Each finding with the figures behind it; orders that will be late share one line."""
    late = [f for f in findings if f.kind is FindingKind.LATE_ORDER]
    yield from (say_finding(f) for f in findings if f.kind is not FindingKind.LATE_ORDER)
    if len(late) == 1:
        yield say_finding(late[0])
    elif late:
        yield f"{len(late)} orders will be late: " + ", ".join(_late(f) for f in late)


def _late(finding: Finding) -> str:
    by = [e for e in finding.evidence if e.figure == "late by"]
    return finding.subject + (f" by {say_s(by[0].value)}" if by else "")


def effect_words(effect: KpiEffect) -> str:
    """What a change does to one KPI: both levels and the paired difference."""
    levels = f"{say_kpi(effect.kpi, effect.baseline.mean)} → {say_kpi(effect.kpi, effect.candidate.mean)}"
    return f"{say_effect(effect)} at {effect.difference.level:.2%}; {levels}"


def verdict_words(verdict: Verdict) -> str:
    """The verdict in one sentence."""
    fresh = ", on draws that did not pick it" if verdict.confirmed_on_fresh else ""
    return (
        f"{verdict.result} than leaving it as it is: {verdict.replications} paired replications from the live state "
        f"over {say_s(verdict.horizon_s)}{fresh}"
    )


def promise_words(promise: Promise) -> str:
    """The promise."""
    low, high = (say_kpi(promise.kpi, v) for v in (promise.prediction.low, promise.prediction.high))
    return (
        f"{KPI_NAMES[promise.kpi]} of {low} to {high} ({promise.prediction.level:.0%} prediction) over "
        f"{say_s(promise.window_s)}, from {say_s(promise.settle_s)} after the write"
    )


def proposal_lines(proposal: Proposal) -> list[str]:
    """A proposal from head to foot."""
    draft, verdict = proposal.draft, proposal.verdict
    return [
        f"proposal {proposal.id}: {proposal.status}" + (f" ({proposal.reason})" if proposal.reason else ""),
        *(f"seen: {line}" for line in finding_lines(draft.findings)),
        f"proposed by {draft.author}: {change_words(proposal.plan)}",
        f"why: {draft.rationale}",
        *(f"note: {note}" for note in draft.notes),
        f"twin: {verdict_words(verdict)}",
        *(f"  {effect_words(effect)}" for effect in verdict.effects),
        *(f"  note: {caveat}" for caveat in verdict.caveats),
        f"promise: {promise_words(proposal.plan.promise)}",
        f"may be decided until {proposal.expires_at:%Y-%m-%d %H:%M:%S %Z}",
    ]
