"""The OEE loss tree: from all the time of the slowest station down to the minutes in which good units were made.

Used by `twin.insight.explain`. The steps are those of ISO 22400-2 as `twin.kpis` counts them; each step is what is left
of the one before after its losses.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from plants.flow.state import Condition
from plants.flow.verdict import Interval
from twin.intervals import mean_interval, positive_interval
from twin.run import RunResult


@dataclass(frozen=True, slots=True)
class Loss:
    """One node of the tree."""

    name: str
    depth: int
    """0 for what is left at a step, 1 for a loss taken off it."""
    minutes: Interval


_STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("all time", ("no_order", "off_shift", "maintenance")),
    ("planned busy time", ("breakdown", "setup")),
    ("actual production time", ("micro_stop", "no_crew", "starved", "blocked", "speed")),
    ("nominal time of units made", ("scrap",)),
    ("nominal time of good units", ()),
)


_RARE = frozenset({"off_shift", "maintenance", "no_crew"})
"""Losses that are told only where there are any."""


def loss_tree(runs: Sequence[RunResult], slowest: str) -> tuple[Loss, ...]:
    """Minutes at the slowest station, step by step, with 95 % intervals; a step less its losses is the next step.

    Raises:
        InvalidInput: fewer than two runs.
    """
    rows = [_minutes(r, slowest) for r in runs]
    found, taken = [], [0.0] * len(runs)
    for step, losses in _STEPS:
        found.append(Loss(step, 0, mean_interval([row["all"] - t for row, t in zip(rows, taken, strict=True)])))
        for loss in losses:
            if loss in _RARE and not any(row[loss] for row in rows):
                continue
            interval = mean_interval if loss == "speed" else positive_interval  # speed may be gained, time is not
            found.append(Loss(loss, 1, interval([row[loss] for row in rows])))
            taken = [t + row[loss] for t, row in zip(taken, rows, strict=True)]
    return tuple(found)


def _minutes(run: RunResult, slowest: str) -> dict[str, float]:
    planned = (Condition.NO_ORDER, Condition.OFF_SHIFT, Condition.MAINTENANCE)
    idle = {c.value: run.conditions_s[slowest][c] / 60 for c in planned}
    return {**run.losses_min, **idle, "all": run.span_s / 60}
