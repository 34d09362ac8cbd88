"""Every command as a user runs it: results, messages, exit codes."""

import json
from pathlib import Path

import pytest

from tests.staging import free_port, jayul

BROKEN = """\
plant: broken
name: {en: Broken, ko: 고장}
flow_unit: {name: {en: part, ko: 부품}, piece: {en: part, ko: 부품}}
stations:
  - id: mill
    name: {en: Mill, ko: 밀링}
    cycle: {kind: constant, mean_s: 10}
    failures:
      - {id: stop, name: {en: Stop, ko: 정지}, mtfb_s: 100, mttr_s: 10}
products:
  - {id: a, name: {en: A, ko: 가}}
orders:
  - {id: one, product: b, quantity: 5, due_s: 22:00:00}
"""


def test_library_plants_are_listed_for_people_and_for_machines() -> None:
    """`plants list --json` is a list of objects with `name`."""
    told, machine = jayul("plants", "list"), jayul("plants", "list", "--json")

    assert told.code == machine.code == 0
    assert "bottling" in told.out
    assert "bottling" in [row["name"] for row in machine.json]
    assert told.err == machine.err == ""


def test_a_library_plant_checks_and_lists_where_its_figures_come_from() -> None:
    """Every figure has a source or an assumption."""
    run = jayul("check", "bottling", "--sources", "--json")

    assert run.code == 0
    assert len(run.json["figures"]) > 100
    assert {figure["kind"] for figure in run.json["figures"]} <= {"source", "assumed"}


def test_a_plant_with_routes_checks_and_shows_the_load_of_its_stations() -> None:
    """What is beyond a serial line is named; each station has its share of work."""
    told, machine = jayul("check", "machining_cell", "--load"), jayul("check", "machining_cell", "--load", "--json")

    assert told.code == machine.code == 0
    assert "beyond a serial line: routes (shaft)" in told.out
    assert {row["station"]: round(row["share"], 2) for row in machine.json["load"]}["mill_1"] == 0.68
    assert any(what.startswith("vehicles") for what in machine.json["breadth"])


def test_a_broken_plant_file_is_refused_with_all_problems_at_their_places(tmp_path: Path) -> None:
    """A misspelt key is suggested with file, line and column; other problems are told at the same time; code 3."""
    file = tmp_path / "broken.yaml"
    file.write_text(BROKEN, encoding="utf-8")

    run = jayul("check", str(file))

    assert run.code == 3
    assert f"unknown key 'mtfb_s' at {file}:9:" in run.err or "unknown key 'mtfb_s' at broken.yaml:9:" in run.err
    assert "did you mean 'mtbf_s'" in run.err
    assert "Traceback" not in run.err
    assert run.out == ""


def test_names_that_would_share_their_luck_are_told_by_check(tmp_path: Path) -> None:
    """They are no fault of the file's form, and would stop every run of it."""
    station = "  - {id: NAME, name: {en: A, ko: 가}, cycle: {kind: constant, mean_s: 10}}\n"
    file = tmp_path / "twins.yaml"
    file.write_text(
        "plant: twins\nname: {en: T, ko: 티}\nflow_unit: {name: {en: a, ko: 가}, piece: {en: a, ko: 가}}\nstations:\n"
        + "".join(station.replace("NAME", name) for name in ("plumless", "buckeroo"))
        + "buffers: [{id: b, name: {en: B, ko: 나}, upstream: plumless, downstream: buckeroo, capacity: 3}]\n"
        + "products: [{id: red, name: {en: R, ko: 빨}}]\n",
        encoding="utf-8",
    )

    run = jayul("check", str(file))

    assert run.code == 3
    assert "machines 'plumless' and 'buckeroo' would draw the same random numbers" in run.err


def test_a_warm_up_that_leaves_nothing_is_told_in_words() -> None:
    """Not by the name of a Python argument."""
    run = jayul("simulate", "bottling", "--warmup", "9h")

    assert run.code == 3
    assert "a warm-up of 9 h 00 min leaves nothing of 8 h 00 min: give a longer --horizon or a shorter" in run.err


def test_an_error_is_json_too_when_json_is_asked_for(tmp_path: Path) -> None:
    """Code, message, exit code and the single problems."""
    file = tmp_path / "broken.yaml"
    file.write_text(BROKEN, encoding="utf-8")

    run = jayul("check", str(file), "--json")

    assert run.code == run.json["error"]["exit_code"] == 3
    assert len(run.json["error"]["problems"]) >= 2
    assert all({"line", "column", "message"} <= set(problem) for problem in run.json["error"]["problems"])


def test_the_schema_for_editors_is_the_committed_one() -> None:
    """What `jayul schema` prints lies beside the library plants."""
    run = jayul("schema")

    committed = Path("plants/library/plant.schema.json").read_text(encoding="utf-8")
    assert run.code == 0
    assert json.loads(run.out) == json.loads(committed)


def test_a_simulation_gives_every_kpi_with_its_interval_and_repeats_exactly() -> None:
    """The same seed gives the same figures, whatever the number of workers."""
    arguments = ["simulate", "bottling", "--horizon", "1h", "--replications", "6", "--seed", "3", "--json"]

    first, second = jayul(*arguments), jayul(*arguments, "--workers", "2")

    assert first.code == 0
    assert first.out == second.out
    throughput = first.json["kpis"]["throughput_per_h"]
    assert throughput["low"] < throughput["mean"] < throughput["high"]
    assert 1000 < throughput["mean"] < 1500


def test_a_comparison_tells_a_slower_filler_from_noise() -> None:
    """A filler a sixth slower makes the line worse, and the interval says so."""
    run = jayul(
        "compare", "bottling", "--set", "filler.speed_per_min=500", "--horizon", "2h", "--replications", "8", "--json"
    )

    effect = next(e for e in run.json["effects"] if e["kpi"] == "throughput_per_h")
    assert run.code == 0
    assert effect["result"] == "worse"
    assert effect["difference"]["high"] < 0


def test_results_for_people_fit_eighty_columns_and_progress_goes_to_stderr() -> None:
    """Nothing but the result on stdout."""
    run = jayul("compare", "bottling", "--set", "labeller.speed_per_min=470", "--horizon", "1h", "--replications", "4")

    assert run.code == 0
    assert "comparing on bottling: " in run.err
    assert "throughput_per_h" in run.out
    assert all(len(line) <= 80 for line in run.out.splitlines() if not line.startswith(("bottling,", "The ")))


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["simulate", "botling"], 3, "bottling"),
        (["simulate", "bottling", "--horizon", "long"], 3, "is not a duration"),
        (["simulate", "bottling", "--replications", "1"], 2, "--replications"),
        (["simulate"], 2, "PLANT"),
        (["compare", "bottling", "--set", "filler.sped_per_min=600"], 3, "did you mean 'filler.speed_per_min'"),
        (["compare", "bottling", "--set", "filler.speed_per_min=1000"], 3, "outside its envelope of 400 to 660"),
        (["compare", "bottling"], 3, "nothing to compare"),
        (["proposals", "list", "--data", "/nowhere"], 3, "No service has run in /nowhere"),
        (["audit", "verify", "--data", "/nowhere"], 3, "There is no ledger at /nowhere/ledger.db"),
        (["virtual-plant", "bottling", "--endpoint", "opc.tcp://0.0.0.0:4840"], 4, "is not on this machine"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_a_mistake_gets_one_clear_message_and_its_exit_code(arguments: list[str], code: int, message: str) -> None:
    """No traceback, nothing on stdout, and what to do."""
    run = jayul(*arguments)

    assert (run.code, run.out) == (code, "")
    assert message in run.err
    assert "Traceback" not in run.err


def test_a_service_without_its_equipment_says_so_and_ends_with_five(tmp_path: Path) -> None:
    """The message names the endpoint."""
    endpoint = f"opc.tcp://127.0.0.1:{free_port()}"

    run = jayul("serve", "--plant", "bottling", "--endpoint", endpoint, "--data", str(tmp_path), "--port", "0")

    assert run.code == 5
    assert endpoint in run.err
    assert "Traceback" not in run.err


def test_a_brain_that_does_not_exist_is_refused_before_anything_starts(tmp_path: Path) -> None:
    """The message lists what can be set."""
    run = jayul("serve", "--plant", "bottling", "--data", str(tmp_path), "--brain", "oracle")

    assert run.code == 3
    assert "solver" in run.err
    assert "Traceback" not in run.err
