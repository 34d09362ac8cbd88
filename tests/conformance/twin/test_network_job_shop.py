"""ft06 (Fisher and Thompson 1963) by fixed sequences: makespan of the longest path, 55 at the optimum."""

import pytest

from tests.twin_networks import history, machine, network, product, step, store
from twin.log import EventKind

Sequences = dict[int, list[int]]
"""Jobs in turn at each machine."""

# Each row one job: (machine, time) of its six operations.
FT06 = [
    [(2, 1), (0, 3), (1, 6), (3, 7), (5, 3), (4, 6)],
    [(1, 8), (2, 5), (4, 10), (5, 10), (0, 10), (3, 4)],
    [(2, 5), (3, 4), (5, 8), (0, 9), (1, 1), (4, 7)],
    [(1, 5), (0, 5), (2, 5), (3, 3), (4, 8), (5, 9)],
    [(2, 9), (1, 3), (4, 5), (5, 4), (0, 3), (3, 1)],
    [(1, 3), (3, 3), (5, 9), (0, 10), (4, 4), (2, 1)],
]
OPTIMUM = 55
"""Proved by Carlier and Pinson 1989, among others."""

BEST: Sequences = {
    0: [0, 3, 2, 5, 1, 4],
    1: [1, 3, 5, 0, 4, 2],
    2: [2, 0, 1, 4, 3, 5],
    3: [2, 5, 3, 0, 1, 4],
    4: [1, 4, 3, 5, 2, 0],
    5: [2, 5, 1, 4, 0, 3],
}
"""One of the optimal ones, found by a constraint solver."""


def longest_path(sequences: Sequences) -> float | None:
    """Makespan of the semi-active schedule of some sequences; None where they wait for each other for ever."""
    ahead = {m: list(jobs) for m, jobs in sequences.items()}
    done = [0] * 6
    free_job, free_machine = [0.0] * 6, [0.0] * 6
    while any(ahead.values()):
        ready = [m for m, jobs in ahead.items() if jobs and FT06[jobs[0]][done[jobs[0]]][0] == m]
        if not ready:
            return None
        m = ready[0]
        j = ahead[m].pop(0)
        free_job[j] = free_machine[m] = max(free_job[j], free_machine[m]) + FT06[j][done[j]][1]
        done[j] = (done[j] + 1) % 6
    return max(free_job)


def makespan(sequences: Sequences) -> float:
    """When the last job leaves a shop that keeps these sequences."""
    stations = [
        machine(f"m{m}", dispatch={"rule": "sequence", "sequence": [f"j{j}" for j in sequences[m]]}) for m in range(6)
    ]
    products = [
        product(f"p{j}", *(step(f"at_{k}", f"m{m}", float(time)) for k, (m, time) in enumerate(job)))
        for j, job in enumerate(FT06)
    ]
    orders = [{"id": f"j{j}", "product": f"p{j}", "quantity": 1, "due_s": 0.0} for j in range(6)]
    everyone = [f"m{m}" for m in range(6)]
    plant = network(stations, products, [store(f"b{m}", f"m{m}", everyone) for m in range(6)], orders=orders)
    _, log = history(plant, 500)
    exits = [t for t, *_ in log.rows(EventKind.EXIT)]
    assert len(exits) == 6
    return max(exits)


def test_an_optimal_sequence_of_ft06_takes_55() -> None:
    """By the twin as on paper."""
    assert makespan(BEST) == longest_path(BEST) == OPTIMUM


@pytest.mark.parametrize(("m", "a"), [(0, 0), (0, 3), (1, 2), (2, 1), (3, 4), (4, 0), (5, 3)])
def test_a_swap_of_two_neighbours_takes_as_long_as_on_paper(m: int, a: int) -> None:
    """Two jobs that follow each other at one machine change places; never shorter than the optimum."""
    jobs = list(BEST[m])
    jobs[a], jobs[a + 1] = jobs[a + 1], jobs[a]
    swapped = BEST | {m: jobs}
    exact = longest_path(swapped)
    if exact is None:
        pytest.fail("choose a swap that is possible")

    assert makespan(swapped) == exact
    assert exact >= OPTIMUM
