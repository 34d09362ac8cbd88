"""`jayul simulate` and `compare` with their options: precision, steady state, insight. In this process, to be quick."""

from collections.abc import Callable

import pytest

from service.cli.app import run as run_command
from tests.staging import Ran

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
