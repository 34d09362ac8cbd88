"""Joint limits and interlocks in a plant file: what they say wrong is told at its place, and a signal becomes a tag."""

import re
from pathlib import Path

import pytest

from plants.loader.load import load_plant
from plants.loader.problem import InvalidPlant
from plants.model.tags import TagRole, tags_of
from virtual.plant import VirtualPlant
from virtual.still import StillPlant

LINE = re.sub(
    r"^policy:\n(?:  .*\n)+",
    "",
    (Path(__file__).parents[2] / "simulation" / "line.yaml").read_text(encoding="utf-8"),
    count=1,
    flags=re.MULTILINE,
)
"""The line of the simulation without its policy."""
TOGETHER = """policy:
  joint_limits:
    - {because: one drive feeds both, weights: {cutter.speed: 1, packer.speed: 1}, at_most: 240}
  interlocks:
    - {id: guard_closed, because: the guard is open, aliases: [cutter.speed]}
    - {id: cleaning, because: the line is being cleaned, writes_when: false}
"""


def written(folder: Path, policy: str) -> Path:
    """The line with another policy."""
    path = folder / "line.yaml"
    path.write_text(LINE + policy, encoding="utf-8")
    return path


def test_they_are_read_and_a_signal_is_a_tag_that_nobody_writes(tmp_path: Path) -> None:
    """Its place is a standard one, until the file says where it is on this equipment."""
    file = written(tmp_path, TOGETHER)
    file.write_text(
        file.read_text(encoding="utf-8")
        + 'tags:\n  - {alias: line.interlock.cleaning, node_id: "nsu=urn:plc;s=CIP.Active"}\n',
        encoding="utf-8",
    )

    plant = load_plant(file)

    signals = [tag for tag in tags_of(plant) if tag.role is TagRole.INTERLOCK]
    assert [tag.alias for tag in signals] == ["line.interlock.guard_closed", "line.interlock.cleaning"]
    assert signals[0].path == ("Line", "Interlocks", "GuardClosed")
    assert signals[1].node_id == "nsu=urn:plc;s=CIP.Active"
    assert not any(tag.writable for tag in signals)
    assert plant.policy.joint_limits[0].weights == {"cutter.speed": 1.0, "packer.speed": 1.0}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("packer.speed: 1}", "paker.speed: 1}", "the policy names 'paker.speed', which may not be written"),
        ("aliases: [cutter.speed]", "aliases: [cutter.sped]", "the policy names 'cutter.sped'"),
        ("policy:\n", "policy:\n  by_people: [packer.sped]\n", "the policy names 'packer.sped'"),
        ("id: cleaning", "id: guard_closed", "there are two interlocks 'guard_closed'"),
        (", at_most: 240", "", "a joint limit states at_least, at_most, or both"),
        ("at_most: 240", "at_most: 240, at_least: 250", "at_least must not be above at_most"),
    ],
)
def test_what_is_wrong_with_them_is_told(tmp_path: Path, old: str, new: str, says: str) -> None:
    """A limit that could never hold, or would never apply, is a mistake in the file."""
    assert old in TOGETHER

    with pytest.raises(InvalidPlant) as refused:
        load_plant(written(tmp_path, TOGETHER.replace(old, new, 1)))

    assert says in str(refused.value)


def test_the_virtual_plants_have_signals_that_let_jayul_write(tmp_path: Path) -> None:
    """Until somebody turns them."""
    plant = load_plant(written(tmp_path, TOGETHER))

    for values in (VirtualPlant(plant, seed=1).values(), StillPlant(plant).values()):
        assert values["line.interlock.guard_closed"] is True
        assert values["line.interlock.cleaning"] is False
