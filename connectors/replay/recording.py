"""Recordings: CSV and Parquet as `jayul history export` writes them, and logs of real plants in the same columns.

A log of a real plant needs `received` (or `time`), `alias` (or `tag`) and `value`; the other columns may be missing. A
value without a type is what it looks like.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pydantic import ValidationError

from plants.errors import InvalidInput
from plants.flow.sample import Quality, Sample, Value

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KINDS = {0: "none", 1: "bool", 2: "int", 3: "float", 4: "text", 5: "texts"}
_QUALITIES = (Quality.GOOD, Quality.UNCERTAIN, Quality.BAD)


def read_recording(file: Path) -> Iterator[Sample]:
    """Samples of a recording, in the order of the file.

    Raises:
        InvalidInput: the file is not there, or a line of it is no sample; the line is named.
    """
    if not file.is_file():
        raise InvalidInput(f"there is no recording '{file}'; give a .csv or .parquet file")
    yield from _parquet(file) if file.suffix == ".parquet" else _csv(file)


def parse_line(row: Mapping[str, str | None], where: str) -> Sample:
    """A sample from one line of CSV.

    Raises:
        InvalidInput: it is none; `where` is named.
    """
    received = row.get("received") or row.get("time")
    alias, source = row.get("alias") or row.get("tag"), row.get("source")
    if not received or not alias:
        raise InvalidInput(f"{where}: a line needs 'received' (or 'time') and 'alias' (or 'tag')")
    try:
        value = _value(row.get("type"), row.get("value") or "")
        return Sample(
            alias=alias,
            value=value,
            quality=Quality.BAD if value is None else Quality((row.get("quality") or "good").lower()),
            source_time=_moment(source) if source else None,
            received_at=_moment(received),
        )
    except (ValueError, ValidationError) as fault:
        said = str(fault).splitlines()
        raise InvalidInput(f"{where}: no sample of '{alias}': {said[-1].strip() if said else fault}") from fault


def _csv(file: Path) -> Iterator[Sample]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=2):
            yield parse_line(row, f"{file} line {number}")


def _parquet(file: Path) -> Iterator[Sample]:
    try:
        for batch in pq.ParquetFile(file).iter_batches():
            yield from (_of_columns(row) for row in batch.to_pylist())
    except (OSError, KeyError, ValueError) as fault:
        raise InvalidInput(f"{file} is no recording ({fault}); write one with 'jayul history export'") from fault


def _of_columns(row: Mapping[str, Any]) -> Sample:
    source_us = row["source_us"]
    kind = _KINDS[row["kind"]]
    text = row["text"] if row["text"] is not None else row["number"]
    return Sample(
        alias=row["alias"],
        value=_stored(kind, text),
        quality=_QUALITIES[row["quality"]],
        source_time=None if source_us is None else _EPOCH + timedelta(microseconds=source_us),
        received_at=_EPOCH + timedelta(microseconds=row["received_us"]),
    )


def _stored(kind: str, cell: str | float | None) -> Value | None:
    match kind:
        case "none":
            return None
        case "bool":
            return bool(cell)
        case "int":
            return int(cell or 0)
        case "float":
            return float(cell or 0.0)
        case "texts":
            return tuple(json.loads(str(cell)))
        case _:
            return str(cell)


def _value(kind: str | None, text: str) -> Value | None:
    match kind or _looks_like(text):
        case "none":
            return None
        case "bool":
            return {"true": True, "false": False, "1": True, "0": False}[text.lower()]
        case "int":
            return int(text)
        case "float":
            return float(text)
        case "texts":
            return tuple(json.loads(text))
        case "text":
            return text.removeprefix("'")
        case other:
            raise ValueError(f"'{other}' is no type; give bool, int, float, text, texts or none")


def _looks_like(text: str) -> str:
    if text == "":
        return "none"
    if text.lower() in {"true", "false"}:
        return "bool"
    if re.fullmatch(r"[+-]?\d+", text):
        return "int"
    try:
        float(text)
    except ValueError:
        return "text"
    return "float"


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
