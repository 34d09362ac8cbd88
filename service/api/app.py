"""The FastAPI application around one running service.

No page of it loads anything from another host; the docs pages of FastAPI (which do) are switched off.
"""

from collections.abc import Awaitable, Callable

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from plants.errors import JayulError, Refused
from service.api import health, line, proposals, record, work
from service.api.caller import authorised
from service.api.views import ErrorView
from service.running import Service

BODY_LIMIT_BYTES = 1_000_000


class BodyTooLarge(Refused):
    """A request body above the limit."""

    code = "body_too_large"
    http_status = 413


def make_api(service: Service) -> FastAPI:
    """The API of a running service; every route but health asks for `Authorization: Bearer <token>`."""
    api = FastAPI(
        title="Jayul",
        version="1",
        summary="Digital twin and agents for a production line.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        responses={
            401: {"model": ErrorView},
            403: {"model": ErrorView},
            404: {"model": ErrorView},
            409: {"model": ErrorView},
            422: {"model": ErrorView},
        },
    )
    guarded = [Depends(authorised(service.accounts))]
    api.include_router(health.router(service))
    api.include_router(line.router(service), prefix="/api", dependencies=guarded)
    api.include_router(proposals.router(service), prefix="/api", dependencies=guarded)
    api.include_router(work.router(service), prefix="/api", dependencies=guarded)
    api.include_router(record.router(service), prefix="/api", dependencies=guarded)
    api.add_api_route("/openapi.json", api.openapi, dependencies=guarded, include_in_schema=False)
    api.middleware("http")(_bounded)
    api.add_exception_handler(JayulError, _on_jayul_error)
    api.add_exception_handler(RequestValidationError, _on_invalid)
    api.add_exception_handler(HTTPException, _on_http_error)
    return api


async def _bounded(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Refuse a body whose stated length is above the limit, or that does not state one."""
    if request.method in {"POST", "PUT", "PATCH"}:
        length = request.headers.get("content-length")
        if length is None or not length.isdigit() or int(length) > BODY_LIMIT_BYTES:
            return _error(BodyTooLarge(f"Send a body of at most {BODY_LIMIT_BYTES} bytes, with its Content-Length."))
    return await call_next(request)


def _error(error: JayulError) -> JSONResponse:
    return JSONResponse({"error": {"code": error.code, "message": error.message}}, status_code=error.http_status)


async def _on_jayul_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, JayulError)  # noqa: S101 - registered for this type only
    return _error(error)


async def _on_invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type only
    parts = [f"{'.'.join(str(p) for p in e['loc'][1:]) or 'body'}: {e['msg']}" for e in error.errors()]
    body = {"error": {"code": "invalid_input", "message": "; ".join(parts)}}
    return JSONResponse(body, status_code=422)


async def _on_http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type only
    code = {404: "unknown_name", 405: "wrong_method"}.get(error.status_code, "http")
    return JSONResponse({"error": {"code": code, "message": str(error.detail)}}, status_code=error.status_code)
