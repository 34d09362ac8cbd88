"""The page on the plant file tells what is so: its example loads, its errors come out, no key is missing."""

import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from plants.loader.load import figures, load_plant
from plants.loader.node import plain
from plants.loader.problem import InvalidPlant
from plants.loader.provenance import Provenance
from plants.loader.reading import read
from plants.loader.schema import plant_schema
from plants.model.dispatch import Rule
from plants.model.plant import Plant

PAGE = (Path(__file__).parents[3] / "docs" / "plant-file.md").read_text(encoding="utf-8")


def _block(language: str, number: int = 0) -> str:
    return str(re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)[number])


def test_the_example_is_a_plant(tmp_path: Path) -> None:
    """It loads, and the editor's schema agrees."""
    path = tmp_path / "boxes.yaml"
    path.write_text(_block("yaml"), encoding="utf-8")

    plant = load_plant(path)

    assert [s.id for s in plant.stations] == ["folder", "taper"]
    described = plain(read(path.read_bytes(), path.name)[0])
    assert list(Draft7Validator(plant_schema()).iter_errors(described)) == []


def test_the_example_with_routes_is_a_plant(tmp_path: Path) -> None:
    """It loads, every figure of it is covered, and the editor's schema agrees."""
    path = tmp_path / "pump_shop.yaml"
    path.write_text(_block("yaml", 1), encoding="utf-8")

    plant = load_plant(path)

    assert not plant.serial
    assert {figure.kind for figure in figures(path)} == {Provenance.ASSUMED, Provenance.SOURCE}
    described = plain(read(path.read_bytes(), path.name)[0])
    assert list(Draft7Validator(plant_schema()).iter_errors(described)) == []


_IN_WORDS = ("Text", "TablePoint", "Bit", "Spot", "StopCode")
"""Mappings of two to four keys that the page explains in a sentence."""


def _is_shape(made: dict[str, Any]) -> bool:
    """Whether a mapping is one of several that differ by a constant `kind`: these have tables of their own."""
    return "const" in made.get("properties", {}).get("kind", {})


def test_the_tables_have_the_keys_of_the_model_and_say_which_are_required() -> None:
    """Each mapping of the model has a table with just its keys, but those that the page tells in words."""
    tables = re.findall(r"\| key \| value \|.*\n.*\n((?:\| .*\n)+)", PAGE + "\n")
    on_page = {
        frozenset((row.split(" | ")[0], "required" in row.split(" | ")[2]) for row in t.splitlines()) for t in tables
    }

    schema = Plant.model_json_schema()
    shapes = {*_IN_WORDS, *(name for name, made in schema["$defs"].items() if _is_shape(made))}
    models = [schema, *(made for name, made in schema["$defs"].items() if "properties" in made and name not in shapes)]
    wanted = {frozenset((f"| `{k}`", k in made.get("required", ())) for k in made["properties"]) for made in models}
    assert wanted - on_page == set()


def test_every_dispatch_rule_is_on_the_page() -> None:
    """A rule that is added to the model is added here."""
    assert [rule for rule in Rule if f"| `{rule}` |" not in PAGE] == []


def test_the_errors_shown_are_the_errors_given(tmp_path: Path) -> None:
    """The example, spoilt in the three places, gives the three lines of the page."""
    path = tmp_path / "boxes.yaml"
    text = (
        _block("yaml").replace("mtbf_s: 900", "mtfb_s: 900").replace("stop_class: micro_stop", "stop_class: micro_stp")
    )
    path.write_text(text.replace("product: small,", "product: smal,"), encoding="utf-8")

    with pytest.raises(InvalidPlant) as caught:
        load_plant(path)

    assert str(caught.value).splitlines() == _block("text").splitlines()


def test_every_key_of_the_model_is_on_the_page() -> None:
    """A key that is added to the model is added here."""
    schema = plant_schema()
    keys = {key for part in (schema, *schema["definitions"].values()) for key in part.get("properties", {})}

    assert sorted(key for key in keys - {"en", "ko"} if f"`{key}`" not in PAGE) == []
