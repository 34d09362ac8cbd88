"""`jayul simulate` and `compare` with their options: precision, steady state, insight. In this process, to be quick."""

from collections.abc import Callable
from pathlib import Path

import pytest

import plants.library
from plants.kpi import Kpi
from service.cli.app import run as run_command
from tests.staging import Ran

LIBRARY = Path(plants.library.__path__[0])
LOCKS = """
plant: locks
name: {en: x, ko: x}
flow_unit: {name: {en: part, ko: x}, piece: {en: part, ko: x}}
stations:
  - {id: a, name: {en: a, ko: a}, cycle: {kind: constant, mean_s: 4}, dispatch: {rule: spt}}
  - {id: b, name: {en: b, ko: b}, cycle: {kind: constant, mean_s: 4}, dispatch: {rule: spt}}
products:
  - id: red
    name: {en: r, ko: r}
    route: [{step: r1, stations: a}, {step: r2, stations: b, time: {kind: constant, mean_s: 5}}]
  - id: blue
    name: {en: b, ko: b}
    route: [{step: b1, stations: b}, {step: b2, stations: a, time: {kind: constant, mean_s: 5}}]
buffers:
  - {id: to_b, name: {en: b, ko: b}, upstream: [a], downstream: b, capacity: 1}
  - {id: to_a, name: {en: b, ko: b}, upstream: [b], downstream: a, capacity: 1}
orders:
  - {id: o, product: red, quantity: 10, due_s: 0}
  - {id: p, product: blue, quantity: 10, due_s: 0}
"""
SHORT = ["simulate", "bottling", "--horizon", "30m", "--replications", "3"]


@pytest.fixture
def jayul(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command here, and what it printed."""

    def command(*arguments: str) -> Ran:
        code = run_command(list(arguments))
        return Ran(code, *capsys.readouterr())

    return command


def test_a_precision_is_reached_or_the_result_says_that_it_was_not(jayul: Callable[..., Ran]) -> None:
    """The half-width is told beside the progress and in the result."""
    run = jayul(*SHORT, "--precision", "0.1%", "--max-replications", "12", "--json")
    told = jayul(*SHORT, "--precision", "0.1%", "--max-replications", "12")

    assert run.code == told.code == 0
    assert run.json["precision"]["reached"] is False
    assert run.json["replications"] == run.json["precision"]["replications"] == 12
    assert "Precision NOT reached" in told.out
    assert "simulating bottling: throughput_per_h ± " in told.err


def test_a_comparison_to_a_precision_is_relative_to_the_line_as_it_is(jayul: Callable[..., Ran]) -> None:
    """A named KPI, with a wide target that the first look reaches."""
    run = jayul(
        *("compare", "bottling", "--set", "filler.speed_per_min=620", "--horizon", "30m", "--replications", "3"),
        *("--precision", "20%", "--precision-kpi", "kwh_per_good", "--json"),
    )

    assert run.json["precision"]["kpi"] == "kwh_per_good"
    assert run.json["precision"]["reached"] is True
    assert run.json["replications"] == 10


def test_a_warm_up_is_found_told_and_left_out(jayul: Callable[..., Ran]) -> None:
    """What is left out is what MSER-5 found."""
    run = jayul(*SHORT, "--steady", "--json")

    assert run.json["steady"]["method"] == "MSER-5"
    assert run.json["warmup_s"] == run.json["steady"]["warmup_s"] > 0


def test_insight_tells_why_in_tables_that_fit_eighty_columns_and_as_json(jayul: Callable[..., Ran]) -> None:
    """Bottleneck, levers, losses, spreads, carbon with its source, lateness."""
    carbon = ["--emission-factor", "0.4", "--emission-source", "somebody [2024]", "--emission-year", "2024"]

    told, machine = jayul(*SHORT, "--insight", *carbon), jayul(*SHORT, "--insight", *carbon, "--json")

    assert told.code == machine.code == 0
    for words in ("Bottleneck: ", "What would help", "Loss tree of filler", "lead time, min", "somebody [2024], 2024"):
        assert words in told.out
    drawn = told.out.split("Bottleneck: ")[1].splitlines()[1:]
    assert all(len(row) <= 80 for row in drawn if not row.startswith("What would help"))
    insight = machine.json["insight"]
    assert len(insight["sensitivity"]["levers"]) == 6 + 6 + 5
    assert insight["energy"]["emission_factor"]["year"] == 2024
    assert [o["order"] for o in insight["orders"]][:2] == ["o01", "o02"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--precision", "narrow"], "is not a precision"),
        (["--steady", "--warmup", "1m"], "leave out --warmup"),
        (["--emission-factor", "0.4"], "add --insight"),
        (["--insight", "--emission-factor", "0.4"], "give all three"),
        (
            ["--insight", "--emission-factor", "-1", "--emission-source", "grid", "--emission-year", "2024"],
            "kg_per_kwh",
        ),
    ],
)
def test_options_that_do_not_fit_are_refused_with_what_to_do(
    jayul: Callable[..., Ran], options: list[str], message: str
) -> None:
    """Code 3, before anything runs."""
    run = jayul(*SHORT, *options)

    assert (run.code, run.out) == (3, "")
    assert message in run.err


def test_two_plants_are_compared_and_a_deadlock_says_in_which_it_was(jayul: Callable[..., Ran], tmp_path: Path) -> None:
    """Larger buffers; a state of one of them is refused; a shop that locks is named with its replication."""
    larger, locks = tmp_path / "larger.yaml", tmp_path / "locks.yaml"
    text = (LIBRARY / "bottling.yaml").read_text(encoding="utf-8")
    assert "capacity: 60," in text
    larger.write_text(text.replace("capacity: 60,", "capacity: 80,"), encoding="utf-8")
    locks.write_text(LOCKS, encoding="utf-8")
    short = ["--horizon", "10m", "--replications", "3"]

    same = jayul("compare", "bottling", "--with", "bottling", *short)
    other = jayul("compare", "bottling", "--with", str(larger), *short, "--json")
    refused = jayul("compare", "bottling", "--with", str(larger), "--state", str(larger), *short)
    locked = jayul("compare", "bottling", "--with", str(locks), *short)

    assert same.code == other.code == 0
    assert "bottling against bottling" in same.out
    assert same.out.count("the same") == len(Kpi)
    assert other.json["against"] == "bottling"
    assert refused.code == 3
    assert "leave it out to compare two" in refused.err
    assert locked.code == 1
    assert "replication 0 with the changes: 'locks' stands still from plant time 8 s on" in locked.err
