"""Rules of the gate about what is written, each asked by itself: at its threshold, and about what it cannot compare."""

import math
from collections.abc import Mapping
from dataclasses import replace

import pytest

from ledger import rules_of_tags
from ledger.gate import GateInput
from plants.flow.plan import CarriedOutBy, Plan
from plants.flow.sample import Value
from plants.model.change_policy import ChangePolicy, HeartbeatPolicy
from plants.model.plant import Plant
from plants.model.tags import HEARTBEAT, ORDER_SEQUENCE
from tests.ledger_ports import FILLER, LABELLER, PLANT, plant_with
from tests.unit.ledger.test_gate import SEQUENCE, at_proposal, given

PARAMETER = PLANT.parameters[FILLER]
STEP = PARAMETER.max_step
ALL = tuple(order.id for order in PLANT.orders)
START = given()
ORDERS = given(SEQUENCE)


def writing(*steps: Mapping[str, object], of: GateInput = START, plant: Plant = PLANT, **plan: object) -> GateInput:
    """A plan of such steps, each like the first one of a plan that is in order, as far as nothing else is said."""
    made = tuple(of.plan.steps[0].model_copy(update=step) for step in steps)
    changed: Plan = of.plan.model_copy(update={"steps": made, **plan})
    return replace(of, plan=changed, plant=plant)


def stage(number: int, of: int, before: Value, target: Value, alias: str = FILLER) -> dict[str, object]:
    """One stage of a ramp."""
    return {"alias": alias, "stage": number, "stages": of, "before": before, "target": target}


def actual(to: GateInput, value: float) -> GateInput:
    """With the machine at a value."""
    seen = to.live[f"{FILLER}.actual"].model_copy(update={"value": value})
    return replace(to, live={**to.live, seen.alias: seen})


def test_a_sequence_without_a_tag_is_known_to_people_alone() -> None:
    """A line whose orders people rearrange has nothing to write."""
    plant = plant_with(ChangePolicy(sequence_by_people=True))
    written = writing({}, of=ORDERS, plant=plant)
    by_hand = writing({}, of=ORDERS, plant=plant, carried_out_by=CarriedOutBy.PEOPLE)

    assert rules_of_tags.known_tag(written) == f"the plant has no tag {ORDER_SEQUENCE}"
    assert rules_of_tags.known_tag(by_hand) == ""


def test_the_heartbeat_is_written_by_no_plan() -> None:
    """Though its tag can be written: it is the executor's alone."""
    plant = plant_with(ChangePolicy(heartbeat=HeartbeatPolicy()))

    assert rules_of_tags.access(writing({"alias": HEARTBEAT}, plant=plant)) == f"{HEARTBEAT} may not be written"
    assert rules_of_tags.access(writing({}, plant=plant)) == ""


@pytest.mark.parametrize(
    ("changed", "fits"),
    [
        ({"target": 570}, True),
        ({"target": math.inf}, False),
        ({"target": math.nan}, False),
        ({"before": -math.inf}, False),
        ({"target": True}, False),
        ({"target": ("a",)}, False),
    ],
)
def test_a_parameter_takes_a_finite_number(changed: dict[str, object], fits: bool) -> None:
    """Both the one to write and the one to put back."""
    assert (rules_of_tags.type_and_unit(writing(changed)) == "") is fits


def test_a_list_is_a_value_of_nothing_else() -> None:
    """Only a sequence holds one, and it holds nothing else."""
    state = {"alias": "filler.state", "unit": "", "before": ("a",), "target": ("b",)}

    assert rules_of_tags.type_and_unit(writing(state)) == "a is not a Int32 as filler.state needs"
    assert rules_of_tags.type_and_unit(writing({}, of=ORDERS)) == ""
    assert "is not a String[]" in rules_of_tags.type_and_unit(writing({"target": "o02"}, of=ORDERS))


@pytest.mark.parametrize(
    ("before", "target", "rearranged"),
    [
        (ALL, tuple(reversed(ALL)), True),
        (ALL[1:], ALL[1:], True),
        (ALL[1:], ALL[2:], False),
        (ALL[2:], ALL[1:], False),
        (("x",), ("x",), False),
        (5.0, ALL, False),
        (ALL, 5.0, False),
        (5.0, 5.0, False),
    ],
)
def test_a_sequence_is_the_same_orders_in_another_order(before: Value, target: Value, rearranged: bool) -> None:
    """All of the plant's orders may wait; none may come or go, and none may be unknown."""
    found = rules_of_tags.envelope(writing({"before": before, "target": target}, of=ORDERS))

    assert found == ("" if rearranged else f"{ORDER_SEQUENCE} must hold each waiting order of the plant once")


@pytest.mark.parametrize(("by", "passes"), [(STEP, True), (-STEP, True), (STEP + 0.1, False), (-STEP - 0.1, False)])
def test_the_largest_step_may_be_made_either_way(by: float, passes: bool) -> None:
    """From the setpoint."""
    found = rules_of_tags.step_and_rate(actual(writing({"before": 530.0, "target": 530.0 + by}), 530.0))

    assert ("is the largest step" in found) is not passes


@pytest.mark.parametrize(("past", "passes"), [(0.5, True), (0.6, False)])
def test_from_where_the_machine_is_the_tolerance_is_added(past: float, passes: bool) -> None:
    """It runs within that of its setpoint; at proposal it is not asked for."""
    far = actual(writing({"before": 530.0, "target": 530.0 + STEP}), 530.0 - past)

    assert ("would move the machine by" in rules_of_tags.step_and_rate(far)) is not passes
    assert rules_of_tags.step_and_rate(at_proposal(far)) == ""


def test_a_step_that_no_tag_tells_the_machine_of_is_not_made() -> None:
    """How far the machine would move cannot be told."""
    found = rules_of_tags.step_and_rate(writing({"actual_alias": None}))

    assert found == f"where the machine of {FILLER} is cannot be read"


@pytest.mark.parametrize("changed", [{"before": "slow"}, {"target": "fast"}, {"before": "slow", "target": "fast"}])
def test_what_is_no_number_is_not_compared(changed: dict[str, object]) -> None:
    """The rule for types says no to it; the others say nothing, and do not fail."""
    odd = replace(writing(changed), drift_from={FILLER: 0.0})
    ramp = writing(stage(1, 2, 600.0, 590.0), stage(2, 2, 590.0, 580.0) | changed)

    assert rules_of_tags.type_and_unit(odd) != ""
    assert rules_of_tags.envelope(odd) == ""
    assert rules_of_tags.step_and_rate(odd) == ""
    assert ("target" in changed) is (rules_of_tags.cumulative_drift(odd) == "")
    assert rules_of_tags.joint(ramp) == f"the stages of {FILLER} do not follow each other"


def test_a_ramp_from_no_number_does_not_add_up() -> None:
    """The same for its start."""
    assert rules_of_tags.cumulative_drift(writing(stage(1, 2, "slow", 590.0), stage(2, 2, 590.0, 580.0))) == ""


def test_one_step_adds_up_to_nothing_by_itself() -> None:
    """However large: that it is too large a step is another rule's word."""
    assert rules_of_tags.cumulative_drift(writing({"before": 400.0, "target": 660.0})) == ""


def test_how_far_a_ramp_would_go_is_told() -> None:
    """From its first start to where it goes too far."""
    ramp = writing(*(stage(n, 3, 400.0 + 85.0 * (n - 1), 400.0 + 85.0 * n) for n in (1, 2, 3)))

    assert rules_of_tags.cumulative_drift(ramp) == f"the stages of {FILLER} add up to 255 1/min, 240 is the most"


def test_tags_that_the_plant_puts_in_no_order_may_come_anywhere() -> None:
    """Only those that it names keep their order among themselves."""
    plant = plant_with(ChangePolicy(write_order=(LABELLER,)))

    assert rules_of_tags.joint(writing({}, {"alias": LABELLER}, plant=plant)) == ""
    assert rules_of_tags.joint(writing({"alias": LABELLER}, {}, plant=plant)) == ""


@pytest.mark.parametrize("by", [0.5, -0.5])
def test_small_stages_go_the_same_way_too(by: float) -> None:
    """Upwards and downwards."""
    ramp = writing(stage(1, 2, 600.0, 600.0 + by), stage(2, 2, 600.0 + by, 600.0 + 2 * by))

    assert rules_of_tags.joint(ramp) == ""


@pytest.mark.parametrize(("first", "second"), [(10.0, -5.0), (-10.0, 5.0), (0.0, 5.0), (5.0, 0.0)])
def test_stages_that_turn_round_or_stand_do_not_follow_each_other(first: float, second: float) -> None:
    """A ramp goes one way."""
    ramp = writing(stage(1, 2, 600.0, 600.0 + first), stage(2, 2, 600.0 + first, 600.0 + first + second))

    assert rules_of_tags.joint(ramp) == f"the stages of {FILLER} do not follow each other"


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ((stage(1, 2, 600.0, 590.0), stage(2, 2, 590.0, 580.0), stage(1, 1, 580.0, 570.0)), "written twice"),
        ((stage(1, 1, 600.0, 590.0), stage(1, 1, 675.0, 670.0, LABELLER), stage(1, 1, 590.0, 580.0)), "written twice"),
        ((stage(1, 3, 600.0, 590.0), stage(2, 3, 590.0, 580.0)), "the last ramp is not complete"),
        ((stage(2, 2, 600.0, 590.0),), "written twice"),
        ((stage(1, 1, 600.0, 590.0), stage(1, 1, 675.0, 670.0, LABELLER)), ""),
    ],
)
def test_a_tag_is_written_once_or_in_one_ramp(steps: tuple[dict[str, object], ...], says: str) -> None:
    """Also when something else is written in between."""
    found = rules_of_tags.joint(writing(*steps))

    assert (says in found) if says else (found == "")


@pytest.mark.parametrize(("most", "passes"), [(1, False), (2, True), (3, True)])
def test_tags_are_counted_and_not_the_stages_of_a_ramp(most: int, passes: bool) -> None:
    """Two tags in three writes."""
    plant = plant_with(ChangePolicy(max_simultaneous=most))
    steps = (stage(1, 2, 600.0, 590.0), stage(2, 2, 590.0, 580.0), stage(1, 1, 675.0, 670.0, LABELLER))

    assert (rules_of_tags.simultaneous(writing(*steps, plant=plant)) == "") is passes


def test_a_locked_tag_names_the_proposal_that_locks_it() -> None:
    """And another one's lock is nobody's business here."""
    assert rules_of_tags.joint(replace(writing({}), locked={FILLER: "p-7"})).endswith("resolves proposal p-7")
    assert rules_of_tags.joint(replace(writing({}), locked={LABELLER: "p-7"})) == ""
    assert rules_of_tags.joint(replace(writing({}), locked=None)) == ""


@pytest.mark.parametrize(("first", "passes"), [(810.0, True), (330.0, True), (810.5, False), (329.5, False)])
def test_our_own_changes_add_up_to_two_steps_and_no_further(first: float, passes: bool) -> None:
    """From before the first of them to where this one goes, either way; exactly two steps are within it."""
    changed = replace(writing({}), drift_from={FILLER: first})

    assert (rules_of_tags.cumulative_drift(changed) == "") is passes
    assert rules_of_tags.cumulative_drift(replace(changed, drift_from={LABELLER: 0.0})) == ""
    assert rules_of_tags.cumulative_drift(replace(changed, drift_from=None)) == ""


@pytest.mark.parametrize(("changed_s", "passes"), [(3_000.0, True), (3_001.0, False)])
def test_a_tag_rests_between_two_changes(changed_s: float, passes: bool) -> None:
    """Exactly its rest is enough; another tag's change does not count."""
    soon = replace(writing({}), changed_s={FILLER: changed_s})

    assert (rules_of_tags.step_and_rate(soon) == "") is passes
    assert rules_of_tags.step_and_rate(replace(soon, changed_s={LABELLER: 3_599.0})) == ""
    assert rules_of_tags.step_and_rate(replace(soon, changed_s=None)) == ""
    assert rules_of_tags.step_and_rate(replace(soon, plant_time_s=None)) == ""
