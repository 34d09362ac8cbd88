"""Approvals: what an approval binds to, and which plans a standing authorisation covers. Pure functions."""

from datetime import datetime

from plants.flow.approval import StandingAuthorisation
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
    return name.strip().casefold().startswith(AGENT_PREFIX)


def same_person(a: str, b: str) -> bool:
    """Whether two names are one person's; case and spaces around do not make another."""
    return a.strip().casefold() == b.strip().casefold()


def covers(standing: StandingAuthorisation, proposal: Proposal, now: datetime) -> bool:
    """Whether a standing authorisation approves a proposal now.

    It must be in force, name every tag of the plan, have left a person its `after_s` wall seconds to decide first, and
    come from somebody else than the proposal; the verdict must be one that a person could approve, too.
    """
    in_force = standing.created_at <= now < standing.expires_at
    waited = (now - max(proposal.created_at, standing.created_at)).total_seconds() >= standing.after_s
    in_scope = standing.plant == proposal.plan.plant and {s.alias for s in proposal.plan.steps} <= set(standing.aliases)
    own = same_person(standing.author, proposal.draft.author)
    return in_force and waited and in_scope and not own and proposal.verdict.approvable
