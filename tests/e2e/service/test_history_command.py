"""`jayul history` and `jayul doctor`, as a person uses them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from historian.historian import Historian
from plants.flow.sample import Quality, Sample, Value
from plants.loader.load import load_plant
from service.cli.app import run


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with half an hour of history that ended just now."""
    folder, now = tmp_path / "data", datetime.now(UTC)
    folder.mkdir()
    historian = Historian(load_plant("bottling"), folder / "history.db", archive=folder / "history")
    for minute in range(30):
        at = now - timedelta(minutes=30 - minute)
        historian.record(
            [
                _sample("line.plant_time_s", 60.0 * minute, at),
                _sample("filler.power_kw", 10.0 + minute, at),
                _sample("filler.stop_reason", 11 if minute == 20 else 0, at),
            ]
        )
    historian.close()
    return folder


def _sample(alias: str, value: Value, at: datetime) -> Sample:
    return Sample(alias=alias, value=value, quality=Quality.GOOD, source_time=at, received_at=at)


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """What a command says; it must end with that code."""
    assert run([*arguments]) == code
    told = capsys.readouterr()
    return told.out + told.err


def test_list_query_and_export(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each form of a question once, for a person and as JSON."""
    at = ("--data", str(data))

    listed = said(capsys, "history", "list", *at)
    samples = json.loads(said(capsys, "history", "query", "filler.power_kw", "--last", "10m", "--json", *at))
    steps = json.loads(said(capsys, "history", "query", "filler.power_kw", "--every", "1h", "--json", *at))
    alarms = said(capsys, "history", "query", "--events", "alarm_raised", *at)
    exported = said(capsys, "history", "export", str(tmp_path / "out.csv"), "filler.power_kw", *at)

    assert "filler.power_kw" in listed
    assert [s["value"] for s in samples][-1] == 39.0
    assert 9 <= len(samples) <= 10
    assert sum(s["samples"] for s in steps) == 30
    assert "mode valve" in alarms
    assert "30 samples written" in exported


def test_a_question_that_cannot_be_answered_says_what_to_write(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No folder, no time, two beginnings."""
    at = ("--data", str(data))

    assert "give the data folder" in said(capsys, "history", "list", "--data", "nowhere", code=3)
    assert "is no time" in said(capsys, "history", "query", "--from", "yesterday", *at, code=3)
    both = said(capsys, "history", "query", "--from", "2026-01-01T00:00", "--last", "1h", *at, code=3)
    assert "not both" in both


def test_doctor_tells_what_is_well_and_what_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plant file that is wrong is one line among others, and the exit code says that something is wrong."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wrong.yaml").write_text("plant: x\n", encoding="utf-8")

    well = json.loads(said(capsys, "doctor", "--plant", "bottling", "--port", "0", "--json"))
    wrong = said(capsys, "doctor", "--plant", "wrong.yaml", "--port", "0", code=1)

    assert {d["what"]: d["state"] for d in well}["plant"] == "ok"
    assert all(d["state"] != "wrong" for d in well)
    assert "not as it should be: plant" in wrong
