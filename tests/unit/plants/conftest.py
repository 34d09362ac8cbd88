"""What the tests of plant files share: a small file that is right, and a way to spoil it."""

from pathlib import Path

import pytest

from plants.loader.load import load_plant
from plants.loader.problem import InvalidPlant, Problem
from tests.unit.plants.small import SMALL, Spoil


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A file that is right."""
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture
def spoil(small: Path) -> Spoil:
    """Replace parts of the file and return the problems it then has."""

    def spoilt(*changes: tuple[str, str]) -> tuple[Problem, ...]:
        text = small.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        small.write_text(text, encoding="utf-8")
        with pytest.raises(InvalidPlant) as caught:
            load_plant(small)
        return caught.value.problems

    return spoilt
