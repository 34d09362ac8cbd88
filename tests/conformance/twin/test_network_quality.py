"""Rework, inspection, scrap and energy: expected shares of many units, and energy to the kilowatt-hour."""

from typing import Any

import pytest
from scipy import stats

from plants.model.plant import Plant
from tests.twin_networks import Described, history, machine, network, product, step, store, told
from twin.log import EventKind
from twin.network.engine import NetworkSimulation

MANY = 4_000


def inspected(quantity: int = MANY, *, defects: float = 0.0, **inspect: Any) -> Plant:  # noqa: ANN401 - keys of a step
    """Work, then a step that may reject or send back; what is sent back is worked on again."""
    return network(
        [machine("work", 1.0), machine("look", 1.0)],
        [product("red", step("work", "work", defects=defects), step("look", "look", **inspect))],
        [store("on", "look", ["work"]), *([store("back", "work", ["look"])] if "rework" in inspect else [])],
        orders=[{"id": "o", "product": "red", "quantity": quantity, "due_s": 0.0}],
    )


def ran(plant: Plant) -> NetworkSimulation:
    """A run to the end of all orders."""
    sim, _ = history(plant, 1e6)
    assert sim.wip == 0
    return sim


def likely(found: int, of: int, share: float) -> bool:
    """Whether a count is within what a share gives in 99.9 % of cases."""
    low, high = stats.binom.interval(0.999, of, share)
    return bool(low <= found <= high)


def test_rework_is_geometric_up_to_its_limit() -> None:
    """Share 0.3, at most twice: a unit that would go back a third time is scrapped, which 0.3^3 are."""
    sim = ran(inspected(rework={"to": "work", "share": 0.3, "limit": 2}))

    assert likely(sim.lots[0].scrapped, MANY, 0.027)
    assert not likely(sim.lots[0].scrapped, MANY, 0.3**2)
    visits = sim.machines[1].processed / MANY
    assert visits == pytest.approx(1 + 0.3 + 0.09, rel=0.03)
    assert sim.lots[0].good + sim.lots[0].scrapped == MANY


def test_each_unit_goes_back_as_often_as_the_law_says() -> None:
    """Units that went back 0, 1 and 2 times: 0.7, 0.21 and 0.09 (chi-squared at 0.1 %)."""
    sim, log = history(inspected(rework={"to": "work", "share": 0.3, "limit": 2}), 1e6)
    back: dict[str, int] = {}
    for _, unit in told(sim, log, EventKind.REWORK):
        back[unit] = back.get(unit, 0) + 1
    counts = [MANY - len(back), *(sum(n == k for n in back.values()) for k in (1, 2))]

    assert stats.chisquare(counts, [MANY * p for p in (0.7, 0.21, 0.09)]).pvalue > 0.001


def test_an_inspection_rejects_what_it_detects_and_its_false_alarms() -> None:
    """10 % defective, 80 % of them found, 5 % false alarms: 0.1 x 0.8 + 0.9 x 0.05 = 0.125 rejected."""
    sim = ran(inspected(defects=0.1, inspection={"detects": 0.8, "false_alarms": 0.05}))

    assert likely(sim.lots[0].scrapped, MANY, 0.125)
    assert sim.machines[1].scrapped == sim.lots[0].scrapped
    assert not likely(sim.lots[0].scrapped, MANY, 0.08)


def test_what_an_inspection_sends_back_is_made_anew() -> None:
    """Sent back at most once, with new luck: 0.125 go back, 0.125^2 are rejected in the end."""
    plant = inspected(defects=0.1, inspection={"detects": 0.8, "false_alarms": 0.05}, rework={"to": "work", "limit": 1})
    sim = ran(plant)

    assert likely(sim.machines[0].processed - MANY, MANY, 0.125)
    assert likely(sim.lots[0].scrapped, MANY, 0.125**2)


def test_a_step_scraps_its_own_share_and_another_none() -> None:
    """The step says 20 %, the station 0."""
    sim = ran(inspected(scrap=0.2))

    assert likely(sim.lots[0].scrapped, MANY, 0.2)
    assert sim.machines[0].scrapped == 0


def test_energy_is_power_times_time_in_each_state_and_energy_of_each_unit() -> None:
    """Feeder 1 s a unit; machine: 20 s starved-or-waiting, 30 s executing, 6 s setup, 4 s down, 24 h less that off.

    Two units of 10 s and one of 10 s after a setup of 6 s; fails once after 25 s of work for 4 s; off after an hour.
    """
    power = {"executing": 36.0, "waiting": 7.2, "setup": 18.0, "down": 3.6, "off": 0.36}
    failing: Described = {
        "id": "stop",
        "name": {"en": "x", "ko": "x"},
        "uptime": {"kind": "constant", "mean_s": 25.0},
        "repair": {"kind": "constant", "mean_s": 4.0},
    }
    plant = network(
        [
            machine(
                "m",
                10.0,
                setups={"default": {"kind": "constant", "mean_s": 6.0}},
                failures=[failing],
                power_kw=power,
                energy_per_unit_kwh=0.5,
                calendar="hour",
            )
        ],
        [product("red", step("a", "m")), product("blue", step("b", "m"))],
        calendars=[{"id": "hour", "shifts": [{"start_s": 0.0, "end_s": 3600.0}]}],
        orders=[
            {"id": "o", "product": "red", "quantity": 2, "due_s": 0.0},
            {"id": "p", "product": "blue", "quantity": 1, "due_s": 0.0},
        ],
    )
    sim, _ = history(plant, 7200)

    seconds = {"executing": 30.0, "setup": 6.0, "down": 4.0, "waiting": 3560.0, "off": 3600.0}
    exact = sum(power[state] * s for state, s in seconds.items()) / 3600 + 3 * 0.5
    assert sim.totals().energy_kwh[0] == pytest.approx(exact)
