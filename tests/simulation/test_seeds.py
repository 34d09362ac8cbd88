"""Row 18 of the fault table: all of it at once, seeded, in virtual time. `python -m tests.simulation.run` runs more."""

import subprocess
import sys

import pytest

from tests.simulation.run import run_seed, run_seeds, summed
from tests.simulation.simulate import UNDER_WAY
from tests.simulation.world import SHIFT_S

BLOCKS, A_BLOCK = 6, 6
"""As many seeds as fit into a `make test`."""


@pytest.mark.parametrize("block", range(BLOCKS))
def test_no_seed_violates_an_invariant(block: int) -> None:
    """Each with a shift of eight hours, ten proposals, five faults, and a write under way at one of them."""
    runs, violations = run_seeds(1 + block * A_BLOCK, A_BLOCK)

    assert not violations, "\n".join(f"seed {seed}: {violation}" for seed, violation in violations) + summed(runs)
    assert min(run.plant_s for run in runs) >= SHIFT_S
    assert min(run.counted["handed in"] for run in runs) >= 10
    assert min(run.coverage.total() for run in runs) >= 5
    assert all(any(run.coverage[cell] for cell in run.coverage if cell[0] in UNDER_WAY) for run in runs)


def test_a_seed_repeats_exactly_also_in_a_process_that_orders_its_sets_otherwise() -> None:
    """I10: histories are compared by their digests, over all rows, all requests and all that the line took up."""
    here = [run_seed(seed).digest for seed in (3, 4)]

    code = "from tests.simulation.run import run_seed; print([run_seed(s).digest for s in (3, 4)])"
    there = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONHASHSEED": "7"}, capture_output=True, text=True, check=True
    )

    assert there.stdout.strip() == str(here)


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_no_seed_of_many_violates_an_invariant() -> None:
    """A thousand more; ten thousand are run by hand before a release."""
    runs, violations = run_seeds(1_001, 1_000)

    assert not violations, "\n".join(f"seed {seed}: {violation}" for seed, violation in violations) + summed(runs)
