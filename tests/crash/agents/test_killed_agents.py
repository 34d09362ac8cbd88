"""The agents' process is killed at named points; another goes on from the same file."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from plants.flow.change import SetParameter
from plants.flow.outcome import Outcome
from plants.flow.proposal import Proposal, Status
from plants.loader.load import load_plant
from tests.unit.agents.paper import AT
from twin import LineSimulation

ROOT = Path(__file__).parents[3]
NOWHERE = "nowhere"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the state of a line whose labeller runs slow."""
    _put_state(tmp_path, 1800.0)
    return tmp_path


def _put_state(folder: Path, at_s: float) -> None:
    sim = LineSimulation(load_plant("bottling"), seed=5, replication=0)
    sim.apply(SetParameter(alias="labeller.speed_per_min", value=480.0))
    sim.run_until(at_s)
    (folder / "state.json").write_text(sim.snapshot().model_dump_json())


def _step(folder: Path, point: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.crash.agents.child", str(folder), point]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)


def _killed(folder: Path, point: str) -> None:
    process = _step(folder, point)
    assert process.returncode == -signal.SIGKILL, process.stderr


def _survived(folder: Path) -> dict[str, Any]:
    process = _step(folder, NOWHERE)
    assert process.returncode == 0, process.stderr
    said: dict[str, Any] = json.loads(process.stdout)
    return said


def _proposals(folder: Path) -> list[Proposal]:
    stored = json.loads((folder / "proposals.json").read_text())
    return [Proposal.model_validate(p) for p in stored.values()]


def _end(folder: Path) -> Proposal:
    """Let the operator reject the one proposal."""
    (proposal,) = _proposals(folder)
    outcome = Outcome(
        proposal_id=proposal.id,
        status=Status.REJECTED,
        explanation="not today",
        promise=proposal.verdict.promise,
        at=AT,
    )
    (folder / "outcomes.json").write_text(json.dumps({proposal.id: outcome.model_dump(mode="json")}))
    return proposal


POINTS = ("before_judge", "after_judge", "before_submit", "after_submit", "waiting")
slow = pytest.mark.slow


@pytest.mark.parametrize(
    "point",
    [
        "before_judge",
        "after_submit",
        pytest.param("after_judge", marks=slow),
        pytest.param("before_submit", marks=slow),
        pytest.param("waiting", marks=slow),
    ],
)
def test_a_run_cut_off_on_the_way_hands_in_one_proposal(folder: Path, point: str) -> None:
    """Whatever was done twice, the ledger holds one proposal, under one draft id."""
    _killed(folder, point)

    said = _survived(folder)

    assert said["end"] == "waiting", said["words"]
    (proposal,) = _proposals(folder)
    assert said["proposal"] == proposal.id
    assert set((folder / "submitted.txt").read_text().split()) == {proposal.draft.id}


@pytest.mark.parametrize("point", ["after_learned", pytest.param("before_learned", marks=slow)])
def test_a_run_cut_off_while_it_learns_learns_from_the_same_outcome(folder: Path, point: str) -> None:
    """The outcome is told again, never another one; then the run is done and a new one may begin."""
    _killed(folder, "waiting")
    proposal = _end(folder)
    _put_state(folder, 2400.0)
    _killed(folder, point)

    _survived(folder)

    assert set((folder / "learned.txt").read_text().split()) == {proposal.id}


def test_a_run_killed_again_and_again_still_comes_to_one_proposal(folder: Path) -> None:
    """Five deaths at five points, one proposal."""
    for point in POINTS:
        _killed(folder, point)

    said = _survived(folder)

    (proposal,) = _proposals(folder)
    assert said["proposal"] == proposal.id


def test_a_run_cut_off_long_ago_is_given_up(folder: Path) -> None:
    """What was found in a state of an hour ago is not judged and handed in now."""
    _killed(folder, "before_judge")
    _put_state(folder, 1800.0 + 3600.0)

    said = _survived(folder)

    (proposal,) = _proposals(folder)
    assert said["words"][0].startswith("gave up an earlier run")
    assert proposal.verdict.state_time_s == 1800.0 + 3600.0
