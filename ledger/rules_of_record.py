"""Rules of the gate about what is on record: the chain, holds, autonomy, the plan's origin, its risk, its approval.

Each tells the problem in words, or nothing.
"""

from ledger.approvals import binding_of, is_agent, name_key, same_person
from ledger.given import GateInput, Moment
from ledger.hold import Scope
from ledger.policy import Autonomy
from ledger.risk import assess
from plants.flow.approval import Approval


def record(given: GateInput) -> str:
    """The audit chain verifies and agrees with its anchor."""
    return given.record_problem


def hold(given: GateInput) -> str:
    """At the write everything held counts; at proposal only agents are held."""
    scope = Scope.ALL if given.moment is Moment.WRITE else Scope.AGENTS
    if scope is Scope.AGENTS and not is_agent(given.draft.author):
        return ""
    return next((hold.told for hold in given.holds if hold.scope is scope), "")


def autonomy(given: GateInput) -> str:
    """The line's level admits it."""
    level = given.level
    if given.moment is Moment.WRITE and not level.writes:
        return f"the line is set to '{level}', where nothing is written"
    if level is Autonomy.OBSERVE and is_agent(given.draft.author):
        return "the line is set to 'observe', where agents hand in nothing"
    return ""


def plant(given: GateInput) -> str:
    """Draft, verdict and plan belong together and to the plant as it is described now."""
    draft, verdict, plan = given.draft, given.verdict, given.plan
    if {draft.plant, verdict.plant, plan.plant} != {given.plant.plant}:
        return f"it is not all about the plant '{given.plant.plant}'"
    if {draft.plant_revision, verdict.plant_revision, plan.plant_revision} != {given.plant.revision}:
        return "the description of the plant has changed since"
    if verdict.draft_id != draft.id or verdict.draft_hash != draft.digest():
        return "the verdict was given on another draft"
    if plan.verdict_hash != verdict.digest() or plan.promise != verdict.promise:
        return "the plan was made from another verdict"
    if plan.digest() != given.plan_hash:
        return "the plan is not the one that was stored"
    return ""


def risk(given: GateInput) -> str:
    """The plan asks of its approvers what the plant's rules ask for its class."""
    plan, found = given.plan, assess(given.plant, given.plan.steps, given.verdict)
    stated = (plan.risk, plan.approvers, plan.reauthenticate)
    if stated != (found.risk, found.approvers, found.reauthenticate):
        return f"the plan says its risk is {plan.risk}, by the plant's rules it is {found.risk} ({found.because})"
    return ""


def approval(given: GateInput) -> str:
    """A valid, unexpired and unspent approval of exactly this plan is in the record."""
    if given.moment is Moment.PROPOSAL:
        return ""
    given_by = given.approval
    if given_by is None:
        return "nobody has approved it"
    if given.approval_spent:
        return f"approval {given_by.id} has been spent"
    if given.now >= given_by.expires_at:
        return f"the approval by {given_by.approver} expired at {given_by.expires_at:%H:%M:%S}"
    return _bound(given, given_by) or _entitled(given, given_by) or _signed(given, given_by)


def _bound(given: GateInput, approval: Approval) -> str:
    plan = given.plan
    binding = binding_of(plan, given.verdict, given.plant.revision, plan.state_revision, approval.expires_at)
    if approval.binding != binding:
        return "the approval was given for something else than this plan"
    return "" if given.approval_recorded else "the audit chain does not hold this approval"


def _entitled(given: GateInput, approval: Approval) -> str:
    for name in (approval.approver, *approval.signers):
        if same_person(name, given.draft.author) or is_agent(name):
            return f"{name} may not approve it: who proposes does not approve, and agents never do"
    if approval.standing_id is not None and not given.level.acts_ahead:
        return f"the line is set to '{given.level}', where nothing is approved ahead"
    if not given.verdict.data_sufficient or not (given.verdict.approvable or approval.emergency):
        return "the verdict is one that cannot be approved"
    return ""


def _signed(given: GateInput, approval: Approval) -> str:
    """As many people as the risk asks for have signed this plan, each proved who he is where that is asked for."""
    plan, signed = given.plan, {name_key(s.signer): s for s in given.signatures if s.plan_hash == given.plan_hash}
    needed = 1 if approval.emergency else plan.approvers
    if not {name_key(name) for name in (approval.approver, *approval.signers)} <= set(signed):
        return "the approval names people who have not signed"
    if len(signed) < needed:
        return f"a change of {plan.risk} risk needs {needed} people to approve it, {len(signed)} have"
    if plan.reauthenticate or approval.emergency:
        for signature in signed.values():
            if not given.policy.authenticated(signature):
                return f"{signature.signer} had not proved anew who he is when he signed"
    return ""
