"""Between our values and OPC UA variants, with nothing guessed: a wrong type is said, not cast.

Used by both sessions. A Python number sent without its declared type is refused by most servers (BadTypeMismatch).
"""

import math
from datetime import UTC, datetime
from functools import cache

from asyncua import ua
from pydantic import ValidationError

from connectors.opcua.jobs import waiting_of
from connectors.opcua.structured import also_fitting, plain
from plants.flow.sample import Quality, Sample, Value
from plants.frozen import MAX_ITEMS
from plants.model.connection import ByJobOrders, TrustedClock
from plants.model.tags import DataType, Tag

VARIANT_TYPES: dict[DataType, ua.VariantType] = {
    DataType.BOOLEAN: ua.VariantType.Boolean,
    DataType.INT32: ua.VariantType.Int32,
    DataType.UINT32: ua.VariantType.UInt32,
    DataType.DOUBLE: ua.VariantType.Double,
    DataType.STRING: ua.VariantType.String,
    DataType.STRING_ARRAY: ua.VariantType.String,
}
_BITS = {"SByte": 7, "Byte": 8, "Int16": 15, "UInt16": 16, "Int32": 31, "UInt32": 32, "Int64": 63, "UInt64": 64}
"""Bits of a whole number's magnitude by type."""
_WHOLE = frozenset(ua.VariantType[name] for name in _BITS)
_NUMBERS = _WHOLE | {ua.VariantType.Float, ua.VariantType.Double}
_FLOAT_MOST = 3.4028234663852886e38
_FITTING: dict[DataType, frozenset[ua.VariantType]] = {
    DataType.INT32: _WHOLE,
    DataType.UINT32: _WHOLE,
    DataType.DOUBLE: _NUMBERS,
}
"""Types of a node that hold what a tag means; a controller's counter may be an Int16, its speed a Float."""
_JOBS = frozenset({ua.VariantType.ExtensionObject})
_NO_TIME_YEAR = 1601


def to_variant(tag: Tag, value: Value, node_type: ua.VariantType | None = None) -> ua.Variant:
    """A value as the variant that the node takes; without a node's type, that of the tag.

    Raises:
        ValueError: the value is not of the tag's type, or not in the range of the node's.
    """
    node_type = node_type or VARIANT_TYPES[tag.data_type]
    checked = _checked(tag, value)
    if isinstance(checked, int | float) and not isinstance(checked, bool):
        checked = _in_range(tag, checked, node_type)
    return ua.Variant(checked, node_type, is_array=is_array(tag.data_type))


def fitting(tag: Tag) -> frozenset[ua.VariantType]:
    """Types of a node that can hold what the tag means."""
    if isinstance(tag.write, ByJobOrders):
        return _JOBS
    return _plain_or_also(tag.data_type, also_fitting(tag))


@cache  # asked for each value that comes
def _plain_or_also(data_type: DataType, also: frozenset[ua.VariantType]) -> frozenset[ua.VariantType]:
    return _FITTING.get(data_type, frozenset({VARIANT_TYPES[data_type]})) | also


def is_array(data_type: DataType) -> bool:
    """Whether values of that type are one-dimensional arrays."""
    return data_type is DataType.STRING_ARRAY


def _checked(tag: Tag, value: Value) -> bool | int | float | str | list[str]:
    match tag.data_type:
        case DataType.BOOLEAN if isinstance(value, bool):
            return value
        case DataType.INT32 | DataType.UINT32 if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        case DataType.DOUBLE if isinstance(value, int | float) and not isinstance(value, bool):
            if math.isfinite(value):
                return float(value)
        case DataType.STRING if isinstance(value, str):
            return value
        case DataType.STRING_ARRAY if isinstance(value, tuple):
            return list(value)
        case _:
            pass
    raise ValueError(f"{tag.alias} is {tag.data_type}; {value!r} is not such a value")


def _in_range(tag: Tag, value: float, node_type: ua.VariantType) -> float:
    """The number as the node's type holds it: nothing is rounded or cut."""
    if node_type is ua.VariantType.Double:
        return float(value)
    if node_type is ua.VariantType.Float:
        if abs(value) <= _FLOAT_MOST:
            return float(value)
        raise ValueError(f"{tag.alias} is Float; {value!r} is beyond it")
    bits = _BITS[node_type.name]
    low, high = (0 if node_type.name.startswith(("U", "B")) else -(2**bits)), 2**bits - 1
    if not math.isfinite(value) or value != int(value) or not low <= value <= high:
        raise ValueError(f"{tag.alias} is {node_type.name}, whole from {low} to {high}; {value!r} is not")
    return int(value)


def to_sample(tag: Tag, data: ua.DataValue, received_at: datetime, trust: TrustedClock = TrustedClock.SOURCE) -> Sample:
    """A sample from what the server sent; what cannot be used becomes Bad with no value, never a guess.

    Its source time is the one that is trusted; None where that is our own, or where the server gives none.
    """
    quality = _quality(data.StatusCode)
    value = _value(tag, data.Value)
    if quality is Quality.BAD or value is None:
        quality, value = Quality.BAD, None
    source_time = _aware(_time_of(data, trust))
    try:
        return Sample(alias=tag.alias, value=value, quality=quality, source_time=source_time, received_at=received_at)
    except ValidationError:  # NaN, an infinity, or text beyond all limits
        return Sample(
            alias=tag.alias, value=None, quality=Quality.BAD, source_time=source_time, received_at=received_at
        )


def _quality(status: ua.StatusCode | None) -> Quality:
    if status is None or status.is_good():
        return Quality.GOOD
    return Quality.UNCERTAIN if status.is_uncertain() else Quality.BAD


def _value(tag: Tag, variant: ua.Variant | None) -> Value | None:
    """The value, or None where the variant is empty or of another type than declared.

    A null String and a null array mean an empty one (Part 6, 5.1.2); other nulls mean nothing.
    """
    if variant is None or variant.VariantType not in fitting(tag):
        return None
    raw = variant.Value
    if variant.VariantType in _NUMBERS:
        return None if isinstance(raw, list) else _number(tag, raw)
    if isinstance(tag.write, ByJobOrders):
        return waiting_of(raw)
    if variant.VariantType in also_fitting(tag):
        return plain(tag, variant)
    if is_array(tag.data_type):
        if raw is not None and not isinstance(raw, list):
            return None
        return tuple(text or "" for text in raw or ()) if len(raw or ()) <= MAX_ITEMS else None
    if tag.data_type is DataType.STRING and raw is None:
        return ""
    return None if isinstance(raw, list) else raw


def _number(tag: Tag, raw: float | None) -> float | None:
    return float(raw) if tag.data_type is DataType.DOUBLE and raw is not None else raw


def _time_of(data: ua.DataValue, trust: TrustedClock) -> datetime | None:
    match trust:
        case TrustedClock.SOURCE:
            return data.SourceTimestamp
        case TrustedClock.SERVER:
            return data.ServerTimestamp
        case TrustedClock.RECEIVE:
            return None


def _aware(moment: datetime | None) -> datetime | None:
    """OPC UA times are UTC, also where the library does not say so; 1601 means 'not set' (Part 6, 5.2.2.5)."""
    if moment is None or moment.year <= _NO_TIME_YEAR:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
