"""Plants with routes spoilt anywhere: a plant, or faults that each have a place in the file."""

import copy
import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from plants.loader.load import load_plant_file
from plants.loader.node import plain
from plants.loader.problem import InvalidPlant, Problem
from plants.loader.reading import read
from plants.model.consistency import name_faults
from plants.model.plant import Plant
from tests.unit.plants.cell import CELL

_CELL = plain(read(CELL.encode(), "cell.yaml")[0])
_WORDS = st.sampled_from(
    ["saw", "mill", "oven", "bench", "shaft", "pin", "cut", "fit", "day", "late", "sawing", "agv", "bar", "one", "edd"]
)
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 50) | st.floats() | _WORDS | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS | st.just("id"), inner, max_size=3),
    max_leaves=6,
)


def _places(node: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:  # noqa: ANN401 - any YAML
    below = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, value in below for place in _places(value, (*path, key)))]


_PLACES = [place for place in _places(_CELL) if place]
_NAMED = [p for p in _PLACES if p[-1] not in ("en", "ko")]


def _at(tree: Any, path: tuple[str | int, ...]) -> Any:  # noqa: ANN401 - any YAML
    for step in path:
        tree = tree[step]
    return tree


@st.composite
def _spoilt(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> dict[str, Any]:
    """The cell with one to three values replaced, or entries taken out."""
    tree: Any = copy.deepcopy(_CELL)
    for _ in range(draw(st.integers(1, 3))):
        *above, last = draw(st.sampled_from(_NAMED))
        try:
            within = _at(tree, tuple(above))
            within[last]
        except (KeyError, IndexError, TypeError):
            continue
        if draw(st.booleans()):
            within[last] = draw(values)
        else:
            del within[last]
    return dict(tree)


def _problems(tree: dict[str, Any]) -> tuple[Problem, ...]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.yaml"
        path.write_bytes(yaml.safe_dump(tree, allow_unicode=True, width=4000).encode("utf-8", "surrogatepass"))
        lines = path.read_bytes().count(b"\n")
        problems: tuple[Problem, ...] = ()
        try:
            load_plant_file(path)
        except InvalidPlant as invalid:
            problems = invalid.problems
    assert all(1 <= p.line <= lines + 1 for p in problems)
    return problems


@settings(deadline=None, max_examples=150)
@given(_spoilt(_WORDS | st.integers(0, 30)))
def test_every_fault_of_a_spoilt_cell_has_a_place(tree: dict[str, Any]) -> None:
    """Names and numbers changed for others that would stand elsewhere; entries left out."""
    for problem in _problems(tree):
        assert problem.message
        assert problem.path != "" or "wip" in problem.message


@settings(deadline=None, max_examples=100)
@given(_spoilt(_ANYTHING))
def test_a_cell_with_anything_anywhere_is_a_plant_or_problems(tree: dict[str, Any]) -> None:
    """Values of any shape: no other error leaves the loader, and the checks of names take any tree."""
    _problems(tree)
    name_faults(tree)


@settings(deadline=None, max_examples=100)
@given(_spoilt(_WORDS | st.integers(0, 30)))
def test_a_plant_that_is_accepted_is_accepted_again(tree: dict[str, Any]) -> None:
    """Written out with all defaults it is the same plant: what a check sees does not depend on what was left out."""
    try:
        plant = Plant.model_validate(tree)
    except ValueError:
        return

    assert Plant.model_validate_json(plant.model_dump_json()) == plant
