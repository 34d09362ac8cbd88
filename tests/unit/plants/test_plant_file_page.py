"""The page on the plant file tells what is so: its example loads, its errors come out, no key is missing."""

import re
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from plants.loader.load import load_plant
from plants.loader.node import plain
from plants.loader.problem import InvalidPlant
from plants.loader.reading import read
from plants.loader.schema import plant_schema

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
