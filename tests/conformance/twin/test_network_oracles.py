"""Queueing theory that a network can express: each exact number lies in the 99.9 % interval of one long run.

Sources: Gross, Shortle, Thompson, Harris, Fundamentals of Queueing Theory (M/M/c, M/G/1, machine repair); Jackson 1957;
Spearman, Woodruff, Hopp 1990 (CONWIP). The same check fails for a model that is deliberately wrong.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import pytest

from plants.model.plant import Plant
from tests.twin_lines import constant, exponential, mode
from tests.twin_networks import (
    Described,
    crew,
    holds,
    machine,
    measured,
    network,
    product,
    step,
    store,
    throughput,
    wip,
)
from twin.totals import Totals
from twin.working import Code

EXPONENTIAL = exponential(1.0)
CONSTANT = constant(1.0)
UNIFORM = {"kind": "uniform", "low_s": 0.0, "high_s": 2.0}
LOGNORMAL = {"kind": "lognormal", "mean_s": 1.0, "sd_s": 0.7}


def stream(rate: float, of: str = "red") -> Described:
    """Poisson arrivals."""
    return {"id": "stream", "product": of, "every": exponential(1 / rate)}


def lead(row: Totals) -> float:
    """Mean time on the line of units that left."""
    return row.lead_sum_s / row.good


def queue(rate: float, service: Described, servers: int = 1) -> Plant:
    """One station with a Poisson stream in front."""
    return network(
        [machine("s", service, servers=servers)], [product("red", step("only", "s"))], arrivals=[stream(rate)]
    )


def erlang_c(rate: float, servers: int) -> float:
    """Mean wait in M/M/c with mean service 1: C(c, a) / (c - a)."""
    load = math.fsum(rate**k / math.factorial(k) for k in range(servers))
    waits = rate**servers / math.factorial(servers) * servers / (servers - rate)
    return waits / (load + waits) / (servers - rate)


def feedback(share: float) -> Plant:
    """Two stations; a share of what leaves the second goes back to the first."""
    route = [
        step("first", "a", exponential(1.0)),
        step("second", "b", exponential(0.8), rework={"to": "first", "share": share, "limit": 100}),
    ]
    buffers = [store("back", "a", ["b"]), store("on", "b", ["a"])]
    return network([machine("a"), machine("b")], [product("red", *route)], buffers, arrivals=[stream(0.4)])


def conwip(cards: int, stations: int) -> Plant:
    """A closed line: as many units as there are cards."""
    names = [f"s{i}" for i in range(stations)]
    route = [step(f"at_{name}", name) for name in names]
    buffers = [store(f"b{i}", names[i + 1], [names[i]]) for i in range(stations - 1)]
    return network([machine(n, exponential(1.0)) for n in names], [product("red", *route)], buffers, wip_limit=cards)


def repaired(machines: int, people: int) -> Plant:
    """Machines that are never starved and fail, and those who repair them."""
    failing = mode("operating", mtbf_s=50.0, mttr_s=10.0, skill="mending")
    return network(
        [machine("s", 10.0, servers=machines, failures=[failing])],
        [product("red", step("only", "s"))],
        crews=[crew("fitters", people, "mending")],
    )


def up_machines(machines: int, people: int, ratio: float) -> float:
    """Mean number of machines up: the birth-death chain with `ratio` = MTTR / MTBF."""
    weights = [1.0]
    for n in range(machines):
        weights.append(weights[-1] * (machines - n) * ratio / min(n + 1, people))
    return sum((machines - n) * w for n, w in enumerate(weights)) / sum(weights)


def attended(people: int) -> Plant:
    """Two machines that are never starved and need an operator all the time."""
    operator = {"skill": "running", "during": ["processing"]}
    return network(
        [machine("a", exponential(1.0), operator=operator), machine("b", exponential(2.0), operator=operator)],
        [product("red", step("only", "a")), product("blue", step("only", "b"))],
        orders=[
            {"id": "one", "product": "red", "quantity": 1_000_000, "due_s": 0.0},
            {"id": "two", "product": "blue", "quantity": 1_000_000, "due_s": 0.0},
        ],
        crews=[crew("operators", people, "running")],
    )


def down(row: Totals) -> float:
    """Mean number of machines that are down."""
    return sum(machine[Code.DOWN] for machine in row.spent) / row.time_s


class Oracle(NamedTuple):
    """A plant of which a figure is known exactly."""

    name: str
    plant: Plant
    figure: Callable[[Totals], float]
    exact: float
    length_s: float
    """Run that gives a half-width of about a tenth."""
    wrong: Plant
    """One of which the figure is another."""


def wait(rate: float, second: float) -> float:
    """Pollaczek and Khinchine for mean service 1: rate E[S^2] / (2 (1 - load))."""
    return rate * second / (2 * (1 - rate))


LOADS = [0.4 / 0.7 * mean for mean in (1.0, 0.8)]
"""Of the two stations with feedback: both see rate / (1 - share), and are M/M/1 with it (Jackson)."""

ORACLES = [
    Oracle("M/M/1", queue(0.5, EXPONENTIAL), lead, 2.0, 24_000, queue(0.6, EXPONENTIAL)),
    Oracle("M/M/2", queue(1.2, EXPONENTIAL, 2), lead, erlang_c(1.2, 2) + 1, 12_000, queue(1.2, EXPONENTIAL, 3)),
    Oracle("M/M/3", queue(2.1, EXPONENTIAL, 3), wip, 2.1 * (erlang_c(2.1, 3) + 1), 10_000, queue(2.1, EXPONENTIAL, 4)),
    Oracle("M/D/1", queue(0.6, CONSTANT), lead, wait(0.6, 1) + 1, 15_000, queue(0.6, EXPONENTIAL)),
    Oracle("M/U/1", queue(0.6, UNIFORM), lead, wait(0.6, 4 / 3) + 1, 20_000, queue(0.6, EXPONENTIAL)),
    Oracle("M/LN/1", queue(0.6, LOGNORMAL), lead, wait(0.6, 1.49) + 1, 20_000, queue(0.7, LOGNORMAL)),
    Oracle("feedback", feedback(0.3), wip, sum(x / (1 - x) for x in LOADS), 30_000, feedback(0.4)),
    Oracle("CONWIP 1 of 3", conwip(1, 3), throughput, 1 / 3, 5_000, conwip(2, 3)),
    Oracle("CONWIP 4 of 3", conwip(4, 3), throughput, 4 / 6, 5_000, conwip(5, 3)),
    Oracle("CONWIP 6 of 5", conwip(6, 5), throughput, 6 / 10, 5_000, conwip(8, 5)),
    Oracle("repairman", repaired(4, 1), throughput, up_machines(4, 1, 0.2) / 10, 20_000, repaired(4, 2)),
    Oracle("two repairmen", repaired(4, 2), throughput, up_machines(4, 2, 0.2) / 10, 20_000, repaired(4, 1)),
    Oracle("repairman, down", repaired(4, 1), down, 4 - up_machines(4, 1, 0.2), 30_000, repaired(4, 2)),
    Oracle("operator", attended(1), throughput, 2 / 3, 6_000, attended(2)),
]


@pytest.mark.parametrize("oracle", ORACLES, ids=lambda o: o.name)
def test_the_exact_number_lies_in_the_interval(oracle: Oracle) -> None:
    """99.9 % interval of one long run, half-width at most 15 % of the mean; a wrong model fails the same check."""
    assert holds(measured(oracle.plant, oracle.figure, length_s=oracle.length_s), oracle.exact, 0.15)
    assert not holds(measured(oracle.wrong, oracle.figure, length_s=oracle.length_s), oracle.exact, 0.3)


@pytest.mark.slow
@pytest.mark.parametrize("oracle", ORACLES, ids=lambda o: o.name)
@pytest.mark.parametrize("seed", [11, 12])
def test_the_exact_number_lies_in_a_narrow_interval(oracle: Oracle, seed: int) -> None:
    """Half-width at most 3 %, on other seeds."""
    interval = measured(oracle.plant, oracle.figure, length_s=30 * oracle.length_s, seed=seed)

    assert holds(interval, oracle.exact, 0.03)
