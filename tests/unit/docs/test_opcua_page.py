"""docs/opcua.md names tests that exist, and has a test for each of the sixteen observations."""

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
    """Sixteen rows, none without."""
    rows = [line for line in PAGE.splitlines() if re.match(r"\| \d+ \|", line)]

    assert [int(row.split("|")[1]) for row in rows] == list(range(1, 18))
    assert all("::" in row for row in rows)
