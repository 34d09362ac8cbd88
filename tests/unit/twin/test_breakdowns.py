"""How stations fail: both clocks, preempt-resume, several modes, and factors on the rate."""

import pytest

from plants.errors import InvalidInput
from plants.flow.change import SetParameter
from plants.flow.state import Condition
from tests.twin_lines import constant, line, mode, order, speed, station
from twin import LineSimulation
from twin.log import EventKind, EventLog
from twin.working import Code

FIXED = {"mtbf_s": None, "mttr_s": None, "uptime": constant(10), "repair": constant(4)}


def test_an_operating_clock_counts_only_work() -> None:
    """Ten seconds of work between failures; a starved station does not age."""
    stations = [station(constant(2)), station(constant(1), failures=[mode() | FIXED])]
    log = EventLog()

    LineSimulation(line(stations), log=log).run_until(48)

    down = [t for t, *_ in log.rows(EventKind.DOWN)]
    assert down == [22, 45]  # work of one second in every two; the repair until 26 lets one unit follow at once


def test_a_calendar_clock_counts_all_time() -> None:
    """Ten seconds after each repair it fails, starved or not, and an idle station that is down is seen to be down."""
    stations = [station(constant(1000)), station(constant(1), failures=[mode("calendar") | FIXED])]
    log = EventLog()
    sim = LineSimulation(line(stations), log=log)

    sim.run_until(26)

    assert [t for t, *_ in log.rows(EventKind.DOWN)] == [10, 24]
    assert [t for t, *_ in log.rows(EventKind.UP)] == [14]
    assert sim.snapshot().stations[1].condition is Condition.DOWN
    assert sim.totals().spent[1][Code.DOWN] == 6


def test_work_goes_on_where_it_stopped() -> None:
    """A unit of 15 s with failures every 10 s of work and repairs of 4 s takes 19 s (preempt-resume)."""
    plant = line([station(constant(15), failures=[mode() | FIXED])])
    log = EventLog()

    LineSimulation(plant, log=log).run_until(60)

    assert [t for t, *_ in log.rows(EventKind.EXIT)] == [19, 38]
    assert [t for t, *_ in log.rows(EventKind.DOWN)] == [10, 24, 38, 52]


def test_a_unit_finished_at_the_moment_of_a_failure_was_finished_before() -> None:
    """Simultaneous events: work ends, then the failure begins, on both clocks."""
    for clock in ("operating", "calendar"):
        log = EventLog()
        LineSimulation(line([station(constant(10), failures=[mode(clock) | FIXED])]), log=log).run_until(12)

        assert [t for t, *_ in log.rows(EventKind.EXIT)] == [10]


def test_two_modes_overlap_and_the_last_repair_lets_work_go_on() -> None:
    """A breakdown during a micro-stop counts as a breakdown; work resumes only when both are over."""
    modes = [mode(mtbf_s=1e8, stop_class="micro_stop"), {**mode(mtbf_s=1e8), "id": "other"}]
    sim = LineSimulation(line([station(constant(10), failures=modes)]))

    sim.run_until(2)
    sim.force_down("s0", "stop", 5.0)
    sim.run_until(4)
    sim.force_down("s0", "other", 10.0)
    sim.run_until(22)

    spent = sim.totals().spent[0]
    assert spent[Code.MICRO_STOP] == 2
    assert spent[Code.DOWN] == 10
    assert sim.totals().good == 1


def test_a_forced_breakdown_of_a_station_already_down_only_lengthens_it() -> None:
    """The repair ends no sooner than it would have."""
    sim = LineSimulation(line([station(constant(1), failures=[mode(mtbf_s=1e8)])]))

    sim.force_down("s0", "stop", 10.0)
    sim.force_down("s0", "stop", 5.0)
    sim.run_until(10.5)
    after_shorter = sim.totals().spent[0][Code.DOWN]
    sim.force_down("s0", "stop", 10.0)
    sim.run_until(12)
    sim.force_down("s0", "stop", 10.0)
    sim.run_until(40)

    assert after_shorter == 10
    assert sim.totals().spent[0][Code.DOWN] == 10 + 11.5


@pytest.mark.parametrize("clock", ["operating", "calendar"])
def test_a_failure_factor_makes_the_clock_run_faster_from_now_on(clock: str) -> None:
    """Half the way at single speed, the rest at double speed: 5 + 2.5 s."""
    log = EventLog()
    sim = LineSimulation(line([station(constant(100), failures=[mode(clock) | FIXED])]), log=log)

    sim.run_until(5)
    sim.set_failure_factor("s0", "stop", 2.0)
    sim.run_until(20)

    assert [t for t, *_ in log.rows(EventKind.DOWN)] == [7.5, 16.5]


def test_a_failure_factor_of_zero_stops_failures() -> None:
    """And a factor above zero lets the clock go on from where it stood."""
    log = EventLog()
    sim = LineSimulation(line([station(constant(1), failures=[mode("calendar") | FIXED])]), log=log)

    sim.run_until(5)
    sim.set_failure_factor("s0", "stop", 0.0)
    sim.run_until(100)
    sim.set_failure_factor("s0", "stop", 1.0)
    sim.run_until(106)

    assert [t for t, *_ in log.rows(EventKind.DOWN)] == [105]


def test_a_parameter_acts_on_the_failure_rate() -> None:
    """A speed with a factor of 4 on failures brings the next one four times as near."""
    effect = {"acts_on": "failure_rate", "curve": {"kind": "power", "exponent": 2}}
    plant = line([station(constant(1), failures=[mode() | FIXED], parameters=[speed(effects=[effect])])])
    log = EventLog()
    sim = LineSimulation(plant, log=log)

    sim.run_until(6)
    sim.apply(SetParameter(alias="s0.speed", value=20))
    sim.run_until(8)

    assert [t for t, *_ in log.rows(EventKind.DOWN)] == [7]


def test_a_setup_is_not_work_but_stops_for_a_calendar_failure() -> None:
    """Setup does not wear a station; a calendar failure interrupts it and it goes on afterwards."""
    setups = {"default": constant(30)}
    modes = [mode() | FIXED, {**mode("calendar"), **FIXED, "id": "cal", "uptime": constant(20)}]
    orders = [order("a", "red", 1), order("b", "blue", 1)]
    log = EventLog()

    LineSimulation(line([station(constant(1), setups=setups, failures=modes)], orders=orders), log=log).run_until(60)

    assert [(t, v) for t, _, _, _, _, v in log.rows(EventKind.DOWN)] == [(20, 1), (44, 1)]
    assert [t for t, *_ in log.rows(EventKind.READY)] == [35]


def test_unknown_names_are_refused_with_the_known_ones() -> None:
    """A message that says what exists."""
    sim = LineSimulation(line([station(failures=[mode()])]))

    with pytest.raises(InvalidInput, match="it has: s0"):
        sim.force_down("s9", "stop", 1.0)
    with pytest.raises(InvalidInput, match="it has: stop"):
        sim.force_down("s0", "other", 1.0)
    with pytest.raises(InvalidInput, match="negative"):
        sim.force_down("s0", "stop", -1.0)
    with pytest.raises(InvalidInput, match="negative"):
        sim.set_failure_factor("s0", "stop", -1.0)
    with pytest.raises(InvalidInput, match="negative"):
        sim.set_scrap_factor("s0", -0.1)
