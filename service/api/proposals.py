"""`/api/proposals`: look, decide, edit, withdraw, put back, resolve, review; `/api/reviews`, `/api/outcomes`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from ledger.signing import Review
from plants.flow.approval import Approval, Signature
from plants.flow.outcome import Outcome
from plants.flow.proposal import Proposal
from service.accounts import Account, Role
from service.api.caller import Forbidden, needs
from service.api.views import ApproveRequest, EditRequest, RejectRequest, ResolveRequest, ReviewRequest
from service.revise import edit, put_back
from service.running import Service

Limit = Annotated[int, Query(ge=1, le=1000)]
Operator = Annotated[Account, Depends(needs(Role.OPERATOR))]
Lead = Annotated[Account, Depends(needs(Role.LEAD))]


def router(service: Service) -> APIRouter:
    """Routes of proposals."""
    routes = APIRouter(tags=["proposals"])
    _looking(routes, service)
    _deciding(routes, service)
    _afterwards(routes, service)
    return routes


def _looking(routes: APIRouter, service: Service) -> None:
    ledger = service.ledger

    @routes.get("/proposals")
    def list_proposals(limit: Limit = 100) -> tuple[Proposal, ...]:
        """Proposals, the newest first."""
        return ledger.proposals(limit=limit)

    @routes.get("/proposals/{proposal_id}")
    def show(proposal_id: str) -> Proposal:
        """One proposal with its draft, verdict and plan."""
        return ledger.proposal(proposal_id)

    @routes.get("/proposals/{proposal_id}/signatures")
    def signatures(proposal_id: str) -> tuple[Signature, ...]:
        """Who has signed its plan so far."""
        return ledger.signatures(ledger.proposal(proposal_id).id)

    @routes.get("/outcomes")
    async def outcomes(limit: Limit = 100) -> tuple[Outcome, ...]:
        """How proposals ended, the newest first."""
        return await ledger.recent(limit)

    @routes.get("/reviews")
    def reviews(*, all: bool = False) -> tuple[Review, ...]:
        """Reviews of emergency approvals that wait, or all."""
        return ledger.reviews(open_only=not all)


def _deciding(routes: APIRouter, service: Service) -> None:
    ledger = service.ledger

    @routes.post("/proposals/{proposal_id}/approve")
    def approve(proposal_id: str, body: ApproveRequest, caller: Operator) -> Approval | None:
        """Sign exactly the plan whose hash is given; null when another person must sign, too."""
        if body.emergency:
            needs_lead(caller)
        return ledger.approve(
            proposal_id,
            caller.name,
            plan_hash=body.plan_hash,
            comment=body.comment,
            meaning="approved in an emergency" if body.emergency else "approved for writing",
            authenticated_at=service.proved(caller, body.passphrase),
            emergency=body.emergency,
        )

    @routes.post("/proposals/{proposal_id}/reject")
    def reject(proposal_id: str, body: RejectRequest, caller: Operator) -> Proposal:
        """Say no, with a reason."""
        ledger.reject(proposal_id, caller.name, body.reason)
        return ledger.proposal(proposal_id)

    @routes.post("/proposals/{proposal_id}/withdraw")
    def withdraw(proposal_id: str, body: RejectRequest, caller: Operator) -> Proposal:
        """Take back what has not been written."""
        return ledger.withdraw(proposal_id, caller.name, body.reason)

    @routes.post("/proposals/{proposal_id}/edit")
    async def edit_(proposal_id: str, body: EditRequest, caller: Operator) -> Proposal:
        """Hand in other changes in its place, judged and checked anew; the old proposal is void."""
        return await edit(service, ledger.proposal(proposal_id), body.changes, caller.name, body.reason)


def _afterwards(routes: APIRouter, service: Service) -> None:
    ledger = service.ledger

    @routes.post("/proposals/{proposal_id}/rollback")
    async def rollback(proposal_id: str, body: RejectRequest, caller: Operator) -> Proposal:
        """Have a change put back: at once while it is under way; as a proposal of the values before once verified."""
        return await put_back(service, ledger.proposal(proposal_id), caller.name, body.reason)

    @routes.post("/proposals/{proposal_id}/resolve")
    def resolve(proposal_id: str, body: ResolveRequest, caller: Operator) -> Proposal:
        """Say what became of a change that ended unknown; its tags are unlocked."""
        return ledger.resolve(proposal_id, caller.name, body.status, body.reason)

    @routes.post("/proposals/{proposal_id}/review")
    def review(proposal_id: str, body: ReviewRequest, caller: Lead) -> Review:
        """Say what was found of an emergency approval."""
        return ledger.review(proposal_id, caller.name, body.finding)


def needs_lead(caller: Account) -> None:
    """Refuse whoever is no lead.

    Raises:
        Forbidden: the role does not allow it.
    """
    if not caller.role.at_least(Role.LEAD):
        raise Forbidden(f"An emergency asks for the role 'lead'; {caller.name} is {caller.role}.")
