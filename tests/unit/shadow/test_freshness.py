"""Data that cannot be trusted are marked, and so is the state made from them."""

from datetime import timedelta

import pytest

from plants.flow.sample import Quality, Sample, Value
from plants.flow.state import Condition
from plants.loader.load import load_plant
from plants.model.plant import Plant
from plants.model.tags import tags_of
from tests.unit.shadow.line import SeenLine
from twin.shadow.errors import NoLiveState
from twin.shadow.shadow import Shadow
from twin.shadow.tagbook import Freshness


@pytest.fixture(scope="module")
def plant() -> Plant:
    """The bottling line."""
    return load_plant("bottling")


@pytest.fixture
def line(plant: Plant) -> SeenLine:
    """A line at plant time 0."""
    return SeenLine(plant, seed=1)


@pytest.fixture
def shadow(plant: Plant) -> Shadow:
    """A shadow that has seen nothing."""
    return Shadow(plant)


def test_without_plant_time_there_is_no_state(line: SeenLine, shadow: Shadow) -> None:
    """Nothing is made up before the equipment has said what time it is."""
    shadow.feed([s for s in line.run(60) if s.alias != "line.plant_time_s"])

    with pytest.raises(NoLiveState, match="check the link"):
        shadow.state(line.now)
    assert shadow.plant_time_s is None


def test_a_living_stream_makes_every_tag_good(line: SeenLine, shadow: Shadow) -> None:
    """Tags that have not changed for long are as good as the others while plant time comes."""
    shadow.feed(line.run(3600))

    state = shadow.state(line.now + timedelta(seconds=1))

    assert set(shadow.freshness(line.now).values()) == {Freshness.GOOD}
    assert state.trustworthy
    assert all(s.fresh for s in state.stations)


def test_a_tag_never_seen_is_said_to_be(line: SeenLine, shadow: Shadow) -> None:
    """The state lists it as stale, and its station is not fresh."""
    shadow.feed([s for s in line.run(60) if s.alias != "filler.processed"])

    state = shadow.state(line.now + timedelta(seconds=1))

    assert shadow.freshness(line.now)["filler.processed"] is Freshness.NEVER
    assert state.stale == ("filler.processed",)
    assert [s.station for s in state.stations if not s.fresh] == ["filler"]


@pytest.mark.parametrize("later_wall_s", [5.5, 3600.0, -60.0])
def test_a_silent_stream_makes_everything_stale(line: SeenLine, shadow: Shadow, later_wall_s: float) -> None:
    """No plant time for five wall seconds, or one from the future because the clock was set back."""
    shadow.feed(line.run(3600))

    state = shadow.state(line.now + timedelta(seconds=later_wall_s))

    assert len(state.stale) == len(tags_of(line.plant))
    assert not any(s.fresh for s in state.stations)


@pytest.mark.parametrize("quality", [Quality.BAD, Quality.UNCERTAIN])
def test_a_value_that_is_not_good_is_stale_until_it_is_again(line: SeenLine, shadow: Shadow, quality: Quality) -> None:
    """The last good value is kept for the state; the tag is marked."""
    shadow.feed(line.run(3600))
    before = shadow.state(line.now + timedelta(seconds=1)).stations[1].processed
    shadow.feed([line.sample("filler.processed", 7, quality=quality)])
    marked = shadow.state(line.now + timedelta(seconds=1))
    shadow.feed(line.run(3612))
    again = shadow.state(line.now + timedelta(seconds=1))

    assert marked.stale == ("filler.processed",)
    assert marked.stations[1].processed == before
    assert again.trustworthy


@pytest.mark.parametrize(
    ("alias", "value"),
    [
        ("filler.processed", 2.5), ("filler.processed", -1), ("filler.processed", 1 << 32), ("filler.processed", True),
        ("filler.state", "6"), ("filler.order", 3), ("line.order_sequence", "o01"), ("line.remote", 1),
        ("filler.energy_kwh", "much"), ("line.plant_time_s", "noon"), ("filler.state", None),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_type_is_stale(line: SeenLine, shadow: Shadow, alias: str, value: Value | None) -> None:
    """Whatever its quality says; a plant time of the wrong type makes all stale."""
    shadow.feed(line.run(3600))

    shadow.feed([line.sample(alias, value)])

    assert alias in shadow.state(line.now + timedelta(seconds=1)).stale


def test_a_number_that_is_not_finite_is_stale(line: SeenLine, shadow: Shadow) -> None:
    """NaN cannot even be written into a sample; should one come all the same, it is not used."""
    shadow.feed(line.run(3600))
    nan = Sample.model_construct(**{**dict(line.sample("filler.energy_kwh", 1.0)), "value": float("nan")})

    shadow.feed([nan])

    assert shadow.freshness(line.now)["filler.energy_kwh"] is Freshness.STALE


def test_a_value_that_moves_with_a_frozen_source_time_is_stale(line: SeenLine, shadow: Shadow) -> None:
    """The source time says nothing about the value any more; it is good again once both move."""
    shadow.feed(line.run(3600))
    first = line.sample("filler.energy_kwh", 100.0)
    frozen = first.model_copy(update={"value": 101.0, "received_at": first.received_at + timedelta(seconds=1)})

    shadow.feed([first, frozen])
    stale = shadow.freshness(line.now)["filler.energy_kwh"]
    shadow.feed(line.run(3624))

    assert stale is Freshness.STALE
    assert shadow.freshness(line.now)["filler.energy_kwh"] is Freshness.GOOD


def test_a_value_read_again_unchanged_is_not_frozen(line: SeenLine, shadow: Shadow) -> None:
    """A full read brings old source times for what has not changed; that is as it should be."""
    samples = line.run(3600)
    shadow.feed(samples)
    setpoint = next(s for s in samples if s.alias == "filler.speed_per_min")

    shadow.feed([setpoint.model_copy(update={"received_at": line.now})])

    assert shadow.freshness(line.now)["filler.speed_per_min"] is Freshness.GOOD


def test_a_frozen_plant_time_makes_everything_stale(line: SeenLine, shadow: Shadow) -> None:
    """Plant time that keeps coming with a source time of long ago is no sign of life."""
    shadow.feed(line.run(3600))
    late = line.now + timedelta(seconds=20)
    old = line.sample("line.plant_time_s", 3612.0)

    shadow.feed([old.model_copy(update={"received_at": late})])

    assert set(shadow.freshness(late).values()) == {Freshness.STALE}


def test_an_older_value_that_comes_late_does_not_overwrite(line: SeenLine, shadow: Shadow) -> None:
    """A full read may overtake the subscription; the counter does not go back, and nothing is taken for a reset."""
    shadow.feed(line.run(3600))
    older = [s for s in line.run(3612) if s.alias == "filler.processed"]
    shadow.feed(line.run(3660))
    before = shadow.state(line.now + timedelta(seconds=1)).stations[1].processed

    shadow.feed(older)

    assert shadow.state(line.now + timedelta(seconds=1)).stations[1].processed == before


@pytest.mark.parametrize(
    ("state", "reason", "condition"),
    [
        (6, 0, Condition.EXECUTING), (5, 1, Condition.STARVED), (5, 2, Condition.BLOCKED), (9, 10, Condition.DOWN),
        (11, 10, Condition.DOWN), (2, 3, Condition.SETUP), (2, 11, Condition.DOWN), (2, 0, Condition.UNKNOWN),
        (4, 4, Condition.NO_ORDER), (17, 4, Condition.NO_ORDER), (99, 0, Condition.UNKNOWN),
    ],
)  # fmt: skip
def test_packml_states_are_understood(
    line: SeenLine, shadow: Shadow, state: int, reason: int, condition: Condition
) -> None:
    """StateCurrent and StopReason give the condition; what is not foreseen is unknown, not guessed."""
    line.changes = {"packer.state": state, "packer.stop_reason": reason}

    shadow.feed(line.run(60))

    assert shadow.state(line.now + timedelta(seconds=1)).stations[4].condition is condition


def test_a_gap_in_the_stream_is_unknown_time(line: SeenLine, shadow: Shadow) -> None:
    """What a station did while nothing was seen is not counted as what it did before."""
    shadow.feed(line.run(3600))
    line.skip(4800)
    shadow.feed(line.run(5400))
    shadow.state(line.now + timedelta(seconds=1))

    unknown = shadow.shares(1800)["filler"][Condition.UNKNOWN]

    assert unknown == pytest.approx(1200, abs=line.tick_s)


def test_equipment_that_starts_anew_is_followed_anew(line: SeenLine, shadow: Shadow) -> None:
    """Plant time stepped back: counts, clocks and orders of before are forgotten."""
    shadow.feed(line.run(7200))
    again = SeenLine(line.plant, seed=2)
    later = timedelta(hours=1)
    shadow.feed([_later(s, later) for s in again.run(1200)])

    state = shadow.state(again.now + later + timedelta(seconds=1))

    assert state.plant_time_s == 1200
    assert state.stations[0].processed == again.sim.snapshot().stations[0].processed
    assert state.orders[0].started == pytest.approx(again.sim.snapshot().orders[0].started, abs=1)


def _later(sample: Sample, by: timedelta) -> Sample:
    assert sample.source_time is not None
    return sample.model_copy(update={"source_time": sample.source_time + by, "received_at": sample.received_at + by})
