"""A ramp needs a machine that takes each stage up at once."""

from pathlib import Path

import pytest

from plants.loader.load import load_plant
from plants.loader.problem import InvalidPlant

LINE = (Path(__file__).parents[2] / "simulation" / "line.yaml").read_text(encoding="utf-8")


def written(folder: Path, effect: str, stages: int) -> Path:
    """The line of the simulation with a cutter that takes its speed up then, in so many stages."""
    path = folder / "line.yaml"
    assert "max_stages: 2" in LINE
    staged = LINE.replace("max_stages: 2", f"max_stages: {stages}", 1)
    path.write_text(staged + f"tags: [{{alias: cutter.speed, takes_effect: {effect}}}]\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(("effect", "stages"), [("now", 3), ("order_start", 1)])
def test_stages_at_once_and_one_step_later_are_both_fine(tmp_path: Path, effect: str, stages: int) -> None:
    """Only both together would wait for a moment per stage."""
    assert load_plant(written(tmp_path, effect, stages)).tags[0].takes_effect == effect


def test_stages_that_each_wait_for_an_order_are_refused_where_they_stand(tmp_path: Path) -> None:
    """The message says what to change."""
    with pytest.raises(InvalidPlant, match=r"'cutter\.speed' takes effect at order_start, so it cannot go in 3 stages"):
        load_plant(written(tmp_path, "order_start", 3))
