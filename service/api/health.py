"""`/livez`, `/readyz`, `/metrics`: for the machine that watches the service. No token, no figures of the business."""

from fastapi import APIRouter, Response
from prometheus_client import generate_latest

from service.api.views import Health
from service.running import Service


def router(service: Service) -> APIRouter:
    """Routes of health."""
    routes = APIRouter(tags=["health"])

    @routes.get("/livez")
    def livez(response: Response) -> Health:
        """Whether every loop still turns."""
        return _health(response, service.stuck_loops())

    @routes.get("/readyz")
    def readyz(response: Response) -> Health:
        """Whether the service can do its work: equipment reached, data fresh, ledger writable."""
        return _health(response, service.not_ready())

    @routes.get("/metrics", response_class=Response)
    def metrics() -> Response:
        """Figures for Prometheus."""
        return Response(generate_latest(service.metrics), media_type="text/plain; version=0.0.4")

    return routes


def _health(response: Response, reasons: tuple[str, ...]) -> Health:
    if reasons:
        response.status_code = 503
    return Health(ok=not reasons, reasons=reasons)
