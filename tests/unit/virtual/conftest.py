"""The library's bottling line for tests of the virtual plant."""

import pytest

from plants.loader.load import load_plant
from plants.model.plant import Plant


@pytest.fixture(scope="session")
def plant() -> Plant:
    """The library's bottling line."""
    return load_plant("bottling")
