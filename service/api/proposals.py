"""`/api/proposals`: list, show, approve, reject, withdraw; `/api/outcomes`."""

from typing import Annotated

from fastapi import APIRouter, Query

from plants.flow.approval import Approval
from plants.flow.outcome import Outcome
from plants.flow.proposal import Proposal
from service.api.views import ApproveRequest, RejectRequest, ResolveRequest
from service.running import Service

Limit = Annotated[int, Query(ge=1, le=1000)]


def router(service: Service) -> APIRouter:
    """Routes of proposals."""
    routes = APIRouter(tags=["proposals"])
    ledger = service.ledger

    @routes.get("/proposals")
    def list_proposals(limit: Limit = 100) -> tuple[Proposal, ...]:
        """Proposals, the newest first."""
        return ledger.proposals(limit=limit)

    @routes.get("/proposals/{proposal_id}")
    def show(proposal_id: str) -> Proposal:
        """One proposal with its draft, verdict and plan."""
        return ledger.proposal(proposal_id)

    @routes.post("/proposals/{proposal_id}/approve")
    def approve(proposal_id: str, body: ApproveRequest) -> Approval | None:
        """Approve exactly the plan whose hash is given; once."""
        return ledger.approve(proposal_id, service.operator, plan_hash=body.plan_hash, comment=body.comment)

    @routes.post("/proposals/{proposal_id}/reject")
    def reject(proposal_id: str, body: RejectRequest) -> Proposal:
        """Say no, with a reason."""
        ledger.reject(proposal_id, service.operator, body.reason)
        return ledger.proposal(proposal_id)

    @routes.post("/proposals/{proposal_id}/withdraw")
    def withdraw(proposal_id: str, body: RejectRequest) -> Proposal:
        """Take back what has not been written."""
        return ledger.withdraw(proposal_id, service.operator, body.reason)

    @routes.post("/proposals/{proposal_id}/resolve")
    def resolve(proposal_id: str, body: ResolveRequest) -> Proposal:
        """Say what became of a change that ended unknown; its tags are unlocked."""
        return ledger.resolve(proposal_id, service.operator, body.status, body.reason)

    @routes.get("/outcomes")
    async def outcomes(limit: Limit = 100) -> tuple[Outcome, ...]:
        """How proposals ended, the newest first."""
        return await ledger.recent(limit)

    return routes
