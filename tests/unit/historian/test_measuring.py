"""KPIs are measured from recorded counters, and only when the data suffice."""

import pytest

from historian.historian import Historian
from plants.flow.sample import Quality
from plants.kpi import Kpi
from tests.unit.historian.machine import Machine, sample

RATES = {
    "first.processed": 0.5,
    "first.defective": 0.01,
    "first.energy_kwh": 0.002,
    "last.processed": 0.49,
    "last.defective": 0.005,
    "last.energy_kwh": 0.001,
}


def test_throughput_is_good_units_per_hour_at_the_last_station(historian: Historian) -> None:
    """The rate of good pieces, divided by pieces per unit, comes out to within one piece per tick."""
    historian.record(Machine(RATES).run(3000))

    measured = historian.measure(Kpi.THROUGHPUT, 605, 2405)

    assert measured.sufficient
    assert measured.value == pytest.approx((0.49 - 0.005) / 2 * 3600, abs=2 / 2 / 1800 * 3600)


def test_a_span_may_begin_and_end_between_two_looks(historian: Historian) -> None:
    """With a counter that is linear in time the interpolated throughput is exact wherever the span begins."""
    historian.record(Machine({"last.processed": 0.5, "last.defective": 0.0}, tick_s=48, whole=False).run(3000))

    measured = [historian.measure(Kpi.THROUGHPUT, start, start + 1000).value for start in (601, 617.5, 633)]

    assert measured == pytest.approx([900.0] * 3)


def test_a_stopped_line_makes_nothing_and_that_is_sufficient(historian: Historian) -> None:
    """No new counter with a living link means that the counter did not move."""
    machine = Machine(RATES)
    historian.record(machine.run(600))
    machine.rates = dict.fromkeys(RATES, 0.0)
    historian.record(machine.run(3000))

    measured = historian.measure(Kpi.THROUGHPUT, 1000, 2500)

    assert measured.sufficient
    assert measured.value == 0.0


def test_a_stop_ends_when_the_counter_was_last_seen_still(historian: Historian) -> None:
    """After a long stop the counter counts from the last look before it moved, not from the start of the stop."""
    machine = Machine({"last.processed": 0.0, "last.defective": 0.0})
    historian.record(machine.run(2400))
    machine.rates["last.processed"] = 0.5
    historian.record(machine.run(3600))

    measured = historian.measure(Kpi.THROUGHPUT, 0, 2390)

    assert measured.value == 0.0


def test_a_lost_link_makes_the_measurement_insufficient(historian: Historian) -> None:
    """Ten wall seconds without plant time lie in the span, so nothing is claimed about it."""
    machine = Machine(RATES)
    historian.record(machine.run(1000))
    machine.now_s += 600
    historian.record(machine.run(3000))

    measured = historian.measure(Kpi.THROUGHPUT, 600, 2600)

    assert not measured.sufficient
    assert measured.value is None


@pytest.mark.parametrize(("start_s", "end_s"), [(2000, 3500), (-50, 1000), (1000, 1000), (2000, 1000)])
def test_a_span_that_is_not_covered_is_insufficient(historian: Historian, start_s: float, end_s: float) -> None:
    """Before the first sample, after the last, or with nothing between: no figure."""
    historian.record(Machine(RATES).run(3000))

    assert not historian.measure(Kpi.THROUGHPUT, start_s, end_s).sufficient


@pytest.mark.parametrize("quality", [Quality.BAD, Quality.UNCERTAIN])
def test_a_counter_of_bad_quality_is_insufficient(historian: Historian, quality: Quality) -> None:
    """A counter that was not good for ten wall seconds cannot be trusted in between."""
    machine = Machine(RATES)
    historian.record([*machine.run(1200), sample("last.processed", None, 1201, quality)])
    historian.record([s for s in machine.run(1800) if s.alias != "last.processed"])
    historian.record(machine.run(3000))

    assert not historian.measure(Kpi.THROUGHPUT, 600, 2400).sufficient
    assert not historian.measure(Kpi.THROUGHPUT, 600, 1500).sufficient
    assert historian.measure(Kpi.THROUGHPUT, 300, 1100).sufficient


def test_a_moment_of_bad_quality_does_not_spoil_a_counter(historian: Historian) -> None:
    """Good before and good after, a second apart: what was counted in between is known."""
    machine = Machine(RATES)
    historian.record(machine.run(1200))
    historian.record([sample("last.processed", None, 1201, Quality.BAD)])
    historian.record(machine.run(3000))

    assert historian.measure(Kpi.THROUGHPUT, 600, 2400).sufficient


def test_a_counter_that_rolls_over_is_followed(historian: Historian) -> None:
    """UInt32 counters begin again at 0 after 4,294,967,295."""
    machine = Machine({"last.processed": 0.5, "last.defective": 0.0})
    machine.modulus = 1 << 32
    machine.totals["last.processed"] = float((1 << 32) - 700)
    historian.record(machine.run(3000))

    assert historian.measure(Kpi.THROUGHPUT, 600, 2400).value == pytest.approx(900.0, abs=2)


def test_a_counter_that_was_reset_counts_on_from_nothing(historian: Historian) -> None:
    """A counter set to 0 in the span gains what it shows afterwards."""
    machine = Machine({"last.processed": 0.5, "last.defective": 0.0})
    historian.record(machine.run(1500))
    machine.totals["last.processed"] = 0.0
    historian.record(machine.run(3000))

    assert historian.measure(Kpi.THROUGHPUT, 600, 2400).value == pytest.approx(900.0, abs=14)


def test_quality_is_good_over_good_and_rejected(historian: Historian) -> None:
    """Rejects of all stations count; the figure is defined as the twin defines it, so that a promise can be checked."""
    historian.record(Machine(RATES, whole=False).run(3000))

    measured = historian.measure(Kpi.QUALITY, 600, 2400)

    assert measured.value == pytest.approx(0.485 / (0.485 + 0.015))


def test_energy_is_per_good_unit(historian: Historian) -> None:
    """All energy counters over good units, pieces taken together to units."""
    historian.record(Machine(RATES, whole=False).run(3000))

    measured = historian.measure(Kpi.ENERGY_PER_GOOD, 600, 2400)

    assert measured.value == pytest.approx(0.003 / (0.485 / 2))


def test_nothing_made_gives_no_energy_per_unit(historian: Historian) -> None:
    """A ratio without a denominator is not claimed."""
    historian.record(Machine(dict.fromkeys(RATES, 0.0)).run(3000))

    assert not historian.measure(Kpi.ENERGY_PER_GOOD, 600, 2400).sufficient


def test_wip_is_the_mean_over_time_of_levels_and_of_units_in_machines(historian: Historian) -> None:
    """Level 4 for the first half and 8 for the second, one machine executing throughout and one blocked for half."""
    machine = Machine({})
    historian.record(
        [
            *machine.run(0),
            sample("between.level", 4, 0), sample("first.state", 6, 0), sample("first.stop_reason", 0, 0),
            sample("last.state", 5, 0), sample("last.stop_reason", 1, 0),
        ]
    )  # fmt: skip
    historian.record(machine.run(1200))
    historian.record([sample("between.level", 8, 1200), sample("last.stop_reason", 2, 1200)])
    historian.record(machine.run(3000))

    measured = historian.measure(Kpi.WIP, 600, 1800)

    assert measured.sufficient
    assert measured.value == pytest.approx(6 + 1 + 0.5)


@pytest.mark.parametrize("kpi", [Kpi.LEAD_TIME, Kpi.TARDINESS, Kpi.OEE, Kpi.AVAILABILITY, Kpi.PERFORMANCE])
def test_a_kpi_that_counters_do_not_give_is_insufficient(historian: Historian, kpi: Kpi) -> None:
    """What cannot be measured from counters is not guessed."""
    historian.record(Machine(RATES).run(3000))

    assert historian.measure(kpi, 600, 2400).value is None
