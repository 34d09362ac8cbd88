"""Numbers that a correct twin reproduces: serial lines solved exactly as Markov chains, or in closed form.

Every case: the exact value lies in the 99.9 % interval, whose relative half-width is at most 0.3 %, with a fixed seed;
and the same check fails for a line with one more place in every buffer.
"""

import pytest

from plants.flow.verdict import Interval
from plants.model.plant import Plant
from tests.twin_lines import batches, constant, exponential, line, mode, station, throughput

BOWL = [station(exponential(m)) for m in (1.07, 0.86, 1.07)]
CALENDAR = [station(failures=[mode("calendar")])] * 2
OPERATING = [station(failures=[mode("operating")])] * 2
HALF_WIDTH = 0.003

BALANCED = [
    # stations, places between two stations, exact throughput
    (2, 0, 2 / 3),  # Hunt 1956
    (2, 1, 3 / 4),  # (b + 2) / (b + 3)
    (2, 5, 7 / 8),
    (3, 0, 22 / 39),
    (3, 1, 0.6705),
    (4, 0, 0.5148),
    (6, 0, 0.4667),
]
FAILING = [
    # stations, places, exact throughput
    (CALENDAR, 0, 0.55813),
    (CALENDAR, 1, 0.62971),
    (CALENDAR, 5, 0.74212),
    (OPERATING, 0, 0.58995),
    (OPERATING, 1, 0.65588),
    (OPERATING, 5, 0.75620),
]


def measured(plant: Plant, *, length_s: float = 400_000.0, seed: int = 1) -> Interval:
    """Throughput per second of one long run, with a 99.9 % interval."""
    return throughput(batches(plant, batch_s=length_s / 80, count=80, seed=seed), plant)


def agrees(interval: Interval, exact: float) -> bool:
    """Whether a narrow enough interval holds the exact value."""
    assert interval.half_width / interval.mean <= HALF_WIDTH
    return interval.low <= exact <= interval.high


@pytest.mark.parametrize(("n", "places", "exact"), BALANCED)
def test_balanced_exponential_lines(n: int, places: int, exact: float) -> None:
    """First station never starved, last never blocked, blocking after service, mean 1."""
    assert agrees(measured(line([station()] * n, places)), exact)


def test_the_bowl_phenomenon() -> None:
    """Hillier and Boling: a faster station in the middle of three makes 0.56708, a balanced line 0.5641."""
    assert agrees(measured(line(BOWL)), 0.56708)


@pytest.mark.parametrize(("stations", "places", "exact"), FAILING)
def test_two_machines_that_fail(stations: list[dict[str, object]], places: int, exact: float) -> None:
    """Exponential failures 0.01 and repairs 0.1, on the calendar clock and on the operating clock."""
    assert agrees(measured(line(stations, places), length_s=600_000.0), exact)


def test_a_deterministic_line_without_buffer() -> None:
    """Buzacott: 1 / (1 + 2 p / r) = 0.83333, which neglects breakdowns that overlap (continuous time: 0.83368)."""
    assert agrees(measured(line([station(constant(1), failures=[mode()])] * 2), length_s=60_000), 0.83333)


def test_one_machine_alone_is_available_as_it_should_be() -> None:
    """Isolated machine: 1 / (1 + MTTR / MTBF) = 0.90909 on either clock."""
    for clock in ("operating", "calendar"):
        assert agrees(measured(line([station(constant(1), failures=[mode(clock)])]), length_s=100_000), 1 / 1.1)


@pytest.mark.parametrize(
    ("stations", "places", "exact"),
    [([station()] * 2, 0, 2 / 3), ([station()] * 2, 5, 7 / 8), (CALENDAR, 5, 0.74212), (OPERATING, 5, 0.75620)],
)
def test_a_wrong_model_fails_the_same_check(stations: list[dict[str, object]], places: int, exact: float) -> None:
    """One place more between the stations: the check must tell it apart."""
    assert not agrees(measured(line(stations, places + 1), length_s=600_000.0), exact)


@pytest.mark.slow
@pytest.mark.parametrize(("n", "places", "exact"), [*BALANCED, (5, 0, 0.4858)])
def test_balanced_exponential_lines_on_other_seeds(n: int, places: int, exact: float) -> None:
    """The same with three other seeds: none of the 99.9 % intervals may miss."""
    plant = line([station()] * n, places)

    assert all(agrees(measured(plant, seed=seed), exact) for seed in range(11, 14))
