"""`/api/work`: what people are to carry out; `/api/autonomy`: how far Jayul may go."""

from typing import Annotated

from fastapi import APIRouter, Depends

from ledger.policy import Autonomy
from ledger.work import Task
from plants.flow.proposal import Proposal
from service.accounts import Account, Role
from service.api.caller import needs
from service.api.views import AutonomyRequest, AutonomyView, RejectRequest
from service.running import Service

Operator = Annotated[Account, Depends(needs(Role.OPERATOR))]
Lead = Annotated[Account, Depends(needs(Role.LEAD))]


def router(service: Service) -> APIRouter:
    """Routes of the work list and of autonomy."""
    routes = APIRouter(tags=["work"])
    ledger = service.ledger

    @routes.get("/work")
    def work_list() -> tuple[Task, ...]:
        """What people are to carry out, or have taken on, the oldest first."""
        return ledger.work_list()

    @routes.post("/work/{proposal_id}/acknowledge")
    def acknowledge(proposal_id: str, caller: Operator) -> Proposal:
        """Take it on."""
        return ledger.acknowledge(proposal_id, caller.name)

    @routes.post("/work/{proposal_id}/decline")
    def decline(proposal_id: str, body: RejectRequest, caller: Operator) -> Proposal:
        """Say that it was not and will not be done."""
        return ledger.decline(proposal_id, caller.name, body.reason)

    @routes.get("/autonomy")
    def autonomy() -> AutonomyView:
        """How far Jayul may go on this line."""
        return AutonomyView(level=ledger.autonomy())

    @routes.post("/autonomy")
    def set_autonomy(body: AutonomyRequest, caller: Lead) -> AutonomyView:
        """Set how far Jayul may go; more than before asks for the passphrase."""
        more = list(Autonomy).index(body.level) > list(Autonomy).index(ledger.autonomy())
        if more:
            service.must_prove(caller, body.passphrase)
        ledger.set_autonomy(body.level, caller.name, body.reason)
        return AutonomyView(level=ledger.autonomy())

    return routes
