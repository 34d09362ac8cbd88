"""Risk classes: each condition of a rule at its threshold, the highest class of all that are met, and why."""

import pytest

from ledger.risk import Assessment, assess
from plants.flow.plan import WriteStep
from plants.model.change_policy import ChangePolicy, Risk, RiskRule
from plants.model.tags import ORDER_SEQUENCE
from tests.ledger_ports import FILLER, LABELLER, PLANT, draft, plant_with, verdict

ENVELOPE = PLANT.parameters[FILLER].maximum - PLANT.parameters[FILLER].minimum


def write(alias: str = FILLER, before: object = 600.0, target: object = 570.0, **more: object) -> WriteStep:
    """One write of a plan."""
    return WriteStep.model_validate({"alias": alias, "before": before, "target": target, **more})


def by_rules(*rules: RiskRule, steps: tuple[WriteStep, ...] = (write(),), seen: float | None = 0.01) -> Assessment:
    """What a plan's class is by some rules, when the twin sees this probability of harm (None: it tells of no KPI)."""
    judged = verdict(draft())
    effects = () if seen is None else (judged.effects[0].model_copy(update={"harm": seen}),)
    return assess(plant_with(ChangePolicy(risks=rules)), steps, judged.model_copy(update={"effects": effects}))


def meets(steps: tuple[WriteStep, ...] = (write(),), *, seen: float | None = 0.01, **rule: object) -> bool:
    """Whether a plan meets a rule."""
    stated = RiskRule.model_validate({"risk": Risk.HIGH, "because": "so", **rule})
    return by_rules(stated, steps=steps, seen=seen).risk is Risk.HIGH


@pytest.mark.parametrize(("share", "met"), [(0.249, False), (0.25, True), (0.251, True)])
@pytest.mark.parametrize("way", [-1.0, 1.0])
def test_a_quarter_of_the_envelope_is_a_quarter_whichever_way(share: float, met: bool, way: float) -> None:
    """From the value that the plan starts from, counted in widths of the envelope."""
    moved = write(before=530.0, target=530.0 + way * share * ENVELOPE)

    assert meets((moved,), envelope_share=0.25) is met


def test_the_stages_of_a_ramp_add_up_to_one_move() -> None:
    """From the first stage's start to the last one's end, not stage by stage."""
    ramp = tuple(write(before=600.0 - 30.0 * n, target=570.0 - 30.0 * n) for n in range(3))

    assert meets(ramp, envelope_share=90.0 / ENVELOPE)
    assert not meets(ramp, envelope_share=91.0 / ENVELOPE)


def test_two_parameters_count_each_by_itself() -> None:
    """The larger of their shares counts, whichever comes first."""
    both = (write(target=560.0), write(LABELLER, 675.0, 674.0))

    assert meets(both, envelope_share=40.0 / ENVELOPE)
    assert meets(tuple(reversed(both)), envelope_share=40.0 / ENVELOPE)
    assert not meets(both, envelope_share=41.0 / ENVELOPE)


def test_what_has_no_envelope_moves_by_no_share_of_one() -> None:
    """A sequence of orders, or a value that is no number, moves by nothing."""
    orders = write(ORDER_SEQUENCE, ("o02", "o03"), ("o03", "o02"))

    assert meets((orders,), envelope_share=0.0)
    assert not meets((orders,), envelope_share=0.01)
    assert not meets((write(target="fast"),), envelope_share=0.01)
    assert not meets((write(before="slow"),), envelope_share=0.01)


@pytest.mark.parametrize(("seen", "met"), [(None, False), (0.249, False), (0.25, True), (1.0, True)])
def test_a_probability_of_harm_counts_from_what_the_rule_states(seen: float | None, met: bool) -> None:
    """The limit itself is met; a verdict that tells of no KPI tells of no harm."""
    assert meets(seen=seen, harm=0.25) is met


def test_the_most_harmful_effect_counts() -> None:
    """A change that is good for one KPI may harm another."""
    judged = verdict(draft())
    harms = tuple(judged.effects[0].model_copy(update={"harm": harm}) for harm in (0.01, 0.4, 0.02))
    stated = RiskRule(risk=Risk.HIGH, because="so", harm=0.4)
    plant = plant_with(ChangePolicy(risks=(stated,)))

    assert assess(plant, (write(),), judged.model_copy(update={"effects": harms})).risk is Risk.HIGH


@pytest.mark.parametrize(("tags", "met"), [(1, False), (2, True), (3, True)])
def test_tags_are_counted_and_not_writes(tags: int, met: bool) -> None:
    """Two of two; the stages of one ramp are one tag."""
    aliases = (FILLER, LABELLER, ORDER_SEQUENCE)[:tags]
    steps = tuple(write(alias, stage=n, stages=2) for alias in aliases for n in (1, 2))

    assert meets(steps, tags_at_least=2) is met


@pytest.mark.parametrize(("stages", "met"), [(1, False), (2, True), (3, True)])
def test_the_longest_ramp_of_a_plan_counts(stages: int, met: bool) -> None:
    """Whether it comes first or last."""
    steps = (write(LABELLER), write(stages=stages))

    assert meets(steps, stages_at_least=2) is met
    assert meets(tuple(reversed(steps)), stages_at_least=2) is met


def test_rearranging_the_orders_is_met_by_nothing_else() -> None:
    """A rule about the sequence does not speak of parameters."""
    assert meets((write(ORDER_SEQUENCE, ("o02",), ("o02",)),), sequence=True)
    assert not meets((write(),), sequence=True)


def test_a_rule_about_tags_is_met_by_any_of_them() -> None:
    """And by no other."""
    assert meets((write(), write(ORDER_SEQUENCE, ("o02",), ("o02",))), aliases=(LABELLER, FILLER))
    assert not meets((write(),), aliases=(LABELLER,))


def test_a_rule_that_states_two_things_is_met_by_both_together() -> None:
    """Neither alone is enough."""
    far = (write(before=530.0, target=660.0),)

    assert meets(far, seen=0.3, envelope_share=0.5, harm=0.3)
    assert not meets(far, seen=0.2, envelope_share=0.5, harm=0.3)
    assert not meets((write(),), seen=0.3, envelope_share=0.5, harm=0.3)


def test_the_highest_class_counts_and_is_told_by_its_own_rules_alone() -> None:
    """Whoever approves reads why it is high, and not what would have made it medium."""
    high, other, medium = (
        RiskRule(risk=risk, because=because, aliases=(FILLER,))
        for risk, because in ((Risk.HIGH, "it is hot"), (Risk.HIGH, "it is old"), (Risk.MEDIUM, "it is loud"))
    )

    found = by_rules(medium, high, other)

    assert found == Assessment(Risk.HIGH, "it is hot; it is old", approvers=2, reauthenticate=True)


def test_a_plan_that_meets_no_rule_is_low_and_says_so() -> None:
    """One person approves, without proving anew who he is."""
    unmet = RiskRule(risk=Risk.HIGH, because="it is delicate", aliases=(LABELLER,))
    said = "no rule gives it a higher class"

    assert by_rules(unmet) == Assessment(Risk.LOW, said, approvers=1, reauthenticate=False)
    assert by_rules() == Assessment(Risk.LOW, said, approvers=1, reauthenticate=False)


@pytest.mark.parametrize(("risk", "asked"), [(Risk.LOW, (1, False)), (Risk.MEDIUM, (1, True)), (Risk.HIGH, (2, True))])
def test_each_class_asks_for_what_the_plant_says(risk: Risk, asked: tuple[int, bool]) -> None:
    """Here a proof from medium on, and two people from high on."""
    rule = RiskRule(risk=risk, because="so", aliases=(FILLER,))
    plant = plant_with(ChangePolicy(risks=(rule,), four_eyes_from=Risk.HIGH, reauthenticate_from=Risk.MEDIUM))

    found = assess(plant, (write(),), verdict(draft()))

    assert (found.approvers, found.reauthenticate) == asked


def test_many_reasons_are_told_as_far_as_the_plan_can_hold_them() -> None:
    """The plan's field ends at 400 characters."""
    rules = tuple(RiskRule(risk=Risk.HIGH, because=letter * 200, aliases=(FILLER,)) for letter in "abc")

    assert by_rules(*rules).because == f"{'a' * 200}; {'b' * 198}"
