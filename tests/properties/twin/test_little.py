"""Little's law, exactly: at every buffer, and on the line as a whole, of lines with chance in everything."""

from typing import Any

import numpy as np
import pytest

from plants.model.plant import Plant
from tests.twin_lines import constant, exponential, line, mode, order, station
from twin import LineSimulation
from twin.log import EventKind, EventLog

LONG_S = 100_000.0


def any_line(seed: int, *, scrap: bool) -> Plant:
    """Three to six stations that fail, buffers of one to five places, some with transport times; two orders."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 7))
    stations = [
        station(
            exponential(float(rng.uniform(0.5, 1.5))),
            failures=[mode(mtbf_s=60.0, mttr_s=6.0)],
            scrap=0.05 if scrap else 0.0,
            setups={"default": constant(5)},
        )
        for _ in range(n)
    ]
    gaps: list[Any] = [(int(rng.integers(1, 6)), float(rng.choice([0.0, 1.5]))) for _ in range(n - 1)]
    return line(stations, gaps, orders=[order("a", quantity=80), order("b", "blue", 60)])


def played(plant: Plant, seed: int) -> EventLog:
    """The log of a run until nothing is left."""
    log = EventLog()
    LineSimulation(plant, seed=seed, log=log).run_until(LONG_S)
    return log


def areas(plant: Plant, seed: int, moments: list[float]) -> list[float]:
    """Integral of the content of each buffer over time, from looking into the buffers after every event."""
    sim = LineSimulation(plant, seed=seed)
    area, before = [0.0] * len(plant.buffers), 0.0
    levels = [0] * len(plant.buffers)
    for moment in moments:
        area = [a + level * (moment - before) for a, level in zip(area, levels, strict=True)]
        sim.run_until(moment)
        levels, before = [len(b.parts) for b in sim.snapshot().buffers], moment
    assert levels == [0] * len(levels)
    return area


def waits(plant: Plant, log: EventLog, i: int) -> float:
    """Sum of the times that units spend in buffer i, from the log.

    The n-th unit to go through it leaves station i when it is finished there and there is room: when unit n - b is
    taken by station i + 1.
    """
    finished = [row[0] for row in log.rows(EventKind.FINISH) if row[2] == i]
    taken = [row[0] for row in log.rows(EventKind.START) if row[2] == i + 1]
    places = plant.buffers[i].capacity
    entered = [max(f, taken[n - places]) if n >= places else f for n, f in enumerate(finished)]
    assert len(entered) == len(taken)
    return sum(t - e for t, e in zip(taken, entered, strict=True))


@pytest.mark.parametrize("scrap", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_what_is_in_a_buffer_over_time_is_what_units_wait_in_it(seed: int, scrap: bool) -> None:
    """L = λ W at every buffer, from two independent looks at the same run."""
    plant = any_line(seed, scrap=scrap)
    log = played(plant, seed)

    found = areas(plant, seed, sorted(set(log.time)))

    assert found == pytest.approx([waits(plant, log, i) for i in range(len(plant.buffers))])
    assert min(found) > 0


@pytest.mark.parametrize("seed", range(4))
def test_what_is_on_the_line_over_time_is_how_long_units_take(seed: int) -> None:
    """L = λ W of the line: integrated WIP is the sum of lead times when every unit is good and has left."""
    sim = LineSimulation(any_line(seed, scrap=False), seed=seed)

    sim.run_until(LONG_S)

    totals = sim.totals()
    assert totals.good == 140
    assert totals.wip_area == pytest.approx(totals.lead_sum_s)


@pytest.mark.parametrize("seed", range(10))
def test_a_line_without_chance_and_its_mirror_image_end_at_the_same_moment(seed: int) -> None:
    """Reversibility, exactly: any number of units, constant times, buffers of any size."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 7))
    means, places = rng.uniform(0.2, 2.0, n).tolist(), rng.integers(0, 4, n - 1).tolist()
    ends = []

    for times, gaps in ((means, places), (means[::-1], places[::-1])):
        plant = line([station(constant(t)) for t in times], gaps, orders=[order("a", quantity=30)])
        sim = LineSimulation(plant)
        sim.run_until(LONG_S)
        ends.append(sim.orders[0].finished_s)

    assert ends[0] == pytest.approx(ends[1])
