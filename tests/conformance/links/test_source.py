"""Every `SampleSource` shows a plant in the same way."""

import pytest

from plants.errors import LinkDown
from plants.flow.sample import Quality
from plants.model.plant import Plant
from plants.model.tags import tags_of
from plants.ports.sample_source import LinkState
from tests.conformance.links.conftest import MakeRig
from virtual.script import BadQuality, FrozenTag, Script

SPEED = "labeller.speed_per_min"


async def test_every_tag_arrives_after_opening_with_good_quality_and_a_source_time(
    make_rig: MakeRig, plant: Plant
) -> None:
    """After `open`, polling yields each declared tag, usable and dated."""
    rig = await make_rig()

    await rig.source.open()
    await rig.until(lambda: len(rig.latest) == len(tags_of(plant)))

    assert {s.quality for s in rig.latest.values()} == {Quality.GOOD}
    assert all(s.source_time is not None and s.value is not None for s in rig.latest.values())
    assert rig.source.link is LinkState.CONNECTED


async def test_values_arrive_with_the_type_that_their_tag_declares(make_rig: MakeRig) -> None:
    """Booleans, whole numbers, texts and lists come as such."""
    rig = await make_rig()

    await rig.source.open()
    await rig.until(lambda: "line.order_sequence" in rig.latest and "line.remote" in rig.latest)

    assert rig.value("line.remote") is True
    assert rig.value("line.order_sequence") == tuple(f"o{n:02}" for n in range(1, 11))
    assert rig.value("filler.order") == ""
    assert isinstance(rig.value("filler.processed"), int)


async def test_a_change_at_the_plant_arrives_and_an_unchanged_tag_is_not_sent_again(make_rig: MakeRig) -> None:
    """Only what changes is sent, except plant time."""
    rig = await make_rig()
    await rig.source.open()
    await rig.until(lambda: SPEED in rig.latest)

    rig.equipment.put("filler.processed", 48)
    rig.latest.clear()
    await rig.until(lambda: rig.value("filler.processed") == 48)

    assert SPEED not in rig.latest


async def test_a_bad_value_arrives_as_bad_and_empty(make_rig: MakeRig) -> None:
    """A tag whose quality is Bad carries no value."""
    rig = await make_rig(Script(events=(BadQuality(alias="transfer.level", quality=Quality.BAD),)))

    await rig.source.open()
    await rig.until(lambda: "transfer.level" in rig.latest)

    assert rig.latest["transfer.level"].quality is Quality.BAD
    assert rig.latest["transfer.level"].value is None


async def test_an_uncertain_value_arrives_as_uncertain_with_its_value(make_rig: MakeRig) -> None:
    """Uncertain is passed on for others to judge."""
    rig = await make_rig(Script(events=(BadQuality(alias="transfer.level", quality=Quality.UNCERTAIN),)))

    await rig.source.open()
    await rig.until(lambda: "transfer.level" in rig.latest)

    assert rig.latest["transfer.level"].quality is Quality.UNCERTAIN
    assert rig.latest["transfer.level"].value == 0


async def test_quality_that_recovers_arrives_even_though_the_value_is_the_same(make_rig: MakeRig) -> None:
    """Bad, then Good with the old value: the second must not be swallowed as unchanged."""
    script = Script(events=(BadQuality(alias="transfer.level", quality=Quality.BAD, for_s=100),))
    rig = await make_rig(script)
    await rig.source.open()
    await rig.until(lambda: "transfer.level" in rig.latest)

    rig.equipment.advance(101)
    await rig.until(lambda: rig.latest["transfer.level"].quality is Quality.GOOD)

    assert rig.value("transfer.level") == 0


async def test_a_frozen_tag_keeps_its_value_and_source_time_while_the_plant_goes_on(make_rig: MakeRig) -> None:
    """The plant counts on; the tag does not."""
    rig = await make_rig(Script(events=(FrozenTag(at_s=1, alias="filler.processed"),)))
    await rig.source.open()
    await rig.until(lambda: "filler.processed" in rig.latest)
    before = rig.latest["filler.processed"]

    rig.equipment.advance(2)
    rig.equipment.put("filler.processed", 999)
    rig.equipment.put("capper.processed", 999)
    await rig.until(lambda: rig.value("capper.processed") == 999)

    assert rig.latest["filler.processed"].value == before.value
    assert rig.latest["filler.processed"].source_time == before.source_time


async def test_a_frozen_source_time_is_passed_on_with_the_moving_value(make_rig: MakeRig) -> None:
    """Value new, time old: whoever judges freshness must be able to see it."""
    rig = await make_rig(Script(events=(FrozenTag(at_s=1, alias="filler.processed", only_time=True),)))
    await rig.source.open()
    await rig.until(lambda: "filler.processed" in rig.latest)
    before = rig.latest["filler.processed"]

    rig.equipment.advance(2)
    rig.equipment.put("filler.processed", 999)
    await rig.until(lambda: rig.value("filler.processed") == 999)

    assert rig.latest["filler.processed"].source_time == before.source_time


async def test_a_lost_link_says_connecting_and_sends_nothing(make_rig: MakeRig) -> None:
    """Nothing is made up while nothing is known."""
    rig = await make_rig()
    await rig.source.open()
    await rig.until(lambda: SPEED in rig.latest)

    await rig.cut()
    await rig.until(lambda: rig.source.link is LinkState.CONNECTING)
    rig.equipment.put("filler.processed", 48)

    assert await rig.source.poll() == ()


async def test_a_link_that_comes_back_sends_everything_again(make_rig: MakeRig, plant: Plant) -> None:
    """After recovery each tag is read anew, also those that did not change."""
    rig = await make_rig()
    await rig.source.open()
    await rig.until(lambda: SPEED in rig.latest)
    await rig.cut()
    await rig.until(lambda: rig.source.link is LinkState.CONNECTING)
    rig.equipment.put("filler.processed", 48)
    rig.latest.clear()

    await rig.mend()
    await rig.until(lambda: len(rig.latest) == len(tags_of(plant)) and rig.value("filler.processed") == 48)

    assert rig.source.link is LinkState.CONNECTED


async def test_opening_without_a_link_is_link_down(make_rig: MakeRig) -> None:
    """The first connection must stand."""
    rig = await make_rig()
    await rig.cut()

    with pytest.raises(LinkDown):
        await rig.source.open()

    assert rig.source.link is LinkState.CLOSED


async def test_a_source_may_be_closed_twice_and_is_silent_then(make_rig: MakeRig) -> None:
    """Closing is idempotent."""
    rig = await make_rig()
    await rig.source.open()
    await rig.source.poll()

    await rig.source.close()
    await rig.source.close()

    assert rig.source.link is LinkState.CLOSED
    assert rig.source.dropped == 0
