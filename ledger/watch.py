"""The watch window: what a measured KPI means for a change that was written. Pure functions; all times plant seconds.

applied ── settle_s ──► start ────────── window_s ──────────► end ── at most one more window ──►
                              half: early abort possible      judged; waits for data, then unknown
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from plants.flow.outcome import Measurement
from plants.flow.verdict import Promise
from plants.kpi import KPI_UNITS, Kpi
from plants.model.plant import Plant
from plants.model.policy import Direction

_LESS_IS_BETTER = frozenset({Kpi.WIP, Kpi.LEAD_TIME, Kpi.TARDINESS, Kpi.ENERGY_PER_GOOD})


class Judgement(StrEnum):
    """What to do."""

    WAIT = "wait"
    VERIFY = "verify"
    ROLL_BACK = "roll_back"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Decision:
    """What to do, and why."""

    judgement: Judgement
    explanation: str = ""
    measured: Measurement | None = None
    kept: bool | None = None


WAIT = Decision(Judgement.WAIT)


def direction_of(plant: Plant, kpi: Kpi) -> Direction:
    """Which way is good for a KPI: as the plant's objectives say, else by its nature."""
    stated = {objective.kpi: objective.direction for objective in plant.objectives}
    return stated.get(kpi, Direction.MINIMISE if kpi in _LESS_IS_BETTER else Direction.MAXIMISE)


def spans(promise: Promise, applied_s: float, now_s: float) -> tuple[tuple[float, float], ...]:
    """Which spans to measure at a moment; the first one with sufficient data counts.

    Args:
        promise: what was promised, with settle and window.
        applied_s: when the change was read back.
        now_s: the moment.

    Returns:
        nothing before half the window is past; then the window so far; at its end the window, and afterwards also the
        newest span of the same length, for when data of the window itself are missing.
    """
    start_s, end_s = _window(promise, applied_s)
    if now_s < start_s + promise.window_s / 2:
        return ()
    if now_s < end_s:
        return ((start_s, now_s),)
    newest_s = min(now_s, end_s + promise.window_s)
    return ((start_s, end_s), (newest_s - promise.window_s, newest_s)) if newest_s > end_s else ((start_s, end_s),)


def decide(
    promise: Promise, direction: Direction, applied_s: float, now_s: float, measured: Sequence[Measurement]
) -> Decision:
    """What the measurements of `spans` mean.

    On the harmful side of the promise: roll back. Within it: verified and kept. On the good side: verified, and the
    promise is told as broken all the same. Without sufficient data nothing is done to the line: after at most one more
    window the outcome is unknown and a person decides.
    """
    _, end_s = _window(promise, applied_s)
    usable = next((m for m in measured if m.sufficient and m.value is not None), None)
    if now_s < end_s:
        return _early(promise, direction, usable)
    if usable is not None:
        return _final(promise, direction, usable)
    if now_s < end_s + promise.window_s:
        return WAIT
    return Decision(
        Judgement.UNKNOWN,
        f"The data did not suffice to measure {promise.kpi} in the watch window or in one more window after it, so "
        "whether the promise came true cannot be told. The change stands; look at the line and resolve it.",
    )


def _early(promise: Promise, direction: Direction, usable: Measurement | None) -> Decision:
    """Half the window past, a collapse is put back at once; `abort_below` speaks only of KPIs to maximise."""
    if usable is None or direction is Direction.MINIMISE or _value(usable) >= promise.abort_below:
        return WAIT
    return Decision(
        Judgement.ROLL_BACK,
        f"{_measured(usable)}, below the abort limit of {_figure(promise.abort_below, promise.kpi)} although half the "
        f"watch window is past; promised were {_promised(promise)}.",
        usable,
        kept=False,
    )


def _final(promise: Promise, direction: Direction, usable: Measurement) -> Decision:
    value, low, high = _value(usable), promise.prediction.low, promise.prediction.high
    facts = f"{_measured(usable)}; promised were {_promised(promise)}"
    if low <= value <= high:
        return Decision(Judgement.VERIFY, f"{facts}: kept.", usable, kept=True)
    if (value < low) == (direction is Direction.MAXIMISE):
        return Decision(Judgement.ROLL_BACK, f"{facts}: broken on the harmful side.", usable, kept=False)
    return Decision(Judgement.VERIFY, f"{facts}: broken, on the good side.", usable, kept=False)


def _window(promise: Promise, applied_s: float) -> tuple[float, float]:
    start_s = applied_s + promise.settle_s
    return start_s, start_s + promise.window_s


def _value(usable: Measurement) -> float:
    assert usable.value is not None  # noqa: S101 - `decide` takes no other
    return usable.value


def _measured(usable: Measurement) -> str:
    value = _figure(_value(usable), usable.kpi)
    return f"{usable.kpi} was {value} from {usable.start_s:.0f} s to {usable.end_s:.0f} s of plant time"


def _promised(promise: Promise) -> str:
    interval = promise.prediction
    return f"{interval.low:.6g} to {_figure(interval.high, promise.kpi)} ({interval.level:.0%})"


def _figure(value: float, kpi: Kpi) -> str:
    return f"{value:.6g} {KPI_UNITS[kpi]}".strip()
