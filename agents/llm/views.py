"""What a model is shown: JSON of numbers, enums and names of ours.

Used by the toolbox and the opening message. Every text in it comes from this project's own enums, from the plant file's
ids, or from `Vocabulary`.
"""

from typing import Any

from agents.brain import Case
from agents.experience import Experience
from agents.llm.vocabulary import Vocabulary, unit
from planning.capacity import bottleneck, nominal_values, present_values, station_rates
from plants.flow.draft import Finding
from plants.flow.outcome import Outcome
from plants.kpi import KPI_UNITS
from twin.screening import Score

MAX_ORDERS = 60
"""Orders shown; those further away are counted."""
MAX_PAST = 20
"""Earlier changes and outcomes shown."""

View = dict[str, Any]


def opening(case: Case, words: Vocabulary) -> View:
    """What the conversation begins with: what counts, and what was noticed."""
    return {
        "objectives": [o.model_dump(mode="json", exclude={"tolerance"}) for o in case.plant.objectives],
        "findings": [_finding(f, words) for f in case.findings],
    }


def line_state(case: Case, words: Vocabulary) -> View:
    """The line as it stands."""
    state = case.state
    return {
        "plant_time_s": state.plant_time_s,
        "stations": [
            {
                "station": s.station,
                "condition": s.condition,
                "for_s": round(state.plant_time_s - s.since_s, 1),
                "processed": s.processed,
                "scrapped": s.scrapped,
                "set_up_for": words.product(s.setup_product),
            }
            for s in state.stations
        ],
        "buffers": [
            {"buffer": b.id, "level": len(s.parts), "capacity": b.capacity}
            for b, s in zip(case.plant.buffers, state.buffers, strict=True)
        ],
        "parameters": _parameters(case),
        "orders": _orders(case, words),
    }


def rates(case: Case) -> View:
    """What each station could make on its own, and which one limits the line."""
    now = station_rates(case.plant, present_values(case.state))
    nominal = station_rates(case.plant, nominal_values(case.plant))
    return {
        "limits_now": bottleneck(now).station,
        "limits_at_nominal": bottleneck(nominal).station,
        "good_units_per_h": [
            {"station": a.station, "now": round(a.good_per_h, 1), "at_nominal": round(b.good_per_h, 1)}
            for a, b in zip(now, nominal, strict=True)
        ],
    }


def trial(score: Score, case: Case, words: Vocabulary) -> View:
    """What the twin says of changes that were tried; `gain` is positive when they do good."""
    kpi = case.bench.objective.kpi
    return {
        "changes": words.told(score.changes),
        "kpi": kpi,
        "kpi_unit": KPI_UNITS[kpi],
        "gain": _figure(score.gain),
        "difference": {name: _figure(getattr(score.difference, name)) for name in ("mean", "low", "high", "level")},
        "replications": score.replications,
        "harmed": list(score.harmed),
        "better": case.bench.improves(score),
    }


def past(case: Case, words: Vocabulary) -> View:
    """How earlier changes and proposals ended."""
    return {
        "changes": [_experience(e, case, words) for e in case.experience[:MAX_PAST]],
        "proposals": [_outcome(o) for o in case.outcomes[:MAX_PAST]],
    }


def _figure(value: float) -> float:
    """Four significant figures: what the twin knows, and what a person would read."""
    return float(f"{value:.4g}")


def _finding(finding: Finding, words: Vocabulary) -> View:
    figures = [
        {"figure": e.figure, "value": e.value, "unit": unit(e.unit), "expected": e.expected} for e in finding.evidence
    ]
    subject = words.subject(finding.subject)
    return {"kind": finding.kind, "subject": subject, "severity": round(finding.severity, 4), "figures": figures}


def _parameters(case: Case) -> list[View]:
    present = present_values(case.state)
    return [
        {
            "alias": alias,
            "unit": unit(p.unit),
            "present": present.get(alias),
            "nominal": p.nominal,
            "minimum": p.minimum,
            "maximum": p.maximum,
            "max_step": p.max_step,
        }
        for alias, p in case.plant.parameters.items()
    ]


def _orders(case: Case, words: Vocabulary) -> View:
    wanted = {o.id: o for o in case.plant.orders}
    left = [o for o in case.state.orders if o.finished_s is None and o.order in wanted]
    shown = [
        {
            "order": words.order(o.order),
            "product": words.product(wanted[o.order].product),
            "quantity": wanted[o.order].quantity,
            "started": o.started,
            "good": o.good,
            "due_s": wanted[o.order].due_s,
            "priority": wanted[o.order].priority,
        }
        for o in left[:MAX_ORDERS]
    ]
    return {"in_sequence": shown, "further": max(0, len(left) - MAX_ORDERS)}


def _experience(past: Experience, case: Case, words: Vocabulary) -> View:
    age_s = case.state.plant_time_s - past.at_s
    return {
        "changes": words.told(past.changes),
        "ended": past.status,
        "ago_s": round(age_s, 1),
        "promise_kept": past.kept,
        "measured_over_predicted": past.ratio,
    }


def _outcome(outcome: Outcome) -> View:
    return {
        "ended": outcome.status,
        "kpi": outcome.promise.kpi,
        "promised_low": outcome.promise.prediction.low,
        "promised_high": outcome.promise.prediction.high,
        "measured": outcome.measured.value if outcome.measured else None,
        "promise_kept": outcome.kept,
    }
