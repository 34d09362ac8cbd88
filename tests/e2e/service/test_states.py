"""States as files: written by one command, started from by the others."""

import json
from pathlib import Path

import pytest

from service.cli.app import run


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A state of the machining cell after seven hours."""
    file = tmp_path / "state.json"
    assert run(["snapshot", "machining_cell", "--at", "7h", "--out", str(file)]) == 0
    return file


def test_a_factory_goes_on_from_a_file(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Forecast and simulation start where the snapshot was taken and agree."""
    capsys.readouterr()
    common = ["machining_cell", "--state", str(kept), "--horizon", "1h", "--replications", "2", "--json"]

    assert run(["forecast", *common]) == 0
    forecast = json.loads(capsys.readouterr().out)
    assert run(["simulate", *common, "--engine", "simpy"]) == 0
    simulated = json.loads(capsys.readouterr().out)

    assert forecast["state"]["plant_time_s"] == 7 * 3600
    assert forecast["kpis"] == simulated["kpis"]
    assert simulated["kpis"]["wip"]["mean"] > 5


def test_a_sequence_is_compared_from_where_the_plant_stands(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Orders that have begun are no longer in it, and are refused by name."""
    common = ["--state", str(kept), "--horizon", "1h", "--replications", "2", "--json"]
    orders = json.loads(kept.read_text())["orders"]
    begun = next(o["order"] for o in orders if o.get("started"))
    waiting = [o["order"] for o in orders if not o.get("started")]

    assert run(["compare", "machining_cell", "--sequence", waiting[-1], *common]) == 0
    assert run(["compare", "machining_cell", "--sequence", begun, *common]) == 3
    assert f"no order {begun} that has not begun" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "is no state"),
        ("no json", "is no state"),
        (None, "cannot be read"),
        ("other", "made with 'machining_cell'"),
    ],
)
def test_a_file_that_is_no_state_of_the_plant_is_refused(
    kept: Path, tmp_path: Path, text: str | None, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One message that names the file and says what is wrong with it."""
    file, plant = tmp_path / "given.json", "machining_cell"
    if text == "other":
        file, plant = kept, "bottling"
    elif text is not None:
        file.write_text(text)

    assert run(["simulate", plant, "--state", str(file), "--json"]) == 3
    assert told in json.loads(capsys.readouterr().out)["error"]["message"]


def test_half_of_what_a_forecast_from_a_file_needs_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A plant without a state would silently ask the service."""
    assert run(["forecast", "bottling"]) == 3
    assert "give both" in capsys.readouterr().err
