"""A proposal told in plain words."""

from plants.flow.draft import Evidence, Finding, FindingKind
from plants.flow.verdict import Interval, KpiEffect, Result
from plants.kpi import Kpi, say_kpi, say_s
from service.story import effect_words, finding_lines


def late(order: str, by_s: float) -> Finding:
    """An order that will be late."""
    return Finding(
        kind=FindingKind.LATE_ORDER,
        subject=order,
        at_s=0,
        severity=0.1,
        evidence=(Evidence(figure="late by", value=by_s, unit="s", expected=0),),
    )


def test_orders_that_will_be_late_share_one_line() -> None:
    """Four findings of one kind are one sentence."""
    lines = list(finding_lines((late("o07", 3840), late("o08", 60))))

    assert lines == ["2 orders will be late: o07 by 64.0 min, o08 by 60 s"]


def test_one_late_order_is_told_with_its_figures() -> None:
    """The usual words for one finding."""
    (line,) = finding_lines((late("o07", 3840),))

    assert line.startswith("order o07 will be late")
    assert "64.0 min" in line


def test_an_effect_is_told_with_levels_difference_interval_and_confidence() -> None:
    """Everything a person needs to weigh it, in one line."""
    effect = KpiEffect(
        kpi=Kpi.THROUGHPUT,
        baseline=Interval(mean=1100, low=1050, high=1150),
        candidate=Interval(mean=1330, low=1280, high=1380),
        difference=Interval(mean=230, low=207, high=253, level=0.9875),
        result=Result.BETTER,
        harm=0.0,
    )

    assert effect_words(effect) == ("throughput better, +230 per h (+207 to +253) at 98.75%; 1100 per h → 1330 per h")


def test_levels_of_kpis_have_their_units() -> None:
    """Shares in percent, times as people say them."""
    assert say_kpi(Kpi.QUALITY, 0.9914) == "99.14 %"
    assert say_kpi(Kpi.ENERGY_PER_GOOD, 0.05172) == "0.05172 kWh"
    assert say_kpi(Kpi.TARDINESS, 0) == "0 s"
    assert say_s(9000) == "2.5 h"
