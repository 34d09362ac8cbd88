"""Every figure of a plant file can say where it comes from."""

from pathlib import Path

import pytest

from plants.loader.library import library_names
from plants.loader.load import figures, load_plant
from plants.loader.provenance import Provenance
from tests.unit.plants.cell import CELL
from tests.unit.plants.small import SMALL, Spoil


def test_an_explanation_covers_what_is_below_it_unless_a_nearer_one_is_given(small: Path) -> None:
    """The station's assumption covers its cycle; the failure has a source of its own."""
    small.write_text(
        SMALL.replace("    cycle: {kind: constant", "    assumed: a guess\n    cycle: {kind: constant").replace(
            "        mtbf_s: 3600", "        source: log of 2025\n        mtbf_s: 3600"
        ),
        encoding="utf-8",
    )

    found = {f.path: (f.kind, f.text) for f in figures(small)}

    assert found["stations.cutter.cycle.mean_s"] == (Provenance.ASSUMED, "a guess")
    assert found["stations.cutter.failures.blade.mttr_s"] == (Provenance.SOURCE, "log of 2025")
    assert found["stations.packer.cycle.mean_s"] == (Provenance.NONE, "")


def test_a_single_figure_may_carry_its_own_source(small: Path) -> None:
    """`{value: …, source: …}` is the figure itself to the model, at its own place."""
    small.write_text(SMALL.replace("mtbf_s: 3600", "mtbf_s: {value: 3600, source: log of 2025}"), encoding="utf-8")

    plant = load_plant(small)
    (figure,) = [f for f in figures(small) if f.path == "stations.cutter.failures.blade.mtbf_s"]

    assert plant.stations[0].failures[0].mtbf_s == 3600
    assert (figure.value, figure.line, figure.kind, figure.text) == (3600, 11, Provenance.SOURCE, "log of 2025")


def test_explanations_do_not_change_the_plant(small: Path) -> None:
    """Two files that differ in explanations only describe the same revision."""
    before = load_plant(small).revision
    small.write_text(SMALL + "assumed: everything here\n", encoding="utf-8")

    assert load_plant(small).revision == before
    assert {f.kind for f in figures(small)} == {Provenance.ASSUMED}


def test_clock_times_are_figures_and_priorities_are_not(small: Path) -> None:
    """A figure is measured, documented or assumed; a priority is decided."""
    small.write_text(SMALL.replace("quantity: 20", "quantity: 20, priority: 2"), encoding="utf-8")

    paths = {f.path for f in figures(small)}

    assert "orders.second.due_s" in paths
    assert "orders.second.priority" not in paths


def test_clock_times_of_shifts_and_deliveries_are_figures_and_limits_set_by_judgement_are_not(tmp_path: Path) -> None:
    """A shift plan and a supplier state them; a limit on the units on the line is chosen."""
    path = tmp_path / "cell.yaml"
    path.write_text(
        CELL.replace("rule: sequence, sequence: [one, two]", "rule: atc, k: 3").replace(
            "wear_above: 5", 'at_s: ["12:00"]'
        ),
        "utf-8",
    )

    paths = {f.path for f in figures(path)}

    expected = {"crews.red.size", "calendars.day.shifts.0.start_s", "materials.bar.deliveries.0.at_s"}
    assert expected | {"stations.mill.maintenance.tool.at_s.0"} <= paths
    assert not paths & {"wip_limit", "stations.saw.dispatch.k"}


def test_a_wrong_value_beside_a_source_is_told_at_the_value(spoil: Spoil) -> None:
    """The place is that of the number, not of the mapping around it."""
    (problem,) = spoil(("mtbf_s: 3600", "mtbf_s: {value: often, source: log}"))

    assert str(problem) == "a number is expected here, not 'often' at small.yaml:11:25"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("source: 5", "'source' must say in words where the figures come from"),
        ("assumed: ''", "'assumed' must say in words where the figures come from"),
        ("{source: a, assumed: b}", None),
    ],
)
def test_an_explanation_must_explain(spoil: Spoil, given: str, message: str | None) -> None:
    """It is text, and there is one of it."""
    extra = "source: log\n    assumed: no log" if message is None else given
    (problem,) = spoil(("    cycle: {kind: constant", f"    {extra}\n    cycle: {{kind: constant"))

    assert problem.message == (message or "give either 'source' or 'assumed' for the same figures, not both")


@pytest.mark.parametrize("name", library_names())
def test_every_figure_of_a_library_plant_is_covered(name: str) -> None:
    """No number in the library is without a source or an assumption."""
    found = figures(name)

    assert len(found) > 20
    assert [f"{f.path} in line {f.line}" for f in found if f.kind is Provenance.NONE] == []
