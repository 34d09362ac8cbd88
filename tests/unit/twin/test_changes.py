"""Changes during a run: parameters in mid-work, scrap, energy, refusals."""

import pytest

from plants.errors import InvalidInput
from plants.flow.change import Resequence, SetParameter
from tests.twin_lines import constant, line, mode, order, speed, station
from twin import LineSimulation, run
from twin.log import EventKind, EventLog

POWER = {"executing": 10.0, "waiting": 2.0, "setup": 5.0, "down": 1.0}


def test_a_new_speed_rescales_the_work_under_way() -> None:
    """Four of ten seconds are done; the other six take three at double speed, and the next unit takes five."""
    log = EventLog()
    sim = LineSimulation(line([station(constant(10), parameters=[speed()])]), log=log)

    sim.run_until(4)
    sim.apply(SetParameter(alias="s0.speed", value=20))
    sim.run_until(12)

    assert [t for t, *_ in log.rows(EventKind.EXIT)] == [7, 12]


def test_a_new_speed_while_down_counts_from_the_repair() -> None:
    """Work that was stopped goes on at the new speed."""
    log = EventLog()
    plant = line([station(constant(10), parameters=[speed()], failures=[mode(mtbf_s=1e8)])])
    sim = LineSimulation(plant, log=log)

    sim.run_until(4)
    sim.force_down("s0", "stop", 3.0)
    sim.run_until(5)
    sim.apply(SetParameter(alias="s0.speed", value=20))
    sim.run_until(10)

    assert [t for t, *_ in log.rows(EventKind.EXIT)] == [10]


@pytest.mark.parametrize(
    ("alias", "value", "message"),
    [("s0.speed", 21.0, "5 to 20"), ("s0.speed", 4.9, "5 to 20"), ("s0.heat", 1.0, "it has: s0.speed")],
)
def test_values_outside_the_envelope_and_unknown_parameters_are_refused(alias: str, value: float, message: str) -> None:
    """The twin tries nothing that could not be sent; the state stays as it was."""
    sim = LineSimulation(line([station(parameters=[speed()])]))
    sim.run_until(3)
    before = sim.snapshot()

    with pytest.raises(InvalidInput, match=message):
        sim.apply(SetParameter(alias=alias, value=value))

    assert sim.snapshot() == before


def test_a_parameter_acts_on_scrap_from_the_next_finished_unit() -> None:
    """Nothing is scrapped at nominal; at double speed the factor 1,000 rejects everything."""
    table = {"kind": "table", "points": [{"at": 10, "factor": 1.0}, {"at": 20, "factor": 1000.0}]}
    effects = [{"acts_on": "scrap", "curve": table}]
    sim = LineSimulation(line([station(constant(1), scrap=1e-3, parameters=[speed(effects=effects)])]), seed=3)

    sim.run_until(10)
    good = sim.totals().good
    sim.apply(SetParameter(alias="s0.speed", value=20))
    sim.run_until(20)

    assert good == 10
    assert sim.totals().scrapped[0] == 10


def test_a_scrap_factor_multiplies_what_is_rejected() -> None:
    """A hidden condition of the virtual plant; common random numbers keep every earlier reject."""
    plant = line([station(constant(1), scrap=0.02)])
    nominal, worse = LineSimulation(plant), LineSimulation(plant)

    worse.set_scrap_factor("s0", 5.0)
    nominal.run_until(20_000)
    worse.run_until(20_000)

    assert nominal.totals().scrapped[0] / 20_000 == pytest.approx(0.02, rel=0.2)
    assert worse.totals().scrapped[0] / 20_000 == pytest.approx(0.1, rel=0.1)


def test_energy_is_power_times_time_in_each_condition() -> None:
    """10 s executing, 30 s setup, 5 s down, the rest waiting: added up by hand."""
    st = station(constant(5), setups={"default": constant(30)}, power_kw=POWER, failures=[mode(mtbf_s=1e8)])
    plant = line([st], orders=[order("a", "red", 1), order("b", "blue", 1)])
    sim = LineSimulation(plant)

    sim.run_until(2)
    sim.force_down("s0", "stop", 5.0)
    sim.run_until(100)

    by_hand = 10 * 10.0 + 30 * 5.0 + 5 * 1.0 + 55 * 2.0
    assert sim.totals().energy_kwh[0] * 3600 == pytest.approx(by_hand)
    assert sim.snapshot().stations[0].energy_kwh * 3600 == pytest.approx(by_hand)


def test_a_parameter_acts_on_executing_power_from_now_on() -> None:
    """Ten seconds at 10 kW, ten at 40 kW; waiting power is not touched."""
    effect = {"acts_on": "power", "curve": {"kind": "power", "exponent": 2}}
    plant = line(
        [station(constant(20), power_kw=POWER, parameters=[speed(effects=[effect])])], orders=[order("a", quantity=1)]
    )
    sim = LineSimulation(plant)

    sim.run_until(10)
    sim.apply(SetParameter(alias="s0.speed", value=20))
    sim.run_until(30)

    assert sim.totals().energy_kwh[0] * 3600 == pytest.approx(10 * 10 + 10 * 40 + 10 * 2)


def test_changes_of_a_run_are_made_after_the_delay() -> None:
    """Units of 10 s; double speed from second 20: two units, then one each 5 s."""
    plant = line([station(constant(10), parameters=[speed()])])
    changes = (SetParameter(alias="s0.speed", value=20),)

    result = run(plant, horizon_s=40, changes=changes, delay_s=20)

    assert result.counters["good"] == 2 + 4


def test_of_a_sequence_made_late_only_what_has_not_started_is_moved() -> None:
    """An order that began during the delay stays where it is; the rest is made as told."""
    plant = line([station(constant(1))], orders=[order(name) for name in ("a", "b", "c", "d")])
    change = Resequence(orders=("d", "c", "b"))
    start = LineSimulation(plant)
    start.run_until(1)

    soon = run(plant, horizon_s=60, state=start.snapshot(), changes=(change,))
    late = run(plant, horizon_s=60, state=start.snapshot(), changes=(change,), delay_s=15)
    never = run(plant, horizon_s=60, state=start.snapshot(), changes=(change,), delay_s=50)

    assert [o.order for o in soon.orders] == ["a", "d", "c", "b"]
    assert [(o.order, o.finished_s) for o in late.orders] == [("a", 10), ("b", 20), ("d", 30), ("c", 40)]
    assert [o.order for o in never.orders] == ["a", "b", "c", "d"]


def test_a_change_that_was_never_possible_is_refused_whatever_the_delay() -> None:
    """Checked against the state the run starts from, not against what the delay may make of it."""
    plant = line([station(constant(1))], orders=[order("a"), order("b")])

    with pytest.raises(InvalidInput, match="not yet started: b"):
        run(plant, horizon_s=60, changes=(Resequence(orders=("a", "b")),), delay_s=15)


@pytest.mark.parametrize(
    "times",
    [
        {"horizon_s": 0.0},
        {"horizon_s": 10.0, "warmup_s": 10.0},
        {"horizon_s": 10.0, "delay_s": 11.0},
        {"horizon_s": 10.0, "window_s": (5.0, 11.0)},
    ],
)
def test_times_that_do_not_fit_are_refused(times: dict[str, float]) -> None:
    """Each names the two figures that contradict each other."""
    with pytest.raises(InvalidInput):
        run(line([station()]), **times)  # type: ignore[arg-type] # one case is a pair of times
