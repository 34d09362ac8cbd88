"""What the historian's tests share: a small plant and an empty history."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from historian.historian import Historian
from plants.model.plant import Plant


@pytest.fixture
def plant() -> Plant:
    """Two stations with a buffer between them, two pieces in a unit."""
    text = {"en": "x", "ko": "x"}
    station = {"name": text, "cycle": {"kind": "constant", "mean_s": 2.0}}
    return Plant.model_validate(
        {
            "plant": "small",
            "name": text,
            "flow_unit": {"name": text, "piece": text, "pieces": 2},
            "stations": [{"id": "first", **station}, {"id": "last", **station}],
            "buffers": [{"id": "between", "name": text, "upstream": "first", "downstream": "last", "capacity": 20}],
            "products": [{"id": "thing", "name": text}],
        }
    )


@pytest.fixture
def historian(plant: Plant, tmp_path: Path) -> Iterator[Historian]:
    """An empty history."""
    historian = Historian(plant, tmp_path / "history.db")
    yield historian
    historian.close()
