"""docs/reliability.md names tests that exist, and every fault of the table has a row that says what is missing."""

import re
from pathlib import Path

import pytest

from tests.simulation.fault_table import FIGURE, NOT_RUN
from tests.simulation.tally import recorded, row

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/.]+\.py)::(\w+)`", PAGE)))


def rows() -> dict[int, list[str]]:
    """Rows of the fault table by number."""
    cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines())
    return {int(row[0]): row for row in cells if row[0].isdigit()}


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_test_that_is_named_exists(file: str, name: str) -> None:
    """Renaming a test renames it on the page."""
    source = (ROOT / file).read_text(encoding="utf-8")

    assert re.search(rf"^(async )?(def|class) {name}\b", source, re.MULTILINE), f"{file} has no {name}"


def test_every_fault_has_a_row_with_outcome_test_figure_and_what_is_missing() -> None:
    """Eighteen rows, none of them empty; figure and day as `tests.simulation.fault_table` has written them."""
    table = rows()

    assert sorted(table) == list(range(1, 19))
    assert all(len(row) == 6 and all(row) for row in table.values())
    assert all(FIGURE.match(row[4]) or row[4] == NOT_RUN for row in table.values())
    assert all("::" in row[3] for row in table.values())


def test_every_file_that_is_named_exists() -> None:
    """Also where the page speaks of a whole file or folder."""
    files = re.findall(r"`(tests/[\w/.]+?)(?:::\w+)?`", PAGE)

    assert [file for file in files if not (ROOT / file).exists()] == []


def test_the_seeds_on_record_are_those_that_were_noted() -> None:
    """The row is made of `seeds.jsonl` and of nothing else."""
    assert row(recorded()) in PAGE.splitlines()
