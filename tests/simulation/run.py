"""`python -m tests.simulation.run`: simulate seeds, print what was covered, and every violation with its seed.

    --seeds N --first M     seeds M to M + N - 1
    --seed N --verbose      one seed, its history in words
    --twice                 each seed twice, histories compared (I10)
    --minutes M             no further seed is begun after M minutes
    --tally                 add what was run to tests/simulation/seeds.jsonl (see tests.simulation.tally)

Exit code 1 when an invariant was violated; the failing seeds are named and reproduce exactly.
"""

import argparse
import asyncio
import gc
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from service.parts import Parts
from tests.simulation.coverage import table
from tests.simulation.invariants.bounded import i10_same_history
from tests.simulation.invariants.violation import Violation
from tests.simulation.simulate import Run, parts, simulate
from tests.simulation.tally import note
from tests.simulation.world import Stage, World

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of ours is made in it


def run_seed(seed: int, parts_of: Callable[[World], Parts] = parts) -> Run:
    """One seed in a folder that is gone afterwards, in memory where there is such a place."""
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None, prefix="jayul-sim-") as folder:
        return asyncio.run(simulate(seed, Path(folder), parts_of=parts_of))


def run_seeds(
    first: int,
    seeds: int,
    *,
    twice: bool = False,
    minutes: float = float("inf"),
    stories: bool = True,
    on_violation: Callable[[int, Violation], None] = lambda *_: None,
) -> tuple[list[Run], list[tuple[int, Violation]]]:
    """Some seeds, and every violation with its seed, told as soon as it is found; stories of many fill the memory."""
    runs: list[Run] = []
    violations: list[tuple[int, Violation]] = []
    until = time.monotonic() + minutes * 60
    _leave_modules_alone()
    for seed in range(first, first + seeds):
        if time.monotonic() >= until:
            break
        try:
            run = run_seed(seed)
        except Exception as error:
            error.add_note(f"seed {seed}: python -m tests.simulation.run --seed {seed} --verbose")
            raise
        runs.append(run if stories else replace(run, story=()))
        found = [*run.violations, *(i10_same_history(seed, (run.digest, run_seed(seed).digest)) if twice else ())]
        for violation in found:
            violations.append((seed, violation))
            on_violation(seed, violation)
    return runs, violations


def _leave_modules_alone() -> None:
    """Spare the garbage collector what was imported: half a million objects that stay, looked at again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def summed(runs: list[Run]) -> str:
    """What was covered by some runs, in words and in a table."""
    coverage = sum((run.coverage for run in runs), Counter[tuple[Stage, str]]())
    counted = sum((run.counted for run in runs), Counter[str]())
    ended = sum((run.ended for run in runs), Counter[str]())
    lines = [
        table(coverage),
        f"{len(runs)} seeds, {sum(r.plant_s for r in runs) / 3600:.0f} plant hours, {coverage.total()} faults; "
        + ", ".join(f"{n} {what}" for what, n in sorted(counted.items())),
        "proposals ended: " + ", ".join(f"{n} {what}" for what, n in sorted(ended.items())),
    ]
    return "\n".join(lines)


def _tell(seed: int, violation: Violation) -> None:
    sys.stdout.write(f"seed {seed}: {violation}\n")
    sys.stdout.flush()


def main(argv: list[str]) -> int:
    """The command line; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.run", description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--twice", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--tally", action="store_true")
    given = parser.parse_args(argv)
    first, seeds = (given.first, given.seeds) if given.seed is None else (given.seed, 1)
    began_s = time.process_time()
    runs, violations = run_seeds(
        first, seeds, twice=given.twice, minutes=given.minutes, stories=given.verbose, on_violation=_tell
    )
    processor_s = time.process_time() - began_s
    if given.verbose:
        sys.stdout.write("\n".join(line for run in runs for line in run.story) + "\n\n")
    sys.stdout.write(f"{summed(runs)}\n{processor_s / max(len(runs), 1):.2f} s of processor time a seed\n")
    if given.tally:
        note(first, len(runs), len(violations), processor_s)
    failed = sorted({seed for seed, _ in violations})
    sys.stdout.write(f"{len(violations)} violations" + (f" in seeds {failed}\n" if failed else "\n"))
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
