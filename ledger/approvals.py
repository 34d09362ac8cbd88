"""Approvals: what an approval binds to, and which plans a standing authorisation covers. Pure functions."""

from datetime import datetime

from plants.flow.approval import Covers, StandingAuthorisation
from plants.flow.plan import Plan
from plants.flow.proposal import Proposal
from plants.flow.verdict import Verdict
from plants.frozen import content_hash

AGENT_PREFIX = "agent:"
"""Names of service accounts that may propose and may never approve."""


def binding_of(plan: Plan, verdict: Verdict, plant_revision: str, state_revision: str, expires_at: datetime) -> str:
    """SHA-256 of everything an approval is given for; any changed byte of it voids the approval."""
    return content_hash([plan.digest(), verdict.digest(), plant_revision, state_revision, expires_at.isoformat()])


def is_agent(name: str) -> bool:
    """Whether a name belongs to an agent."""
    return name_key(name).startswith(AGENT_PREFIX)


def name_key(name: str) -> str:
    """A name as it is compared; case and spaces around do not make another person."""
    return name.strip().casefold()


def same_person(a: str, b: str) -> bool:
    """Whether two names are one person's."""
    return name_key(a) == name_key(b)


def covers(standing: StandingAuthorisation, proposal: Proposal, now: datetime) -> bool:
    """Whether a standing authorisation approves a proposal now.

    It must be in force, name every tag of the plan and admit its risk, have left a person its `after_s` wall seconds to
    decide first, and come from somebody else than the proposal; the verdict must be one that a person could approve,
    too. What needs two people, or one who proves anew who he is, is never covered.
    """
    plan = proposal.plan
    alone = standing.covers is Covers.CHANGES and plan.approvers == 1 and not plan.reauthenticate
    if not alone or not standing.up_to.at_least(plan.risk):
        return False
    in_force = standing.created_at <= now < standing.expires_at
    waited = (now - max(proposal.created_at, standing.created_at)).total_seconds() >= standing.after_s
    in_scope = standing.plant == plan.plant and {s.alias for s in plan.steps} <= set(standing.aliases)
    own = same_person(standing.author, proposal.draft.author)
    return in_force and waited and in_scope and not own and proposal.verdict.approvable
