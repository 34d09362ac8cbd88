"""The twin against figures known exactly: each lies in a narrow 99.9 % interval, and a wrong model fails the check.

`python -m tests.oracles` prints the same as a table.
"""

import pytest

from tests.oracles.case import HALF_WIDTH, Oracle, ask
from tests.oracles.lines import LINES
from tests.oracles.networks import NETWORKS
from tests.oracles.queues import QUEUES
from twin.compiled.network.coverage import refused
from twin.engines import numba_fault

ORACLES = [*LINES, *QUEUES, *NETWORKS]
LONG = [oracle for oracle in ORACLES if oracle.quick > HALF_WIDTH]

pytestmark = pytest.mark.timeout(900)  # the kernels may have to be compiled first, on a machine that is busy


def _check(oracle: Oracle, width: float, seed: int) -> None:
    right = ask(oracle, width=width, seed=seed)
    wrong = ask(oracle, wrong=True, width=width, seed=seed)

    assert right.agrees(oracle.exact, width), right
    assert not wrong.agrees(oracle.exact, width), wrong


@pytest.mark.parametrize("oracle", ORACLES, ids=lambda o: o.name)
def test_the_exact_figure_lies_in_a_narrow_interval_and_a_wrong_model_fails(oracle: Oracle) -> None:
    """± 0.3 %; ± 1 % where that takes long (narrower below)."""
    _check(oracle, oracle.quick, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("oracle", LONG, ids=lambda o: o.name)
def test_the_exact_figure_lies_in_a_narrow_interval_where_that_takes_long(oracle: Oracle) -> None:
    """± 0.3 %, on another seed."""
    _check(oracle, HALF_WIDTH, seed=2)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("oracle", LINES, ids=lambda o: o.name)
def test_no_interval_of_other_seeds_misses(oracle: Oracle) -> None:
    """Three more seeds for each line."""
    for seed in (11, 12, 13):
        assert ask(oracle, seed=seed).agrees(oracle.exact)


def test_the_compiled_engine_measures_all_of_them() -> None:
    """SimPy only where Numba is not there."""
    if numba_fault() is not None:
        pytest.skip("Numba is not installed")

    assert [o.name for o in ORACLES if not o.plant.serial and refused(o.plant) is not None] == []
