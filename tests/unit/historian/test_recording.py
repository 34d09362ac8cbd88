"""Samples and events are recorded, found again, and survive a restart."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from historian.errors import HistoryOfAnotherPlant, HistoryUnavailable
from historian.historian import Historian
from historian.retention import Retention
from plants.flow.sample import Quality, Sample, Value
from plants.kpi import Kpi
from plants.model.plant import Plant
from tests.unit.historian.machine import Machine, at, sample


def test_samples_of_a_span_come_back_as_they_were(historian: Historian) -> None:
    """Value, quality and both times are kept; the span includes both its ends."""
    given = [sample("first.processed", 7, 12), sample("first.processed", 8, 24, Quality.UNCERTAIN)]
    historian.record([*Machine({}).run(48), *given, sample("first.processed", 9, 36)])

    found = historian.samples("first.processed", 12, 24)

    assert found == ((12.0, given[0]), (24.0, given[1]))


@pytest.mark.parametrize(
    ("alias", "value"),
    [
        ("line.remote", True),
        ("first.state", -3),
        ("first.processed", 2**64),
        ("first.power_kw", 1.5),
        ("first.order", "o01"),
        ("first.order", None),
        ("first.order", ("o01", "두 번째")),
    ],
)
def test_every_kind_of_value_keeps_its_type(plant: Plant, tmp_path: Path, alias: str, value: Value | None) -> None:
    """What is read back from the file after a restart equals what was recorded, type included."""
    first = Historian(plant, tmp_path / "h.db")
    given = sample(alias, value, 0)
    first.record([*Machine({}).run(0), given])
    first.close()

    second = Historian(plant, tmp_path / "h.db")
    found = second.latest(alias)
    second.close()

    assert found == given
    assert found is not None
    assert type(found.value) is type(value)


def test_a_sample_is_placed_by_its_source_time_not_by_its_place_in_the_batch(historian: Historian) -> None:
    """A counter taken in the same tick as a plant time belongs to it, even when the batch lists it first."""
    historian.record(Machine({}).run(24))
    historian.record([sample("first.processed", 5, 36), sample("line.plant_time_s", 36.0, 36)])

    assert historian.samples("first.processed", 0, 100)[0][0] == pytest.approx(36.0)


def test_samples_before_the_first_plant_time_wait_for_it(historian: Historian) -> None:
    """They are known at once, and recorded when it comes."""
    historian.record([sample("first.processed", 5, -60)])

    assert historian.plant_time_s() is None
    assert historian.latest("first.processed") is not None
    assert historian.samples("first.processed", -1e6, 1e6) == ()

    historian.record(Machine({}).run(0))

    assert [at_s for at_s, _ in historian.samples("first.processed", -1e6, 1e6)] == [0.0]


def test_a_re_read_after_a_reconnect_is_not_recorded_twice(historian: Historian) -> None:
    """The same value with the same source time says nothing new."""
    machine = Machine({"first.processed": 0.5})
    historian.record(machine.run(120))
    known = historian.latest("first.processed")
    assert known is not None

    historian.record([known.model_copy(update={"received_at": at(300)})])

    assert len(historian.samples("first.processed", 0, 1000)) == 11


def test_tags_of_no_plant_are_left_out(historian: Historian) -> None:
    """What the plant file does not know is not recorded, so memory and file stay bounded."""
    historian.record([*Machine({}).run(0), sample("stranger.processed", 1, 0)])

    assert historian.latest("stranger.processed") is None


def test_a_restart_goes_on_where_it_ended(plant: Plant, tmp_path: Path) -> None:
    """Plant time, latest values and measurements are there after the process is started again."""
    machine = Machine({"last.processed": 0.5, "last.defective": 0.0})
    first = Historian(plant, tmp_path / "h.db")
    first.record(machine.run(1200))
    before = (first.plant_time_s(), first.latest("last.processed"))
    first.close()

    second = Historian(plant, tmp_path / "h.db")
    after = (second.plant_time_s(), second.latest("last.processed"))
    second.record(machine.run(2400))
    measured = second.measure(Kpi.THROUGHPUT, 600, 1800)
    second.close()

    assert before == after
    assert measured.sufficient
    assert measured.value == pytest.approx(900, abs=2)


def test_a_plant_that_starts_anew_begins_a_new_run(plant: Plant, tmp_path: Path) -> None:
    """Plant time stepped back to 0: what was before does not mix with what is now, after a restart neither."""
    historian = Historian(plant, tmp_path / "h.db")
    historian.record(Machine({"last.processed": 0.5, "last.defective": 0.0}).run(3000))
    again = Machine({"last.processed": 0.25, "last.defective": 0.0})
    later = [s.model_copy(update=_shifted(s)) for s in again.run(2400)]
    historian.record(later)

    assert historian.plant_time_s() == 2400
    assert historian.measure(Kpi.THROUGHPUT, 600, 1800).value == pytest.approx(450, abs=2)
    historian.close()

    reopened = Historian(plant, tmp_path / "h.db")
    assert reopened.measure(Kpi.THROUGHPUT, 600, 1800).value == pytest.approx(450, abs=2)
    reopened.close()


def _shifted(sample: Sample) -> dict[str, object]:
    hour = timedelta(hours=1)
    assert sample.source_time is not None
    return {"source_time": sample.source_time + hour, "received_at": sample.received_at + hour}


def test_old_samples_are_forgotten_but_not_a_value_that_still_holds(plant: Plant, tmp_path: Path) -> None:
    """The last sample before the kept span stays, because the tag may not have changed since."""
    kept = Retention(plant_s=600, every_rows=1)
    historian = Historian(plant, tmp_path / "h.db", retention=kept)
    machine = Machine({"last.processed": 0.5})
    historian.record([*machine.run(0), sample("first.state", 6, 0)])
    for until_s in range(120, 3001, 120):
        historian.record(machine.run(until_s))

    assert len(historian.samples("first.state", 0, 3000)) == 1
    assert len(historian.samples("last.processed", 0, 3000)) == pytest.approx(51, abs=1)
    historian.close()


def test_a_history_of_another_plant_is_refused(plant: Plant, tmp_path: Path) -> None:
    """Two plants never share a file; the message names both."""
    Historian(plant, tmp_path / "h.db").close()

    with pytest.raises(HistoryOfAnotherPlant, match="'small', not 'other'"):
        Historian(plant.model_copy(update={"plant": "other"}), tmp_path / "h.db")


def test_a_file_that_is_no_history_is_refused(plant: Plant, tmp_path: Path) -> None:
    """The message names the file and what to do."""
    path = tmp_path / "h.db"
    path.write_text("this is not a database, and long enough to be looked at " * 20, encoding="utf-8")

    with pytest.raises(HistoryUnavailable, match=r"h\.db cannot be used"):
        Historian(plant, path)


def test_a_batch_that_cannot_be_stored_is_reported_and_leaves_nothing(plant: Plant, tmp_path: Path) -> None:
    """A full disk (here a limit on the file's pages) is one clear error, and reading goes on."""
    historian = Historian(plant, tmp_path / "h.db")
    machine = Machine({"last.processed": 0.5})
    historian.record(machine.run(120))
    with historian._store.transaction() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(HistoryUnavailable, match="disk"):
        historian.record(machine.run(60_000))

    assert len(historian.samples("last.processed", 0, 1e6)) == 11
    historian.close()


def test_two_readers_do_not_stand_in_the_writers_way(historian: Historian, tmp_path: Path) -> None:
    """Another process may read the file while batches are recorded."""
    other = sqlite3.connect(tmp_path / "history.db", isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM sample").fetchone()

    historian.record(Machine({"last.processed": 0.5}).run(120))

    assert len(historian.samples("last.processed", 0, 200)) == 11
    other.close()


def test_events_are_kept_with_both_times_newest_first(historian: Historian) -> None:
    """An event has its wall time and the plant time known when it was recorded."""
    historian.record_event("link_lost", at(0), text="no answer")
    historian.record(Machine({}).run(120))
    second = historian.record_event("verified", at(120), subject="p-1", detail={"gain": 0.1, "kept": True})

    assert [e.kind for e in historian.events()] == ["verified", "link_lost"]
    assert historian.events(kind="verified") == (second,)
    assert historian.events(after=second.number) == ()
    assert [e.plant_time_s for e in historian.events()] == [120.0, None]
