"""The in-process link: its own faults, and its full read from time to time."""

from datetime import UTC, datetime

import pytest

from plants.errors import LinkDown, NotSent, WriteOutcomeUnknown
from plants.flow.sample import Value
from plants.model.plant import Plant
from plants.model.tags import PLANT_TIME, tags_of
from service.clock import VirtualClock
from virtual.link import InProcessActuator, InProcessSource, WriteFault
from virtual.still import StillPlant

SPEED = "labeller.speed_per_min"


def clock() -> VirtualClock:
    """A clock that moves when told to."""
    return VirtualClock(datetime(2026, 3, 1, tzinfo=UTC))


async def opened(line: StillPlant, fault: WriteFault) -> InProcessActuator:
    """An open actuator with a fault."""
    actuator = InProcessActuator(line, clock())
    await actuator.open()
    actuator.fault = fault
    actuator.clamp = (450.0, 600.0)
    return actuator


@pytest.mark.parametrize(
    ("fault", "held"), [(WriteFault.NONE, 700.0), (WriteFault.IGNORED, 675.0), (WriteFault.CLAMPED, 600.0)]
)
async def test_an_answered_write_may_hold_something_else(plant: Plant, fault: WriteFault, held: Value) -> None:
    """Good says nothing about what is held; the read-back does."""
    line = StillPlant(plant)
    actuator = await opened(line, fault)

    status = await actuator.write(SPEED, 700.0)
    [back] = await actuator.read((SPEED,))

    assert (status, back.value) == ("Good", held)


@pytest.mark.parametrize(("fault", "held"), [(WriteFault.LOST_BEFORE, 675.0), (WriteFault.LOST_AFTER, 700.0)])
async def test_a_lost_answer_is_unknown_whether_it_was_applied_or_not(
    plant: Plant, fault: WriteFault, held: Value
) -> None:
    """The same error for both; only the read-back tells them apart."""
    line = StillPlant(plant)
    actuator = await opened(line, fault)

    with pytest.raises(WriteOutcomeUnknown):
        await actuator.write(SPEED, 700.0)
    [back] = await actuator.read((SPEED,))

    assert back.value == held


async def test_without_a_link_nothing_is_sent_or_read_or_opened(plant: Plant) -> None:
    """The fault stands for a dead session."""
    actuator = await opened(StillPlant(plant), WriteFault.NO_LINK)

    with pytest.raises(NotSent):
        await actuator.write(SPEED, 700.0)
    with pytest.raises(LinkDown):
        await actuator.read((SPEED,))
    with pytest.raises(LinkDown):
        await actuator.open()


async def test_everything_is_sent_again_from_time_to_time(plant: Plant) -> None:
    """A tag that never changes is still seen to be fresh."""
    time = clock()
    source = InProcessSource(StillPlant(plant), time, refresh_wall_s=5.0)
    await source.open()
    first = await source.poll()

    time.advance(1.0)
    between = await source.poll()
    time.advance(4.0)
    again = await source.poll()

    assert len(first) == len(again) == len(tags_of(plant))
    assert [s.alias for s in between] == [PLANT_TIME]
