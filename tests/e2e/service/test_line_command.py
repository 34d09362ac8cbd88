"""`jayul line show|count` against a real service on a real virtual plant."""

import json
import sqlite3

from tests.staging import Stage, jayul, until


def test_a_person_corrects_a_count_and_the_history_keeps_who(shared_stage: Stage) -> None:
    """The estimate is far off at first, then near what was said, and the event tells both figures."""
    data = str(shared_stage.folder / "data")
    until(lambda: shared_stage.client.get("/api/line")["trustworthy"], 30, "the state did not become trustworthy")
    buffers = {b["id"]: b for b in shared_stage.client.get("/api/line")["buffers"]}
    level, room = buffers["conveyor_2"]["level"], buffers["conveyor_2"]["capacity"]
    counted = level - 25 if level > room // 2 else level + 25

    told = jayul("line", "count", "conveyor_2", str(counted), "--reason", "counted by hand", "--data", data, "--json")

    assert told.code == 0, told.err
    seen = {b["id"]: b["level"] for b in told.json["buffers"]}
    assert abs(seen["conveyor_2"] - counted) < 10
    with sqlite3.connect(f"file:{data}/history.db?mode=ro", uri=True) as history:
        row = history.execute("SELECT subject, text, detail FROM event WHERE kind = 'buffer_counted'").fetchone()
    assert row[:2] == ("conveyor_2", "counted by hand")
    assert json.loads(row[2]) | {"estimated": 0} == {"by": "operator", "units": counted, "estimated": 0}


def test_the_line_is_shown_with_how_well_its_buffers_are_known(shared_stage: Stage) -> None:
    """For a person at a terminal."""
    shown = jayul("line", "show", "--data", str(shared_stage.folder / "data"))

    assert shown.code == 0
    assert "filler" in shown.out
    assert "±" in shown.out


def test_a_count_that_cannot_be_is_refused(shared_stage: Stage) -> None:
    """Too many for the buffer, or no such buffer: told by name, and nothing changes."""
    data = str(shared_stage.folder / "data")

    too_many = jayul("line", "count", "transfer", "9", "--data", data, "--json")
    unknown = jayul("line", "count", "belt", "3", "--data", data, "--json")

    assert too_many.code != 0
    assert "it holds 0 to 4" in too_many.json["error"]["message"]
    assert unknown.code != 0
    assert "no buffer 'belt'" in unknown.json["error"]["message"]
