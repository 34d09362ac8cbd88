"""`python -m tests.simulation.fault_table`: run the tests that the fault table names, and put figures and date into it.

    --rows 1 2 3    these rows only

Each row of the table in docs/reliability.md gets the number of cases of its tests that passed, and the day. Every test
runs once, also when several rows name it; of a test with slow cases the others count, unless it has no others. Exit
code 1 when a case failed; a row with a failure keeps its old figure.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reliability.md"
TEST = re.compile(r"`(tests/[\w/.]+\.py)::(\w+)`")
FIGURE = re.compile(r"^(\d+) cases, 0 failed, (\d{4}-\d\d-\d\d)$")
"""What a row's figure looks like."""
NOT_RUN = "not run yet"
"""What stands there until somebody has run the tests of a row."""

Test = tuple[str, str]
"""File and name."""


def cells_of(line: str) -> list[str]:
    """Cells of a line of the fault table; none for any other line."""
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    return cells if line.startswith("|") and cells[0].isdigit() else []


def run(tests: set[Test]) -> tuple[Counter[Test], Counter[Test]]:
    """How many cases of each test passed, and how many did not; slow ones where a test has no others."""
    passed, failed = _run(tests, "not slow")
    slow = {test for test in tests if not passed[test] and not failed[test]}
    more = _run(slow, "slow") if slow else (Counter[Test](), Counter[Test]())
    return passed + more[0], failed + more[1]


def _run(tests: set[Test], marked: str) -> tuple[Counter[Test], Counter[Test]]:
    """The cases with a mark, or without it; a name that is no test function stands for its file."""
    named = sorted({f"{file}::{name}" if name.startswith("test_") else file for file, name in tests})
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = ("-q", "-p", "no:xdist", "-m", marked, "--timeout=900", f"--junit-xml={report}")
        subprocess.run([sys.executable, "-m", "pytest", *options, *named], cwd=ROOT, check=False)
        cases = list(ET.parse(report).iter("testcase"))  # noqa: S314 - pytest has just written it
    passed, failed = Counter[Test](), Counter[Test]()
    for case in cases:
        file, name = case.attrib["classname"], case.attrib["name"].partition("[")[0]
        bad = any(child.tag in ("failure", "error", "skipped") for child in case)
        for test in tests:
            module = test[0].removesuffix(".py").replace("/", ".")
            if file.startswith(module) and (name == test[1] or not test[1].startswith("test_")):
                (failed if bad else passed)[test] += 1
    return passed, failed


def main(argv: list[str]) -> int:
    """The command line; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.fault_table", description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, nargs="*")
    given = parser.parse_args(argv)
    rows = {cells[0]: cells for line in _lines() if (cells := cells_of(line))}
    rows = {number: cells for number, cells in rows.items() if given.rows is None or int(number) in given.rows}
    passed, failed = run({test for cells in rows.values() for test in TEST.findall(cells[3])})
    figures, bad = {}, False
    for number, cells in rows.items():
        tests = TEST.findall(cells[3])
        right, wrong = sum(passed[test] for test in tests), sum(failed[test] for test in tests)
        wrong += sum(1 for test in tests if not passed[test] and not failed[test])
        sys.stdout.write(f"row {number}: {right} cases, {wrong} failed\n")
        bad = bad or wrong > 0
        if not wrong:
            figures[number] = f"{right} cases, 0 failed, {datetime.now(UTC):%Y-%m-%d}"
    _write(figures)
    return 1 if bad else 0


def _lines() -> list[str]:
    return PAGE.read_text(encoding="utf-8").splitlines()


def _write(figures: dict[str, str]) -> None:
    """Put figures into the page as it is now: the tests took their time, and somebody may have worked on it."""
    lines = _lines()
    for place, line in enumerate(lines):
        cells = cells_of(line)
        if cells and cells[0] in figures:
            cells[4] = figures[cells[0]]
            lines[place] = f"| {' | '.join(cells)} |"
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
