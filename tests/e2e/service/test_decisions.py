"""A person decides over the API and the command line, on the real thing."""

import pytest

from plants.errors import Refused
from tests.staging import SPEED, Stage, jayul, until

pytestmark = pytest.mark.timeout(400)
"""A whole loop in plant time takes minutes on a machine that is shared."""


def test_a_person_approves_on_the_command_line_and_the_loop_goes_to_its_end(stage: Stage) -> None:
    """Proposed, shown, refused with another hash, approved once, written, read back, measured; the record holds."""
    stage.plant(speed=SPEED / 2)  # a verdict is void when eight plant hours old, and three commands stand between
    stage.service()
    data = str(stage.folder / "data")
    proposal = stage.first_proposal("judged")

    shown = jayul("proposals", "show", proposal["id"], "--data", data)
    with pytest.raises(Refused, match="plan"):
        stage.client.post(f"/api/proposals/{proposal['id']}/approve", {"plan_hash": "0" * 64})
    approved = jayul("proposals", "approve", proposal["id"], "--data", data, "--yes", "--comment", "go on")
    again = jayul("proposals", "approve", proposal["id"], "--data", data, "--yes")
    late = jayul("proposals", "reject", proposal["id"], "--data", data, "--reason", "too late")
    outcome = until(lambda: stage.client.get("/api/outcomes"), 200, "no outcome")[0]

    assert "labeller.speed_per_min" in shown.out
    assert approved.code == 0
    assert (again.code, late.code) == (4, 4)
    assert "operator" in again.err
    assert outcome["status"] in {"verified", "rolled_back"}, outcome["explanation"]
    assert outcome["measured"]["sufficient"]
    assert jayul("audit", "verify", "--data", data).code == 0
    exported = jayul("audit", "export", "--data", data).out.splitlines()
    assert len(exported) > 5


def test_a_rejected_proposal_is_not_written_and_the_agents_leave_it_alone(stage: Stage) -> None:
    """The reason is kept; the setpoint stays."""
    stage.plant()
    stage.service()
    data = str(stage.folder / "data")
    proposal = stage.first_proposal("judged")

    rejected = jayul("proposals", "reject", proposal["id"], "--data", data, "--reason", "not today", "--json")
    outcome = until(lambda: stage.client.get("/api/outcomes"), 60, "no outcome")[0]

    assert rejected.json["status"] == outcome["status"] == "rejected"
    assert "not today" in outcome["explanation"]
    assert not [row for row in stage.client.get("/api/events") if row["action"] == "sent"]


def test_a_proposal_that_nobody_decides_expires_and_cannot_be_approved_any_more(stage: Stage) -> None:
    """Silence is no."""
    stage.plant()
    stage.service(JAYUL_PROPOSAL_WALL_S="2")
    data = str(stage.folder / "data")

    expired = stage.first_proposal("expired")
    late = jayul("proposals", "approve", expired["id"], "--data", data, "--yes")

    assert late.code == 4
    assert "expired" in late.err
    assert not [row for row in stage.client.get("/api/events") if row["action"] == "sent"]


def test_hold_all_stops_an_approved_change_before_it_is_written(stage: Stage) -> None:
    """A hold voids what was approved; nothing is sent."""
    stage.plant()
    stage.service()
    proposal = stage.first_proposal("judged")
    stage.client.post("/api/hold", {"scope": "all", "reason": "shift change"})

    with pytest.raises(Refused, match=r"hold|held"):
        stage.client.post(f"/api/proposals/{proposal['id']}/approve", {"plan_hash": proposal["plan_hash"]})

    assert not [row for row in stage.client.get("/api/events") if row["action"] == "sent"]
