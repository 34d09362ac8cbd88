"""`/api/line`, `/api/state`, `/api/plant`: the line at one glance and in full."""

from fastapi import APIRouter

from plants.flow.state import LineState
from plants.model.plant import Plant
from service.api.views import LineView
from service.running import Service


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

    return routes
