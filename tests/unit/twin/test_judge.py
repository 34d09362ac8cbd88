"""The judge: better, worse, inconclusive; fresh draws; promises that are kept; caveats in words."""

from datetime import UTC, datetime
from functools import cache

import pytest

from plants.errors import InvalidInput
from plants.flow.change import Change, Resequence, SetParameter
from plants.flow.draft import Draft
from plants.flow.state import LineState
from plants.flow.verdict import Result, Verdict
from plants.kpi import Kpi
from plants.model.plant import Plant
from tests.twin_lines import exponential, line, mode, order, speed, station
from twin import ForecastError, LineSimulation, judge

EXACT = ForecastError(sd=0.0)
OBJECTIVES = [
    {"kpi": "throughput_per_h", "direction": "maximise"},
    {"kpi": "kwh_per_good", "direction": "minimise", "tolerance": 0.05},
]
WATCH = {"settle_s": 60.0, "window_s": 600.0}


@cache
def plant() -> Plant:
    """A slow station whose speed costs power: a little up to 14, a great deal above."""
    table = {"kind": "table", "points": [{"at": 14, "factor": 1.0}, {"at": 15, "factor": 4.0}]}
    effects = [*speed()["effects"], {"acts_on": "power", "curve": table}]
    slow = station(
        exponential(1.5), parameters=[speed(effects=effects)], power_kw={"executing": 5.0}, failures=[mode(mtbf_s=200)]
    )
    idle = station(parameters=[speed(effects=[])], power_kw={"executing": 1.0, "waiting": 1.0})
    return line([idle, slow, station()], 4, objectives=OBJECTIVES, watch=WATCH)


@cache
def state() -> LineState:
    """The line after half an hour."""
    sim = LineSimulation(plant(), seed=77)
    sim.run_until(1800)
    return sim.snapshot()


def draft(*changes: Change, **more: object) -> Draft:
    """A draft with changes."""
    given = {
        "id": "d-0001",
        "plant": plant().plant,
        "plant_revision": plant().revision,
        "state_revision": state().revision,
        "author": "agent:solver",
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        "findings": (),
        "changes": changes,
        "rationale": "because",
    }
    return Draft.model_validate(given | more)


def to(value: float, alias: str = "s1.speed") -> SetParameter:
    """The slow station at another speed."""
    return SetParameter(alias=alias, value=value)


def verdict(*changes: Change, **more: object) -> Verdict:
    """A verdict over the shortest horizon that holds the watch window."""
    given: dict[str, object] = {"horizon_s": 900.0, "replications": 20}
    return judge(plant(), state(), draft(*changes), **(given | more))  # type: ignore[arg-type] # keyword arguments


def test_a_faster_bottleneck_is_better() -> None:
    """Throughput gains beyond doubt, and energy stays within its tolerance."""
    v = verdict(to(13.0))

    assert v.result is Result.BETTER
    assert v.approvable
    assert [e.kpi for e in v.effects] == [Kpi.THROUGHPUT, Kpi.ENERGY_PER_GOOD]
    assert v.effects[0].difference.level == pytest.approx(0.975)
    assert v.effects[0].harm < 0.2
    assert v.promise.prediction.mean > v.promise.without.mean


def test_a_slower_bottleneck_is_worse() -> None:
    """And it may not be approved."""
    v = verdict(to(7.0))

    assert v.result is Result.WORSE
    assert not v.approvable
    assert v.effects[0].harm > 0.9


def test_a_gain_that_costs_too_much_is_worse() -> None:
    """Throughput is better, energy is worse beyond the tolerated 5 %."""
    v = verdict(to(15.0))

    assert [e.result for e in v.effects] == [Result.BETTER, Result.WORSE]
    assert v.result is Result.WORSE


def test_a_change_without_effect_is_inconclusive() -> None:
    """A parameter that does nothing changes no event under common random numbers."""
    v = verdict(to(14.0, "s0.speed"))

    assert v.result is Result.INCONCLUSIVE
    assert all(e.difference.half_width == 0 for e in v.effects)


def test_a_verdict_depends_on_its_inputs_only() -> None:
    """Twice the same, with another id for another seed; also with two processes."""
    one = verdict(to(12.0), replications=4)

    assert verdict(to(12.0), replications=4) == one
    assert verdict(to(12.0), replications=4, workers=2) == one
    assert verdict(to(12.0), replications=4, seed=2).id != one.id


def test_changes_are_made_after_the_delay() -> None:
    """A change approved only after the horizon's end has no effect; the window lies after the delay."""
    late = verdict(to(13.0), delay_s=300.0, replications=4)
    soon = verdict(to(13.0), delay_s=0.0, replications=4)

    assert late.horizon_s == 300 + 60 + 600
    assert soon.horizon_s == 900
    assert late.effects[0].difference.mean < soon.effects[0].difference.mean


def test_stale_data_are_named_and_cannot_be_approved() -> None:
    """The verdict is made all the same, and says why it does not count."""
    stale = state().model_copy(update={"stale": ("s1.state", "b0.level")})
    fresh_hash = LineState.model_validate(stale.model_dump())

    v = judge(plant(), fresh_hash, draft(to(13.0)), horizon_s=900.0, replications=4)

    assert not v.data_sufficient
    assert not v.approvable
    assert any("s1.state, b0.level" in c for c in v.caveats)
    assert any("moved on" in c for c in v.caveats)
    assert any("only 4 replications" in c for c in v.caveats)
    assert any("assumed" in c for c in v.caveats)


def test_a_draft_for_another_description_is_refused() -> None:
    """Also one whose changes do not fit, or with one replication."""
    with pytest.raises(InvalidInput, match="make a new draft"):
        judge(plant(), state(), draft(to(13.0), plant_revision="0" * 64), horizon_s=900.0)
    with pytest.raises(InvalidInput, match="envelope"):
        verdict(to(99.0))
    with pytest.raises(InvalidInput, match="at least 2"):
        verdict(to(13.0), replications=1)


def test_a_plant_without_objectives_is_judged_by_throughput() -> None:
    """The default objective, at 95 % for one comparison."""
    bare = line([station(), station(exponential(1.5), parameters=[speed()])], 2, watch=WATCH)
    start = LineSimulation(bare).snapshot()
    d = draft(to(13.0), plant_revision=bare.revision)

    v = judge(bare, start, d, horizon_s=900.0, replications=6)

    assert [e.kpi for e in v.effects] == [Kpi.THROUGHPUT]
    assert v.effects[0].difference.level == pytest.approx(0.95)


def test_where_less_is_better_nothing_is_aborted_early() -> None:
    """`abort_below` has no meaning for such a promise: it is 0, and the caveats say so."""
    goal = [{"kpi": "tardiness_s", "direction": "minimise"}]
    late = line(
        [station(exponential(1.5), parameters=[speed()])],
        objectives=goal,
        watch=WATCH,
        orders=[order("a", quantity=2000, due_s=100.0)],
    )
    d = draft(to(20.0, "s0.speed"), plant_revision=late.revision)

    v = judge(late, LineSimulation(late).snapshot(), d, horizon_s=900.0, replications=6)

    assert v.result is Result.BETTER
    assert v.effects[0].difference.high < 0
    assert v.promise.abort_below == 0
    assert any("no early abort" in c for c in v.caveats)


def test_promises_are_kept_about_as_often_as_they_say() -> None:
    """Thirty-two states are judged, then let go on with the change: 90 % intervals hold at least 24 of 32.

    Held counts over independent windows; 24 of 32 is the 0.5 % quantile of a binomial with 0.9.
    """
    held = 0
    for r in range(32):
        sim = LineSimulation(plant(), seed=500, replication=r)
        sim.run_until(900)
        now = sim.snapshot()
        v = judge(plant(), now, draft(to(13.0)), horizon_s=660.0, replications=20, error=EXACT)
        sim.apply(to(13.0))
        sim.run_until(now.plant_time_s + WATCH["settle_s"])
        start = sim.totals()
        sim.run_until(now.plant_time_s + WATCH["settle_s"] + WATCH["window_s"])
        measured = sim.totals().since(start).good / WATCH["window_s"] * 3600
        held += v.promise.prediction.low <= measured <= v.promise.prediction.high

    assert 24 <= held <= 32


def test_a_change_that_does_nothing_is_seldom_called_better() -> None:
    """False alarms: two orders that differ in their luck only trade places, 200 seeds, 5 replications each.

    By chance 2.5 % are called better and 2.5 % worse. More than 12 of 200 either way, or fewer than 2 in all,
    would each have a probability below 0.3 %.
    """
    orders = [order("z", quantity=1), order("a", quantity=500), order("b", quantity=500)]
    same = line([station(), station()], 2, watch={"settle_s": 0.0, "window_s": 100.0}, orders=orders)
    start = LineSimulation(same).snapshot()
    d = draft(Resequence(orders=("b", "a")), plant_revision=same.revision)

    results = [judge(same, start, d, horizon_s=100.0, replications=5, seed=s).result for s in range(200)]

    assert results.count(Result.BETTER) <= 12
    assert results.count(Result.WORSE) <= 12
    assert results.count(Result.INCONCLUSIVE) <= 198
