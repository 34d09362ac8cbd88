"""The demo, as a newcomer runs it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.staging import Stage, jayul, until


@pytest.mark.timeout(200)
def test_the_demo_tells_one_whole_loop_and_ends_with_zero() -> None:
    """Seen, proposed, judged, promised, approved by itself, checked, written, read back, measured."""
    run = jayul("demo", "--once", "--seed", "1", "--json", wall_s=180)

    told = [json.loads(line) for line in run.out.splitlines()]
    whats = [line["what"] for line in told]
    for what in (
        "plant",
        "service",
        "seen",
        "proposed",
        "the twin",
        "promised",
        "approved",
        "checked",
        "written",
        "came true",
    ):
        assert what in whats, what
    written = next(line["text"] for line in told if line["what"] == "written")
    approved = next(line["text"] for line in told if line["what"] == "approved")
    assert "reads back" in written
    assert "Nobody decided in time" in approved
    assert told[-1]["what"] == "ended"
    assert run.code == 0


@pytest.mark.timeout(150)
def test_ctrl_c_ends_every_process_of_the_demo(tmp_path: Path) -> None:
    """The virtual plant and the service go with the narrator; the exit code is 130."""
    demo = subprocess.Popen(
        [sys.executable, "-m", "service", "demo", "--data", str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    address = tmp_path / "service.json"
    until(address.exists, 60, "the service did not start")
    pid = json.loads(address.read_text(encoding="utf-8"))["pid"]

    demo.send_signal(signal.SIGINT)
    demo.communicate(timeout=30)

    assert demo.returncode == 130
    assert not _alive(pid)
    assert not address.exists()


@pytest.mark.timeout(200)
def test_a_language_model_goes_the_same_way_as_the_solver(stage: Stage) -> None:
    """The scripted model proposes by tool results only; its proposal is written and measured like any other."""
    stage.plant(seed=3)
    stage.service(standing=True, brain="scripted-llm")

    outcome = until(lambda: stage.client.get("/api/outcomes"), 120, "no outcome")[0]

    proposal = stage.client.get(f"/api/proposals/{outcome['proposal_id']}")
    assert proposal["draft"]["author"] == "agent:llm:scripted"
    assert outcome["status"] in {"verified", "rolled_back"}


@pytest.mark.timeout(100)
def test_a_plant_without_a_declared_tag_is_refused_at_the_start_and_the_tag_is_named(stage: Stage) -> None:
    """Exit code 5, and where the tag was looked for."""
    script = stage.folder / "missing.yaml"
    script.write_text(
        "events:\n  - {kind: restart, missing: [filler.power_kw], wrong_type: [capper.processed]}\n", encoding="utf-8"
    )
    stage.plant(script=str(script))
    data = str(stage.folder / "data")

    run = jayul("serve", "--plant", "bottling", "--endpoint", stage.endpoint, "--data", data, "--port", "0")

    assert run.code == 5
    assert "filler.power_kw" in run.err
    assert "capper.processed" in run.err
    assert "Traceback" not in run.err


def _alive(pid: int) -> bool:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.1)
    return True
