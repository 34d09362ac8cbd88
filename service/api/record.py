"""`/api/events`, `/api/alarms`, `/api/audit`, `/api/hold`, `/api/release`: what happened, and stopping."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from ledger.alarms import Alarm
from ledger.audit import AuditReport, AuditRow
from service.accounts import Account, Role
from service.api.caller import needs
from service.api.views import HoldRequest, KeyView
from service.running import Service

Operator = Annotated[Account, Depends(needs(Role.OPERATOR))]
Lead = Annotated[Account, Depends(needs(Role.LEAD))]


def router(service: Service) -> APIRouter:
    """Routes of the record."""
    routes = APIRouter(tags=["record"])
    ledger = service.ledger

    @routes.get("/events")
    def events(
        since: Annotated[int, Query(ge=0)] = 0,
        proposal_id: str | None = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    ) -> tuple[AuditRow, ...]:
        """Rows of the audit chain after `since`, the oldest first."""
        return ledger.events(proposal_id, since=since, limit=limit)

    @routes.get("/alarms")
    def alarms() -> tuple[Alarm, ...]:
        """What needs a person now."""
        return ledger.alarms()

    @routes.get("/audit/verify")
    def verify() -> AuditReport:
        """Check the chain from its first row to its head."""
        return ledger.verify()

    @routes.get("/audit/export", response_class=StreamingResponse)
    def export() -> StreamingResponse:
        """The whole chain, one JSON object a line, and at its end the signed head."""
        return StreamingResponse((line + "\n" for line in ledger.export()), media_type="application/x-ndjson")

    @routes.get("/audit/key")
    def key() -> KeyView:
        """The public key to verify exports with; keep it elsewhere."""
        return KeyView(public_key=ledger.public_key)

    @routes.post("/hold")
    def hold(body: HoldRequest, caller: Operator) -> tuple[str, ...]:
        """Stop writing (`all`) or proposing (`agents`)."""
        ledger.hold(body.scope, caller.name, body.reason)
        return service.holds()

    @routes.post("/release")
    def release(body: HoldRequest, caller: Lead) -> tuple[str, ...]:
        """End a hold."""
        ledger.release(body.scope, caller.name, body.reason)
        return service.holds()

    return routes
