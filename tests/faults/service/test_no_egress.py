"""Plants are air-gapped: nothing that runs asks for an address outside this machine."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.staging import Stage, until

WATCH = Path(__file__).parent / "egress"


def test_the_watch_sees_a_request_that_leaves_the_machine(tmp_path: Path) -> None:
    """The control: a lookup of another host is written down."""
    log = tmp_path / "egress.log"
    lookup = "import socket\ntry: socket.getaddrinfo('plant.invalid', 80)\nexcept OSError: pass"

    subprocess.run(
        [sys.executable, "-c", lookup], check=True, env={"PYTHONPATH": str(WATCH), "JAYUL_EGRESS_LOG": str(log)}
    )

    assert "plant.invalid" in log.read_text(encoding="utf-8")


@pytest.mark.timeout(150)
def test_a_whole_loop_with_a_language_model_brain_asks_for_no_outside_address(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Virtual plant, service, API, agents and the LangChain path, until the proposal is written."""
    log = stage.folder / "egress.log"
    monkeypatch.setenv("PYTHONPATH", f"{WATCH}:{Path.cwd()}")
    monkeypatch.setenv("JAYUL_EGRESS_LOG", str(log))
    stage.plant()

    stage.service(standing=True, brain="scripted-llm")
    until(lambda: [r for r in stage.client.get("/api/events") if r["action"] == "applied"], 90, "nothing was written")

    assert not log.exists()
