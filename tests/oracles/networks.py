"""Oracles of queueing theory that need more than a line: arrivals, servers side by side, feedback, cards, people.

Sources: Gross, Shortle, Thompson, Harris, Fundamentals of Queueing Theory (M/M/c, M/G/1, machine repair); Jackson 1957;
Spearman, Woodruff, Hopp 1990 (CONWIP).
"""

import math

from plants.flow.state import Condition
from plants.model.plant import Plant
from tests.oracles.case import Oracle, lead_time, throughput, units
from tests.twin_lines import constant, exponential, mode
from tests.twin_networks import Described, crew, machine, network, product, step, store
from twin.run import RunResult

EXPONENTIAL = exponential(1.0)
CONSTANT = constant(1.0)
UNIFORM = {"kind": "uniform", "low_s": 0.0, "high_s": 2.0}
LOGNORMAL = {"kind": "lognormal", "mean_s": 1.0, "sd_s": 0.7}


def queue(rate: float, service: Described, servers: int = 1) -> Plant:
    """One station with Poisson arrivals in front."""
    stream = {"id": "stream", "product": "red", "every": exponential(1 / rate)}
    return network([machine("s", service, servers=servers)], [product("red", step("only", "s"))], arrivals=[stream])


def erlang_c(rate: float, servers: int) -> float:
    """Mean wait in M/M/c with mean service 1: C(c, a) / (c - a)."""
    load = math.fsum(rate**k / math.factorial(k) for k in range(servers))
    waits = rate**servers / math.factorial(servers) * servers / (servers - rate)
    return waits / (load + waits) / (servers - rate)


def wait(rate: float, second: float) -> float:
    """Pollaczek and Khinchine for mean service 1: rate E[S²] / (2 (1 - load))."""
    return rate * second / (2 * (1 - rate))


def feedback(share: float) -> Plant:
    """Two stations; a share of what leaves the second goes back to the first."""
    route = [
        step("first", "a", exponential(1.0)),
        step("second", "b", exponential(0.8), rework={"to": "first", "share": share, "limit": 100}),
    ]
    buffers = [store("back", "a", ["b"]), store("on", "b", ["a"])]
    stream = {"id": "stream", "product": "red", "every": exponential(1 / 0.4)}
    return network([machine("a"), machine("b")], [product("red", *route)], buffers, arrivals=[stream])


LOADS = [0.4 / 0.7 * mean for mean in (1.0, 0.8)]
"""Of the two stations with feedback: both see rate / (1 - share), and are M/M/1 with it (Jackson)."""


def conwip(cards: int, stations: int) -> Plant:
    """A closed line: as many units as there are cards."""
    names = [f"s{i}" for i in range(stations)]
    route = [step(f"at_{name}", name) for name in names]
    buffers = [store(f"b{i}", names[i + 1], [names[i]]) for i in range(stations - 1)]
    return network([machine(n, exponential(1.0)) for n in names], [product("red", *route)], buffers, wip_limit=cards)


def repaired(people: int, mtbf_s: float = 50.0, mttr_s: float = 10.0, cycle_s: float = 10.0) -> Plant:
    """Four machines that are never starved and fail, and those who repair them."""
    failing = mode("operating", mtbf_s=mtbf_s, mttr_s=mttr_s, skill="mending")
    return network(
        [machine("s", cycle_s, servers=4, failures=[failing])],
        [product("red", step("only", "s"))],
        crews=[crew("fitters", people, "mending")],
    )


def up_machines(people: int, ratio: float, machines: int = 4) -> float:
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


def down_machines(run: RunResult) -> float:
    """Mean number of the four machines that are down."""
    return 4 * run.conditions_s["s"][Condition.DOWN] / run.span_s


def _conwip(cards: int, stations: int, wrong: int) -> Oracle:
    exact = cards / (cards + stations - 1)
    return Oracle(
        f"CONWIP, {cards} cards, {stations} stations",
        conwip(cards, stations),
        throughput,
        exact,
        conwip(wrong, stations),
    )


def _queue(name: str, right: Plant, exact: float, wrong: Plant) -> Oracle:
    return Oracle(name, right, lead_time, exact, wrong, 200_000.0, quick=0.01)


NETWORKS = [
    _queue("M/M/1", queue(0.5, EXPONENTIAL), 2.0, queue(0.5, CONSTANT)),
    _queue("M/M/2", queue(1.2, EXPONENTIAL, 2), erlang_c(1.2, 2) + 1, queue(1.2, EXPONENTIAL, 3)),
    _queue("M/M/3", queue(2.1, EXPONENTIAL, 3), erlang_c(2.1, 3) + 1, queue(2.1, EXPONENTIAL, 4)),
    _queue("M/D/1", queue(0.6, CONSTANT), wait(0.6, 1) + 1, queue(0.6, EXPONENTIAL)),
    _queue("M/U/1", queue(0.6, UNIFORM), wait(0.6, 4 / 3) + 1, queue(0.6, EXPONENTIAL)),
    _queue("M/LN/1", queue(0.6, LOGNORMAL), wait(0.6, 1.49) + 1, queue(0.6, EXPONENTIAL)),
    Oracle(
        "Jackson network with feedback",
        feedback(0.3),
        units,
        sum(x / (1 - x) for x in LOADS),
        feedback(0.35),
        200_000.0,
        quick=0.01,
    ),
    _conwip(1, 3, wrong=2),
    _conwip(4, 3, wrong=5),
    _conwip(6, 5, wrong=7),
    Oracle("a repairman for 4", repaired(1), throughput, up_machines(1, 0.2) / 10, repaired(2), quick=0.01),
    Oracle("2 repairmen for 4", repaired(2), throughput, up_machines(2, 0.2) / 10, repaired(1), quick=0.01),
    Oracle(
        "a repairman for 4, machines down",
        repaired(1, 5.0, 5.0, 100.0),
        down_machines,
        4 - up_machines(1, 1.0),
        repaired(2, 5.0, 5.0, 100.0),
        quick=0.01,
    ),
    Oracle("an operator for 2", attended(1), throughput, 2 / 3, attended(2), 20_000.0, quick=0.01),
]
