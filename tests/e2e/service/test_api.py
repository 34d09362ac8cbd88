"""The REST API of a real service on a real OPC UA server."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.api.contract import contract
from service.token import read_token
from tests.staging import Stage, jayul, until

OPEN = {"/livez", "/readyz", "/metrics"}
ROUTES = [(path, method) for path, methods in contract()["paths"].items() for method in methods]


def call(stage: Stage, method: str, path: str, *, token: str | None = None, **options: Any) -> httpx.Response:  # noqa: ANN401 - passed on
    """One request, with the right token unless another is given."""
    given = read_token(stage.folder / "data") if token is None else token
    with httpx.Client(base_url=stage.address, timeout=20, trust_env=False) as http:
        return http.request(method, path, headers={"authorization": f"Bearer {given}"} if given else {}, **options)


def test_the_committed_contract_is_the_one_that_is_served(shared_stage: Stage) -> None:
    """docs/openapi.json, the code and the running service agree."""
    committed = json.loads(Path("docs/openapi.json").read_text(encoding="utf-8"))

    served = call(shared_stage, "GET", "/openapi.json").json()

    assert committed == contract() == served


@pytest.mark.parametrize(("path", "method"), [("/openapi.json", "get"), *(r for r in ROUTES if r[0] not in OPEN)])
@pytest.mark.parametrize("token", ["", "wrong", "한글"])
def test_every_route_but_health_wants_the_token(shared_stage: Stage, path: str, method: str, token: str) -> None:
    """Without it, or with another, the answer is 401 and nothing else."""
    place = path.replace("{proposal_id}", "anything")
    headers = {b"authorization": f"Bearer {token}".encode()} if token else {}

    with httpx.Client(base_url=shared_stage.address, timeout=20, trust_env=False) as http:
        answer = http.request(method, place, headers=headers, json={})

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "unauthorised"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/api/nothing", "/"])
def test_there_is_no_page_that_loads_from_elsewhere(shared_stage: Stage, path: str) -> None:
    """FastAPI's own documentation pages are off; unknown paths get the one shape of error."""
    answer = call(shared_stage, "GET", path)

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "unknown_name"


def test_health_tells_what_is_so(shared_stage: Stage) -> None:
    """Alive, ready once data have come, and figures for Prometheus."""
    until(lambda: call(shared_stage, "GET", "/readyz", token="").status_code == 200, 20, "the service is not ready")

    assert call(shared_stage, "GET", "/livez", token="").json() == {"ok": True, "reasons": []}
    metrics = call(shared_stage, "GET", "/metrics", token="").text
    assert "jayul_link_connected 1.0" in metrics
    assert 'jayul_loop_age_seconds{loop="mirror"}' in metrics
    assert 'jayul_alarms{kind="unknown"} 0.0' in metrics


def test_no_alarm_is_told_as_none(shared_stage: Stage) -> None:
    """By the API and by the command line."""
    data = str(shared_stage.folder / "data")

    assert call(shared_stage, "GET", "/api/alarms").json() == []
    assert jayul("alarms", "--data", data).out == "No alarm.\n"


def test_the_line_is_shown_at_one_glance_and_in_full(shared_stage: Stage) -> None:
    """Six stations, five buffers, plant time that goes on."""
    view = until(lambda: _seen(call(shared_stage, "GET", "/api/line").json()), 20, "no plant time was seen")
    state = call(shared_stage, "GET", "/api/state").json()

    assert [s["id"] for s in view["stations"]][:2] == ["depalletiser", "filler"]
    assert len(view["buffers"]) == len(state["buffers"]) == 5
    assert state["plant_revision"] == view["plant_revision"]
    assert call(shared_stage, "GET", "/api/plant").json()["plant"] == "bottling"


def _seen(view: dict[str, Any]) -> dict[str, Any] | None:
    return view if view["plant_time_s"] else None


def test_what_does_not_exist_is_told_with_404(shared_stage: Stage) -> None:
    """The message names it."""
    answer = call(shared_stage, "GET", "/api/proposals/nothing-like-it")

    assert answer.status_code == 404
    assert "nothing-like-it" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"plan_hash": "short"}', b'{"plan_hash": "' + b"0" * 64 + b'", "more": 1}', b"\xff\xfe"]
)
def test_a_body_that_is_not_what_was_asked_for_is_told_with_422(shared_stage: Stage, body: bytes) -> None:
    """Not JSON, not an object, a wrong hash, an unknown key, not text."""
    answer = call(shared_stage, "POST", "/api/proposals/anything/approve", content=body)

    assert answer.status_code in {400, 422}
    assert answer.json()["error"]["message"]


def test_a_huge_body_is_refused_before_it_is_read(shared_stage: Stage) -> None:
    """A megabyte is the limit, and a body must say its length."""
    answer = call(shared_stage, "POST", "/api/proposals/anything/reject", content=b"x" * 1_000_001)

    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "body_too_large"


def test_a_second_service_on_the_same_data_is_refused(shared_stage: Stage) -> None:
    """One writer: the second start ends with code 4 and leaves the first as it is."""
    data = str(shared_stage.folder / "data")

    second = jayul("serve", "--plant", "bottling", "--endpoint", shared_stage.endpoint, "--data", data, "--port", "0")

    assert second.code == 4
    assert "Traceback" not in second.err
    assert call(shared_stage, "GET", "/livez", token="").status_code == 200
