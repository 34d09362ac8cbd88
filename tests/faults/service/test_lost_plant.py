"""The equipment goes away while the service runs: nothing is judged or written on stale data, and all comes back."""

import httpx
import pytest

from tests.staging import Stage, until


@pytest.mark.timeout(200)
def test_a_plant_that_is_killed_is_told_as_lost_and_nothing_is_written_until_it_is_back(stage: Stage) -> None:
    """Approved while the plant is gone: the write waits, stale data are said to be stale; then it goes on."""
    plant = stage.plant()
    stage.service()
    proposal = stage.first_proposal("judged")
    plant.ask_to_end()
    until(lambda: plant.exit_code is not None, 10, "the plant did not end")

    until(lambda: stage.client.get("/api/line")["link"] == "connecting", 20, "the loss was not noticed")
    until(lambda: not stage.client.get("/api/line")["trustworthy"], 20, "the mirror was not marked stale")
    ready = httpx.get(f"{stage.address}/readyz", timeout=10, trust_env=False)
    stage.client.post(f"/api/proposals/{proposal['id']}/approve", {"plan_hash": proposal["plan_hash"]})
    told = until(lambda: _actions(stage, "link_lost"), 20, "the executor did not tell of the lost link")

    assert ready.status_code == 503
    assert "the equipment is not connected" in ready.json()["reasons"]
    assert len(told) == 1
    assert not _actions(stage, "sent")

    plant.start()
    until(lambda: stage.client.get("/api/line")["link"] == "connected", 30, "the link did not come back")
    until(lambda: stage.client.get("/api/outcomes"), 60, "the proposal was not decided")

    assert len(_actions(stage, "sent")) <= 1


def _actions(stage: Stage, action: str) -> list[dict[str, object]]:
    return [row for row in stage.client.get("/api/events", limit=1000) if row["action"] == action]
