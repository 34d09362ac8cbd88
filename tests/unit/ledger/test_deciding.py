"""Handing in and deciding."""

from datetime import timedelta

import pytest

from ledger.errors import GateRefused
from ledger.ledger import Ledger
from ledger.policy import Autonomy
from plants.errors import Refused, UnknownName
from plants.flow.approval import StandingAuthorisation
from plants.flow.change import Resequence, SetParameter
from plants.flow.proposal import Status
from plants.flow.verdict import Result
from tests.ledger_ports import FILLER, LABELLER, PLANT, START, FakeClock, Line, Past, draft, submitted, verdict


async def test_a_submitted_draft_waits_with_a_plan_of_the_values_seen(ledger: Ledger) -> None:
    """The plan holds the value to restore, the unit and the tolerance of the plant file."""
    proposal = await submitted(ledger)

    step = proposal.plan.steps[0]
    assert proposal.status is Status.JUDGED
    assert (step.alias, step.before, step.target, step.unit) == (FILLER, 600.0, 570.0, "1/min")
    assert (step.tolerance, step.actual_alias, step.reach_s) == (0.5, f"{FILLER}.actual", 180.0)
    assert proposal.plan_hash == proposal.plan.digest()
    assert await ledger.open() == (ledger.proposal(proposal.id),)


async def test_handing_in_again_returns_the_stored_proposal(ledger: Ledger) -> None:
    """A resumed agent may repeat itself, also when things have changed meanwhile."""
    first = await submitted(ledger)

    again = await submitted(ledger)

    assert again.id == first.id
    assert len(ledger.proposals()) == 1


async def test_an_id_used_for_another_draft_is_refused(ledger: Ledger) -> None:
    """An id stands for one content."""
    await submitted(ledger)
    other = draft(changes=(SetParameter(alias=FILLER, value=580.0),))

    with pytest.raises(Refused, match="used for another draft"):
        await submitted(ledger, other)


async def test_a_sequence_becomes_a_plan_for_the_line(ledger: Ledger, line: Line) -> None:
    """Orders are written as one tag; the sequence before is restored on rollback."""
    waiting = line.values["line.order_sequence"]
    assert isinstance(waiting, tuple)
    wanted = tuple(reversed(waiting))

    proposal = await submitted(ledger, draft(changes=(Resequence(orders=wanted),)))

    assert (proposal.plan.steps[0].before, proposal.plan.steps[0].target) == (waiting, wanted)


async def test_the_gate_refuses_a_value_outside_the_envelope(ledger: Ledger) -> None:
    """The refusal names the check and carries all results."""
    with pytest.raises(GateRefused, match="envelope") as refused:
        await submitted(ledger, draft(changes=(SetParameter(alias=FILLER, value=700.0),)))

    assert [check.name for check in refused.value.checks if not check.passed] == ["envelope"]
    assert ledger.events()[-1].action == "refused"


async def test_an_unknown_tag_or_a_tag_without_a_good_value_makes_no_plan(ledger: Ledger, line: Line) -> None:
    """Without a value to restore there is no plan."""
    line.bad.add(LABELLER)

    with pytest.raises(GateRefused, match="known_tag"):
        await submitted(ledger, draft(changes=(SetParameter(alias="mixer.speed", value=1.0),)))
    with pytest.raises(GateRefused, match="fresh_data"):
        await submitted(ledger, draft(changes=(SetParameter(alias=LABELLER, value=600.0),)))


async def test_an_approval_binds_and_expires(ledger: Ledger, clock: FakeClock) -> None:
    """Who, when, until when."""
    proposal = await submitted(ledger)

    approval = ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash, comment="fine")

    assert approval is not None
    assert approval.expires_at == clock.now() + timedelta(seconds=600)
    assert ledger.proposal(proposal.id).status is Status.APPROVED
    assert ledger.proposal(proposal.id).decided_by == "kim"


async def test_the_second_decision_is_refused_and_told_who_came_first(ledger: Ledger) -> None:
    """One decision; the loser learns of it."""
    proposal = await submitted(ledger)
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)

    with pytest.raises(Refused, match=r"approved\. kim decided at 06:00:00 UTC"):
        ledger.approve(proposal.id, "lee", plan_hash=proposal.plan_hash)
    with pytest.raises(Refused, match="kim decided"):
        ledger.reject(proposal.id, "lee", "too slow")


async def test_a_rejection_is_kept_with_its_reason_as_experience(ledger: Ledger) -> None:
    """Agents learn from why."""
    proposal = await submitted(ledger)

    ledger.reject(proposal.id, "kim", "the new reel is in")

    outcome = await ledger.of(proposal.id)
    assert outcome is not None
    assert (outcome.status, outcome.kept) == (Status.REJECTED, None)
    assert "the new reel is in" in outcome.explanation
    assert await ledger.recent() == (outcome,)


async def test_silence_is_no(ledger: Ledger, clock: FakeClock) -> None:
    """A proposal nobody decided expires, and cannot be approved afterwards."""
    proposal = await submitted(ledger)
    clock.move(1_800)

    with pytest.raises(Refused, match="expired"):
        ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)

    assert ledger.proposal(proposal.id).status is Status.EXPIRED


async def test_an_approval_nobody_spends_expires(ledger: Ledger, clock: FakeClock) -> None:
    """What was approved for now is not written later."""
    proposal = await submitted(ledger)
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    clock.move(600)

    ended = ledger.expire()

    assert [(p.id, p.status) for p in ended] == [(proposal.id, Status.EXPIRED)]
    assert ledger.expire() == ()


@pytest.mark.parametrize(
    ("approver", "of", "result", "sufficient", "says"),
    [
        ("agent:solver", "agent:solver", Result.BETTER, True, "who proposes does not approve"),
        ("park", "park", Result.BETTER, True, "who proposes does not approve"),
        ("Agent:other", "agent:solver", Result.BETTER, True, "an agent never approves"),
        ("kim", "agent:solver", Result.INCONCLUSIVE, True, "the twin says inconclusive"),
        ("kim", "agent:solver", Result.WORSE, True, "the twin says worse"),
        ("kim", "agent:solver", Result.BETTER, False, "stale or bad data"),
    ],
)
async def test_who_may_not_approve_what(
    ledger: Ledger, approver: str, of: str, result: Result, sufficient: bool, says: str
) -> None:
    """Proposer is not approver, agents never, and only verdicts that are better on sufficient data."""
    made = draft(author=of)
    proposal = await submitted(ledger, made, verdict(made, result, data_sufficient=sufficient))

    with pytest.raises(Refused, match=says):
        ledger.approve(proposal.id, approver, plan_hash=proposal.plan_hash)

    assert ledger.proposal(proposal.id).status is Status.JUDGED
    assert ledger.events(proposal.id)[-1].action == "refused"


async def test_approving_another_plan_than_the_stored_one_is_refused(ledger: Ledger) -> None:
    """The hash shown to the person must be the one stored."""
    proposal = await submitted(ledger)

    with pytest.raises(Refused, match="not the one that was shown"):
        ledger.approve(proposal.id, "kim", plan_hash="0" * 64)


async def test_a_withdrawn_proposal_cannot_be_approved(ledger: Ledger) -> None:
    """Taken back is taken back."""
    proposal = await submitted(ledger)
    ledger.withdraw(proposal.id, "lee", "maintenance first")

    with pytest.raises(Refused, match="withdrawn"):
        ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)


def test_an_unknown_id_suggests_one(ledger: Ledger) -> None:
    """An empty ledger suggests nothing, and says so plainly."""
    with pytest.raises(UnknownName, match=r"There is no proposal 'p-9'\.$"):
        ledger.proposal("p-9")


async def test_a_mistyped_id_suggests_the_near_ones(ledger: Ledger) -> None:
    """Did you mean."""
    proposal = await submitted(ledger)

    with pytest.raises(UnknownName, match=f"Did you mean {proposal.id}"):
        ledger.approve("p-0001", "kim", plan_hash=proposal.plan_hash)


async def test_held_agents_hand_in_nothing_and_people_do(ledger: Ledger) -> None:
    """A hold of agents is about proposing only."""
    ledger.hold("agents", "kim", "trial run")

    with pytest.raises(GateRefused, match="agents are held by kim"):
        await submitted(ledger)
    by_person = await submitted(ledger, draft("draft-0002", author="park"))
    ledger.release("agents", "kim")

    assert by_person.status is Status.JUDGED
    assert (await submitted(ledger)).status is Status.JUDGED


async def test_hold_all_voids_approvals_and_refuses_new_ones(ledger: Ledger) -> None:
    """What was approved before the stop does not go on after it."""
    first, second = await submitted(ledger), await submitted(ledger, draft("draft-0002"))
    ledger.approve(first.id, "kim", plan_hash=first.plan_hash)

    ledger.hold("all", "lee", "smoke at the labeller")

    assert ledger.proposal(first.id).status is Status.WITHDRAWN
    with pytest.raises(Refused, match="smoke at the labeller"):
        ledger.approve(second.id, "kim", plan_hash=second.plan_hash)
    assert [hold.who for hold in ledger.holds()] == ["lee"]


def test_releasing_what_is_not_held_and_release_by_an_agent_are_refused(ledger: Ledger) -> None:
    """A hold is ended by a person, once."""
    ledger.hold("all", "lee", "stop")

    with pytest.raises(Refused, match="agent"):
        ledger.release("all", "agent:llm:x")
    ledger.release("all", "lee", "all clear")
    with pytest.raises(Refused, match="Nothing holds"):
        ledger.release("all", "lee")


def standing(**changes: object) -> StandingAuthorisation:
    """A permission given ahead by the shift lead, for the filler."""
    fields: dict[str, object] = {
        "id": "standing-1",
        "author": "lead",
        "plant": PLANT.plant,
        "aliases": (FILLER,),
        "after_s": 60.0,
        "created_at": START,
        "expires_at": START + timedelta(hours=8),
        "meaning": "small speed changes in the night shift",
    }
    return StandingAuthorisation.model_validate(fields | changes)


async def test_a_standing_authorisation_approves_after_a_person_had_time(ledger: Ledger, clock: FakeClock) -> None:
    """Within scope, after the stated time, as an approval that names it; on a line that is set to go so far."""
    ledger.grant(standing())
    ledger.set_autonomy(Autonomy.BOUNDED_AUTO, "lead", "night shift")
    proposal = await submitted(ledger)

    too_early = ledger.apply_standing()
    clock.move(60)
    approvals = ledger.apply_standing()

    assert too_early == ()
    assert [(a.proposal_id, a.approver, a.standing_id) for a in approvals] == [(proposal.id, "lead", "standing-1")]
    assert ledger.apply_standing() == ()


@pytest.mark.parametrize(
    "case",
    ["other tag", "proposer", "inconclusive", "held", "revoked", "over", "level"],
)
async def test_what_a_standing_authorisation_does_not_approve(ledger: Ledger, clock: FakeClock, case: str) -> None:
    """Out of scope, by the proposer, not better, held, revoked, over, or on a line where a person approves each."""
    ledger.grant(standing(aliases=(LABELLER,)) if case == "other tag" else standing())
    if case != "level":
        ledger.set_autonomy(Autonomy.BOUNDED_AUTO, "lead", "night shift")
    made = draft(author="lead" if case == "proposer" else "agent:solver")
    result = Result.INCONCLUSIVE if case == "inconclusive" else Result.BETTER
    await submitted(ledger, made, verdict(made, result))
    if case == "held":
        ledger.hold("all", "kim", "stop")
    if case == "revoked":
        ledger.revoke("standing-1", "kim", "not tonight")
    clock.move(8 * 3600 if case == "over" else 120)

    assert ledger.apply_standing() == ()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"author": "agent:solver"}, "given by a person"),
        ({"expires_at": START}, "time to come"),
        ({"plant": "other"}, "for this plant"),
        ({"aliases": ("filler.state",)}, "may not"),
    ],
)
def test_a_standing_authorisation_that_is_not_granted(ledger: Ledger, changes: dict[str, object], says: str) -> None:
    """By an agent, for the past, for elsewhere, or for what nobody may write."""
    with pytest.raises(Refused, match=says):
        ledger.grant(standing(**changes))

    assert ledger.standing() == ()


async def test_a_standing_authorisation_that_is_not_stored_approves_nothing(ledger: Ledger, clock: FakeClock) -> None:
    """Handing one in with the approval is not granting it."""
    proposal = await submitted(ledger)
    ledger.set_autonomy(Autonomy.BOUNDED_AUTO, "lead", "night shift")
    clock.move(120)

    with pytest.raises(Refused, match="standing authorisation is not in force"):
        ledger.approve(proposal.id, "lead", plan_hash=proposal.plan_hash, standing=standing())


def test_granting_one_id_twice_is_refused_by_the_record(ledger: Ledger) -> None:
    """A standing authorisation is fixed; another one needs another id."""
    ledger.grant(standing())

    with pytest.raises(Refused, match="The record refuses it"):
        ledger.grant(standing(after_s=0.0))

    assert ledger.standing() == (standing(),)


def test_revoking_what_is_not_in_force_is_an_unknown_name(ledger: Ledger) -> None:
    """Told, not ignored."""
    with pytest.raises(UnknownName, match="standing-9"):
        ledger.revoke("standing-9", "kim", "?")


async def test_the_narrative_tells_who_did_what(ledger: Ledger, past: Past) -> None:
    """Rows in order, each in words; `since` goes on from there."""
    proposal = await submitted(ledger)
    ledger.reject(proposal.id, "kim", "no")

    rows = ledger.events(proposal.id)

    assert [row.action for row in rows] == ["submitted", "rejected"]
    assert rows[0].text.startswith("agent:solver proposes filler.speed_per_min from 600 1/min to 570 1/min.")
    assert ledger.events(since=rows[0].seq)[0] == rows[1]
    assert ledger.verify().ok
    assert len(list(ledger.export())) == 3
