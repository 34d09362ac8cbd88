"""The shadow follows a line: what it says agrees with the line that was seen."""

from datetime import timedelta

import pytest

from plants.errors import InvalidInput, UnknownName
from plants.flow.change import Resequence, SetParameter
from plants.flow.state import Condition, LineState
from plants.loader.load import load_plant
from plants.model.plant import Plant
from tests.unit.shadow.line import SeenLine, batches, levels
from twin.run import run
from twin.shadow.shadow import Shadow

SETTLED = timedelta(seconds=0.5)


@pytest.fixture(scope="module")
def plant() -> Plant:
    """The bottling line."""
    return load_plant("bottling")


def _both(line: SeenLine, shadow: Shadow) -> tuple[LineState, LineState]:
    return shadow.state(line.now + SETTLED), line.sim.snapshot()


def _progress(state: LineState) -> dict[str, tuple[int, int, int]]:
    return {o.order: (o.started, o.good, o.scrapped) for o in state.orders}


def _agree(seen: LineState, true: LineState, *, before: int = 0) -> None:
    """Equal, or within a few units; of the orders made before first sight only what left the line is known."""
    assert [s.condition for s in seen.stations] == [s.condition for s in true.stations]
    assert [(s.processed, s.scrapped) for s in seen.stations] == [(s.processed, s.scrapped) for s in true.stations]
    assert seen.parameters == true.parameters
    assert max(abs(a - b) for a, b in zip(levels(seen), levels(true), strict=True)) <= 2
    assert [o.order for o in seen.orders] == [o.order for o in true.orders]
    for position, (order, figures) in enumerate(_progress(true).items()):
        assert _progress(seen)[order] == pytest.approx(figures, abs=12 if position < before else 3)


@pytest.mark.parametrize("tick_s", [12.0, 48.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_line_followed_from_its_start_is_known(plant: Plant, seed: int, tick_s: float) -> None:
    """Conditions, counters and parameters are equal; levels and orders agree within a few units, noise or not."""
    line, shadow = SeenLine(plant, seed=seed, tick_s=tick_s), Shadow(plant)

    for until_s in range(1200, 15_001, 1200):
        shadow.feed(line.run(until_s))
        _agree(*_both(line, shadow))


def test_a_line_first_seen_in_mid_day_is_known_too(plant: Plant) -> None:
    """Progress of orders follows from the counters; what was before is said to be estimated."""
    line, shadow = SeenLine(plant, seed=3), Shadow(plant)
    line.skip(20_000)
    shadow.feed(line.run(20_200))

    seen, true = _both(line, shadow)

    _agree(seen, true, before=4)
    assert [o.finished_s is None for o in seen.orders] == [o.finished_s is None for o in true.orders]
    assert any("rejects and end times were estimated" in note for note in shadow.estimates)


def test_batches_may_cut_through_ticks(plant: Plant) -> None:
    """The network decides what comes together; the shadow closes a tick when the next begins."""
    line, shadow = SeenLine(plant, seed=4), Shadow(plant)

    for batch in batches(line.run(6000), 17):
        shadow.feed(batch)

    _agree(*_both(line, shadow))


def test_units_know_their_orders_and_when_they_entered(plant: Plant) -> None:
    """Around a change of order both orders are on the line, the boundary within two units of where it is."""
    line, shadow = SeenLine(plant, seed=5), Shadow(plant)
    mixed = None
    for until_s in range(1200, 24_000, 60):
        shadow.feed(line.run(until_s))
        seen, true = _both(line, shadow)
        if len({p.order for b in true.buffers for p in b.parts}) > 1:
            mixed = (seen, true)
            break

    assert mixed is not None
    for a, b in zip(mixed[0].buffers, mixed[1].buffers, strict=True):
        assert [p.order for p in a.parts].count("o02") == pytest.approx([p.order for p in b.parts].count("o02"), abs=2)
    newest = [state.buffers[0].parts for state in mixed]
    late_s = [abs(a.entered_s - b.entered_s) for a, b in zip(*newest, strict=False)]
    assert sum(late_s) / len(late_s) < 60


def test_a_new_sequence_of_orders_is_taken_over(plant: Plant) -> None:
    """Orders not yet started come in the sequence that the line shows."""
    line, shadow = SeenLine(plant, seed=6), Shadow(plant)
    shadow.feed(line.run(1200))
    line.sim.apply(Resequence(orders=("o05", "o04", "o03", "o02", "o10", "o09", "o08", "o07", "o06")))
    shadow.feed(line.run(9000))

    seen, true = _both(line, shadow)

    assert [o.order for o in seen.orders] == [o.order for o in true.orders]
    assert _progress(seen)["o05"] == pytest.approx(_progress(true)["o05"], abs=3)


def test_a_setpoint_counts_until_the_machine_is_seen_to_differ(plant: Plant) -> None:
    """The parameter is the setpoint, or what the machine runs at where that is off by more than the tolerance."""
    line, shadow = SeenLine(plant, seed=7), Shadow(plant)
    line.changes = {"labeller.speed_per_min": 500.0, "labeller.speed_per_min.actual": 500.3}
    shadow.feed(line.run(60))
    settled = shadow.state(line.now + SETTLED).parameter("labeller.speed_per_min")
    line.changes = {"labeller.speed_per_min": 500.0, "labeller.speed_per_min.actual": 620.0}
    shadow.feed(line.run(120))
    moving = shadow.state(line.now + SETTLED).parameter("labeller.speed_per_min")

    assert (settled, moving) == (500.0, 620.0)


def test_a_breakdown_is_timed_and_counted(plant: Plant) -> None:
    """Down since when it was seen, in which mode; its clock begins anew after the repair."""
    line, shadow = SeenLine(plant, seed=8), Shadow(plant)
    shadow.feed(line.run(3000))
    line.sim.force_down("labeller", "glue", 600)
    shadow.feed(line.run(3300))
    down = shadow.state(line.now + SETTLED).stations[3]
    shadow.feed(line.run(3900))
    up = shadow.state(line.now + SETTLED).stations[3]

    glue = down.failures[1]
    assert down.condition is Condition.DOWN
    assert (glue.mode, glue.count) == ("glue", 1)
    assert glue.down_for_s == pytest.approx(300, abs=line.tick_s)
    assert up.failures[1].down_for_s is None
    assert up.failures[1].elapsed_s < 400


def test_operating_time_runs_only_while_executing(plant: Plant) -> None:
    """The clock of a failure that needs operation agrees with the true one to within the sampling."""
    line, shadow = SeenLine(plant, seed=9), Shadow(plant)
    shadow.feed(line.run(12_000))

    seen, true = _both(line, shadow)

    valve = (seen.stations[1].failures[1], true.stations[1].failures[1])
    assert valve[0].count == valve[1].count
    assert valve[0].elapsed_s == pytest.approx(valve[1].elapsed_s, rel=0.1, abs=100)


def test_a_setup_under_way_is_known(plant: Plant) -> None:
    """For how long it has gone on, and for which product the station was set up before."""
    line, shadow = SeenLine(plant, seed=10), Shadow(plant)
    seen = true = None
    for until_s in range(6000, 15_000, 120):
        shadow.feed(line.run(until_s))
        seen, true = _both(line, shadow)
        if true.stations[1].condition is Condition.SETUP and (true.stations[1].setup_worked_s or 0) > 120:
            break

    assert seen is not None
    assert true is not None
    assert seen.stations[1].setup_product == true.stations[1].setup_product == "water"
    assert seen.stations[1].setup_worked_s == pytest.approx(true.stations[1].setup_worked_s, abs=line.tick_s)
    assert seen.stations[1].part is not None


def test_a_line_with_orders_all_done_is_empty(plant: Plant) -> None:
    """Nothing is left on it, and every order has its end."""
    line, shadow = SeenLine(plant, seed=11, tick_s=60.0), Shadow(plant)
    line.skip(50_000)
    shadow.feed(line.run(70_000))

    seen, true = _both(line, shadow)

    assert {s.condition for s in true.stations} == {Condition.NO_ORDER}
    assert levels(seen) == [0] * 5
    assert all(o.finished_s is not None for o in seen.orders)
    assert sum(o.good for o in seen.orders) == pytest.approx(sum(o.good for o in true.orders), abs=2)
    last = (seen.orders[-1].finished_s, true.orders[-1].finished_s)
    assert last[0] == pytest.approx(last[1], abs=120)


def test_a_line_that_makes_one_product_without_end_is_followed(plant: Plant) -> None:
    """Without orders a unit's index is its number, and there is nothing to wait for."""
    endless = Plant.model_validate({**plant.model_dump(), "orders": ()})
    line, shadow = SeenLine(endless, seed=12), Shadow(endless)
    shadow.feed(line.run(6000))

    seen, true = _both(line, shadow)

    assert levels(seen) == pytest.approx(levels(true), abs=2)
    assert seen.buffers[0].parts[-1].index == pytest.approx(true.buffers[0].parts[-1].index, abs=2)
    assert seen.orders == ()


def test_a_forecast_from_the_shadow_is_a_forecast_from_the_line(plant: Plant) -> None:
    """Over an hour, 24 replications from either state: mean throughputs differ by less than two standard errors."""
    line, shadow = SeenLine(plant, seed=13), Shadow(plant)
    shadow.feed(line.run(9000))
    seen, true = _both(line, shadow)

    pairs = [
        [run(plant, horizon_s=3600, seed=5, replication=n, state=state).counters["good"] for state in (seen, true)]
        for n in range(24)
    ]

    differences = [a - b for a, b in pairs]
    mean = sum(differences) / len(differences)
    sd = (sum((d - mean) ** 2 for d in differences) / (len(differences) - 1)) ** 0.5
    assert abs(mean) <= 2 * sd / len(differences) ** 0.5 + 5
    assert sum(b for _, b in pairs) / len(pairs) > 1000


def test_a_change_of_speed_is_seen_in_the_forecast(plant: Plant) -> None:
    """The state that the shadow gives is one the engine goes on from, at the parameters the line has."""
    line, shadow = SeenLine(plant, seed=14), Shadow(plant)
    line.sim.apply(SetParameter(alias="filler.speed_per_min", value=420.0))
    shadow.feed(line.run(3600))

    made = run(plant, horizon_s=3600, state=shadow.state(line.now + SETTLED)).counters["good"]

    assert made < 420 * 60 / 24


def test_shares_say_what_stations_did_lately(plant: Plant) -> None:
    """Seconds in each condition over the last half hour sum to it, and agree with the events of the line."""
    line, shadow = SeenLine(plant, seed=15), Shadow(plant)
    shadow.feed(line.run(7200))
    shadow.state(line.now + SETTLED)

    shares = shadow.shares(1800)

    assert sum(shares["filler"].values()) == pytest.approx(1800)
    made = line.sim.snapshot().stations[1].processed
    line_before = SeenLine(plant, seed=15)
    line_before.skip(5400)
    worked = (made - line_before.sim.snapshot().stations[1].processed) * 2.4
    assert shares["filler"][Condition.EXECUTING] == pytest.approx(worked, rel=0.05)


def test_a_person_may_correct_what_is_in_a_buffer(plant: Plant) -> None:
    """The next state has the count; what cannot be is refused by name."""
    line, shadow = SeenLine(plant), Shadow(plant)
    shadow.feed(line.run(1800.0))
    shadow.state(line.now + SETTLED)

    shadow.correct("conveyor_2", 7)

    counts = {b.buffer: len(b.parts) for b in shadow.state(line.now + SETTLED).buffers}
    assert counts["conveyor_2"] == 7
    with pytest.raises(UnknownName, match="no buffer 'belt'; it has: conveyor_1"):
        shadow.correct("belt", 7)
    with pytest.raises(InvalidInput, match="'transfer': it holds 0 to 4"):
        shadow.correct("transfer", 5)
