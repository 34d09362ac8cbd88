"""The gate at its edges: exactly at a limit, one of two conditions alone, values that no limit can be compared with.

Each of these was found by a mutant of the gate that no other test minded.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.check import CheckName
from ledger.gate import GateInput, gate
from plants.flow.plan import Basis, CarriedOutBy, WriteStep
from plants.flow.sample import Value
from plants.model.change_policy import ChangePolicy
from plants.model.tags import ORDER_SEQUENCE
from tests.ledger_ports import FILLER, LABELLER, PLANT, START, plant_with
from tests.unit.ledger.test_gate import (
    SEQUENCE,
    approve,
    at_proposal,
    given,
    live,
    other_tag,
    plan,
    planned,
    ramp,
    signature,
)

STEP = PLANT.parameters[FILLER].max_step


def said(name: CheckName, to: GateInput) -> str:
    """What one check says."""
    return next(check.detail for check in gate(to) if check.name is name)


def stages(alias: str, start: float, by: float, number: int) -> tuple[WriteStep, ...]:
    """A ramp of equal stages."""
    first = given().plan.steps[0].model_dump() | {"alias": alias, "stages": number}
    ends = [(start + by * (n - 1) / number, start + by * n / number) for n in range(1, number + 1)]
    return tuple(
        WriteStep.model_validate(first | {"stage": n, "before": a, "target": b}) for n, (a, b) in enumerate(ends, 1)
    )


def test_a_verdict_on_another_draft_is_seen_by_its_name_alone() -> None:
    """Also when the hash is that of the right one."""
    other = given().verdict.model_copy(update={"draft_id": "draft-9999"})

    assert said(CheckName.PLANT, replace(given(), verdict=other)) == "the verdict was given on another draft"


def test_a_plan_with_another_promise_than_its_verdict_is_refused() -> None:
    """What is promised is what the twin has said."""
    promise = given().plan.promise.model_copy(update={"window_s": 60.0})

    assert said(CheckName.PLANT, plan(given(), promise=promise)) == "the plan was made from another verdict"


@pytest.mark.parametrize("emergency", [False, True])
def test_in_an_emergency_a_proof_is_asked_for_whatever_the_risk(emergency: bool) -> None:
    """One person answers for it alone: he has proved who he is."""
    asked = approve(given(), emergency=emergency)
    unproved = replace(asked, signatures=(signature(asked, "kim", authenticated_at=None),))

    assert ("had not proved anew" in said(CheckName.APPROVAL, unproved)) is emergency


def test_a_sequence_is_left_to_people_only_where_the_plant_says_so() -> None:
    """A line with a tag for it has it written."""
    by_people = plan(given(SEQUENCE), carried_out_by=CarriedOutBy.PEOPLE)

    assert said(CheckName.ACCESS, by_people) == "the plant leaves nothing of this to people"


def test_a_sequence_that_was_changed_just_before_waits() -> None:
    """The same rest between two rearrangements as between two writes of a parameter."""
    soon = replace(given(SEQUENCE), changed_s={ORDER_SEQUENCE: 3_300.0})
    rested = replace(given(SEQUENCE), changed_s={ORDER_SEQUENCE: 3_000.0})

    assert "was changed 300 plant seconds ago" in said(CheckName.STEP_AND_RATE, soon)
    assert said(CheckName.STEP_AND_RATE, rested) == "passed"


@pytest.mark.parametrize(("by", "passes"), [(2 * STEP, True), (2 * STEP + 0.5, False)])
def test_a_ramp_may_add_up_to_the_drift_limit_and_no_further(by: float, passes: bool) -> None:
    """Two of its largest steps within the window; exactly two are within it."""
    climbing = planned(given(), stages(FILLER, 600.0, -by, 3))

    assert (said(CheckName.CUMULATIVE_DRIFT, climbing) == "passed") is passes


def test_a_ramp_of_two_stages_counts_as_one_too() -> None:
    """Where the plant lets changes add up to one step only."""
    strict = replace(given(), plant=plant_with(ChangePolicy(drift_steps=1)))

    assert "the stages of" in said(CheckName.CUMULATIVE_DRIFT, planned(strict, stages(FILLER, 600.0, -2 * STEP, 2)))


def test_a_ramp_to_no_number_is_refused_and_not_compared() -> None:
    """A check that cannot compare says nothing itself; the one for types does."""
    odd = ramp(given(), (1, 2, 600.0, 590.0))
    steps = (odd.plan.steps[0], odd.plan.steps[0].model_copy(update={"stage": 2, "before": 590.0, "target": "fast"}))

    assert said(CheckName.CUMULATIVE_DRIFT, replace(odd, plan=odd.plan.model_copy(update={"steps": steps}))) == "passed"


def test_as_many_tags_as_may_be_written_at_once_may_be() -> None:
    """Two of two."""
    two = replace(given(), plant=plant_with(ChangePolicy(max_simultaneous=2)))
    one = replace(given(), plant=plant_with(ChangePolicy(max_simultaneous=1)))
    both = (given().plan.steps[0], other_tag(given()))

    assert said(CheckName.SIMULTANEOUS, planned(two, both)) == "passed"
    assert "2 tags would be written by one plan" in said(CheckName.SIMULTANEOUS, planned(one, both))


def test_two_ramps_one_after_the_other_are_a_plan() -> None:
    """As many stages each: the second one begins anew."""
    both = (*stages(FILLER, 600.0, -40.0, 2), *stages(LABELLER, 675.0, -40.0, 2))

    assert said(CheckName.JOINT, planned(given(), both)) == "passed"


def test_a_stage_that_moves_nothing_follows_nothing() -> None:
    """It is no stage of a ramp."""
    standing = ramp(given(), (1, 2, 600.0, 590.0), (2, 2, 590.0, 590.0))

    assert "do not follow each other" in said(CheckName.JOINT, standing)


def test_a_proof_holds_as_long_as_it_may() -> None:
    """120 s before signing, and no longer."""
    asked = approve(given(), emergency=True)
    at = START - timedelta(seconds=asked.policy.reauthentication_wall_s)
    just = replace(asked, signatures=(signature(asked, "kim", authenticated_at=at),))
    late = replace(asked, signatures=(signature(asked, "kim", authenticated_at=at - timedelta(seconds=1)),))

    assert "had not proved anew" not in said(CheckName.APPROVAL, just)
    assert "had not proved anew" in said(CheckName.APPROVAL, late)


def test_a_list_is_no_value_of_a_number() -> None:
    """Only the sequence of orders is one."""
    listed = plan(
        given(), steps=(given().plan.steps[0].model_copy(update={"alias": "filler.state", "target": ("a",)}),)
    )

    assert "is not a Int32" in said(CheckName.TYPE_AND_UNIT, listed)


def test_without_plant_time_nothing_is_told_of_how_long_ago() -> None:
    """The check for fresh data says no to that; this one does not guess."""
    timeless = replace(given(), changed_s={FILLER: 3_500.0}, plant_time_s=None)

    assert said(CheckName.STEP_AND_RATE, timeless) == "passed"
    assert said(CheckName.FRESH_DATA, timeless) == "plant time is not known"


def test_what_people_do_need_not_wait_for_what_jayul_writes() -> None:
    """One write at a time holds for the executor."""
    ours = replace(given(), in_flight="p-00009")
    theirs = replace(plan(given(SEQUENCE), carried_out_by=CarriedOutBy.PEOPLE), in_flight="p-00009")

    assert "one change at a time" in said(CheckName.JOINT, ours)
    assert said(CheckName.JOINT, theirs) == "passed"


def test_leaving_the_sequence_to_people_leaves_them_nothing_else() -> None:
    """A parameter is theirs where the plant names it."""
    policies = (ChangePolicy(sequence_by_people=True), ChangePolicy(by_people=(FILLER,)))
    by_hand = plan(given(), carried_out_by=CarriedOutBy.PEOPLE)

    said_of_each = [said(CheckName.ACCESS, replace(by_hand, plant=plant_with(policy))) for policy in policies]

    assert said_of_each == ["the plant leaves nothing of this to people", "passed"]


def test_what_people_do_rests_on_recorded_data_of_which_the_newest_counts() -> None:
    """A subscription tells a value when it changes; Jayul's own writes are judged by what was read just before."""
    old = live(given(SEQUENCE), ORDER_SEQUENCE, received_at=START - timedelta(seconds=60))

    assert said(CheckName.FRESH_DATA, old) == "the data are 60.0 s old, 5 s is the most"
    assert said(CheckName.FRESH_DATA, plan(old, carried_out_by=CarriedOutBy.PEOPLE)) == "passed"


def judged_on(alias: str, was: Value, now: Value | None) -> GateInput:
    """A plan whose basis has one more figure, and what that is now (None: not readable)."""
    start = plan(given(), basis=(Basis(alias=alias, value=was, tolerance=1.0),))
    seen = {} if now is None else {alias: start.live[FILLER].model_copy(update={"alias": alias, "value": now})}
    return replace(start, live={**start.live, **seen})


@pytest.mark.parametrize(
    ("name", "alias", "now", "says"),
    [
        (CheckName.STATE, LABELLER, 700.0, "the line has moved from the state that was judged"),
        (CheckName.MACHINE_MODE, "labeller.unit_mode", 2, "labeller, which produced when this was judged, is not in"),
        (CheckName.FRESH_DATA, LABELLER, None, "labeller.speed_per_min, which was judged by, has no good value"),
    ],
)
def test_what_was_judged_is_looked_at_again_at_the_write_only(
    name: CheckName, alias: str, now: Value | None, says: str
) -> None:
    """When it is handed in it was judged just now, on the same data."""
    moved = judged_on(alias, 1 if alias.endswith("unit_mode") else 675.0, now)

    assert says in said(name, moved)
    assert said(name, at_proposal(moved)) == "passed"


def test_a_good_sample_without_a_value_is_no_good_value() -> None:
    """Whatever its quality says."""
    empty = live(given(), FILLER, value=None)

    assert said(CheckName.FRESH_DATA, empty) == "filler.speed_per_min has no good value"
    assert said(CheckName.UNCHANGED, empty) == "passed"
