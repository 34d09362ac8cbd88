"""Information models are taken whole or not at all, and counted."""

import re
import shutil
from pathlib import Path

import pytest
from asyncua.server.server import Server

from plants.errors import RunFailed
from virtual.standards import collect as collecting
from virtual.standards.collect import FILES, FOLDER, collect
from virtual.standards.nodesets import load, present


@pytest.fixture(scope="module", autouse=True)
def models() -> None:
    """The information models, taken out of the locked package if they are not here yet."""
    assert collect() == ""


@pytest.mark.parametrize(
    ("lacking", "says"),
    [
        (r'<UAVariable [^>]*BrowseName="InputArguments"[^>]*>.*?</UAVariable>', "has 411 nodes, 412 are expected"),
        (r"<UAMethod [^>]*>.*?</UAMethod>", "does not hold together"),
    ],
)
async def test_a_model_that_lacks_a_node_is_refused(tmp_path: Path, lacking: str, says: str) -> None:
    """A damaged file would otherwise leave a namespace with holes: a leaf is missed by the count, a parent at once."""
    for name in FILES:
        shutil.copy(FOLDER / name, tmp_path / name)
    damaged = tmp_path / FILES[0]
    text = damaged.read_text(encoding="utf-8-sig")
    shorter = re.sub(lacking, "", text, count=1, flags=re.DOTALL)
    assert shorter != text
    damaged.write_text(shorter, encoding="utf-8")
    server = Server()
    await server.init()

    with pytest.raises(RunFailed, match=f"{FILES[0]} {says}.*: collect the models anew"):
        await load(server, tmp_path)
    await server.stop()


def test_models_are_present_only_all_together(tmp_path: Path) -> None:
    """One alone is as good as none."""
    assert present()
    assert not present(tmp_path)
    shutil.copy(FOLDER / FILES[0], tmp_path / FILES[0])
    assert not present(tmp_path)


def test_a_package_without_a_model_leaves_those_that_are_here(tmp_path: Path) -> None:
    """What was taken in before stays whole."""
    package = tmp_path / "package"
    (package / "nodesets").mkdir(parents=True)
    shutil.copy(FOLDER / FILES[0], package / "nodesets" / FILES[0])

    told = collecting._fill(package, tmp_path / "filled")

    assert told == f"the package has no {FILES[1]}"
    assert present()
