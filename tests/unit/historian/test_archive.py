"""The past as Parquet: written once an hour, read as one with what is recent, thinned and trimmed; events; export."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.replay import read_recording
from historian.archive import SAMPLES, Archive
from historian.export import export
from historian.historian import Historian
from historian.keeping import Keeping
from historian.query import HistoryQuery
from historian.retention import Retention
from plants.errors import InvalidInput
from plants.flow.sample import Quality, Sample, Value
from plants.loader.load import load_plant
from plants.model.plant import Plant

START = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
POWER = "filler.power_kw"
STATE = "filler.state"
COUNTER = "filler.processed"


def sample(alias: str, value: Value | None, minute: float, quality: Quality = Quality.GOOD) -> Sample:
    """A sample received so many minutes after the start."""
    at = START + timedelta(minutes=minute)
    return Sample(alias=alias, value=value, quality=quality, source_time=at, received_at=at)


def at(minute: float) -> datetime:
    """A moment."""
    return START + timedelta(minutes=minute)


@pytest.fixture
def bottling() -> Plant:
    """The library's line."""
    return load_plant("bottling")


def make(plant: Plant, folder: Path, **more: Keeping | Retention) -> Historian:
    """A historian with an archive."""
    return Historian(plant, folder / "history.db", archive=folder / "history", **more)  # type: ignore[arg-type]


def filled(historian: Historian, minutes: int) -> None:
    """A power that swings and a state that changes twice an hour, minute by minute, with the plant time."""
    for minute in range(minutes):
        historian.record(
            [
                sample("line.plant_time_s", 60.0 * minute, minute),
                sample(POWER, 10.0 + minute % 7, minute),
                sample(STATE, 6 if minute % 60 < 40 else 9, minute),
            ]
        )


def test_past_hours_are_archived_once_and_read_as_one_with_what_is_recent(bottling: Plant, tmp_path: Path) -> None:
    """Nothing is there twice, nothing is missing, whichever side of the mark it lies on."""
    historian = make(bottling, tmp_path)
    filled(historian, 150)
    query = HistoryQuery(tmp_path / "history.db", tmp_path / "history")
    before = query.samples([POWER], at(0), at(200))

    first = historian.keep(at(149))
    again = historian.keep(at(149))
    after = query.samples([POWER], at(0), at(200))

    assert first is not None
    assert again is not None
    assert (first.hours, again.hours) == (2, 0)
    assert [h.file.name for h in Archive(tmp_path / "history").hours("samples")] == ["06.parquet", "07.parquet"]
    assert len(after) == 150
    assert after == before
    historian.close()


def test_what_the_file_forgets_is_in_the_archive_and_what_is_not_archived_is_not_forgotten(
    bottling: Plant, tmp_path: Path
) -> None:
    """Retention counts plant time, which may run fast; the archive's mark goes before it."""
    historian = make(bottling, tmp_path, retention=Retention(plant_s=600.0, every_rows=1))
    filled(historian, 100)
    kept_before = historian._store.count()

    historian.keep(at(100))
    historian.record([sample("line.plant_time_s", 6001.0, 100.02)])

    query = HistoryQuery(tmp_path / "history.db", tmp_path / "history")
    assert kept_before == 300
    assert historian._store.count() < 300
    assert len(query.samples([POWER], at(0), at(200))) == 100
    historian.close()


def test_old_hours_keep_lowest_highest_and_last_of_each_step_and_every_state(bottling: Plant, tmp_path: Path) -> None:
    """Every sample that stays was recorded as it is; peaks survive."""
    historian = make(bottling, tmp_path, keeping=Keeping(full_days=1.0, thinned_step_s=600))
    filled(historian, 90)
    historian.keep(at(60 * 4))
    query = HistoryQuery(tmp_path / "history.db", tmp_path / "history")
    whole = query.samples([], at(0), at(30))
    size = query.archive.size_bytes()

    kept = historian.keep(at(60 * 26))
    thin = query.samples([], at(0), at(30))

    assert kept is not None
    assert kept.thinned >= 1
    assert set(_keys(thin)) < set(_keys(whole))
    assert [r for r in thin if r.sample.alias == STATE] == [r for r in whole if r.sample.alias == STATE]
    powers = [r.sample.value for r in thin if r.sample.alias == POWER]
    assert {min(powers), max(powers)} == {10.0, 16.0}  # type: ignore[type-var]
    assert len(powers) <= 9
    assert query.archive.size_bytes() <= size
    again = historian.keep(at(60 * 26))
    assert again is not None
    assert again.thinned == 0
    historian.close()


def _keys(found: list) -> list[tuple[str, datetime]]:  # type: ignore[type-arg]
    return [(r.sample.alias, r.sample.received_at) for r in found]


def test_a_quota_removes_the_oldest_hours_and_says_so(bottling: Plant, tmp_path: Path) -> None:
    """The disk stays within bounds; the event names what went."""
    historian = make(bottling, tmp_path, keeping=Keeping(quota_bytes=1))
    filled(historian, 150)

    historian.keep(at(150))

    assert Archive(tmp_path / "history").size_bytes() == 0
    [event] = historian.events(kind="history_removed")
    assert "2026-03-02 06h" in event.text
    historian.close()


def test_an_hour_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """A file that is being written has another name, and no query sees it."""
    archive = Archive(tmp_path)
    file = archive.write("samples", 0, [(0, "a.b", 0.0, 3, 1.5, None, 0, None, 7)], SAMPLES)
    (file.parent / "01.writing").write_bytes(b"half")

    assert [hour.file.name for hour in archive.hours("samples")] == ["00.parquet"]


def test_states_parts_and_alarms_become_events(bottling: Plant, tmp_path: Path) -> None:
    """From neighbouring samples; a Bad in between is no change."""
    historian = make(bottling, tmp_path)
    historian.record([sample("line.plant_time_s", 0.0, 0), sample(STATE, 6, 0), sample(COUNTER, 24, 0)])
    historian.record([sample("filler.stop_reason", 0, 0.1)])
    historian.record([sample("line.plant_time_s", 60.0, 1), sample(COUNTER, 48, 1)])
    historian.record([sample(STATE, None, 1.5, Quality.BAD), sample(STATE, 6, 1.6)])
    historian.record([sample("line.plant_time_s", 120.0, 2), sample(STATE, 9, 2), sample("filler.stop_reason", 11, 2)])
    historian.record([sample("line.plant_time_s", 180.0, 3), sample("filler.stop_reason", 0, 3)])

    query = HistoryQuery(tmp_path / "history.db", tmp_path / "history")
    found = [(e["kind"], e["subject"]) for e in query.events(at(-1), at(10))]
    [part] = query.events(at(-1), at(10), "part_done")
    [alarm] = query.events(at(-1), at(10), "alarm_raised")

    assert found == [
        ("part_done", "filler"),
        ("state_changed", "filler"),
        ("alarm_raised", "filler"),
        ("alarm_cleared", "filler"),
    ]
    assert (part["pieces"], part["plant_time_s"]) == (24, 60.0)
    assert alarm["mode"] == "valve"
    historian.close()


def test_steps_give_mean_extremes_and_the_last_value(bottling: Plant, tmp_path: Path) -> None:
    """By wall time, over archive and file alike."""
    historian = make(bottling, tmp_path)
    filled(historian, 60)
    historian.keep(at(60))
    query = HistoryQuery(tmp_path / "history.db", tmp_path / "history")

    buckets = query.steps([POWER], at(0), at(20), 600.0)

    first, second = buckets
    assert (first.begins, second.begins) == (at(0), at(10))
    assert (first.low, first.high, first.last, first.samples) == (10.0, 16.0, 12.0, 10)
    assert first.mean == pytest.approx(12.4)
    historian.close()


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_an_export_is_played_back_as_it_was_recorded(bottling: Plant, tmp_path: Path, name: str) -> None:
    """Every kind of value, quality and time comes back."""
    historian = make(bottling, tmp_path)
    values = [
        sample("line.plant_time_s", 1.25, 0),
        sample("line.remote", True, 0),
        sample(COUNTER, 4_294_967_295, 0),
        sample("filler.order", "=1+1", 0),
        sample("line.order_sequence", ("o01", "오더,2"), 0),
        sample(POWER, None, 0, Quality.BAD),
        sample(POWER, 2.5, 1, Quality.UNCERTAIN),
    ]
    historian.record(values)
    query = HistoryQuery(tmp_path / "history.db", tmp_path / "history")

    count = export(query, tmp_path / name, [], at(-1), at(9))
    played = list(read_recording(tmp_path / name))

    assert count == len(values)
    assert sorted(played, key=_order) == sorted(values, key=_order)
    historian.close()


def _order(one: Sample) -> tuple[datetime, str]:
    return one.received_at, one.alias


def test_a_csv_begins_with_a_byte_order_mark_and_holds_no_formula(bottling: Plant, tmp_path: Path) -> None:
    """Excel reads Korean and calculates nothing that a plant sent."""
    historian = make(bottling, tmp_path)
    historian.record([sample("line.plant_time_s", 0.0, 0), sample("filler.order", "=HYPERLINK()", 0)])
    file = tmp_path / "out.csv"

    export(HistoryQuery(tmp_path / "history.db", tmp_path / "history"), file, ["filler.order"], at(-1), at(9))

    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        [row] = csv.DictReader(lines)
    assert row["value"] == "'=HYPERLINK()"
    historian.close()


def test_questions_that_cannot_be_answered_say_what_to_do(bottling: Plant, tmp_path: Path) -> None:
    """No history, a file of no known kind, a step of nothing."""
    with pytest.raises(InvalidInput, match="--data"):
        HistoryQuery(tmp_path / "nothing.db")
    historian = make(bottling, tmp_path)
    query = HistoryQuery(tmp_path / "history.db", tmp_path / "history")

    with pytest.raises(InvalidInput, match=r"neither \.csv nor \.parquet"):
        export(query, tmp_path / "out.xlsx", [], at(0), at(1))
    with pytest.raises(InvalidInput, match="longer than 0"):
        query.steps([], at(0), at(1), 0)
    historian.close()


def test_recording_that_was_not_ended_is_told_with_what_it_may_have_cost(bottling: Plant, tmp_path: Path) -> None:
    """After a kill there is an event; after a clean end there is none."""
    killed = make(bottling, tmp_path)
    killed.begin(at(0))
    killed.record([sample("line.plant_time_s", 0.0, 1)])
    killed._store.close()

    second = make(bottling, tmp_path)
    told = second.begin(at(5))
    second.close()
    third = make(bottling, tmp_path)

    assert told is not None
    assert told.detail["gap_wall_s"] == 240.0
    assert "up to 1 s after it may be lost" in told.text
    assert third.begin(at(6)) is None
    third.close()
