"""The gate: every check denies alone, and its order and its default are as stated."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.approvals import binding_of
from ledger.check import Check, CheckName
from ledger.gate import GateInput, Moment, gate, passed
from ledger.hold import Hold, Scope
from ledger.plans import aliases_to_read, plan_of
from ledger.policy import Autonomy, Policy
from ledger.risk import assess
from plants.flow.approval import Approval, Signature
from plants.flow.change import Resequence, SetParameter
from plants.flow.plan import Plan, WriteStep
from plants.flow.sample import Quality, Value
from plants.flow.verdict import Result
from plants.model.change_policy import ChangePolicy
from plants.model.tags import ORDER_SEQUENCE, PLANT_TIME, REMOTE
from tests.ledger_ports import FILLER, LABELLER, PLANT, START, FakeClock, Line, draft, plant_with, verdict

SEQUENCE = draft(changes=(Resequence(orders=tuple(reversed([order.id for order in PLANT.orders[1:]]))),))


def given(made_of: object = None) -> GateInput:
    """Everything in order, at the moment of the write."""
    line = Line(FakeClock())
    made = draft() if made_of is None else SEQUENCE
    judged = verdict(made)
    alias = FILLER if made_of is None else ORDER_SEQUENCE
    live = {a: line.sample(a) for a in aliases_to_read(PLANT, (alias,))}
    return approve(
        GateInput(
            moment=Moment.WRITE,
            plant=PLANT,
            policy=Policy(),
            draft=made,
            verdict=judged,
            plan=plan_of(made, judged, PLANT, live),
            plan_hash="",
            now=START,
            live=live,
            plant_time_s=3_600.0,
        )
    )


def approve(to: GateInput, **changes: object) -> GateInput:
    """With the plan's hash and an approval of exactly this plan."""
    expires_at = START + timedelta(seconds=600)
    fields: dict[str, object] = {
        "id": "a-p-00001",
        "proposal_id": "p-00001",
        "binding": binding_of(to.plan, to.verdict, to.plant.revision, to.plan.state_revision, expires_at),
        "approver": "kim",
        "meaning": "approved for writing",
        "approved_at": START,
        "expires_at": expires_at,
    }
    approval = Approval.model_validate({"signers": (changes.get("approver", "kim"),), **fields, **changes})
    signed = replace(to, plan_hash=to.plan.digest(), approval=approval, approval_recorded=True)
    return replace(signed, signatures=tuple(signature(signed, name) for name in approval.signers))


def signature(under: GateInput, signer: str, **changes: object) -> Signature:
    """Somebody's signature under the plan as stored, given just after that person proved who he is."""
    fields: dict[str, object] = {
        "proposal_id": "p-00001",
        "plan_hash": under.plan_hash,
        "signer": signer,
        "meaning": "approved for writing",
        "at": START,
        "authenticated_at": START,
    }
    return Signature.model_validate(fields | changes)


def step(to: GateInput, **changes: object) -> GateInput:
    """With a changed step, approved as changed."""
    steps = (WriteStep.model_validate(to.plan.steps[0].model_dump() | changes),)
    found = assess(to.plant, steps, to.verdict)
    return plan(to, steps=steps, risk=found.risk, approvers=found.approvers, reauthenticate=found.reauthenticate)


def plan(to: GateInput, **changes: object) -> GateInput:
    """With a changed plan, approved as changed."""
    return approve(replace(to, plan=to.plan.model_copy(update=changes)))


def live(to: GateInput, alias: str, **changes: object) -> GateInput:
    """With a changed sample."""
    return replace(to, live={**to.live, alias: to.live[alias].model_copy(update=changes)})


def without(to: GateInput, alias: str) -> GateInput:
    """Without a sample."""
    return replace(to, live={a: s for a, s in to.live.items() if a != alias})


def value(to: GateInput, alias: str, to_value: Value) -> GateInput:
    """With another present value, at which the machine runs."""
    changed = live(to, alias, value=to_value)
    return live(changed, f"{alias}.actual", value=to_value) if f"{alias}.actual" in to.live else changed


def held(scope: Scope) -> tuple[Hold, ...]:
    """A hold by lee."""
    return (Hold(scope=scope, who="lee", reason="smoke", at=START),)


def at_proposal(to: GateInput) -> GateInput:
    """The same when it is handed in."""
    return replace(to, moment=Moment.PROPOSAL, approval=None)


def worse(to: GateInput) -> GateInput:
    """With a verdict that cannot be approved, everything else bound to it."""
    judged = verdict(to.draft, Result.WORSE)
    return plan(replace(to, verdict=judged), verdict_hash=judged.digest(), promise=judged.promise)


def ramp(to: GateInput, *stages: tuple[int, int, float, float]) -> GateInput:
    """With stages as (stage, stages, before, target), approved as changed."""
    first = to.plan.steps[0].model_dump()
    steps = tuple(
        WriteStep.model_validate(first | {"stage": n, "stages": of, "before": before, "target": target})
        for n, of, before, target in stages
    )
    return planned(to, steps)


def planned(to: GateInput, steps: tuple[WriteStep, ...]) -> GateInput:
    """With other steps, their risk as the plant's rules have it, approved by as many as that asks for."""
    found = assess(to.plant, steps, to.verdict)
    changed = plan(to, steps=steps, risk=found.risk, approvers=found.approvers, reauthenticate=found.reauthenticate)
    return approve(changed, signers=("lee", "kim"))


def staged(to: GateInput, stage: int, stages: int) -> WriteStep:
    """One stage of a ramp that leads nowhere."""
    changes = {"stage": stage, "stages": stages, "before": 600.0 - stage + 1, "target": 600.0 - stage}
    return WriteStep.model_validate(to.plan.steps[0].model_dump() | changes)


def other_tag(to: GateInput) -> WriteStep:
    """A write of the labeller."""
    changes = {"alias": LABELLER, "before": 675.0, "target": 640.0}
    return WriteStep.model_validate(to.plan.steps[0].model_dump() | changes)


def in_stages(to: GateInput) -> tuple[WriteStep, ...]:
    """A sequence of orders as if it could be changed in stages."""
    held = to.plan.steps[0].before
    return tuple(to.plan.steps[0].model_copy(update={"stage": n, "stages": 2, "target": held}) for n in (1, 2))


def disordered() -> GateInput:
    """Two tags in another order than the plant's."""
    plant = plant_with(ChangePolicy(write_order=(LABELLER, FILLER)))
    line = Line(FakeClock())
    made = draft(
        changes=(SetParameter(alias=FILLER, value=570.0), SetParameter(alias=LABELLER, value=640.0)), plant=plant
    )
    judged = verdict(made)
    seen = {a: line.sample(a) for a in aliases_to_read(plant, (FILLER, LABELLER))}
    right: Plan = plan_of(made, judged, plant, seen)
    start = replace(given(), plant=plant, draft=made, verdict=judged, plan=right, live=seen)
    return planned(start, tuple(reversed(right.steps)))


def stored_as(to: GateInput, plan_hash: str) -> GateInput:
    """With another hash in the record, under which the signatures stand."""
    other = replace(to, plan_hash=plan_hash)
    return replace(other, signatures=(signature(other, "kim"),))


def twice(to: GateInput) -> GateInput:
    """One tag twice."""
    return plan(to, steps=(to.plan.steps[0], to.plan.steps[0]))


def other_author(to: GateInput, author: str) -> GateInput:
    """A draft by somebody else, with its own verdict."""
    made = draft(author=author)
    judged = verdict(made)
    return plan(replace(to, draft=made, verdict=judged), verdict_hash=judged.digest())


LATER = START + timedelta(seconds=3)
DENIALS: list[tuple[CheckName, str, Callable[[GateInput], GateInput]]] = [
    (CheckName.RECORD, "row 3 was changed", lambda g: replace(g, record_problem="row 3 was changed")),
    (CheckName.HOLD, "held by lee", lambda g: replace(g, holds=held(Scope.ALL))),
    (CheckName.HOLD, "held by lee", lambda g: replace(other_author(g, "park"), holds=held(Scope.ALL))),
    (CheckName.HOLD, "agents are held", lambda g: replace(at_proposal(g), holds=held(Scope.AGENTS))),
    (CheckName.AUTONOMY, "'advise'", lambda g: replace(g, policy=Policy(autonomy=Autonomy.ADVISE))),
    (CheckName.AUTONOMY, "'observe'", lambda g: replace(g, policy=Policy(autonomy=Autonomy.OBSERVE))),
    (
        CheckName.AUTONOMY,
        "agents hand in nothing",
        lambda g: replace(at_proposal(g), policy=Policy(autonomy=Autonomy.OBSERVE)),
    ),
    (CheckName.CLOCK, "ahead of ours", lambda g: live(g, FILLER, source_time=LATER)),
    (CheckName.CLOCK, "behind ours", lambda g: live(g, PLANT_TIME, source_time=START - timedelta(seconds=3))),
    (CheckName.PLANT, "not all about", lambda g: plan(g, plant="other")),
    (CheckName.PLANT, "description of the plant", lambda g: plan(g, plant_revision="1" * 64)),
    (
        CheckName.PLANT,
        "another draft",
        lambda g: plan(
            replace(g, verdict=verdict(draft("draft-0002"))), verdict_hash=verdict(draft("draft-0002")).digest()
        ),
    ),
    (
        CheckName.PLANT,
        "another draft",
        lambda g: replace(g, draft=g.draft.model_copy(update={"rationale": "Edited after the verdict."})),
    ),
    (CheckName.PLANT, "another verdict", lambda g: plan(g, verdict_hash="1" * 64)),
    (CheckName.PLANT, "not the one that was stored", lambda g: stored_as(g, "1" * 64)),
    (CheckName.KNOWN_TAG, "no tag mixer.speed", lambda g: step(g, alias="mixer.speed")),
    (CheckName.ENVELOPE, "= 661 1/min is outside 400 to 660", lambda g: step(g, target=661.0)),
    (CheckName.STEP_AND_RATE, "move by 130", lambda g: value(step(g, before=530.0, target=660.0), FILLER, 530.0)),
    (CheckName.STEP_AND_RATE, "changed 599 plant seconds ago", lambda g: replace(g, changed_s={FILLER: 3_001.0})),
    (CheckName.CUMULATIVE_DRIFT, "add up to 250", lambda g: replace(g, drift_from={FILLER: 820.0})),
    (CheckName.JOINT, "twice in one plan", twice),
    (CheckName.JOINT, "locked until a person resolves proposal p-7", lambda g: replace(g, locked={FILLER: "p-7"})),
    (CheckName.JOINT, "p-9 is being carried out", lambda g: replace(g, in_flight="p-9")),
    (CheckName.INTERLOCK, "on local", lambda g: value(g, REMOTE, False)),
    (CheckName.INTERLOCK, "cannot be read", lambda g: without(g, REMOTE)),
    (CheckName.MACHINE_MODE, "not in production mode (3)", lambda g: value(g, "filler.unit_mode", 3)),
    (CheckName.MACHINE_MODE, "nothing readable", lambda g: without(g, "filler.unit_mode")),
    (CheckName.FRESH_DATA, "no good value", lambda g: live(g, FILLER, quality=Quality.UNCERTAIN)),
    (CheckName.FRESH_DATA, "no good value", lambda g: without(g, FILLER)),
    (CheckName.FRESH_DATA, "plant time is not known", lambda g: replace(g, plant_time_s=None)),
    (
        CheckName.FRESH_DATA,
        "6.0 s old",
        lambda g: live(g, FILLER, received_at=START - timedelta(seconds=6)),
    ),
    (
        CheckName.FRESH_DATA,
        "60.0 s old",
        lambda g: replace(at_proposal(g), now=START + timedelta(seconds=60)),
    ),
    (CheckName.UNCHANGED, "holds 590 1/min", lambda g: value(g, FILLER, 590.0)),
    (CheckName.APPROVAL, "nobody has approved", lambda g: replace(g, approval=None)),
    (CheckName.APPROVAL, "has been spent", lambda g: replace(g, approval_spent=True)),
    (CheckName.APPROVAL, "expired at", lambda g: approve(g, expires_at=START)),
    (CheckName.APPROVAL, "something else", lambda g: approve(g, binding="1" * 64)),
    (CheckName.APPROVAL, "audit chain does not hold", lambda g: replace(g, approval_recorded=False)),
    (CheckName.APPROVAL, "may not approve", lambda g: approve(g, approver="agent:llm:x")),
    (CheckName.APPROVAL, "may not approve", lambda g: approve(other_author(g, "Kim"))),
    (CheckName.APPROVAL, "cannot be approved", worse),
    (CheckName.APPROVAL, "nothing is approved ahead", lambda g: approve(g, standing_id="standing-1")),
    (CheckName.STEP_AND_RATE, "cannot be read", lambda g: without(g, f"{FILLER}.actual")),
    (CheckName.STEP_AND_RATE, "from its actual 700", lambda g: live(g, f"{FILLER}.actual", value=700.0)),
    (CheckName.JOINT, "do not follow each other", lambda g: ramp(g, (1, 2, 600.0, 590.0), (2, 2, 591.0, 570.0))),
    (CheckName.JOINT, "do not follow each other", lambda g: ramp(g, (1, 2, 600.0, 570.0), (2, 2, 570.0, 580.0))),
    (CheckName.JOINT, "do not follow each other", lambda g: ramp(g, (1, 3, 600.0, 590.0), (3, 3, 590.0, 570.0))),
    (CheckName.JOINT, "the last ramp is not complete", lambda g: ramp(g, (1, 2, 600.0, 590.0))),
    (CheckName.JOINT, "twice in one plan", lambda g: ramp(g, (2, 2, 600.0, 590.0))),
    (CheckName.JOINT, "wants its tags written in the order", lambda _: disordered()),
]


@pytest.mark.parametrize(("name", "says", "change"), DENIALS, ids=[f"{n}: {s}" for n, s, _ in DENIALS])
def test_each_check_denies_alone(name: CheckName, says: str, change: Callable[[GateInput], GateInput]) -> None:
    """One thing is wrong, exactly one check says so, and the whole is denied."""
    checks = gate(change(given()))

    failed = [check for check in checks if not check.passed]
    assert [check.name for check in failed] == [name]
    assert says in failed[0].detail
    assert not passed(checks)


ALSO: list[tuple[CheckName, str, Callable[[GateInput], GateInput]]] = [
    (CheckName.ACCESS, "filler.state may not be written", lambda g: step(g, alias="filler.state", unit="")),
    (CheckName.TYPE_AND_UNIT, "fast is not a Double", lambda g: step(g, target="fast")),
    (CheckName.TYPE_AND_UNIT, "is not a Double", lambda g: step(g, target=True)),
    (CheckName.TYPE_AND_UNIT, "is in '1/min', the plan says '1/h'", lambda g: step(g, unit="1/h")),
    (CheckName.TYPE_AND_UNIT, "is not a String[]", lambda _: step(given(SEQUENCE), target=5.0)),
    (CheckName.ENVELOPE, "each waiting order", lambda _: step(given(SEQUENCE), target=("o02",))),
    (CheckName.JOINT, "are not complete", lambda g: planned(g, (staged(g, 1, 2), other_tag(g)))),
    (CheckName.JOINT, "are not complete", lambda g: planned(g, tuple(staged(g, n, 2) for n in (1, 2, 3)))),
    (CheckName.JOINT, "do not follow", lambda _: planned(given(SEQUENCE), in_stages(given(SEQUENCE)))),
    (CheckName.ENVELOPE, "each waiting order", lambda _: step(given(SEQUENCE), before=("x",), target=("x",))),
    (CheckName.ENVELOPE, "each waiting order", lambda _: step(given(SEQUENCE), target=5.0)),
]


@pytest.mark.parametrize(("name", "says", "change"), ALSO, ids=[f"{n}: {s}" for n, s, _ in ALSO])
def test_checks_that_cannot_fail_alone_are_among_those_that_do(
    name: CheckName, says: str, change: Callable[[GateInput], GateInput]
) -> None:
    """A value of the wrong type, say, also differs from the one held; the check in question still says so itself."""
    checks = gate(change(given()))

    assert any(check.name is name and not check.passed and says in check.detail for check in checks)
    assert not passed(checks)


@pytest.mark.parametrize("of", [None, SEQUENCE])
def test_what_is_in_order_passes_every_check_in_order(of: object) -> None:
    """At the write and at proposal, for a parameter and for a sequence."""
    at_write, before = gate(given(of)), gate(at_proposal(given(of)))

    assert passed(at_write)
    assert passed(before)
    assert [check.name for check in at_write] == list(CheckName)


@pytest.mark.parametrize(
    "change",
    [
        lambda g: replace(g, holds=held(Scope.AGENTS)),
        lambda g: replace(at_proposal(g), holds=held(Scope.ALL)),
        lambda g: at_proposal(replace(other_author(g, "park"), holds=held(Scope.AGENTS))),
        lambda g: at_proposal(replace(other_author(g, "park"), policy=Policy(autonomy=Autonomy.OBSERVE))),
        lambda g: replace(at_proposal(g), policy=Policy(autonomy=Autonomy.ADVISE)),
        lambda g: live(at_proposal(g), FILLER, source_time=LATER),
        lambda g: live(g, PLANT_TIME, source_time=None),
        lambda g: without(g, PLANT_TIME),
        lambda g: replace(at_proposal(g), in_flight="p-9"),
        lambda g: replace(g, changed_s={FILLER: 3_000.0}, drift_from={FILLER: 600.0}),
        lambda g: replace(g, changed_s={LABELLER: 3_599.0}),
        lambda g: live(at_proposal(g), FILLER, received_at=START - timedelta(hours=1)),
        lambda g: value(g, FILLER, 600.4),
        lambda g: step(g, target=660.0),
        lambda g: value(step(g, before=500.0, target=400.0), FILLER, 500.0),
        lambda g: value(step(g, before=500.0, target=620.0), FILLER, 500.0),
        lambda g: replace(g, drift_from={FILLER: 810.0}),
        lambda g: live(g, FILLER, received_at=START - timedelta(seconds=5)),
        lambda g: live(g, PLANT_TIME, source_time=START - timedelta(seconds=2)),
        lambda g: live(g, FILLER, source_time=START + timedelta(seconds=2)),
    ],
)
def test_what_does_not_concern_the_gate_does_not_deny(change: Callable[[GateInput], GateInput]) -> None:
    """Agents held does not stop a write; an old but unchanged setpoint is no stale data; and so on."""
    checks = gate(change(given()))

    assert [check for check in checks if not check.passed] == []
    assert {check.detail for check in checks} == {"passed"}


def test_a_check_that_was_not_made_is_a_no() -> None:
    """Default deny: a missing, doubled or reordered result does not pass."""
    checks = gate(given())

    assert not passed(checks[:-1])
    assert not passed(())
    assert not passed((*checks, checks[0]))
    assert not passed((checks[1], checks[0], *checks[2:]))
    assert not passed((Check(name=CheckName.RECORD, passed=False, detail="x"), *checks[1:]))


def test_two_parameters_are_checked_each() -> None:
    """The second step of a plan is not forgotten."""
    line = Line(FakeClock())
    made = draft(changes=(SetParameter(alias=FILLER, value=570.0), SetParameter(alias=LABELLER, value=10.0)))
    judged = verdict(made)
    seen = {a: line.sample(a) for a in aliases_to_read(PLANT, (FILLER, LABELLER))}
    both: Plan = plan_of(made, judged, PLANT, seen)

    checks = gate(approve(replace(given(), draft=made, verdict=judged, plan=both, live=seen)))

    assert {c.name for c in checks if not c.passed} == {CheckName.ENVELOPE, CheckName.STEP_AND_RATE}
