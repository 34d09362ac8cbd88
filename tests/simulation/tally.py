"""`python -m tests.simulation.tally`: write into docs/reliability.md what the runs on record add up to.

A run with `--tally` adds a line to `seeds.jsonl`: which seeds, how many violations, of which commit, on which day. The
row of the page is made of these lines and of nothing else; `tests/simulation/test_reliability_page.py` compares them.
"""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reliability.md"
RUNS = Path(__file__).with_name("seeds.jsonl")
ROW = re.compile(r"^\| seeds on record \|.*$", re.MULTILINE)


class Tallied(TypedDict):
    """One run."""

    first: int
    """Its first seed."""
    seeds: int
    """How many, one after the other."""
    violations: int
    """Found in all of them."""
    commit: str
    """Of the code, short; with a `+` when files differed from it."""
    day: str
    """When it ended, UTC."""
    processor_s: float
    """Processor time of all of them, in seconds."""


def note(first: int, seeds: int, violations: int, processor_s: float) -> None:
    """Add a run to the record."""
    run = Tallied(
        first=first,
        seeds=seeds,
        violations=violations,
        commit=_git("rev-parse", "--short", "HEAD") + ("+" if _git("status", "--porcelain", "-uno") else ""),
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        processor_s=round(processor_s, 1),
    )
    with RUNS.open("a", encoding="utf-8") as file:
        file.write(json.dumps(run) + "\n")


def row(runs: list[Tallied]) -> str:
    """The row of the page."""
    seeds = {seed for run in runs for seed in range(run["first"], run["first"] + run["seeds"])}
    total = sum(run["seeds"] for run in runs)
    violations = sum(run["violations"] for run in runs)
    commits = ", ".join(dict.fromkeys(f"`{run['commit']}`" for run in runs))
    days = sorted({run["day"] for run in runs})
    processor_s = sum(run["processor_s"] for run in runs) / max(total, 1)
    said = (
        f"{len(seeds):,} different ones, {violations} violations, {processor_s:.2f} s of processor time each; commits "
        f"{commits}; {' to '.join(dict.fromkeys((days[0], days[-1])))}"
    )
    return (
        f"| seeds on record | {said} | `make sim SEEDS=10000 ARGS=--tally`, then `python -m tests.simulation.tally` |"
    )


def recorded() -> list[Tallied]:
    """Every run on record."""
    return [json.loads(line) for line in RUNS.read_text(encoding="utf-8").splitlines()]


def main() -> int:
    """Write the row; the exit code."""
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(ROW.sub(lambda _: row(recorded()), page), encoding="utf-8")
    sys.stdout.write(row(recorded()) + "\n")
    return 0


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
