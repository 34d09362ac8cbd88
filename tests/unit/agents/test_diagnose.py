"""What is noticed, with which figures; and that nothing is noticed where nothing is wrong."""

import itertools

import pytest

from agents.diagnose import diagnose
from plants.flow.draft import Finding, FindingKind
from plants.flow.state import Condition, LineState, OrderState, StationState
from plants.model.distribution import mean_s
from plants.model.plant import Plant
from tests.unit.agents.paper import MakeState


def found(findings: tuple[Finding, ...], kind: FindingKind) -> Finding:
    """The one finding of that kind."""
    (finding,) = (f for f in findings if f.kind is kind)
    return finding


def figure(finding: Finding, name: str) -> tuple[float, float]:
    """(value, expected) of one figure."""
    (evidence,) = (e for e in finding.evidence if e.figure == name)
    return evidence.value, float("nan") if evidence.expected is None else evidence.expected


def without_orders(plant: Plant, state: LineState) -> tuple[Plant, LineState]:
    """The same line with nothing to say about orders."""
    bare = Plant.model_validate({**plant.model_dump(), "orders": ()})
    return bare, state.model_copy(update={"orders": ()})


def test_a_line_at_its_nominal_values_has_nothing_wrong(plant: Plant, make_state: MakeState) -> None:
    """No orders to sequence, every parameter nominal: no findings."""
    bare, state = without_orders(plant, make_state())

    assert diagnose(bare, state) == ()


def test_a_slow_labeller_is_a_slow_station_and_the_new_bottleneck(plant: Plant, make_state: MakeState) -> None:
    """480 instead of 675 a minute costs a fifth of the line."""
    findings = diagnose(plant, make_state(labeller=480.0))

    slow = found(findings, FindingKind.SLOW_STATION)
    shift = found(findings, FindingKind.BOTTLENECK_SHIFT)
    assert slow.subject == shift.subject == "labeller"
    assert figure(slow, "labeller.speed_per_min") == (480.0, 675.0)
    assert slow.severity == pytest.approx(1 - 1154.33 / 1436.60, abs=1e-4)
    assert figure(shift, "line rate") == pytest.approx((1154.33, 1436.60), abs=0.01)


def test_a_slow_filler_is_slow_but_no_shift(plant: Plant, make_state: MakeState) -> None:
    """It limits the line by design."""
    kinds = {f.kind for f in diagnose(plant, make_state(filler=500.0))}

    assert FindingKind.SLOW_STATION in kinds
    assert FindingKind.BOTTLENECK_SHIFT not in kinds


def test_a_filler_at_its_limit_is_found_for_its_scrap(plant: Plant, make_state: MakeState) -> None:
    """At 660 a minute the filler rejects five times as much: 2 % instead of 0.4 %."""
    findings = diagnose(plant, make_state(filler=660.0), min_severity=0.01)

    scrap = found(findings, FindingKind.SCRAP)
    assert scrap.subject == "filler"
    assert figure(scrap, "filler scrap by setting") == pytest.approx((0.02, 0.004))


def with_scrap(state: LineState, station: str, processed: int, scrapped: int) -> LineState:
    """The state with other counters at one station."""
    stations = tuple(
        s.model_copy(update={"processed": processed, "scrapped": scrapped}) if s.station == station else s
        for s in state.stations
    )
    return state.model_copy(update={"stations": stations})


@pytest.mark.parametrize(("scrapped", "surely"), [(40, True), (4, False)])
def test_scrap_is_found_when_the_counters_leave_no_doubt(
    plant: Plant, make_state: MakeState, scrapped: int, surely: bool
) -> None:
    """40 of 400 is more than 0.3 %, 4 of 400 may be chance: the lower end of Wilson's interval decides."""
    state = with_scrap(make_state(), "labeller", 400, scrapped)

    kinds = {(f.kind, f.subject) for f in diagnose(plant, state)}

    assert ((FindingKind.SCRAP, "labeller") in kinds) is surely


def test_an_order_that_cannot_be_ready_in_time_is_found_late(plant: Plant, make_state: MakeState) -> None:
    """Seven hours into the day with nothing made, the first orders are beyond their due times."""
    state = make_state()
    idle = tuple(OrderState(order=o.order) for o in state.orders)
    late = state.model_copy(update={"plant_time_s": 7 * 3600.0, "orders": idle})

    findings = [f for f in diagnose(plant, late) if f.kind is FindingKind.LATE_ORDER]

    first = next(f for f in findings if f.subject == "o01")
    end, due = figure(first, "projected end")
    assert due == plant.order("o01").due_s
    assert end > 7 * 3600
    assert figure(first, "late by") == pytest.approx((end - due, 0.0))


def test_setups_that_another_sequence_would_save_are_found(plant: Plant, make_state: MakeState) -> None:
    """The day's plan changes product more often than its due dates ask for."""
    finding = found(diagnose(plant, make_state()), FindingKind.SETUP_LOSS)

    planned, possible = figure(finding, "setup time planned")
    products = [plant.order(o.id).product for o in plant.orders]
    filler = plant.station("filler")
    by_hand = [filler.setups.time(a, b) for a, b in itertools.pairwise(products)]
    assert planned == sum(mean_s(t) for t in by_hand if t is not None)
    assert possible < planned


def test_a_bottleneck_that_no_parameter_explains_is_found_by_what_is_measured(
    plant: Plant, make_state: MakeState
) -> None:
    """The packer is active nearly all the time while the filler, which should limit the line, waits a third of it."""
    bare, state = without_orders(plant, make_state())
    shares = {s.id: {Condition.EXECUTING: 0.6, Condition.STARVED: 0.4} for s in plant.stations}
    shares["filler"] = {Condition.EXECUTING: 0.65, Condition.BLOCKED: 0.35}
    shares["labeller"] = {Condition.EXECUTING: 0.6, Condition.BLOCKED: 0.4}
    shares["packer"] = {Condition.EXECUTING: 0.9, Condition.DOWN: 0.08, Condition.STARVED: 0.02}

    (finding,) = diagnose(bare, state, shares=shares)

    assert (finding.kind, finding.subject) == (FindingKind.BOTTLENECK_SHIFT, "packer")
    assert figure(finding, "packer active")[0] == pytest.approx(0.98)
    assert figure(finding, "labeller blocked")[0] == pytest.approx(0.4)
    assert finding.severity == pytest.approx(1 - 0.65 / 0.966406, abs=1e-3)


def test_a_line_that_is_being_set_up_is_not_taken_for_a_slow_one(plant: Plant, make_state: MakeState) -> None:
    """Time in setup and without orders is left out, and a span with too much of it says nothing."""
    bare, state = without_orders(plant, make_state())
    shares = {s.id: {Condition.EXECUTING: 0.6, Condition.STARVED: 0.4} for s in plant.stations}
    shares["filler"] = {Condition.EXECUTING: 0.48, Condition.SETUP: 0.5, Condition.DOWN: 0.02}

    assert diagnose(bare, state, shares=shares) == ()


def test_a_breakdown_is_not_taken_for_a_new_bottleneck(plant: Plant, make_state: MakeState) -> None:
    """The packer was down for five minutes of fifteen: no setpoint mends that."""
    bare, state = without_orders(plant, make_state())
    shares = {s.id: {Condition.EXECUTING: 0.6, Condition.BLOCKED: 0.4} for s in plant.stations}
    shares["packer"] = {Condition.EXECUTING: 0.65, Condition.DOWN: 0.35}

    assert diagnose(bare, state, shares=shares) == ()


@pytest.mark.parametrize("unseen", [{}, {Condition.UNKNOWN: 1.0}, {Condition.EXECUTING: 0.2}])
def test_a_station_that_was_not_seen_allows_no_conclusion(
    plant: Plant, make_state: MakeState, unseen: dict[Condition, float]
) -> None:
    """Not even that it did nothing."""
    bare, state = without_orders(plant, make_state())
    shares = {s.id: {Condition.EXECUTING: 0.6, Condition.STARVED: 0.4} for s in plant.stations}
    shares["packer"] = {Condition.EXECUTING: 1.0}
    shares["filler"] = unseen

    assert diagnose(bare, state, shares=shares) == ()


def test_a_station_state_without_units_says_nothing_about_scrap(plant: Plant, make_state: MakeState) -> None:
    """0 of 0 is not a share."""
    bare, state = without_orders(plant, make_state())
    empty = tuple(StationState(station=s.station, condition=Condition.STARVED, since_s=0.0) for s in state.stations)

    assert diagnose(bare, state.model_copy(update={"stations": empty})) == ()
