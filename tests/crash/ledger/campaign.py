"""`python -m tests.crash.ledger.campaign`: kill -9 at every point, with five seeds each, and tell the figures.

    --seeds N    seeds a point, 5 when left out; from the second on it is killed once more while it recovers
    --tally      write the figures into docs/reliability.md

Exit code 1 when an approval was lost, a write was sent twice, record and equipment do not agree, or a restart took
longer than it may until it knew of every byte.
"""

import argparse
import re
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.crash.ledger.kill import CASES, DECIDED_WALL_S, WHILE_RECOVERING, Case, killed

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "reliability.md"
ROW = re.compile(r"^\| `kill -9` \|.*$", re.MULTILINE)


def told(cases: list[Case]) -> str:
    """The figures, in words."""
    slowest = max(case.decided_wall_s for case in cases)
    wrong = sum(1 for case in cases if case.problem)
    points = {point.split(":")[0] for _, point in CASES} | set(WHILE_RECOVERING)
    return (
        f"{len(cases)} cases ({len(points)} points), {sum(case.kills for case in cases)} kills: "
        f"{sum(case.lost for case in cases)} approvals lost, "
        f"{sum(case.doubled for case in cases)} writes twice, {wrong} in which record and equipment disagree; every "
        f"byte known of {slowest:.1f} s after a restart at the latest"
    )


def main(argv: list[str]) -> int:
    """The command line; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.ledger.campaign", description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--tally", action="store_true")
    given = parser.parse_args(argv)
    cases = []
    for seed in range(1, given.seeds + 1):
        for name, point in CASES:
            with tempfile.TemporaryDirectory() as folder:
                case = killed(Path(folder), name, point, seed)
            cases.append(case)
            if case.problem or case.lost or case.doubled or case.decided_wall_s > DECIDED_WALL_S:
                sys.stdout.write(f"{name}, {point}, seed {seed}: {case}\n")
    sys.stdout.write(told(cases) + "\n")
    if given.tally:
        figure = f"{told(cases)}, {datetime.now(UTC):%Y-%m-%d}"
        row = f"| `kill -9` | {figure} | `python -m tests.crash.ledger.campaign --tally` |"
        PAGE.write_text(ROW.sub(lambda _: row, PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sound = not any(case.problem or case.lost or case.doubled for case in cases)
    return 0 if sound and max(case.decided_wall_s for case in cases) <= DECIDED_WALL_S else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
