"""The page on the library tells what is so: every plant is on it, with the load that the command prints."""

import re
from pathlib import Path

import pytest

from plants.loader.library import library_names
from plants.loader.load import load_plant
from plants.model.distribution import mean_s
from plants.model.workload import workloads

PAGE = (Path(__file__).parents[3] / "docs" / "library.md").read_text(encoding="utf-8")


def _section(name: str) -> str:
    return PAGE.split(f"\n## {name}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("name", library_names())
def test_the_load_on_the_page_is_the_load_of_the_plant(name: str) -> None:
    """A plant that changes changes here."""
    rows = re.findall(r"^\| (\w+) \| (\d+%) \|$", _section(name), re.MULTILINE)

    assert rows == [(w.station, f"{w.share:.0%}") for w in workloads(load_plant(name))]


def test_the_steps_of_the_mini_fab_on_the_page_are_those_of_the_plant() -> None:
    """Minutes with loading and unloading, step by step, the same for the three products."""
    rows = re.findall(r"^\| \d \| .* \| \d+ \| (\d+) \| .* \|$", _section("minifab"), re.MULTILINE)

    for product in load_plant("minifab").products:
        minutes = [mean_s(step.time) / 60 for step in product.route if step.time is not None]
        assert minutes == [float(row) for row in rows]
