"""`/api/line`, `/api/state`, `/api/plant`: the line at one glance and in full, and what people have counted on it."""

from typing import Annotated

from fastapi import APIRouter, Depends

from plants.flow.state import LineState
from plants.model.plant import Plant
from service.accounts import Account, Role
from service.api.caller import needs
from service.api.views import CountRequest, LineView
from service.running import Service

Operator = Annotated[Account, Depends(needs(Role.OPERATOR))]


def router(service: Service) -> APIRouter:
    """Routes of the line."""
    routes = APIRouter(tags=["line"])

    @routes.get("/line")
    def line() -> LineView:
        """The line at one glance."""
        return service.overview()

    @routes.get("/state")
    def state() -> LineState:
        """The mirrored state, complete enough to simulate from."""
        return service.state()

    @routes.get("/plant")
    def plant() -> Plant:
        """The plant description in use."""
        return service.plant

    @routes.post("/line/buffers/{buffer}/count")
    def count(buffer: str, body: CountRequest, caller: Operator) -> LineView:
        """Say what a person has counted in a buffer; the estimate goes on from there."""
        service.count_buffer(buffer, body.units, caller.name, body.reason)
        return service.overview()

    return routes
