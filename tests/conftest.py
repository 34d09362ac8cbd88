"""Stages for the tests of the whole: one for each test, or one for a module."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.demo.children import Children
from tests.staging import Stage, free_port


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A stage of its own for one test."""
    with Children() as children:
        yield Stage(tmp_path, children, f"opc.tcp://127.0.0.1:{free_port()}")


@pytest.fixture(scope="module")
def shared_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One stage for the tests of a module, with a plant and a service that run."""
    with Children() as children:
        stage = Stage(tmp_path_factory.mktemp("stage"), children, f"opc.tcp://127.0.0.1:{free_port()}")
        stage.plant()
        stage.service()
        yield stage
