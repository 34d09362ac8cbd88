"""Values at the edge of OPC UA: conversion, order, the bounded queue, and where a plain channel may go."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from asyncua import ua
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaerrors import UaStatusCodeError
from pydantic import SecretStr, ValidationError

from connectors.opcua.convert import to_sample, to_variant
from connectors.opcua.order import Newest
from connectors.opcua.queue import SampleQueue
from connectors.opcua.security import OpcUaSecurity, check_channel
from connectors.opcua.session import explain
from plants.errors import Refused
from plants.flow.sample import Quality, Sample, Value
from plants.model.tags import DataType, Tag, TagRole

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def tag(data_type: DataType) -> Tag:
    """A tag of that type."""
    return Tag(alias="filler.thing", role=TagRole.STATE, subject="filler", path=("Thing",), data_type=data_type)


def sample(alias: str, value: Value, at: datetime | None = NOW) -> Sample:
    """A good sample."""
    return Sample(alias=alias, value=value, quality=Quality.GOOD, source_time=at, received_at=NOW)


@pytest.mark.parametrize(
    ("data_type", "value", "expected", "variant_type"),
    [
        (DataType.DOUBLE, 75, 75.0, ua.VariantType.Double),
        (DataType.INT32, 75, 75, ua.VariantType.Int32),
        (DataType.INT32, 75.0, 75, ua.VariantType.Int32),
        (DataType.UINT32, 2**32 - 1, 2**32 - 1, ua.VariantType.UInt32),
        (DataType.BOOLEAN, True, True, ua.VariantType.Boolean),
        (DataType.STRING, "o01", "o01", ua.VariantType.String),
        (DataType.STRING_ARRAY, ("o02", "o01"), ["o02", "o01"], ua.VariantType.String),
        (DataType.STRING_ARRAY, (), [], ua.VariantType.String),
    ],
)
def test_a_value_takes_the_declared_type_of_its_tag(
    data_type: DataType, value: Value, expected: object, variant_type: ua.VariantType
) -> None:
    """The variant has the tag's type, whatever Python thinks of the number."""
    variant = to_variant(tag(data_type), value)

    assert variant.Value == expected
    assert type(variant.Value) is type(expected)
    assert variant.VariantType is variant_type
    assert variant.is_array is (data_type is DataType.STRING_ARRAY)


@pytest.mark.parametrize(
    ("data_type", "value"),
    [
        (DataType.DOUBLE, math.nan),
        (DataType.DOUBLE, math.inf),
        (DataType.DOUBLE, True),
        (DataType.DOUBLE, "75"),
        (DataType.INT32, 2**31),
        (DataType.INT32, 0.5),
        (DataType.INT32, math.nan),
        (DataType.UINT32, -1),
        (DataType.BOOLEAN, 1),
        (DataType.STRING, 7),
        (DataType.STRING_ARRAY, "o01"),
    ],
)
def test_a_value_of_another_type_or_range_is_refused_by_name(data_type: DataType, value: Value) -> None:
    """Nothing is cast quietly."""
    with pytest.raises(ValueError, match=r"filler\.thing"):
        to_variant(tag(data_type), value)


def status(code: int) -> ua.StatusCode:
    """A status code."""
    return ua.StatusCode(ua.UInt32(code))


@pytest.mark.parametrize(
    ("data", "quality", "value"),
    [
        (ua.DataValue(ua.Variant(7, ua.VariantType.Int32)), Quality.GOOD, 7),
        (ua.DataValue(ua.Variant(7, ua.VariantType.Int32), StatusCode=None), Quality.GOOD, 7),
        (
            ua.DataValue(ua.Variant(7, ua.VariantType.Int32), StatusCode=status(StatusCodes.UncertainLastUsableValue)),
            Quality.UNCERTAIN,
            7,
        ),
        (
            ua.DataValue(ua.Variant(7, ua.VariantType.Int32), StatusCode=status(StatusCodes.BadSensorFailure)),
            Quality.BAD,
            None,
        ),
        (ua.DataValue(None, StatusCode=status(StatusCodes.BadNodeIdUnknown)), Quality.BAD, None),
        (ua.DataValue(None), Quality.BAD, None),
        (ua.DataValue(ua.Variant(7.0, ua.VariantType.Double)), Quality.BAD, None),
        (ua.DataValue(ua.Variant([7], ua.VariantType.Int32)), Quality.BAD, None),
    ],
    ids=["good", "no status", "uncertain", "bad with a value", "bad without", "good without", "mistyped", "array"],
)
def test_what_a_server_sends_becomes_a_value_or_bad_never_a_guess(
    data: ua.DataValue, quality: Quality, value: object
) -> None:
    """Bad comes with None from one server and with a value from another; both end the same."""
    taken = to_sample(tag(DataType.INT32), data, NOW)

    assert (taken.quality, taken.value) == (quality, value)


def test_a_number_that_is_none_becomes_bad() -> None:
    """NaN in a Double cannot be calculated with."""
    taken = to_sample(tag(DataType.DOUBLE), ua.DataValue(ua.Variant(math.nan, ua.VariantType.Double)), NOW)

    assert (taken.quality, taken.value) == (Quality.BAD, None)


def test_a_null_text_and_a_null_list_are_empty() -> None:
    """OPC UA has null strings and null arrays; we do not."""
    text = to_sample(tag(DataType.STRING), ua.DataValue(ua.Variant(None, ua.VariantType.String)), NOW)
    texts = to_sample(
        tag(DataType.STRING_ARRAY), ua.DataValue(ua.Variant(None, ua.VariantType.String, is_array=True)), NOW
    )

    assert (text.value, texts.value) == ("", ())


def test_a_source_time_is_utc_and_an_unset_one_is_none() -> None:
    """1601 is how OPC UA says that there is none."""
    naive = ua.DataValue(ua.Variant(7, ua.VariantType.Int32), SourceTimestamp=ua.DateTime(2026, 3, 1, 11))
    unset = ua.DataValue(ua.Variant(7, ua.VariantType.Int32), SourceTimestamp=ua.DateTime(1601, 1, 1))

    assert to_sample(tag(DataType.INT32), naive, NOW).source_time == datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert to_sample(tag(DataType.INT32), unset, NOW).source_time is None


def test_a_full_queue_keeps_the_latest_of_each_tag_and_counts_what_it_lets_go() -> None:
    """Superseded values go first."""
    queue = SampleQueue(limit=4)

    for n in range(6):
        queue.put(sample("filler.count", n))
        queue.put(sample("capper.count", n))
    kept = queue.drain()

    assert {s.alias: s.value for s in kept} == {"filler.count": 5, "capper.count": 5}
    assert len(kept) + queue.dropped == 12
    assert len(kept) <= 4


def test_a_queue_too_small_for_its_tags_drops_the_oldest() -> None:
    """With more tags than room, whole tags go, and are counted."""
    queue = SampleQueue(limit=2)

    for name in ("a.x", "b.x", "c.x"):
        queue.put(sample(name, 1))

    assert [s.alias for s in queue.drain()] == ["b.x", "c.x"]
    assert queue.dropped == 1


def test_a_drained_queue_is_empty_and_in_order() -> None:
    """Each sample is handed out once, oldest first."""
    queue = SampleQueue(limit=10)
    for n in range(3):
        queue.put(sample("filler.count", n))

    first, second = queue.drain(), queue.drain()

    assert [s.value for s in first] == [0, 1, 2]
    assert second == ()


def test_a_value_that_was_overtaken_by_a_newer_one_is_recognised() -> None:
    """The older value comes late: it is left out. Equal times and other tags are not."""
    newest = Newest()

    answers = [
        newest.overtaken(sample("filler.count", 2, NOW)),
        newest.overtaken(sample("filler.count", 1, NOW - timedelta(milliseconds=80))),
        newest.overtaken(sample("capper.count", 1, NOW - timedelta(milliseconds=80))),
        newest.overtaken(sample("filler.count", 2, NOW)),
        newest.overtaken(sample("filler.count", 3, None)),
    ]

    assert answers == [False, True, False, False, False]


def test_a_clock_that_was_set_back_does_not_silence_a_tag() -> None:
    """An hour back is daylight saving on a controller, not overtaking."""
    newest = Newest()
    newest.overtaken(sample("filler.count", 2, NOW))

    assert not newest.overtaken(sample("filler.count", 3, NOW - timedelta(hours=1)))
    assert not newest.overtaken(sample("filler.count", 4, NOW - timedelta(minutes=59)))


@pytest.mark.parametrize(
    "endpoint", ["opc.tcp://127.0.0.1:4840", "opc.tcp://localhost:4840", "opc.tcp://[::1]:4840", "opc.tcp://127.8.9.1"]
)
def test_a_plain_channel_may_stay_on_this_machine(endpoint: str) -> None:
    """Loopback needs no encryption."""
    check_channel(endpoint, OpcUaSecurity())


@pytest.mark.parametrize(
    "endpoint", ["opc.tcp://10.0.0.7:4840", "opc.tcp://plc7:4840", "opc.tcp://localhost.evil.example"]
)
def test_a_plain_channel_to_another_machine_needs_the_named_setting(endpoint: str) -> None:
    """Refused by default; allowed when somebody says so."""
    with pytest.raises(Refused, match="allow_unencrypted_network"):
        check_channel(endpoint, OpcUaSecurity())

    check_channel(endpoint, OpcUaSecurity(allow_unencrypted_network=True))


def test_a_password_is_not_shown_and_needs_a_user() -> None:
    """Neither text nor JSON of the settings betray it."""
    security = OpcUaSecurity(user="writer", password=SecretStr("sesame"))

    assert "sesame" not in f"{security!r} {security} {security.model_dump_json()}"
    with pytest.raises(ValidationError, match="needs a user"):
        OpcUaSecurity(password=SecretStr("sesame"))


def refusal(code: int) -> BaseException:
    """What the library raises for a status."""
    with pytest.raises(UaStatusCodeError) as raised:
        status(code).check()
    return raised.value


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (ConnectionRefusedError(), "start the server"),
        (TimeoutError(), "deadline"),
        (AssertionError(), "certificate"),
        (refusal(StatusCodes.BadUserAccessDenied), "user and password"),
        (refusal(StatusCodes.BadTooManySessions), "BadTooManySessions"),
        (OSError("odd"), "odd"),
    ],
)
def test_every_library_error_is_explained_with_what_to_do(fault: BaseException, said: str) -> None:
    """Also the bare AssertionError that stands for a refused certificate."""
    assert said in explain(fault)
