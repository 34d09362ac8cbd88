"""People with roles: who may call what on a real service, and how the command line proves who somebody is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.accounts import Role, add_account, remove_account, set_passphrase
from service.api.contract import contract
from tests.staging import Stage, jayul

PASSPHRASE = "correct horse battery"
POSTS = sorted(path for path, methods in contract()["paths"].items() if "post" in methods)
LEADS = {"/api/release", "/api/autonomy", "/api/proposals/{proposal_id}/review"}
"""Routes that ask for a lead; every other one that changes something asks for an operator."""


@pytest.fixture(scope="module")
def tokens(shared_stage: Stage) -> Iterator[dict[str, str]]:
    """A person of each role."""
    data = shared_stage.folder / "data"
    made = {role.value: add_account(data, f"person-{role}", role) for role in Role}
    set_passphrase(data, "person-lead", PASSPHRASE, "operator")
    yield made
    for role in Role:
        remove_account(data, f"person-{role}")


def post(stage: Stage, path: str, token: str, body: dict[str, Any]) -> httpx.Response:
    """One request under somebody's token."""
    place = path.replace("{proposal_id}", "p-99999")
    with httpx.Client(base_url=stage.address, timeout=20, trust_env=False) as http:
        return http.post(place, headers={"authorization": f"Bearer {token}"}, json=body)


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_a_role_that_is_too_low_is_refused_on_every_route(
    shared_stage: Stage, tokens: dict[str, str], path: str, role: str
) -> None:
    """A route that is missing from the list of the leads' is an operator's; none is a viewer's."""
    body = {
        "reason": "x",
        "scope": "agents",
        "level": "advise",
        "finding": "x",
        "units": 3,
        "plan_hash": "0" * 64,
        "status": "verified",
        "changes": [{"kind": "set_parameter", "alias": "filler.speed_per_min", "value": 570}],
    }
    wanted = {key: value for key, value in body.items() if key in _keys(path)}

    answer = post(shared_stage, path, tokens[role], wanted)

    too_low = role == "viewer" or path in LEADS
    assert (answer.status_code == 403) is too_low, answer.text
    if not too_low:
        assert answer.status_code in (200, 404)
    if answer.status_code == 200 and path == "/api/hold":
        post(shared_stage, "/api/release", tokens["lead"], {"scope": "agents", "reason": "x"})


def _keys(path: str) -> set[str]:
    """Keys of a route's body."""
    document = contract()
    body = document["paths"][path]["post"].get("requestBody")
    if body is None:
        return set()
    name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return set(document["components"]["schemas"][name]["properties"])


def test_a_person_acts_under_his_own_name(shared_stage: Stage, tokens: dict[str, str]) -> None:
    """On the command line, too."""
    data = str(shared_stage.folder / "data")

    held = jayul("hold", "agents", "--reason", "look", "--data", data, JAYUL_TOKEN=tokens["operator"])
    refused = jayul("release", "agents", "--reason", "on", "--data", data, JAYUL_TOKEN=tokens["operator"])
    released = jayul("release", "agents", "--reason", "on", "--data", data, JAYUL_TOKEN=tokens["lead"])

    assert "held by person-operator" in held.out
    assert (held.code, refused.code, released.code) == (0, 4, 0)
    assert "asks for the role 'lead'" in refused.err


def test_doing_more_than_before_asks_for_the_passphrase(shared_stage: Stage, tokens: dict[str, str]) -> None:
    """Doing less does not."""
    data, lead = str(shared_stage.folder / "data"), tokens["lead"]
    arguments = ("autonomy", "bounded_auto", "--reason", "night", "--data", data)

    wrong = jayul(*arguments, "--passphrase", "not the right one", JAYUL_TOKEN=lead)
    more = jayul(*arguments, "--passphrase", PASSPHRASE, JAYUL_TOKEN=lead)
    less = jayul("autonomy", "approve", "--reason", "day", "--data", data, JAYUL_TOKEN=lead)
    shown = jayul("autonomy", "--data", data, "--json", JAYUL_TOKEN=lead)

    assert (wrong.code, more.code, less.code) == (4, 0, 0)
    assert "The passphrase is not right" in wrong.err
    assert more.out.startswith("bounded_auto: ")
    assert shown.json == {"level": "approve"}


def test_an_account_that_is_taken_away_is_gone_at_once(shared_stage: Stage) -> None:
    """Without a restart."""
    data = shared_stage.folder / "data"
    token = add_account(data, "temp", Role.VIEWER)
    before = post(shared_stage, "/api/hold", token, {"scope": "agents", "reason": "x"}).status_code
    remove_account(data, "temp")

    after = post(shared_stage, "/api/hold", token, {"scope": "agents", "reason": "x"}).status_code

    assert (before, after) == (403, 401)


def test_an_export_is_verified_without_the_ledger(shared_stage: Stage, tmp_path: Path) -> None:
    """With the public key that was kept elsewhere; an edited line shows."""
    data = str(shared_stage.folder / "data")
    key, export = tmp_path / "kept.pub", tmp_path / "export.jsonl"
    key.write_text(jayul("audit", "key", "--data", data).out)
    export.write_text(jayul("audit", "export", "--data", data).out)
    verify = ("audit", "verify", "--file", str(export), "--key", str(key))

    good = jayul(*verify)
    export.write_text(export.read_text().replace("person", "nobody").replace("operator", "nobody"))
    bad = jayul(*verify)
    keyless = jayul("audit", "verify", "--file", str(export))

    assert (good.code, bad.code, keyless.code) == (0, 1, 3)
    assert "was changed" in bad.err
