"""How a sample becomes a row and a row a sample. Times are whole microseconds since 1970, UTC."""

import json
import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any

from plants.flow.sample import Quality, Sample, Value

Cell = int | float | str | None
Row = tuple[int, Cell, int, int | None, int]
"""Kind of value, value, quality, source time, reception time."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_QUALITIES = (Quality.GOOD, Quality.UNCERTAIN, Quality.BAD)
_INT64 = 1 << 63
_EXACT = 1 << 53
"""Whole numbers up to this are exact as floating-point numbers."""


class _Kind(IntEnum):
    NONE = 0
    BOOL = 1
    INT = 2
    FLOAT = 3
    TEXT = 4
    TEXTS = 5


def microseconds(moment: datetime) -> int:
    """A moment as whole microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(microseconds: int) -> datetime:
    """The moment of `microseconds`, in UTC."""
    return _EPOCH + microseconds * _MICROSECOND


def row_of(sample: Sample) -> Row:
    """The columns of a sample. A number that is not finite is stored as no value of bad quality."""
    if isinstance(sample.value, float) and not math.isfinite(sample.value):
        return _columns(sample, (_Kind.NONE, None), Quality.BAD)
    return _columns(sample, _encode(sample.value), sample.quality)


def _columns(sample: Sample, coded: tuple[int, Cell], quality: Quality) -> Row:
    source = None if sample.source_time is None else microseconds(sample.source_time)
    return *coded, _QUALITIES.index(quality), source, microseconds(sample.received_at)


def archived_row(row: Sequence[Any]) -> tuple[Any, ...]:
    """The columns of an archived sample, from (run, alias, at_s, kind, value, quality, source_us, received_us)."""
    run, alias, at_s, kind, cell, quality, source, received = row
    as_text = cell is not None and (isinstance(cell, str) or (kind == _Kind.INT and abs(cell) > _EXACT))
    number = None if cell is None or as_text else float(cell)
    return run, alias, at_s, kind, number, str(cell) if as_text else None, quality, source, received


def archived_cell(kind: int, number: float | None, text: str | None) -> Cell:
    """The cell that an archived sample came from."""
    if text is not None:
        return text
    return int(number) if number is not None and kind in (_Kind.BOOL, _Kind.INT) else number


def sample_of(alias: str, row: Row) -> Sample:
    """The sample of a row."""
    kind, cell, quality, source, received = row
    return Sample(
        alias=alias,
        value=_decode(kind, cell),
        quality=_QUALITIES[quality],
        source_time=None if source is None else moment(source),
        received_at=moment(received),
    )


def _encode(value: Value | None) -> tuple[int, Cell]:
    match value:
        case None:
            return _Kind.NONE, None
        case bool():
            return _Kind.BOOL, int(value)
        case int():
            return _Kind.INT, value if -_INT64 <= value < _INT64 else str(value)
        case float():
            return _Kind.FLOAT, value
        case str():
            return _Kind.TEXT, value
        case _:
            return _Kind.TEXTS, json.dumps(value, ensure_ascii=False)


def _decode(kind: int, cell: Cell) -> Value | None:
    if kind == _Kind.NONE or cell is None:
        return None
    match kind:
        case _Kind.BOOL:
            return bool(cell)
        case _Kind.INT:
            return int(cell)
        case _Kind.FLOAT:
            return float(cell)
        case _Kind.TEXT:
            return str(cell)
        case _:
            return tuple(json.loads(str(cell)))
