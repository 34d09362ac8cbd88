"""`jayul forecast` against a real service on a real virtual plant, and where there is none."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from plants.errors import InvalidInput
from plants.loader.load import load_plant
from service.cli.app import run
from service.cli.forecast import _draw, read_line
from tests.staging import Stage, jayul, until
from twin import LineSimulation
from twin.forecast import forecast

BRIEF = ["--horizon", "20m", "--replications", "3"]


def test_a_forecast_comes_from_the_live_state(shared_stage: Stage) -> None:
    """It starts at the plant time of the service and tells every order with its interval."""
    until(lambda: shared_stage.client.get("/api/line")["trustworthy"], 30, "the state did not become trustworthy")
    before = shared_stage.client.get("/api/state")["plant_time_s"]

    told = jayul("forecast", "--data", str(shared_stage.folder / "data"), *BRIEF, "--json")

    assert told.code == 0
    assert told.json["state"]["plant_time_s"] > before > 0
    assert {"trustworthy", "doubts", "caveats", "taken_at"} <= set(told.json["state"])
    assert len(told.json["orders"]) == 10
    assert all(0 <= o["on_time"]["low"] <= o["on_time"]["high"] <= 1 for o in told.json["orders"])


def test_a_person_is_told_that_a_state_cannot_be_trusted() -> None:
    """First, and above the figures."""
    plant = load_plant("bottling")
    sim = LineSimulation(plant)
    sim.run_until(2 * 3600 + 300)
    state = sim.snapshot().model_copy(update={"stale": ("filler.state",)})
    console = Console(record=True, width=80, file=StringIO())

    _draw(console, forecast(plant, state, horizon_s=600, replications=2))

    told = console.export_text()
    assert told.startswith("bottling from 02:05 for 10 min, 2 replications")
    assert told.index("NOT trustworthy") < told.index("filler.state") < told.index("throughput_per_h")
    assert "interval (Wilson)" in told


def test_the_engine_can_be_chosen_and_the_figures_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As with `simulate`; a name that is none is refused."""
    pytest.importorskip("numba")
    state = tmp_path / "state.json"
    assert run(["snapshot", "bottling", "--at", "90m", "--out", str(state)]) == 0
    ask = ["forecast", "bottling", "--state", str(state), *BRIEF, "--json", "--engine"]
    capsys.readouterr()

    told = {}
    for engine in ("simpy", "compiled"):
        assert run([*ask, engine]) == 0
        told[engine] = json.loads(capsys.readouterr().out)

    assert [t.pop("engine") for t in told.values()] == ["simpy", "compiled"]
    assert told["simpy"] == told["compiled"]
    assert run([*ask, "fortran"]) == 3
    assert "no engine 'fortran'" in capsys.readouterr().err


def test_without_a_service_the_command_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One message, and code 3."""
    code = run(["forecast", "--data", str(tmp_path), *BRIEF])

    assert code == 3
    assert "No service has run" in capsys.readouterr().err


def test_an_answer_of_another_version_is_refused() -> None:
    """Not a traceback of a library."""
    with pytest.raises(InvalidInput, match="same version"):
        read_line({"plant": "x"}, {})
