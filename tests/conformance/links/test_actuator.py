"""Every `Actuator` writes once, says what it knows, and reads back what the plant holds."""

import math

import pytest

from plants.errors import LinkDown, NotSent, UnknownName
from plants.flow.sample import Quality, Value
from tests.conformance.links.conftest import MakeRig
from virtual.script import AccessDenied, ClampedWrites, IgnoredWrites, Override, Script, Selector

SPEED = "labeller.speed_per_min"
ORDERS = "line.order_sequence"


async def test_a_write_reaches_the_plant_and_is_read_back(make_rig: MakeRig) -> None:
    """Good means the server took it; the read-back and the plant agree."""
    rig = await make_rig()
    await rig.open()

    status = await rig.actuator.write(SPEED, 500.0)
    [back] = await rig.actuator.read((SPEED,))

    assert status == "Good"
    assert (back.value, back.quality) == (500.0, Quality.GOOD)
    assert rig.equipment.values()[SPEED] == 500.0


async def test_a_written_value_arrives_at_the_source_too(make_rig: MakeRig) -> None:
    """The reading session sees what the writing session did."""
    rig = await make_rig()
    await rig.open()

    await rig.actuator.write(SPEED, 500.0)

    await rig.until(lambda: rig.value(SPEED) == 500.0 and rig.value(f"{SPEED}.actual") == 500.0)


async def test_a_whole_number_is_sent_as_the_declared_type(make_rig: MakeRig) -> None:
    """75 for a Double is not a type error: the tag's type decides."""
    rig = await make_rig()
    await rig.open()

    status = await rig.actuator.write(SPEED, 500)

    assert status == "Good"
    assert rig.equipment.values()[SPEED] == 500


async def test_values_are_read_in_the_order_asked_for(make_rig: MakeRig) -> None:
    """The caller relies on positions."""
    rig = await make_rig()
    await rig.open()

    read = await rig.actuator.read(("packer.speed_per_min", SPEED, "line.remote"))

    assert [s.alias for s in read] == ["packer.speed_per_min", SPEED, "line.remote"]
    assert [s.value for s in read] == [720.0, 675.0, True]


async def test_a_sequence_of_orders_is_written_and_read_back(make_rig: MakeRig) -> None:
    """Lists of texts work as numbers do."""
    rig = await make_rig()
    await rig.open()
    [before] = await rig.actuator.read((ORDERS,))
    assert isinstance(before.value, tuple)
    wanted = before.value[::-1]

    await rig.actuator.write(ORDERS, wanted)
    [back] = await rig.actuator.read((ORDERS,))

    assert back.value == wanted


UNFIT: tuple[tuple[str, Value], ...] = (
    (SPEED, "fast"),
    (SPEED, True),
    (SPEED, ("500",)),
    (SPEED, math.nan),
    (SPEED, math.inf),
    (SPEED, 5000.0),
    (SPEED, 0.0),
    (ORDERS, "o01"),
    (ORDERS, ("o01", "o02")),
    (ORDERS, ("o01",) * 10),
    ("filler.processed", 0),
    ("labeller.speed_per_min.actual", 500.0),
    ("line.remote", False),
)


async def test_a_value_that_does_not_fit_is_not_sent_or_refused_and_changes_nothing(make_rig: MakeRig) -> None:
    """Wrong type, not finite, outside the machine's range, not a permutation, or no setpoint at all."""
    rig = await make_rig()
    await rig.open()
    before = rig.equipment.values()

    for alias, value in UNFIT:
        with pytest.raises(NotSent, match=alias):
            await rig.actuator.write(alias, value)

    assert rig.equipment.values() == before


async def test_an_unknown_alias_is_said_to_be_unknown(make_rig: MakeRig) -> None:
    """A name that the plant does not have is a mistake of the caller."""
    rig = await make_rig()
    await rig.open()

    with pytest.raises(UnknownName, match=r"labeller\.colour"):
        await rig.actuator.write("labeller.colour", 1.0)
    with pytest.raises(UnknownName, match=r"labeller\.colour"):
        await rig.actuator.read(("labeller.colour",))


async def test_without_a_session_nothing_is_sent_and_nothing_is_read(make_rig: MakeRig) -> None:
    """Before opening, a write is surely not sent."""
    rig = await make_rig()

    with pytest.raises(NotSent):
        await rig.actuator.write(SPEED, 500.0)
    with pytest.raises(LinkDown):
        await rig.actuator.read((SPEED,))


async def test_after_a_lost_link_nothing_is_sent_until_it_is_opened_again(make_rig: MakeRig) -> None:
    """A writing session never comes back by itself; a request made meanwhile is not kept."""
    rig = await make_rig()
    await rig.open()
    await rig.cut()

    with pytest.raises(LinkDown):
        await rig.actuator.read((SPEED,))
    with pytest.raises(NotSent):
        await rig.actuator.write(SPEED, 500.0)
    await rig.mend()
    await rig.actuator.open()
    [back] = await rig.actuator.read((SPEED,))

    assert back.value == 675.0


async def test_opening_without_a_link_is_link_down(make_rig: MakeRig) -> None:
    """There is nothing to write to."""
    rig = await make_rig()
    await rig.cut()

    with pytest.raises(LinkDown):
        await rig.actuator.open()


async def test_an_actuator_may_be_closed_twice(make_rig: MakeRig) -> None:
    """Closing is idempotent."""
    rig = await make_rig()
    await rig.actuator.open()

    await rig.actuator.close()
    await rig.actuator.close()

    with pytest.raises(NotSent):
        await rig.actuator.write(SPEED, 500.0)


async def test_a_clamped_write_is_answered_good_and_seen_in_the_read_back(make_rig: MakeRig) -> None:
    """Good to 700, holding 600."""
    rig = await make_rig(Script(events=(ClampedWrites(alias=SPEED, low=450, high=600),)))
    await rig.open()

    status = await rig.actuator.write(SPEED, 700.0)
    [back] = await rig.actuator.read((SPEED,))

    assert (status, back.value) == ("Good", 600.0)


async def test_an_ignored_write_is_answered_good_and_seen_in_the_read_back(make_rig: MakeRig) -> None:
    """Good to 700, holding 675."""
    rig = await make_rig(Script(events=(IgnoredWrites(alias=SPEED),)))
    await rig.open()

    status = await rig.actuator.write(SPEED, 700.0)
    [back] = await rig.actuator.read((SPEED,))

    assert (status, back.value) == ("Good", 675.0)


async def test_an_operator_at_the_panel_may_override_a_write_afterwards(make_rig: MakeRig) -> None:
    """Somebody else's newer value is what is read then."""
    rig = await make_rig(Script(events=(Override(alias=SPEED, value=480, after_s=20),)))
    await rig.open()

    await rig.actuator.write(SPEED, 700.0)
    [at_once] = await rig.actuator.read((SPEED,))
    rig.equipment.advance(21)
    await rig.until(lambda: rig.value(SPEED) == 480.0)
    [later] = await rig.actuator.read((SPEED,))

    assert (at_once.value, later.value) == (700.0, 480.0)


async def test_access_denied_to_one_tag_is_a_refusal(make_rig: MakeRig) -> None:
    """The server may refuse a tag although the account may write others."""
    rig = await make_rig(Script(events=(AccessDenied(at_s=1, alias=SPEED),)))
    await rig.open()
    rig.equipment.advance(2)

    with pytest.raises(NotSent, match="BadUserAccessDenied"):
        await rig.actuator.write(SPEED, 700.0)
    status = await rig.actuator.write("packer.speed_per_min", 700.0)

    assert status == "Good"


async def test_the_selector_on_local_refuses_every_write(make_rig: MakeRig) -> None:
    """On local, the plant belongs to its operators."""
    rig = await make_rig(Script(events=(Selector(at_s=1, remote=False),)))
    await rig.open()
    rig.equipment.advance(2)

    with pytest.raises(NotSent):
        await rig.actuator.write(SPEED, 700.0)

    await rig.until(lambda: rig.value("line.remote") is False)
    assert rig.equipment.values()[SPEED] == 675.0
