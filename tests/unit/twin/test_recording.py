"""Logs as Parquet files: the rows of the event log, by either engine, in pieces; a run that fails leaves nothing."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from plants.errors import InvalidInput
from plants.loader.load import load_plant
from plants.model.plant import Plant
from tests.twin_lines import line, mode, order, speed, station
from twin import recording, run, simulate
from twin.compiled.probe_plants import probe_network
from twin.engines import reference
from twin.log import EventKind, EventLog
from twin.recording import Detail, Recording
from twin.working import Code

SERIAL = line(
    [station(failures=[mode("calendar")], parameters=[speed()]), station(scrap=0.1)],
    2,
    orders=[order("o1", quantity=80)],
)
PLANTS = {"line": SERIAL, "network": probe_network(), "people": load_plant("machining_cell")}
HORIZON_S = 1_500.0


def recorded(path: Path, plant: Plant, *, engine: str = "simpy", replications: int = 2) -> list[dict[str, Any]]:
    """Replications with a full log, as rows of the file."""
    with Recording(path, plant, replications=replications) as log:
        for r in range(replications):
            run(plant, horizon_s=HORIZON_S, replication=r, engine=engine, record=log)
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


@pytest.mark.parametrize("name", PLANTS)
def test_a_full_log_has_the_rows_of_the_event_log(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every event of both replications, in their sequence, with names for numbers, whatever the size of the pieces."""
    monkeypatch.setattr(recording, "ROWS", 7)
    plant, expected = PLANTS[name], []
    for r in range(2):
        log = EventLog()
        sim = reference(plant, replication=r, log=log)
        sim.run_until(HORIZON_S)
        expected += [(r, *row) for row in log.rows()]
    machines = [(s.id, k) for s in plant.stations for k in range(s.servers)]

    rows = recorded(tmp_path / "log.parquet", plant)

    assert len(rows) == len(expected) > 0
    for row, (r, time, kind, machine, _, index, value) in zip(rows, expected, strict=True):
        assert (row["replication"], row["time_s"], row["event"]) == (r, time, kind.name.lower())
        assert (row["station"], row["server"]) == (machines[machine] if machine >= 0 else (None, None))
        assert row["unit"] == (index if index >= 0 else None)
        changed = kind is EventKind.CONDITION
        assert row["condition"] == (Code(int(value)).name.lower() if changed else None)
        assert row["value"] in ((None,) if changed else (value, None))
    assert pq.ParquetFile(tmp_path / "log.parquet").num_row_groups > 1


def test_orders_and_parameters_are_told_by_name_and_value(tmp_path: Path) -> None:
    """DuckDB reads the file as it is."""
    path = tmp_path / "log.parquet"
    recorded(path, SERIAL, replications=1)

    table = duckdb.read_parquet(str(path))
    known = table.filter("event = 'enter'").project('"order"').distinct().fetchall()
    stopped = table.filter("event = 'down' AND value = 0").fetchall()

    assert known == [("o1",)]
    assert len(stopped) > 0


@pytest.mark.parametrize("name", ["line", "network"])
@pytest.mark.timeout(900)  # kernels may have to be compiled
def test_both_engines_write_the_same_file(tmp_path: Path, name: str) -> None:
    """Row by row."""
    pytest.importorskip("numba")
    one = recorded(tmp_path / "one.parquet", PLANTS[name], engine="simpy")

    assert recorded(tmp_path / "two.parquet", PLANTS[name], engine="compiled") == one


def test_a_summary_tells_what_each_station_did_in_each_part_of_the_horizon(tmp_path: Path) -> None:
    """Sums over the parts are the figures of the run; also where departure times need no events."""
    path = tmp_path / "log.parquet"
    with Recording(path, SERIAL, Detail.SUMMARY, replications=2) as log:
        found = simulate(SERIAL, horizon_s=HORIZON_S, replications=3, engine="simpy", recording=log)

    rows = pq.read_table(path).to_pylist()
    assert len(rows) == 2 * 48 * 2
    for r in range(2):
        mine = [row for row in rows if row["replication"] == r and row["station"] == "s1"]
        assert all(one["until_s"] == pytest.approx(two["from_s"]) for one, two in pairwise(mine))
        assert sum(row["processed"] for row in mine) == found.runs[r].counters["s1.processed"]
        assert sum(row["line_good"] for row in mine) == found.runs[r].counters["good"]
        spent = sum(row[f"{code.name.lower()}_s"] for row in mine for code in Code)
        assert spent == pytest.approx(HORIZON_S)


def test_the_result_is_the_same_with_a_log_and_without_whoever_makes_the_rest(tmp_path: Path) -> None:
    """The recorded replications are made here, the others by two processes."""
    path = tmp_path / "log.parquet"
    with Recording(path, SERIAL, replications=2) as log:
        found = simulate(SERIAL, horizon_s=HORIZON_S, replications=5, engine="simpy", recording=log, workers=2)

    assert found == simulate(SERIAL, horizon_s=HORIZON_S, replications=5, engine="simpy")
    about = pq.read_schema(path).metadata | pq.ParquetFile(path).metadata.metadata
    assert about[b"jayul.replications"] == b"2"
    assert about[b"jayul.plant_revision"].decode() == SERIAL.revision


def test_a_run_that_fails_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    """Neither a half file nor a remnant."""
    path = tmp_path / "log.parquet"
    path.write_text("before", encoding="utf-8")

    with pytest.raises(InvalidInput, match="horizon_s"), Recording(path, SERIAL) as log:
        run(SERIAL, horizon_s=-1, record=log)

    assert [p.name for p in tmp_path.iterdir()] == ["log.parquet"]
    assert path.read_text(encoding="utf-8") == "before"


def test_what_cannot_be_written_or_is_not_known_is_refused_in_words(tmp_path: Path) -> None:
    """Before anything runs."""
    with pytest.raises(InvalidInput, match="cannot be written: No such file"), Recording(tmp_path / "no/x", SERIAL):
        pass
    with pytest.raises(InvalidInput, match="choose summary, full"):
        Recording(tmp_path / "x", SERIAL, "all")
    with pytest.raises(InvalidInput, match="at least 1"):
        Recording(tmp_path / "x", SERIAL, replications=0)


def test_memory_does_not_grow_with_the_horizon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept between two pieces is at most a piece and what one fetch of a compiled log adds."""
    monkeypatch.setattr(recording, "ROWS", 100)
    most = 0

    class Watched(Recording):
        def events(self, columns: Any) -> None:  # noqa: ANN401
            nonlocal most
            most = max(most, len(columns["time"]))
            super().events(columns)

    with Watched(tmp_path / "log.parquet", SERIAL) as log:
        run(SERIAL, horizon_s=HORIZON_S, engine="simpy", record=log)
        assert log.rows > 400
    assert most == 100


def test_after_a_ctrl_c_the_file_is_whole_and_says_how_many_replications_are(tmp_path: Path) -> None:
    """Of three, two were made."""

    def stop(done: int, _: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    path = tmp_path / "log.parquet"
    with Recording(path, SERIAL, replications=3) as log:
        found = simulate(
            SERIAL, horizon_s=200, replications=9, engine="simpy", recording=log, progress=stop, keep_partial=True
        )

    file = pq.ParquetFile(path)
    assert (found.replications, found.planned) == (2, 9)
    assert file.metadata.metadata[b"jayul.replications"] == b"2"
    assert set(file.read().column("replication").to_pylist()) == {0, 1}
