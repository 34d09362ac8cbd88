"""The closed loop on a virtual clock: the same service, without waiting."""

from pathlib import Path

import pytest

from plants.loader.load import load_plant
from service.accelerated import Loop, run_loop
from service.demo.stage import SPEED, service_settings


async def _loop(folder: Path, seed: int) -> Loop:
    settings = service_settings("solver", seed).model_copy(update={"replications": 10})
    return await run_loop(load_plant("bottling"), settings, seed=seed, speed=SPEED, directory=folder)


@pytest.mark.timeout(180)
async def test_the_same_seed_gives_the_same_history(tmp_path: Path) -> None:
    """Draft, verdict, plan and outcome agree to the last digit, wall times included."""
    first, second = await _loop(tmp_path / "a", 5), await _loop(tmp_path / "b", 5)

    assert first.proposal.verdict == second.proposal.verdict
    assert first.proposal.plan_hash == second.proposal.plan_hash
    assert first.outcome == second.outcome
    assert first.outcome.measured is not None


@pytest.mark.timeout(120)
async def test_what_the_agents_mend_is_what_the_script_has_broken(tmp_path: Path) -> None:
    """An operator has turned the labeller down; the proposal turns it up again, and nothing else."""
    loop = await _loop(tmp_path, 2)

    assert [step.alias for step in loop.proposal.plan.steps] == ["labeller.speed_per_min"]
    assert loop.proposal.plan.steps[0].before == 470.0
    assert float(str(loop.proposal.plan.steps[0].target)) > 600.0
