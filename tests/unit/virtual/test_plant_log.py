"""The plant's own log: what it showed, what happened, and that plant time stands."""

import json
from pathlib import Path

import pytest

from plants.errors import InvalidInput
from plants.model.plant import Plant
from plants.model.tags import tags_of
from virtual.plant_log import PlantLog
from virtual.script import Breakdown
from virtual.still import StillPlant


def lines(path: Path) -> list[dict[str, object]]:
    """The log, line by line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_everything_is_told_once_and_then_only_what_changes(plant: Plant, tmp_path: Path) -> None:
    """With the plant time of each; a tick in which nothing changes costs no line."""
    line, path = StillPlant(plant), tmp_path / "log.jsonl"
    log = PlantLog(line, path)
    log.look([], stands=False)
    line.advance(5.0)
    log.look([], stands=False)
    line.put("filler.processed", 24)
    log.look([Breakdown(at_s=5, station="filler", mode="valve", repair_s=60)], stands=False)
    log.look([], stands=True)
    log.look([], stands=True)
    log.close()

    first, changed, happened, stands = lines(path)
    assert set(first["shows"]) == {t.alias for t in tags_of(plant)} - {"line.plant_time_s", "line.time_scale"}  # type: ignore[call-overload]
    assert changed == {"at_s": 5.0, "shows": {"filler.processed": 24}}
    assert happened["happens"] == {"kind": "breakdown", "at_s": 5.0, "station": "filler", "mode": "valve",
                                   "repair_s": 60.0}  # fmt: skip
    assert stands == {"at_s": 5.0, "stands": True}


def test_a_log_that_cannot_be_written_is_refused(plant: Plant, tmp_path: Path) -> None:
    """Before anything is served."""
    with pytest.raises(InvalidInput, match="cannot be written"):
        PlantLog(StillPlant(plant), tmp_path / "nowhere" / "log.jsonl")
