"""High risk: two people who are not the proposer, each proved anew; and the emergency that one person answers for."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ledger import evidence
from ledger.executor import Executor
from ledger.gate import gate
from ledger.ledger import Ledger
from ledger.risk import assess
from plants.errors import Refused
from plants.flow.approval import Approval
from plants.flow.change import SetParameter
from plants.flow.plan import Plan
from plants.flow.proposal import Proposal, Status
from plants.flow.verdict import Result
from plants.model.change_policy import ChangePolicy, Risk, RiskRule
from tests.ledger_ports import FILLER, LABELLER, FakeClock, Line, Past, draft, plant_with, submitted, verdict

DELICATE = plant_with(ChangePolicy(risks=(RiskRule(risk=Risk.HIGH, because="it is delicate", aliases=(FILLER,)),)))
MADE = draft(plant=DELICATE)


@pytest.fixture
def delicate(tmp_path: Path, clock: FakeClock, past: Past) -> Iterator[Ledger]:
    """A ledger of a line whose filler is a matter of high risk."""
    opened = Ledger.at(tmp_path / "delicate.db", DELICATE, clock, past)
    yield opened
    opened.close()


def signed(ledger: Ledger, proposal: Proposal, who: str, clock: FakeClock, **more: object) -> Approval | None:
    """Signed by somebody who has just proved who he is."""
    given: dict[str, object] = {"authenticated_at": clock.now(), **more}
    return ledger.approve(proposal.id, who, plan_hash=proposal.plan_hash, **given)  # type: ignore[arg-type]


async def test_a_change_of_high_risk_is_approved_by_two_people_and_written(
    delicate: Ledger, clock: FakeClock, line: Line, past: Past
) -> None:
    """The first signature is none yet; the approval names both."""
    proposal = await submitted(delicate, MADE)
    first = signed(delicate, proposal, "kim", clock)
    waiting = delicate.proposal(proposal.id).status

    second = signed(delicate, proposal, "lee", clock)
    executor = Executor(delicate, line, past, clock, DELICATE)
    await executor.step()

    assert (proposal.plan.risk, proposal.plan.risk_because) == (Risk.HIGH, "it is delicate")
    assert (first, waiting) == (None, Status.JUDGED)
    assert second is not None
    assert second.signers == ("kim", "lee")
    assert [s.signer for s in delicate.signatures(proposal.id)] == ["kim", "lee"]
    assert delicate.proposal(proposal.id).status is Status.APPLIED
    assert line.written == [(FILLER, 570.0)]
    await executor.close()


@pytest.mark.parametrize("again", ["kim", " KIM ", "Kim"])
async def test_one_person_does_not_sign_twice(delicate: Ledger, clock: FakeClock, again: str) -> None:
    """However the name is spelled."""
    proposal = await submitted(delicate, MADE)
    signed(delicate, proposal, "kim", clock)

    with pytest.raises(Refused, match="another person must approve it, too"):
        signed(delicate, proposal, again, clock)

    assert delicate.proposal(proposal.id).status is Status.JUDGED


async def test_the_proposer_is_neither_of_the_two(delicate: Ledger, clock: FakeClock) -> None:
    """Three people stand behind a person's change of high risk."""
    proposal = await submitted(delicate, draft(author="kim", plant=DELICATE))
    signed(delicate, proposal, "lee", clock)

    with pytest.raises(Refused, match="who proposes does not approve"):
        signed(delicate, proposal, "Kim", clock)


@pytest.mark.parametrize("ago_s", [None, 121.0, -1.0])
async def test_high_risk_asks_for_a_fresh_proof_of_identity(
    delicate: Ledger, clock: FakeClock, ago_s: float | None
) -> None:
    """None, one of too long ago, and one of the future do not count."""
    proposal = await submitted(delicate, MADE)
    at = None if ago_s is None else clock.now() - timedelta(seconds=ago_s)

    with pytest.raises(Refused, match="prove again who you are"):
        signed(delicate, proposal, "kim", clock, authenticated_at=at)


SIGN = (
    "INSERT INTO signatures (proposal_id, signer_key, signer, plan_hash, body)"
    " SELECT id, 'k{0}', '{0}', plan_hash, '{{\"signer\":\"{0}\",\"authenticated_at\":{1}}}' FROM proposals"
)
APPROVE = (
    "INSERT INTO approvals (id, proposal_id, expires_at, body)"
    " VALUES ('a-x', 'p-00001', '9999', '{{\"approver\":\"{0}\",\"emergency\":{1}}}')"
)


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        (["UPDATE proposals SET reason = ''", SIGN.format("Kim", 1), SIGN.format("KIM", 1)], "has signed before"),
        ([SIGN.format("agent:other", 1)], "an agent never"),
        ([SIGN.format("kim", 1), SIGN.format("Kim ", 1)], "has signed before"),
        ([APPROVE.format("kim", "false")], "not enough people"),
        ([SIGN.format("kim", 1), APPROVE.format("kim", "false")], "not enough people"),
        ([SIGN.format("kim", 1), SIGN.format("lee", 1), APPROVE.format("park", "false")], "not enough people"),
        ([SIGN.format("kim", "null"), SIGN.format("lee", 1), APPROVE.format("lee", "false")], "not proved anew"),
        ([SIGN.format("kim", "null"), APPROVE.format("kim", "true")], "not proved anew"),
        ([SIGN.format("kim", 1), "UPDATE signatures SET signer = 'lee'"], "cannot be changed"),
        ([SIGN.format("kim", 1), "DELETE FROM signatures"], "are kept"),
        (["INSERT INTO reviews (proposal_id, approver, due_at) VALUES ('p-00001', 'kim', '9')"], "only what was"),
        (["INSERT INTO signatures VALUES ('p-00001', 'k', 'kim', 'other', '{}')"], "does not wait"),
    ],
)
async def test_the_schema_counts_the_signatures_itself(
    delicate: Ledger, tmp_path: Path, statements: list[str], says: str
) -> None:
    """No code path gets round four eyes, nor does somebody with a SQL prompt who does not remove the rules first."""
    await submitted(delicate, MADE)
    raw = sqlite3.connect(tmp_path / "delicate.db", isolation_level=None)
    for statement in statements[:-1]:
        raw.execute(statement)

    with pytest.raises(sqlite3.IntegrityError, match=says):
        raw.execute(statements[-1])

    raw.close()


async def test_the_gate_counts_the_signatures_again(delicate: Ledger, clock: FakeClock, line: Line) -> None:
    """Each thing that is missing, alone, is a no just before the write."""
    proposal = await submitted(delicate, MADE)
    signed(delicate, proposal, "kim", clock)
    signed(delicate, proposal, "lee", clock)
    live = {alias: line.sample(alias) for alias in line.values}
    with delicate.book.read() as conn:
        given = evidence.at_write(
            delicate.book, conn, DELICATE, proposal, now=clock.now(), live=live, plant_time_s=3_600.0
        )
    one, two = given.signatures
    old = two.model_copy(update={"authenticated_at": clock.now() - timedelta(hours=1)})
    other = two.model_copy(update={"plan_hash": "1" * 64})
    approval = given.approval
    assert approval is not None
    denied = {
        "have not signed": replace(given, signatures=(one, other)),
        "needs 2 people to approve it, 1 have": replace(
            given, signatures=(two,), approval=approval.model_copy(update={"signers": ("lee",)})
        ),
        "had not proved anew": replace(given, signatures=(one, old)),
        "may not approve it": replace(given, approval=approval.model_copy(update={"signers": ("agent:solver", "lee")})),
    }

    assert all(check.passed for check in gate(given))
    for says, without in denied.items():
        failed = [check for check in gate(without) if not check.passed]
        assert [(check.name, says in check.detail) for check in failed] == [("approval", True)], says


async def test_a_plan_that_understates_its_risk_is_refused(delicate: Ledger, clock: FakeClock, line: Line) -> None:
    """The class is worked out again at the write, from the plant's rules."""
    proposal = await submitted(delicate, MADE)
    easy = Plan.model_validate({**proposal.plan.model_dump(), "risk": "low", "approvers": 1, "reauthenticate": False})
    live = {alias: line.sample(alias) for alias in line.values}
    with delicate.book.read() as conn:
        given = evidence.at_write(
            delicate.book, conn, DELICATE, proposal, now=clock.now(), live=live, plant_time_s=3_600.0
        )

    checks = gate(replace(given, plan=easy, plan_hash=easy.digest()))

    [risk] = [check for check in checks if check.name == "risk"]
    assert not risk.passed
    assert "by the plant's rules it is high (it is delicate)" in risk.detail


@pytest.mark.parametrize(
    ("rule", "met"),
    [
        ({"aliases": ("line.order_sequence",)}, False),
        ({"aliases": (LABELLER, FILLER)}, True),
        ({"sequence": True}, False),
        ({"tags_at_least": 2}, True),
        ({"tags_at_least": 3}, False),
        ({"stages_at_least": 2}, False),
        ({"envelope_share": 0.11}, True),
        ({"envelope_share": 0.2}, False),
        ({"harm": 0.01}, True),
        ({"harm": 0.02}, False),
        ({"tags_at_least": 2, "harm": 0.02}, False),
    ],
)
async def test_a_rule_is_met_when_everything_that_it_states_is_so(
    tmp_path: Path, clock: FakeClock, past: Past, rule: dict[str, object], met: bool
) -> None:
    """The filler by 30 of 260, the labeller by 35; a probability of harm of 1 %."""
    stated = RiskRule.model_validate({"risk": Risk.HIGH, "because": "so", **rule})
    plant = plant_with(ChangePolicy(risks=(stated,)))
    ledger = Ledger.at(tmp_path / "rules.db", plant, clock, past)
    changes = (SetParameter(alias=FILLER, value=570.0), SetParameter(alias=LABELLER, value=640.0))

    proposal = await submitted(ledger, draft(changes=changes, plant=plant))

    found = assess(plant, proposal.plan.steps, proposal.verdict)
    assert (found.risk is Risk.HIGH) is met
    assert (found.approvers, found.reauthenticate) == ((2, True) if met else (1, False))
    ledger.close()


def test_a_rule_without_a_condition_is_refused() -> None:
    """It would meet everything, or nothing, depending on who reads it."""
    with pytest.raises(ValueError, match="at least one condition"):
        RiskRule(risk=Risk.HIGH, because="always")


# Emergencies ---------------------------------------------------------------------------------------------------------


async def test_in_an_emergency_one_person_approves_and_another_reviews(
    delicate: Ledger, clock: FakeClock, line: Line, past: Past
) -> None:
    """Alone, against an inconclusive verdict, written through the same gate; the review stays owed until it is made."""
    made = MADE
    proposal = await submitted(delicate, made, verdict(made, Result.INCONCLUSIVE))

    approval = signed(delicate, proposal, "kim", clock, emergency=True, comment="bottles break")
    executor = Executor(delicate, line, past, clock, DELICATE)
    await executor.step()
    owed = delicate.reviews()
    reviewed = delicate.review(proposal.id, "park", "it was right to slow it down")

    assert approval is not None
    assert approval.emergency
    assert line.written == [(FILLER, 570.0)]
    assert [(r.proposal_id, r.approver, r.reviewer) for r in owed] == [(proposal.id, "kim", None)]
    assert reviewed.reviewer == "park"
    assert delicate.reviews() == ()
    assert delicate.reviews(open_only=False) == (reviewed,)
    assert "IN AN EMERGENCY" in next(row.text for row in delicate.events(proposal.id) if row.action == "approved")
    await executor.close()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"comment": ""}, "stated in words"),
        ({"authenticated_at": None}, "prove again"),
    ],
)
async def test_an_emergency_is_stated_and_proved(
    delicate: Ledger, clock: FakeClock, more: dict[str, object], says: str
) -> None:
    """One click is not enough."""
    proposal = await submitted(delicate, MADE)

    with pytest.raises(Refused, match=says):
        signed(delicate, proposal, "kim", clock, **{"emergency": True, "comment": "bottles break", **more})


async def test_an_emergency_does_not_excuse_bad_data_or_ones_own_proposal(delicate: Ledger, clock: FakeClock) -> None:
    """What it waives is the second person and the twin's 'better', and nothing else."""
    blind = await submitted(delicate, MADE, verdict(MADE, data_sufficient=False))
    own = await submitted(delicate, draft("draft-0002", author="kim", plant=DELICATE))
    more = {"emergency": True, "comment": "bottles break"}

    with pytest.raises(Refused, match="stale or bad data"):
        signed(delicate, blind, "kim", clock, **more)
    with pytest.raises(Refused, match="who proposes does not approve"):
        signed(delicate, own, "kim", clock, **more)


async def test_a_second_emergency_waits_for_the_review_of_the_first(delicate: Ledger, clock: FakeClock) -> None:
    """Emergencies do not become the usual way."""
    first = await submitted(delicate, MADE)
    second = await submitted(delicate, draft("draft-0002", plant=DELICATE))
    more = {"emergency": True, "comment": "bottles break"}
    signed(delicate, first, "kim", clock, **more)

    with pytest.raises(Refused, match=f"waits for its review .{first.id}."):
        signed(delicate, second, "lee", clock, **more)
    delicate.review(first.id, "lee", "fine")

    assert signed(delicate, second, "lee", clock, **more) is not None


async def test_who_has_signed_before_the_emergency_does_not_review(delicate: Ledger, clock: FakeClock) -> None:
    """The first of two signatures under the same plan: that person has approved it, too."""
    proposal = await submitted(delicate, MADE)
    signed(delicate, proposal, "kim", clock)
    signed(delicate, proposal, "lee", clock, emergency=True, comment="bottles break")

    with pytest.raises(Refused, match="neither proposed nor signed; kim may not"):
        delicate.review(proposal.id, "kim", "I knew it")

    assert delicate.review(proposal.id, "park", "fine").reviewer == "park"


@pytest.mark.parametrize(
    ("reviewer", "finding"), [("kim", "mine"), ("Kim ", "mine"), ("agent:solver", "mine"), ("agent:x", "x")]
)
async def test_who_acted_does_not_review(delicate: Ledger, clock: FakeClock, reviewer: str, finding: str) -> None:
    """Neither the approver, nor the proposer, nor an agent."""
    proposal = await submitted(delicate, MADE)
    signed(delicate, proposal, "kim", clock, emergency=True, comment="bottles break")

    with pytest.raises(Refused, match="neither proposed nor signed"):
        delicate.review(proposal.id, reviewer, finding)


async def test_only_an_emergency_is_reviewed_and_only_once(delicate: Ledger, clock: FakeClock) -> None:
    """There is nothing to review otherwise."""
    proposal = await submitted(delicate, MADE)

    with pytest.raises(Refused, match="no emergency approval that waits"):
        delicate.review(proposal.id, "lee", "?")
    signed(delicate, proposal, "kim", clock, emergency=True, comment="bottles break")
    delicate.review(proposal.id, "lee", "fine")
    with pytest.raises(Refused, match="no emergency approval that waits"):
        delicate.review(proposal.id, "park", "not fine")
