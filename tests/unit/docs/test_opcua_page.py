"""docs/opcua.md names tests that exist, and has a test for each observation and for each thing that was asked."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "opcua.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/.]+\.py)::(\w+)`", PAGE)))


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_test_that_is_named_exists(file: str, name: str) -> None:
    """Renaming a test renames it on the page."""
    source = (ROOT / file).read_text(encoding="utf-8")

    assert re.search(rf"^(async )?def {name}\b", source, re.MULTILINE), f"{file} has no {name}"


def test_each_observation_has_a_test() -> None:
    """Seventeen rows, none without."""
    rows = [line for line in PAGE.splitlines() if re.match(r"\| \d+ \|", line)]

    assert [int(row.split("|")[1]) for row in rows] == list(range(1, 18))
    assert all("::" in row for row in rows)


def test_each_thing_that_was_asked_has_a_test() -> None:
    """No row of that table is without, and none has lost its table."""
    asked = PAGE.split("## What was asked, and what shows it\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in asked.splitlines() if line.startswith("| ")][2:]

    assert len(rows) >= 48
    assert {of.strip() for of, _, _ in rows} == {
        *("Client", "Brownfield", "Commissioning", "Virtual plant", "Historian", "Writing safely", "Others")
    }
    assert [what for _, what, tests in rows if "::" not in tests] == []
