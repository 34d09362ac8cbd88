"""Orders that will be late, and setups that another sequence would save: analytic forecasts of the present sequence."""

from collections.abc import Iterator

from planning.projection import Projector
from planning.sequences import named_sequences
from plants.flow.draft import Evidence, Finding, FindingKind
from plants.flow.state import LineState
from plants.model.plant import Plant

_MAX_LATE_ORDERS = 4
_LATE_SLACK = 0.02
"""Lateness within this share of the time until the projected end is not told from being in time."""


def late(plant: Plant, state: LineState) -> Iterator[Finding]:
    """Orders projected to be late in the present sequence, the latest first."""
    projector = Projector(plant, state)
    finishes = projector.project(projector.unstarted).finishes
    weight = sum(10 - projector.order(f.order).priority for f in finishes)
    late = [f for f in finishes if f.late_s > _LATE_SLACK * (f.finish_s - state.plant_time_s)]
    for f in sorted(late, key=lambda f: -f.late_s)[:_MAX_LATE_ORDERS]:
        yield Finding(
            kind=FindingKind.LATE_ORDER,
            subject=f.order,
            at_s=state.plant_time_s,
            severity=(10 - projector.order(f.order).priority) / weight,
            evidence=(
                Evidence(figure="projected end", value=f.finish_s, unit="s", expected=f.due_s),
                Evidence(figure="late by", value=f.late_s, unit="s", expected=0.0),
            ),
        )


def setup_loss(plant: Plant, state: LineState) -> Iterator[Finding]:
    """Setup time that another sequence would save without making any order later in sum."""
    named = named_sequences(plant, state)
    if not named:
        return
    projector = Projector(plant, state)
    present = projector.project(named["keep"])
    others = [projector.project(s) for s in named.values()]
    best = min((p for p in others if p.tardiness_s <= present.tardiness_s), key=lambda p: p.setup_s)
    left_s = present.finishes[-1].finish_s - state.plant_time_s
    saved_s = present.setup_s - best.setup_s
    if saved_s > 0 and left_s > 0:
        yield Finding(
            kind=FindingKind.SETUP_LOSS,
            subject="line",
            at_s=state.plant_time_s,
            severity=min(1.0, saved_s / left_s),
            evidence=(
                Evidence(figure="setup time planned", value=present.setup_s, unit="s", expected=best.setup_s),
                Evidence(figure="time left to make", value=left_s, unit="s"),
            ),
        )
