"""Which numbers fit which nodes, and which changes are worth handing on."""

from datetime import UTC, datetime

import pytest
from asyncua import ua

from connectors.opcua.convert import to_sample, to_variant
from connectors.opcua.limits import MOST, _limit, batches
from connectors.opcua.order import Deadband
from connectors.opcua.scrutiny import Scrutiny, Trouble
from plants.flow.sample import Quality, Sample, Value
from plants.model.tags import DataType, Tag, TagRole

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def tag(data_type: DataType, deadband: float = 0.0) -> Tag:
    """A tag of that type."""
    return Tag(
        alias="filler.thing",
        role=TagRole.STATE,
        subject="filler",
        path=("Thing",),
        data_type=data_type,
        deadband=deadband,
    )


def sample(value: Value | None, quality: Quality = Quality.GOOD) -> Sample:
    """A sample of it."""
    return Sample(alias="filler.thing", value=value, quality=quality, received_at=NOW)


@pytest.mark.parametrize(
    ("data_type", "node", "value", "held"),
    [
        (DataType.DOUBLE, ua.VariantType.Float, 600, 600.0),
        (DataType.DOUBLE, ua.VariantType.Int16, 600.0, 600),
        (DataType.INT32, ua.VariantType.Byte, 255, 255),
        (DataType.UINT32, ua.VariantType.Int64, 2**40, 2**40),
    ],
)
def test_a_number_takes_the_type_of_its_node(
    data_type: DataType, node: ua.VariantType, value: Value, held: object
) -> None:
    """A Float node wants a Float, an Int16 a whole number."""
    variant = to_variant(tag(data_type), value, node)

    assert (variant.Value, type(variant.Value), variant.VariantType) == (held, type(held), node)


@pytest.mark.parametrize(
    ("data_type", "node", "value"),
    [
        (DataType.DOUBLE, ua.VariantType.Int16, 600.5),
        (DataType.DOUBLE, ua.VariantType.Int16, 40_000),
        (DataType.DOUBLE, ua.VariantType.Float, 1e39),
        (DataType.INT32, ua.VariantType.Byte, -1),
        (DataType.INT32, ua.VariantType.SByte, 128),
        (DataType.UINT32, ua.VariantType.UInt16, 65_536),
    ],
)
def test_a_number_that_its_node_cannot_hold_is_refused_not_cut(
    data_type: DataType, node: ua.VariantType, value: Value
) -> None:
    """Nothing wraps around, nothing is rounded."""
    with pytest.raises(ValueError, match=r"filler\.thing is"):
        to_variant(tag(data_type), value, node)


def test_what_a_smaller_node_holds_is_read_as_what_the_tag_means() -> None:
    """A Float or an Int16 is a number of that tag; a Double is no counter."""
    power = to_sample(tag(DataType.DOUBLE), ua.DataValue(ua.Variant(2.5, ua.VariantType.Float)), NOW)
    speed = to_sample(tag(DataType.DOUBLE), ua.DataValue(ua.Variant(600, ua.VariantType.Int16)), NOW)
    count = to_sample(tag(DataType.UINT32), ua.DataValue(ua.Variant(7, ua.VariantType.UInt64)), NOW)

    assert (power.value, speed.value, count.value) == (2.5, 600.0, 7)
    assert isinstance(speed.value, float)


def test_a_small_change_is_left_out_until_it_adds_up() -> None:
    """The band is around the last value that passed, so a slow drift is not lost."""
    band, thing = Deadband(), tag(DataType.DOUBLE, deadband=1.0)

    passed = [band.passes(thing, sample(value)) for value in (10.0, 10.4, 10.8, 11.0, 10.1, 10.0)]

    assert passed == [True, False, False, True, False, True]


def test_quality_never_waits_behind_a_deadband() -> None:
    """Good, Bad, Good with the same number: all three pass."""
    band, thing = Deadband(), tag(DataType.DOUBLE, deadband=1.0)
    values = (sample(10.0), sample(None, Quality.BAD), sample(10.0), sample(10.0, Quality.UNCERTAIN), sample(10.0))

    assert [band.passes(thing, value) for value in values] == [True] * 5


def test_without_a_deadband_everything_passes() -> None:
    """Also a value that is the same."""
    band, thing = Deadband(), tag(DataType.DOUBLE)

    assert [band.passes(thing, sample(10.0)) for _ in range(3)] == [True] * 3


@pytest.mark.parametrize(("said", "limit"), [(5, 5), (0, MOST), (10**6, MOST), (None, MOST)])
def test_a_server_that_says_nothing_or_too_much_gets_the_usual(said: int | None, limit: int) -> None:
    """0 means no limit; a limit beyond the usual is not tried out."""
    variant = None if said is None else ua.Variant(said, ua.VariantType.UInt32)

    assert _limit(ua.DataValue(variant)) == limit


def test_batches_hold_everything_in_order() -> None:
    """Nothing is lost at the seams."""
    assert list(batches([1, 2, 3, 4, 5], 2)) == [[1, 2], [3, 4], [5]]


def test_an_overflow_at_the_server_is_counted_and_the_value_is_good() -> None:
    """Good with the overflow bit: this value is whole, some before it are gone."""
    scrutiny = Scrutiny()
    data = ua.DataValue(ua.Variant(2.5, ua.VariantType.Double), StatusCode=ua.StatusCode(ua.UInt32(0x480)))
    taken = to_sample(tag(DataType.DOUBLE), data, NOW)

    scrutiny.look(tag(DataType.DOUBLE), data, taken)

    assert (taken.value, taken.quality) == (2.5, Quality.GOOD)
    assert scrutiny.counts["filler.thing"] == {Trouble.OVERFLOW: 1}
