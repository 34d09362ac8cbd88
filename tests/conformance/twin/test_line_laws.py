"""Laws of serial lines that are no single figure: reversibility, and rejects at the end."""

import math

import pytest

from tests.oracles.case import HALF_WIDTH, Answer, measure, throughput
from tests.twin_lines import exponential, line, station
from twin import run
from twin.replications import Scenario

MEANS, PLACES = (1.0, 0.7, 1.1, 0.9), (0, 2, 1)

pytestmark = pytest.mark.timeout(900)  # the kernels may have to be compiled first, on a machine that is busy


def made_by(means: tuple[float, ...], places: tuple[int, ...], seed: int) -> Answer:
    """Throughput of a line."""
    plant = line([station(exponential(m)) for m in means], list(places))
    return measure(Scenario(plant, 51_000.0, seed, warmup_s=1_000.0), throughput)


def test_a_line_and_its_mirror_image_have_the_same_throughput() -> None:
    """Reversibility (Yamazaki and Sakasegawa 1975; Muth 1979), random times: both within 0.3 %, and no difference."""
    there = made_by(MEANS, PLACES, 1)
    back = made_by(MEANS[::-1], PLACES[::-1], 2)
    other = made_by(MEANS[::-1], PLACES, 2)  # the stations turned round, the buffers not

    assert max(there.relative, back.relative, other.relative) <= HALF_WIDTH
    assert differs(there, other)
    assert not differs(there, back)


def differs(one: Answer, two: Answer) -> bool:
    """Whether two independent figures lie further apart than their 99.9 % intervals allow."""
    apart = abs(one.interval.mean - two.interval.mean)
    return apart > math.hypot(one.interval.half_width, two.interval.half_width)


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_rejects_at_the_last_station_thin_what_leaves(share: float) -> None:
    """A last station is never blocked, so what it rejects changes nothing before it: (1 - p) of 3/4."""
    made = run(line([station(), station(scrap=share)], 1), horizon_s=80_000.0, warmup_s=500.0, seed=3).counters

    out = made["good"] + made["scrapped"]
    assert out / 79_500 == pytest.approx(0.75, rel=0.02)
    assert made["good"] / out == pytest.approx(1 - share, abs=4 * math.sqrt(share * (1 - share) / out))
