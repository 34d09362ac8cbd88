"""Reading back: what a value says of a write, and how long it is looked for."""

import pytest

from ledger.policy import Policy
from ledger.readback import Reading, classify, read_back
from ledger.session import Session
from plants.flow.plan import WriteStep
from plants.flow.receipt import Sent
from plants.flow.sample import Value
from plants.model.tags import PLANT_TIME
from tests.ledger_ports import FILLER, PLANT, FakeClock, Line

STEP = WriteStep(alias=FILLER, before=600.0, target=570.0, tolerance=0.5)
POLICY = Policy()


async def looked(line: Line, *, again: bool = False) -> Reading:
    """Read back a write of 570 over 600."""
    session = Session(line, PLANT)
    return await read_back(session, line.clock, POLICY, STEP, before=600.0, wanted=570.0, again=again)


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (570.0, Sent.APPLIED),
        (570.5, Sent.APPLIED),
        (600.0, Sent.NOT_APPLIED),
        (599.5, Sent.NOT_APPLIED),
        (585.0, Sent.DIFFERENT),
        (None, Sent.UNKNOWN),
    ],
)
def test_what_a_number_says_of_a_write(value: Value | None, sent: Sent) -> None:
    """Equal to the target, equal to the value before, neither, or nothing readable."""
    assert classify(value, 600.0, 570.0, 0.5) is sent


@pytest.mark.parametrize(
    ("before", "wanted", "sent"),
    [
        (("a", "b", "c"), ("b", "a", "c"), Sent.DIFFERENT),
        (("a", "b", "c"), ("a", "b", "c"), Sent.APPLIED),
        (("a", "c", "b"), ("a", "b", "c"), Sent.APPLIED),
        (("a", "b", "c"), ("a", "c", "b"), Sent.NOT_APPLIED),
    ],
)
def test_a_sequence_that_fits_both_tells_nothing_unless_they_are_the_same(
    before: Value, wanted: Value, sent: Sent
) -> None:
    """What still waits is 'b, c' or 'c'; two sequences may end alike."""
    left = ("c",) if before[-1] == wanted[-1] else ("b", "c")  # type: ignore[index]  # sequences

    assert classify(left, before, wanted, 0.0) is sent


async def test_what_is_there_is_seen_at_the_first_look(line: Line, clock: FakeClock) -> None:
    """With the plant time at which it was read."""
    line.take(FILLER, 570.0)

    assert await looked(line) == Reading(Sent.APPLIED, 570.0, 3_600.0)
    assert clock.monotonic() == 0.0


@pytest.mark.parametrize("ran_s", [0.0, 5_000.0])
async def test_a_value_that_is_not_there_is_looked_for_two_seconds(line: Line, clock: FakeClock, ran_s: float) -> None:
    """`late_wall_s`, however long the clock has run before; then what is there counts."""
    clock.move(ran_s)

    assert await looked(line) == Reading(Sent.NOT_APPLIED, 600.0, 3_600.0)
    assert clock.monotonic() - ran_s == pytest.approx(POLICY.late_wall_s, abs=POLICY.poll_wall_s)


async def test_a_value_that_comes_within_that_time_is_seen(line: Line, clock: FakeClock) -> None:
    """A second later, on a clock that has run for long."""
    clock.move(5_000.0)
    clock.on_sleep = lambda _: line.take(FILLER, 570.0) if clock.monotonic() >= 5_001.0 else None

    assert (await looked(line)).sent is Sent.APPLIED
    assert clock.monotonic() == pytest.approx(5_001.0, abs=2 * POLICY.poll_wall_s)


@pytest.mark.parametrize("why", ["link", "bad"])
async def test_a_line_that_tells_nothing_is_asked_for_four_seconds(line: Line, clock: FakeClock, why: str) -> None:
    """`read_back_wall_s`: a link may come back; one that does not leaves the write unknown."""
    line.link = why != "link"
    line.bad = {FILLER} if why == "bad" else set()

    assert await looked(line) == Reading(Sent.UNKNOWN, None, None)
    assert clock.monotonic() == pytest.approx(POLICY.read_back_wall_s, abs=POLICY.poll_wall_s)


async def test_a_link_that_comes_back_in_that_time_lets_the_write_be_told(line: Line, clock: FakeClock) -> None:
    """Later than a machine would be waited for."""
    line.link = False
    line.take(FILLER, 570.0)
    clock.on_sleep = lambda _: setattr(line, "link", clock.monotonic() >= 3.0)

    assert (await looked(line)).sent is Sent.APPLIED


async def test_a_link_lost_while_looking_leaves_what_was_seen_last(line: Line, clock: FakeClock) -> None:
    """The newest reading counts, and the machine's time is not made longer by it."""
    clock.on_sleep = lambda _: setattr(line, "link", False)

    assert await looked(line) == Reading(Sent.NOT_APPLIED, 600.0, 3_600.0)
    assert clock.monotonic() == pytest.approx(POLICY.late_wall_s, abs=POLICY.poll_wall_s)


async def test_what_is_followed_is_looked_at_once(line: Line, clock: FakeClock) -> None:
    """The executor has other things to do meanwhile."""
    assert await looked(line, again=True) == Reading(Sent.NOT_APPLIED, 600.0, 3_600.0)
    assert clock.monotonic() == 0.0


async def test_what_is_followed_and_cannot_be_read_is_asked_for_all_the_same(line: Line, clock: FakeClock) -> None:
    """A look that tells nothing is none."""
    line.bad.add(FILLER)

    assert (await looked(line, again=True)).sent is Sent.UNKNOWN
    assert clock.monotonic() >= POLICY.read_back_wall_s


@pytest.mark.parametrize("value", ["12", True])
async def test_a_plant_time_that_is_no_number_is_none(line: Line, value: object) -> None:
    """The value read back counts without it."""
    line.take(FILLER, 570.0)
    line.plant_time_s = value  # type: ignore[assignment]  # a spoilt tag

    assert await looked(line) == Reading(Sent.APPLIED, 570.0, None)


async def test_plant_time_may_be_unreadable(line: Line) -> None:
    """The same."""
    line.take(FILLER, 570.0)
    line.bad.add(PLANT_TIME)

    assert await looked(line) == Reading(Sent.APPLIED, 570.0, None)
