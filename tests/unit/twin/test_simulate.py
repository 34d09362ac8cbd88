"""`simulate`, `compare` and `screen`: intervals, common random numbers, elimination, workers, refusals."""

import json
from typing import Any

import pytest

from plants.errors import InvalidInput
from plants.flow.change import SetParameter
from plants.flow.state import Condition
from plants.flow.verdict import Result
from plants.kpi import Kpi
from plants.loader.load import load_plant
from plants.model.plant import Plant
from tests.twin_lines import exponential, line, mode, order, speed, station
from twin import LineSimulation, compare, run, screen, simulate

FASTER = (SetParameter(alias="s1.speed", value=12.0),)


def tunable() -> Plant:
    """Three exponential stations; the second, the slowest, has a speed that also costs scrap beyond 15."""
    table = {"kind": "table", "points": [{"at": 15, "factor": 1.0}, {"at": 16, "factor": 30.0}]}
    effects = [*speed()["effects"], {"acts_on": "scrap", "curve": table}]
    stations = [station(), station(exponential(1.3), scrap=0.01, parameters=[speed(effects=effects)]), station()]
    objectives = [
        {"kpi": "throughput_per_h", "direction": "maximise"},
        {"kpi": "quality", "direction": "maximise", "tolerance": 0.02},
    ]
    return line(stations, 3, objectives=objectives)


def test_intervals_shrink_with_replications_and_hold_the_long_run_mean() -> None:
    """Sixteen times the replications, about a quarter of the width; twice either holds the long-run figure."""
    plant = line([station(), station()], 1)

    few = simulate(plant, horizon_s=500, warmup_s=100, replications=10).kpis[Kpi.THROUGHPUT]
    many = simulate(plant, horizon_s=500, warmup_s=100, replications=160).kpis[Kpi.THROUGHPUT]

    assert 2.5 < few.half_width / many.half_width < 6
    assert abs(few.mean - 2700) < 2 * few.half_width
    assert abs(many.mean - 2700) < 2 * many.half_width


def test_condition_shares_sum_to_one() -> None:
    """Every station is always in exactly one condition."""
    result = simulate(line([station(failures=[mode()]), station()], 2), horizon_s=300, replications=3)

    for row in result.shares.values():
        assert sum(i.mean for i in row.values()) == pytest.approx(1.0)
        assert set(row) == set(Condition) - {Condition.UNKNOWN}


def test_on_time_probability_is_a_proportion_with_its_interval() -> None:
    """An order due near its median end is on time in some replications only."""
    plant = line([station()], orders=[order("a", quantity=100, due_s=100.0), order("b", quantity=10, due_s=9000.0)])

    first, second = simulate(plant, horizon_s=400, replications=60).orders

    assert 0.2 < first.on_time.mean < 0.8
    assert 0 < first.on_time.low < first.on_time.high < 1
    assert second.on_time.mean == 1


def test_a_simulation_is_plain_json() -> None:
    """What the API and the command line print."""
    result = simulate(line([station()], orders=[order("a")]), horizon_s=50, replications=2)

    text = json.dumps(result.as_dict(), allow_nan=False)

    assert json.loads(text)["kpis"]["throughput_per_h"]["unit"] == "1/h"


def test_the_same_seed_gives_the_same_result_and_another_seed_another() -> None:
    """Nothing but the seed decides; progress is told after each run."""
    plant = line([station(), station()], 1)
    told: list[tuple[int, int]] = []

    one = simulate(plant, horizon_s=100, replications=3, progress=lambda done, total: told.append((done, total)))

    assert one == simulate(plant, horizon_s=100, replications=3)
    assert one.kpis != simulate(plant, horizon_s=100, replications=3, seed=2).kpis
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_the_number_of_workers_changes_nothing() -> None:
    """Two processes give the same numbers as none."""
    plant = line([station(failures=[mode()]), station()], 2)

    assert simulate(plant, horizon_s=200, replications=4, workers=2) == simulate(plant, horizon_s=200, replications=4)


@pytest.mark.parametrize("wrong", [{"replications": 1}, {"workers": 0}, {"horizon_s": -1.0}])
def test_figures_that_cannot_be_are_refused(wrong: dict[str, int]) -> None:
    """With a message, before anything runs."""
    given: dict[str, Any] = {"horizon_s": 10.0, "replications": 2}

    with pytest.raises(InvalidInput):
        simulate(line([station()]), **(given | wrong))


def test_common_random_numbers_make_a_small_effect_visible() -> None:
    """The paired difference is far narrower than either mean, and a speed-up of 20 % shows in 10 replications."""
    comparison = compare(tunable(), changes=FASTER, horizon_s=1500, replications=10)

    effect = comparison.effect(Kpi.THROUGHPUT)
    assert effect.result is Result.BETTER
    assert effect.difference.half_width < 0.6 * (effect.baseline.half_width + effect.candidate.half_width)
    assert effect.difference.level == pytest.approx(1 - 0.05 / len(Kpi))
    assert json.loads(json.dumps(comparison.as_dict()))["effects"][0]["unit"] == "1/h"


def test_no_change_has_no_effect_at_all() -> None:
    """With common random numbers the difference to itself is exactly nothing."""
    comparison = compare(tunable(), changes=(), horizon_s=300, replications=4)

    assert all((e.difference.low, e.difference.high) == (0.0, 0.0) for e in comparison.effects)
    assert {e.result for e in comparison.effects} == {Result.INCONCLUSIVE}


def test_a_line_is_compared_with_another_under_common_random_numbers() -> None:
    """A buffer of two places between the stations: it makes more, and the difference is narrower than either mean."""
    stations = [station(exponential(1.0), id=name) for name in ("cut", "bend")]

    comparison = compare(line(stations), against=line(stations, 2), horizon_s=500, replications=10)

    effect = comparison.effect(Kpi.THROUGHPUT)
    assert effect.result is Result.BETTER
    assert effect.difference.half_width < 0.5 * (effect.baseline.half_width + effect.candidate.half_width)
    assert comparison.as_dict()["against"] == "test_line"
    with pytest.raises(InvalidInput, match="a state belongs to one plant"):
        compare(line(stations), against=line(stations, 2), horizon_s=5, state=LineSimulation(line(stations)).snapshot())


def test_what_no_unit_left_to_tell_is_not_told() -> None:
    """A line that made nothing has no lead time, energy or quality of a unit; another says in how many runs."""
    slow, rare = line([station({"kind": "constant", "mean_s": 50.0})]), line([station(exponential(50.0))])

    nothing, some = (simulate(plant, horizon_s=40, replications=8) for plant in (slow, rare))

    assert nothing.runs_without_good == 8
    assert [k for k in Kpi if not nothing.is_known(k)] == [Kpi.QUALITY, Kpi.LEAD_TIME, Kpi.ENERGY_PER_GOOD]
    told = json.loads(json.dumps(nothing.as_dict()))
    assert told["kpis"]["lead_time_s"] == {"mean": None, "low": None, "high": None, "level": None, "unit": "s"}
    assert told["kpis"]["wip"]["mean"] == 1.0
    assert "No good unit left the line in any run" in nothing.told_of_runs_without_good()
    assert "No good unit" in nothing._repr_html_()
    assert 0 < some.runs_without_good < 8
    assert all(map(some.is_known, Kpi))
    assert f"In {some.runs_without_good} of 8 runs" in some.told_of_runs_without_good()


def test_no_interval_of_a_share_leaves_0_to_1() -> None:
    """Of stations and of KPIs, where failures are rare."""
    plant = line([station(failures=[mode("calendar", 300, 30)]), station(scrap=0.01)], 1)

    result = simulate(plant, horizon_s=200, replications=5)

    shares = [i for row in result.shares.values() for i in row.values()]
    shares += [result.kpis[k] for k in (Kpi.AVAILABILITY, Kpi.QUALITY)]
    assert all(0 <= i.low <= i.mean <= i.high <= 1 for i in shares)
    assert all(i.low >= 0 for i in result.kpis.values())


def test_screening_ranks_the_best_harmless_candidate_first() -> None:
    """Speed 15 beats the rest; 20 rejects too much; slower ones are dropped early."""
    plant = tunable()
    sim = LineSimulation(plant, seed=8)
    sim.run_until(300)
    candidates = [(SetParameter(alias="s1.speed", value=v),) for v in (6.0, 15.0, 20.0, 9.0)]

    scores = screen(plant, sim.snapshot(), candidates, horizon_s=1500, replications=8)

    assert scores[0].changes == candidates[1]
    assert scores[0].gain > 0
    assert scores[0].gain == scores[0].difference.mean
    assert [s.harmed for s in scores if s.index == 2] == [(Kpi.QUALITY,)]
    assert scores[-1].index == 2
    assert {s.index for s in scores if s.dropped} >= {0, 3}
    assert {(s.dropped, s.replications) for s in scores} == {(True, 4), (False, 8)}


def test_screening_one_candidate_or_none_works() -> None:
    """Nothing to compare with but leaving it as it is."""
    plant = tunable()

    assert screen(plant, None, [], horizon_s=100, replications=2) == ()
    (score,) = screen(plant, None, [FASTER], horizon_s=500, replications=4)
    assert score.replications == 4
    with pytest.raises(InvalidInput, match="at least 2"):
        screen(plant, None, [FASTER], horizon_s=100, replications=1)


def test_the_bottling_line_makes_a_plausible_day() -> None:
    """The library plant over a whole day: every order done, the filler limits, energy within the nameplate."""
    result = run(load_plant("bottling"), horizon_s=24 * 3600.0)

    assert all(o.finished_s is not None for o in result.orders)
    assert result.counters["good"] == sum(o.good for o in result.orders)
    assert 0.985 < result.kpis[Kpi.QUALITY] < 0.995
    executing = {name: row[Condition.EXECUTING] for name, row in result.conditions_s.items()}
    assert max(executing, key=lambda name: executing[name]) == "filler"
    assert sum(result.energy_kwh.values()) < 24 * 75.5
