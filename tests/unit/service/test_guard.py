"""The start-up guard against packages of the same name."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_another_package_named_agents_is_told_in_one_clear_sentence(tmp_path: Path) -> None:
    """A foreign `agents` before ours on the path is refused with its place and the remedy."""
    foreign = tmp_path / "agents"
    foreign.mkdir()
    (foreign / "__init__.py").write_text("", encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), str(ROOT)])

    run = subprocess.run(
        [sys.executable, "-P", "-c", "from service.main import main; main()", "plants", "list"],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": path},
        cwd=tmp_path,
        check=False,
    )

    assert run.returncode == 1
    assert f"Another package named 'agents' is in the way: Python finds it at {foreign}" in run.stderr
    assert "Traceback" not in run.stderr
