"""Calendars, crews, maintenance and wear, to the second: all times are constant and reckoned by hand."""

from typing import Any

import pytest

from plants.model.plant import Plant
from tests.oracles.case import measure
from tests.twin_lines import LABEL, constant, exponential
from tests.twin_networks import (
    Described,
    care,
    crew,
    history,
    machine,
    network,
    product,
    step,
    store,
    told,
)
from twin.log import EventKind
from twin.replications import Scenario
from twin.run import RunResult
from twin.working import Code

H = 3600.0
START, FINISH, EXIT = EventKind.START, EventKind.FINISH, EventKind.EXIT


def calendar(id: str, *shifts: tuple[float, float], breaks: tuple[tuple[float, float], ...] = ()) -> Described:
    """Working time of each day, in hours."""
    return {"id": id, "shifts": [_span(*s) for s in shifts], "breaks": [_span(*b) for b in breaks]}


def _span(start_h: float, end_h: float) -> Described:
    return {"start_s": start_h * H, "end_s": end_h * H}


def endless(machine: Described, **more: Any) -> Plant:  # noqa: ANN401 - keys of a plant file
    """One station that is never starved."""
    return network([machine], [product("red", step("only", machine["id"]))], **more)


def fails(up_s: float, repair_s: float, clock: str = "operating", **more: object) -> Described:
    """A failure mode of constant times."""
    times: dict[str, Any] = {"uptime": constant(up_s), "repair": constant(repair_s)}
    return {"id": "stop", "name": LABEL, "clock": clock, **times, **more}


def times(plant: Plant, kind: EventKind, until_s: float, station: str | None = None) -> list[float]:
    """When something happened."""
    sim, log = history(plant, until_s)
    return [t for t, _ in told(sim, log, kind, station)]


def test_work_rests_over_breaks_and_the_night() -> None:
    """Shift 0 to 8 h, break 4 to 5 h; work of 3 h: 0-3, 3-4 and 5-7, 7-8 and 24-26, 26-28 and 29-30."""
    plant = endless(machine("m", 3 * H, calendar="day"), calendars=[calendar("day", (0, 8), breaks=((4, 5),))])
    sim, log = history(plant, 30 * H)

    assert [t / H for t, *_ in log.rows(FINISH)] == [3, 7, 26, 30]
    assert [t / H for t, *_ in log.rows(START)] == [0, 3, 7, 26, 30]
    spent = sim.totals().spent[0]
    assert spent[Code.OFF_SHIFT] == 18 * H
    assert spent[Code.EXECUTING] == 12 * H


def test_a_unit_waits_for_the_shift_to_begin() -> None:
    """A feeder works round the clock; the machine takes up nothing before its shift begins at 6 h.

    What ends at the very end of the shift, at 10 h, has ended before it, so a unit is taken up and rests for the night.
    """
    plant = network(
        [machine("feed", 1 * H), machine("m", 1 * H, calendar="late")],
        [product("red", step("a", "feed"), step("b", "m"))],
        [store("s", "m", ["feed"])],
        calendars=[calendar("late", (6, 10))],
        orders=[{"id": "o", "product": "red", "quantity": 5, "due_s": 0.0}],
    )

    assert [t / H for t in times(plant, START, 48 * H, "m")] == [6, 7, 8, 9, 10]
    assert [t / H for t in times(plant, FINISH, 48 * H, "m")] == [7, 8, 9, 10, 31]


def test_a_setup_rests_too() -> None:
    """Setup of 2 h begins at 7 h, rests from 8 to 24 h and ends at 25 h."""
    plant = network(
        [machine("m", setups={"default": constant(2 * H)}, calendar="day")],
        [product("red", step("a", "m", 7 * H)), product("blue", step("b", "m", 1 * H))],
        calendars=[calendar("day", (0, 8))],
        orders=[{"id": p, "product": p, "quantity": 1, "due_s": 0.0} for p in ("red", "blue")],
    )
    _, log = history(plant, 48 * H)

    assert [t / H for t, *_ in log.rows(EventKind.SETUP, EventKind.READY)] == [7, 25]
    assert [t / H for t, *_ in log.rows(FINISH)] == [7, 26]


def test_a_repair_goes_on_at_night_and_work_begins_with_the_shift() -> None:
    """Down at 7 h for 4 h; of the unit begun at 7 h all 2 h are left at 24 h."""
    plant = endless(
        machine("m", 2 * H, calendar="day", failures=[fails(7 * H, 4 * H)]), calendars=[calendar("day", (0, 8))]
    )
    _, log = history(plant, 28 * H)

    assert [t / H for t, *_ in log.rows(EventKind.DOWN, EventKind.UP)] == [7, 11]
    assert [t / H for t, *_ in log.rows(FINISH)] == [2, 4, 6, 25, 27]


def operated(*names: str, mean_s: float = 10.0, **more: Any) -> Plant:  # noqa: ANN401 - keys of a plant file
    """Machines that are never starved and need somebody who runs them."""
    operator = {"skill": "running", "during": ["processing"]}
    return network(
        [machine(n, mean_s, operator=operator) for n in names],
        [product(f"p_{n}", step("only", n)) for n in names],
        orders=[{"id": f"o_{n}", "product": f"p_{n}", "quantity": 100, "due_s": 0.0} for n in names],
        **more,
    )


def test_one_person_serves_who_has_waited_longest() -> None:
    """Three machines of 10 s take turns; at the start the last in the flow is served first."""
    sim, log = history(operated("c", "b", "a", crews=[crew("people", 1, "running")]), 65)

    finished = {n: [t for t, _ in told(sim, log, FINISH, n)] for n in "abc"}
    assert finished == {"a": [10, 40], "b": [20, 50], "c": [30, 60]}
    assert sim.totals().spent[1][Code.NO_CREW] == 45


def test_a_crew_finishes_the_task_in_hand_and_comes_back() -> None:
    """On duty 0 to 1 h and from 24 h: the unit begun at 50 min is finished at 75 min; the next waits for the day."""
    plant = operated(
        "a",
        mean_s=25 * 60.0,
        crews=[crew("people", 1, "running", calendar="hour")],
        calendars=[calendar("hour", (0, 1))],
    )

    assert [t / 60 for t in times(plant, FINISH, 26 * H)] == [25, 50, 75, 24 * 60 + 25, 24 * 60 + 50, 24 * 60 + 75]


def test_the_next_shift_does_not_take_over_a_task_in_hand() -> None:
    """At the change of shift the early man finishes; the late man serves the other machine at once."""
    people = [crew("early", 1, "running", calendar="early"), crew("late", 1, "running", calendar="late")]
    plant = operated(
        "b", "a", mean_s=40 * 60.0, crews=people, calendars=[calendar("early", (0, 1)), calendar("late", (1, 2))]
    )
    sim, log = history(plant, 2.5 * H)

    # a 0-40, b 40-80 by the early man; from 60 the late man: a 60-100, then b from 100-140
    assert [t / 60 for t, _ in told(sim, log, FINISH, "a")] == [40, 100]
    assert [t / 60 for t, _ in told(sim, log, FINISH, "b")] == [80, 140]


def test_an_operator_for_setups_is_free_while_the_machine_works() -> None:
    """Two machines, setups of 10 s by one person, work of 30 s without: b is set up after a."""
    operator = {"skill": "setting", "during": ["setup"]}
    products = [product(p, step("only", s, 30.0)) for p, s in (("ra", "a"), ("ba", "a"), ("rb", "b"), ("bb", "b"))]
    plant = network(
        [machine(n, setups={"default": constant(10.0)}, operator=operator) for n in "ba"],
        products,
        orders=[{"id": p, "product": p, "quantity": 1, "due_s": 0.0} for p in ("ra", "ba", "rb", "bb")],
        crews=[crew("setters", 1, "setting")],
    )
    sim, log = history(plant, 200)

    assert [t for t, _ in told(sim, log, FINISH, "a")] == [30, 70]
    assert [t for t, _ in told(sim, log, FINISH, "b")] == [30, 80]


def test_a_repair_comes_before_work_that_waits() -> None:
    """One person runs a and b and mends a: when a fails at 25 s the person mends it, although b asked before."""
    operator = {"skill": "running", "during": ["processing"]}
    plant = network(
        [
            machine("b", 10.0, operator=operator),
            machine("a", 10.0, operator=operator, failures=[fails(15, 7, skill="mending")]),
        ],
        [product(f"p_{n}", step("only", n)) for n in "ab"],
        orders=[{"id": f"o_{n}", "product": f"p_{n}", "quantity": 100, "due_s": 0.0} for n in "ab"],
        crews=[crew("people", 1, "running", "mending")],
    )
    sim, log = history(plant, 60)

    # a 0-10, b 10-20, a 20-25 and down, mended to 32; b asked at 20 s, so b 32-42, a 42-47
    assert [t for t, *_ in log.rows(EventKind.DOWN, EventKind.UP)][:2] == [25, 32]
    assert [t for t, _ in told(sim, log, FINISH, "a")][:2] == [10, 47]
    assert [t for t, _ in told(sim, log, FINISH, "b")][:2] == [20, 42]


def test_who_is_at_a_machine_that_fails_goes_to_other_work() -> None:
    """Machine a fails at 5 s for 12 s; its operator runs b until 15 s and comes back at 17 s."""
    operator = {"skill": "running", "during": ["processing"]}
    plant = network(
        [machine("b", 10.0, operator=operator), machine("a", 10.0, operator=operator, failures=[fails(5, 12)])],
        [product(f"p_{n}", step("only", n)) for n in "ab"],
        orders=[{"id": f"o_{n}", "product": f"p_{n}", "quantity": 1, "due_s": 0.0} for n in "ab"],
        crews=[crew("people", 1, "running")],
    )
    sim, log = history(plant, 60)

    assert told(sim, log, FINISH, "b") == [(15, "o_b")]
    assert told(sim, log, FINISH, "a")[0] == (22, "o_a")


@pytest.mark.parametrize(
    ("due", "begins"),
    [
        ({"every_s": 25.0}, [30, 65]),  # due at 25 and at 35 + 25 = 60; the unit in hand is finished first
        ({"every_units": 2}, [20, 45, 70]),
        ({"every_operating_s": 15.0}, [20, 45, 70]),
        ({"at_s": [12.0, 60.0]}, [20, 65]),
        ({"wear_above": 3.0}, [30, 65]),
    ],
)
def test_maintenance_is_done_when_it_is_due(due: Described, begins: list[float]) -> None:
    """Units of 10 s, maintenance of 5 s, wear of 1 a unit."""
    plant = endless(machine("m", 10.0, wear={"per_unit": 1.0}, maintenance=[care("oil", 5.0, **due)]))
    _, log = history(plant, 80)

    assert [t for t, *_ in log.rows(EventKind.MAINTENANCE)] == begins
    assert [t for t, *_ in log.rows(EventKind.MAINTAINED)] == [t + 5 for t in begins if t + 5 <= 80]


def test_maintenance_of_an_idle_machine_begins_at_once() -> None:
    """Nothing to do until 66 s: due at 30 s, done from 30 to 35 s, due and begun again at 65 s."""
    plant = network(
        [machine("m", 10.0, maintenance=[care("oil", 5.0, every_s=30.0)])],
        [product("red", step("only", "m"))],
        orders=[{"id": "o", "product": "red", "quantity": 1, "due_s": 0.0, "release_s": 66.0}],
    )

    assert times(plant, EventKind.MAINTENANCE, 90) == [30, 65]
    assert times(plant, FINISH, 90) == [80]


def test_a_unit_enters_although_the_machine_it_waited_for_room_at_is_maintained() -> None:
    """One unit at most: the next enters when one leaves at 2 s, not when the maintenance it left behind ends."""
    plant = network(
        [machine("a", 1.0), machine("b", 1.0, maintenance=[care("oil", 10.0, every_units=1)])],
        [product("part", step("one", "a"), step("two", "b"))],
        [store("to_b", "b", ["a"])],
        wip_limit=1,
    )
    sim, log = history(plant, 13.5)

    assert [t for t, _ in told(sim, log, EventKind.ENTER)] == [0, 2, 13]


def test_maintenance_waits_for_who_does_it() -> None:
    """Two machines due at 20 s, one fitter: the second begins at 25 s."""
    plant = network(
        [machine(n, 10.0, maintenance=[care("oil", 5.0, every_units=2, skill="oiling")]) for n in "ba"],
        [product(f"p_{n}", step("only", n)) for n in "ab"],
        orders=[{"id": f"o_{n}", "product": f"p_{n}", "quantity": 3, "due_s": 0.0} for n in "ab"],
        crews=[crew("fitters", 1, "oiling")],
    )
    sim, log = history(plant, 50)

    assert [t for t, *_ in log.rows(EventKind.MAINTENANCE)] == [20, 25]
    assert told(sim, log, FINISH, "b")[-1][0] == 40
    assert sim.totals().spent[0][Code.NO_CREW] == 5


def test_maintenance_renews_a_failure_clock() -> None:
    """Fails after 25 s of work; maintenance every 20 s of work renews the clock, so it never fails."""
    oil = care("oil", 5.0, every_operating_s=20.0, renews=["stop"])
    plant = endless(machine("m", 10.0, failures=[fails(25, 3)], maintenance=[oil]))

    assert times(plant, EventKind.DOWN, 500) == []
    assert times(endless(machine("m", 10.0, failures=[fails(25, 3)])), EventKind.DOWN, 60) == [25, 53]


def test_maintenance_that_does_not_renew_leaves_the_failure_clock() -> None:
    """The clock stands still meanwhile: 25 s of work are over at 30 s."""
    oil = care("oil", 5.0, every_operating_s=20.0)

    assert times(endless(machine("m", 10.0, failures=[fails(25, 3)], maintenance=[oil])), EventKind.DOWN, 50)[0] == 30


def table(*points: tuple[float, float]) -> Described:
    """A curve through points."""
    return {"kind": "table", "points": [{"at": a, "factor": f} for a, f in points]}


def test_wear_makes_failures_come_sooner() -> None:
    """Clock of 30 s at rate 1 + wear, wear 1 a unit of 10 s: 10 s at 1 and 10 s at 2 are 30, so it fails at 20 s.

    After the repair, at 25 s, it is worn by 2, the rate is 3, and 10 s of work use up 30 again: it fails at 35 s.
    """
    wear = {"per_unit": 1.0, "failure_rate": table((0, 1), (10, 11))}
    plant = endless(machine("m", 10.0, wear=wear, failures=[fails(30, 5)]))

    assert times(plant, EventKind.DOWN, 36) == [20, 35]


def test_a_repair_may_bring_wear_back() -> None:
    """With `reset_by_repair` the second failure comes after 20 s of work again."""
    wear = {"per_unit": 1.0, "failure_rate": table((0, 1), (10, 11)), "reset_by_repair": True}
    plant = endless(machine("m", 10.0, wear=wear, failures=[fails(30, 5)]))

    assert times(plant, EventKind.DOWN, 50) == [20, 45]


def test_wear_makes_scrap() -> None:
    """Scrap 1 % at no wear, ten times that at wear 1 and more, wear 0.5 an hour of work, changed every 2 h of work.

    Wear of the k-th unit of 36 s is 0.005 (k - 1) until 1 after 200: the mean factor is that of the table.
    """
    wear = {"per_hour": 0.5, "scrap": table((0, 1), (1, 10))}
    oil = care("tool", 10.0, every_operating_s=2 * H)
    plant = endless(machine("m", 36.0, scrap=0.01, wear=wear, maintenance=[oil]))
    # the unit is judged after wear has been reckoned up with it: k = 1 .. 200
    exact = 0.01 * sum(1 + 9 * 0.005 * k for k in range(1, 201)) / 200

    def share(run: RunResult) -> float:
        return run.counters["scrapped"] / run.counters["m.processed"]

    assert measure(Scenario(plant, 36_000.0), share, width=0.05).agrees(exact, 0.05)


def test_a_machine_that_failed_during_its_maintenance_is_down_when_that_ends() -> None:
    """Maintenance 20-30 s, failed from 25 to 45 s: a unit is taken up at 30 s, and it is down for 15 s more."""
    oil = care("oil", 10.0, every_units=2)
    plant = endless(machine("m", 10.0, failures=[fails(25, 20, "calendar")], maintenance=[oil]))
    sim, log = history(plant, 45)

    assert [t for t, *_ in log.rows(START)] == [0, 10, 30]
    assert sim.totals().spent[0][Code.MAINTENANCE] == 10
    assert sim.totals().spent[0][Code.DOWN] == 15


def test_a_failure_by_the_calendar_strikes_an_idle_machine() -> None:
    """Down from 20 to 30 s although nothing is there; what comes at 25 s is begun at 30 s."""
    plant = network(
        [machine("m", 10.0, failures=[fails(20, 10, "calendar")])],
        [product("red", step("only", "m"))],
        orders=[{"id": "o", "product": "red", "quantity": 1, "due_s": 0.0, "release_s": 25.0}],
    )

    assert times(plant, EventKind.DOWN, 45) == [20]
    assert times(plant, FINISH, 45) == [40]


def test_each_server_fails_by_itself() -> None:
    """Exponential failures of two servers: they are not down together always."""
    failing = {"id": "stop", "name": LABEL, "clock": "operating", "mtbf_s": 50.0, "repair": constant(5.0)}
    _, log = history(endless(machine("m", exponential(2.0), servers=2, failures=[failing])), 1_000)
    downs = [(s, t) for t, _, s, *_ in log.rows(EventKind.DOWN)]

    assert {s for s, _ in downs} == {0, 1}
    assert not {t for s, t in downs if s == 0} & {t for s, t in downs if s == 1}
