"""History as files for others: CSV that Excel opens as it is, and Parquet.

The CSV begins with a byte order mark, so that Excel reads Korean; a text that Excel would take for a formula begins
with an apostrophe. `connectors.replay` plays both.
"""

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq

from historian.query import HistoryQuery, Recorded
from plants.errors import InvalidInput
from plants.flow.sample import Value

COLUMNS = ("received", "source", "plant_time_s", "run", "alias", "type", "value", "quality")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


def export(query: HistoryQuery, file: Path, aliases: Sequence[str], start: datetime, end: datetime) -> int:
    """Write samples of a span to a file, by its name CSV or Parquet; returns how many.

    Raises:
        InvalidInput: the name is neither, or the file cannot be written.
    """
    try:
        if file.suffix == ".parquet":
            table = query.table(aliases, start, end)
            pq.write_table(table, file, compression="zstd")
            return int(table.num_rows)
        if file.suffix == ".csv":
            return _write_csv(file, query.samples(aliases, start, end))
    except OSError as fault:
        raise InvalidInput(f"{file} cannot be written: {fault.strerror or fault}") from fault
    raise InvalidInput(f"'{file.name}' is neither .csv nor .parquet; name the file by what it is to be")


def _write_csv(file: Path, samples: Iterable[Recorded]) -> int:
    count = 0
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        for recorded in samples:
            writer.writerow(_cells(recorded))
            count += 1
    return count


def _cells(recorded: Recorded) -> tuple[str, ...]:
    sample = recorded.sample
    kind, text = spelled(sample.value)
    return (
        sample.received_at.isoformat(timespec="microseconds"),
        sample.source_time.isoformat(timespec="microseconds") if sample.source_time is not None else "",
        repr(recorded.at_s),
        str(recorded.run),
        sample.alias,
        kind,
        text,
        sample.quality.value,
    )


def spelled(value: Value | None) -> tuple[str, str]:
    """Type and text of a value."""
    match value:
        case None:
            return "none", ""
        case bool():
            return "bool", "true" if value else "false"
        case int():
            return "int", str(value)
        case float():
            return "float", repr(value)
        case str():
            return "text", f"'{value}" if value.startswith(_FORMULA) else value
        case _:
            return "texts", json.dumps(value, ensure_ascii=False)
