"""Every example runs as it stands, says what its page promises, and is listed."""

import runpy
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "examples"
SAID = {
    "simulate_a_line.py": "cases an hour, between",
    "describe_a_line.py": "rack of 16: ",
    "compare_a_change.py": "throughput_per_h",
    "run_to_a_precision.py": "reached in ",
    "leave_out_the_start.py": "by one long run: ",
    "select_the_best.py": "on fresh draws, throughput_per_h",
    "find_the_bottleneck.py": "bottleneck: filler",
    "go_on_from_a_state.py": "o01: on time",
    "read_the_log.py": "labeller: down Glue unit fault",
    "choose_a_dispatch_rule.py": "min less than fifo, less in",
    "fork_a_factory.py": "as it stands: ",
    "keep_results.py": "kpis: 9 rows of kpi, unit, mean, low",
}


@pytest.mark.parametrize("name", SAID)
def test_an_example_runs_and_shows_what_it_is_about(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As a script, from its file."""
    runpy.run_path(str(FOLDER / name), run_name="__main__")

    told = capsys.readouterr()
    assert SAID[name] in told.out
    assert told.err == ""


def test_every_example_is_listed_and_run() -> None:
    """In the folder's page, and here."""
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    files = {p.name for p in FOLDER.glob("*.py")}

    assert files == set(SAID)
    assert all(f"`{name}`" in page for name in files)
