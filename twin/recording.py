"""Recording: what happened in the first replications of a run, streamed to one Parquet file, column by column.

Used by `jayul simulate --log`. Rows are kept until there are `ROWS` of them, then written as a row group: memory stays
bounded whatever the horizon. Both engines write the same rows. The file appears under its name when it is whole; a run
that fails leaves none. DuckDB, pandas and Polars read it as it is.

- `full`: a row an event (`twin.log`).
- `summary`: a row for each station and each of the equal parts of the horizon: units, energy, seconds by condition.
"""

from array import array
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from plants.errors import InvalidInput
from plants.model.plant import Plant
from twin.engines import reference
from twin.log import EventKind, EventLog
from twin.lowering import LoweredLine
from twin.network.engine import NetworkSimulation
from twin.totals import Totals
from twin.working import Code

ROWS = 65_536
"""Rows that are kept until they are written."""


class Detail(StrEnum):
    """How much is recorded."""

    SUMMARY = "summary"
    FULL = "full"


_NAMES = pa.dictionary(pa.int16(), pa.string())
EVENTS = pa.schema(
    [
        ("replication", pa.int32()),
        ("time_s", pa.float64()),
        ("event", _NAMES),
        ("station", _NAMES),
        ("server", pa.int16()),
        ("order", _NAMES),
        ("unit", pa.int64()),
        ("condition", _NAMES),
        ("value", pa.float64()),
    ]
)
"""Columns of a full log; `condition` is told of condition changes, `value` of other kinds that have one."""
_SECONDS = tuple(f"{code.name.lower()}_s" for code in Code)
SLOTS = pa.schema(
    [
        ("replication", pa.int32()),
        ("from_s", pa.float64()),
        ("until_s", pa.float64()),
        ("station", pa.string()),
        ("processed", pa.int64()),
        ("scrapped", pa.int64()),
        ("energy_kwh", pa.float64()),
        *((name, pa.float64()) for name in _SECONDS),
        ("line_good", pa.int64()),
        ("line_wip", pa.float64()),
    ]
)
"""Columns of a summary: seconds are the mean of a station's machines; the last two are those of the whole line."""


class StreamedLog(EventLog):
    """An event log that hands its rows over and forgets them whenever there are many."""

    __slots__ = ("_write",)

    def __init__(self, write: "Recording") -> None:
        super().__init__()
        self._write = write

    def append(
        self, kind: EventKind, time: float, station: int = -1, order: int = -1, index: int = -1, value: float = 0.0
    ) -> None:
        """Add one event; times must not descend."""
        super().append(kind, time, station, order, index, value)
        if len(self.time) >= ROWS:
            self.flush()

    def extend(self, columns: Mapping[str, npt.NDArray[np.generic]]) -> None:
        """Add many events, one array a column."""
        super().extend(columns)
        if len(self.time) >= ROWS:
            self.flush()

    def flush(self) -> None:
        """Hand over what there is."""
        if self.time:
            self._write.events({name: _taken(getattr(self, name)) for name in EventLog.__slots__})


def _taken(column: "array[Any]") -> npt.NDArray[Any]:
    """A copy of a column, which is then empty."""
    copy = np.array(column)
    del column[:]
    return copy


class Recording:
    """A file that replications are recorded in, open for the length of the `with` block.

    Args:
        path: The file to write; one that is there is replaced.
        plant: The plant.
        detail: How much.
        replications: How many of the first replications.

    Raises:
        InvalidInput: the file cannot be written, or no replication is asked for.
    """

    def __init__(self, path: Path, plant: Plant, detail: Detail | str = Detail.FULL, *, replications: int = 1) -> None:
        if replications < 1:
            raise InvalidInput(f"a log is of at least 1 replication, {replications} was given")
        self.path = path
        self.detail = _detail(detail)
        self.rows = 0
        """Rows written so far."""
        self.recorded = 0
        """Replications that are in it as a whole."""
        self._plant = plant
        self._replications = replications
        self._replication = 0
        self._begun = path.with_name(path.name + ".begun")
        self._log = StreamedLog(self) if self.detail is Detail.FULL else None

    def __enter__(self) -> Self:
        schema = self._schema()
        try:
            self._file = self._begun.open("wb")
        except OSError as error:
            raise InvalidInput(f"{self.path} cannot be written: {error.strerror}") from None
        self._writer = pq.ParquetWriter(self._file, schema, compression="zstd")
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if kind is None:
            if self._log is not None:
                self._log.flush()
            self._writer.add_key_value_metadata({"jayul.replications": str(self.recorded)})
        self._writer.close()
        self._file.close()
        if kind is None:
            self._begun.replace(self.path)
        else:
            self._begun.unlink(missing_ok=True)

    def wants(self, replication: int) -> bool:
        """Whether a replication is to be recorded."""
        return replication < self._replications

    def begin(self, replication: int) -> EventLog | None:
        """A replication begins; where its events go, if anywhere."""
        self._replication = replication
        return self._log

    def end(self, line: LoweredLine, spans: Sequence[tuple[float, Totals]]) -> None:
        """A replication has come to its end.

        Args:
            line: The line.
            spans: The parts of the horizon: their ends after the start of the run, and what happened in each.
        """
        if self._log is not None:
            self._log.flush()
        else:
            self._write(_summary(self._replication, line, spans))
        self.recorded += 1

    def events(self, columns: Mapping[str, npt.NDArray[Any]]) -> None:
        """Write events of the present replication, by the columns of `EventLog`."""
        kind, machine, value = columns["kind"], columns["station"], columns["value"]
        changed = kind == EventKind.CONDITION
        self._write(
            pa.table(
                [
                    pa.array(np.full(len(kind), self._replication, np.int32)),
                    pa.array(columns["time"]),
                    _named(kind, _EVENTS),
                    _named(np.where(machine < 0, -1, self._station_of[machine]), self._stations),
                    pa.array(self._server_of[machine], mask=machine < 0),
                    _named(columns["order"], self._orders),
                    pa.array(columns["index"], mask=columns["index"] < 0),
                    _named(np.where(changed, value, -1).astype(np.int16), _CONDITIONS),
                    pa.array(value, mask=changed | ~np.isin(kind, _WITH_VALUE)),
                ],
                schema=EVENTS,
            )
        )

    def _write(self, table: pa.Table) -> None:
        try:
            self._writer.write_table(table)
        except OSError as error:
            raise InvalidInput(f"{self.path} cannot be written: {error.strerror or error}") from None
        self.rows += table.num_rows

    def _schema(self) -> pa.Schema:
        """The columns, and what the file is about; names are looked up once."""
        sim = reference(self._plant)
        lots = sim.lots if isinstance(sim, NetworkSimulation) else sim.orders
        line = sim.line
        machines = [(i, k) for i, s in enumerate(line.stations) for k in range(s.servers)]
        self._station_of, self._server_of = (np.array(column, np.int16) for column in zip(*machines, strict=True))
        self._stations = [s.name for s in line.stations]
        self._orders = [o.lowered.name for o in lots]
        about = {"jayul.plant": self._plant.plant, "jayul.plant_revision": self._plant.revision}
        schema = EVENTS if self.detail is Detail.FULL else SLOTS
        return schema.with_metadata(about | {"jayul.log": self.detail.value})


_EVENTS = ["", *(kind.name.lower() for kind in EventKind)]
_CONDITIONS = [code.name.lower() for code in Code]
_WITH_VALUE = [
    EventKind.DOWN,
    EventKind.UP,
    EventKind.CHANGE,
    EventKind.MAINTENANCE,
    EventKind.MAINTAINED,
    EventKind.DELIVERY,
    EventKind.PICKUP,
    EventKind.DROP,
]


def _named(codes: npt.NDArray[Any], names: Sequence[str]) -> pa.DictionaryArray:
    """Codes as names; below 0 there is none."""
    indices = pa.array(codes.astype(np.int16), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(names, pa.string()))


def _summary(replication: int, line: LoweredLine, spans: Sequence[tuple[float, Totals]]) -> pa.Table:
    rows = []
    for until_s, span in spans:
        for i, station in enumerate(line.stations):
            of = line.machines_of(i)
            counts = [sum(column[m] for m in of) for column in (span.processed, span.scrapped, span.energy_kwh)]
            whole = (span.good, span.wip_area / span.time_s)
            seconds = span.station_row(of)
            rows.append((replication, until_s - span.time_s, until_s, station.name, *counts, *seconds, *whole))
    columns = zip(*rows, strict=True)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, SLOTS, strict=True)], schema=SLOTS)


def _detail(name: str) -> Detail:
    try:
        return Detail(name)
    except ValueError:
        raise InvalidInput(f"there is no log detail '{name}': choose {', '.join(Detail)}") from None
