"""Figures of the mutation in docs/reliability.md: a row for each module, as it was last run, and their sum."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
HEAD = "| module | mutants | noticed | share | remarks | day |\n| --- | --- | --- | --- | --- | --- |\n"
"""Of the table that the rows belong to."""
_ROW = re.compile(r"^\| `ledger/\w+\.py` \| (\d+) \| (\d+) \|.*$", re.MULTILINE)
_SUM = re.compile(r"^\| mutants of gate and executor noticed \|.*$", re.MULTILINE)


def row(name: str, run: int, noticed: int, remarks: str) -> str:
    """What is said of a module today."""
    return (
        f"| `ledger/{name}.py` | {run} | {noticed} | {noticed / run:.1%} | {remarks} | {datetime.now(UTC):%Y-%m-%d} |"
    )


def with_rows(page: str, rows: Mapping[str, str]) -> str:
    """The page with the rows of some modules put in place of what it said of them, or at the head of the table."""
    for name, new in rows.items():
        old = re.compile(rf"^\| `ledger/{name}\.py` \|.*\n", re.MULTILINE)
        page = old.sub(f"{new}\n", page) if old.search(page) else page.replace(HEAD, f"{HEAD}{new}\n")
    found = _ROW.findall(page)
    run, noticed = sum(int(a) for a, _ in found), sum(int(b) for _, b in found)
    least = min(int(b) / int(a) for a, b in found)
    figure = f"{noticed} of {run}, {noticed / run:.1%}; in the least of {len(found)} modules {least:.1%}"
    told = (
        f"| mutants of gate and executor noticed | {figure}; 90 % are asked for in each | `make mutate ARGS=--tally` |"
    )
    return _SUM.sub(lambda _: told, page)


def write(rows: Mapping[str, str]) -> None:
    """Put the rows of some modules, and the sum of all, into docs/reliability.md."""
    PAGE.write_text(with_rows(PAGE.read_text(encoding="utf-8"), rows), encoding="utf-8")
