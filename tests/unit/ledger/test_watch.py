"""The watch window: what to measure when, and what it means."""

import pytest

from ledger.watch import WAIT, Judgement, decide, direction_of, spans
from plants.flow.outcome import Measurement
from plants.kpi import Kpi
from plants.model.policy import Direction
from tests.ledger_ports import PLANT, promise

UP, DOWN = Direction.MAXIMISE, Direction.MINIMISE
END = 1_000.0 + 300.0 + 2_400.0


def measured(value: float | None, kpi: Kpi = Kpi.THROUGHPUT, *, sufficient: bool = True) -> Measurement:
    """A measurement of the window."""
    return Measurement(kpi=kpi, value=value, start_s=1_300.0, end_s=END, samples=9, sufficient=sufficient)


@pytest.mark.parametrize(
    ("now_s", "expected"),
    [
        (1_000.0, ()),
        (2_499.0, ()),
        (2_500.0, ((1_300.0, 2_500.0),)),
        (END - 1, ((1_300.0, END - 1),)),
        (END, ((1_300.0, END),)),
        (END + 100, ((1_300.0, END), (1_400.0, END + 100))),
        (END + 99_999, ((1_300.0, END), (END, END + 2_400.0))),
    ],
)
def test_which_spans_are_measured_when(now_s: float, expected: tuple[tuple[float, float], ...]) -> None:
    """Nothing early; so far; the window; and, for missing data, the newest span of its length."""
    assert spans(promise(), 1_000.0, now_s) == expected


@pytest.mark.parametrize(
    ("direction", "value", "judgement", "kept"),
    [
        (UP, 1_399.9, Judgement.ROLL_BACK, False),
        (UP, 1_400.0, Judgement.VERIFY, True),
        (UP, 1_500.0, Judgement.VERIFY, True),
        (UP, 1_500.1, Judgement.VERIFY, False),
        (DOWN, 1_399.9, Judgement.VERIFY, False),
        (DOWN, 1_450.0, Judgement.VERIFY, True),
        (DOWN, 1_500.1, Judgement.ROLL_BACK, False),
    ],
)
def test_what_the_measured_value_means_at_the_end(
    direction: Direction, value: float, judgement: Judgement, kept: bool
) -> None:
    """Harmful side: back. Within: kept. Good side: stays, and is told as broken."""
    decision = decide(promise(), direction, 1_000.0, END, [measured(value)])

    assert (decision.judgement, decision.kept) == (judgement, kept)
    assert decision.measured == measured(value)
    assert "promised were 1400 to 1500 1/h (90%)" in decision.explanation


@pytest.mark.parametrize(
    ("direction", "value", "judgement"),
    [
        (UP, 839.0, Judgement.ROLL_BACK),
        (UP, 840.0, Judgement.WAIT),
        (DOWN, 1.0, Judgement.WAIT),
        (DOWN, 9_999.0, Judgement.WAIT),
    ],
)
def test_only_a_collapse_ends_the_watch_early(direction: Direction, value: float, judgement: Judgement) -> None:
    """The abort limit speaks of KPIs to maximise; others wait for the end."""
    assert decide(promise(), direction, 1_000.0, 2_500.0, [measured(value)]).judgement is judgement


def test_before_half_of_the_window_nothing_is_decided() -> None:
    """No measurement, no decision."""
    assert decide(promise(), UP, 1_000.0, 1_500.0, []) is WAIT
    assert decide(promise(), UP, 1_000.0, 2_600.0, [measured(None, sufficient=False)]) is WAIT


def test_missing_data_wait_for_one_more_window_and_then_are_unknown() -> None:
    """A value that is there but marked insufficient is missing, too."""
    missing = [measured(None, sufficient=False), measured(1.0, sufficient=False)]

    assert decide(promise(), UP, 1_000.0, END, missing) is WAIT
    assert decide(promise(), UP, 1_000.0, END + 2_399, missing) is WAIT
    assert decide(promise(), UP, 1_000.0, END + 2_400, missing).judgement is Judgement.UNKNOWN


def test_the_first_span_with_sufficient_data_counts() -> None:
    """The window itself when it was measured, the newest span only when it was not."""
    first = decide(promise(), UP, 1_000.0, END + 100, [measured(1_450.0), measured(1.0)])
    second = decide(promise(), UP, 1_000.0, END + 100, [measured(None, sufficient=False), measured(1_450.0)])

    assert first.kept
    assert second.kept


@pytest.mark.parametrize(
    ("kpi", "direction"),
    [(Kpi.THROUGHPUT, UP), (Kpi.TARDINESS, DOWN), (Kpi.OEE, UP), (Kpi.WIP, DOWN), (Kpi.LEAD_TIME, DOWN)],
)
def test_which_way_is_good(kpi: Kpi, direction: Direction) -> None:
    """As the plant says, else by the nature of the KPI."""
    assert direction_of(PLANT, kpi) is direction
