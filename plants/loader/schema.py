"""The JSON Schema of a plant file, for editors. Written to `plants/library/plant.schema.json`; a test keeps it true.

Derived from the model, then put into draft 7, which is what editors' YAML servers read: `definitions`, no siblings of
`$ref`, `kind` by `const`. Every object also takes `source` and `assumed`, and every number may be
`{value: …, source: …}`.
"""

import json
from pathlib import Path
from typing import Any

from plants.loader.library import LIBRARY
from plants.model.plant import Plant

SCHEMA_FILE = LIBRARY / "plant.schema.json"

_EXPLAINED: dict[str, Any] = {
    "source": {"type": "string", "minLength": 1, "description": "Where the figures here and below come from."},
    "assumed": {"type": "string", "minLength": 1, "description": "Why the figures here and below are assumed so."},
}


def plant_schema() -> dict[str, Any]:
    """JSON Schema (draft 7) of a plant file."""
    made = Plant.model_json_schema(mode="validation")
    definitions = {name: _draft7(schema) for name, schema in sorted(made.pop("$defs").items())}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Jayul plant file",
        **{key: value for key, value in _draft7(made).items() if key != "title"},
        "definitions": definitions,
    }


def write_schema(path: Path = SCHEMA_FILE) -> None:
    """Write the schema where the library's files refer to it."""
    path.write_text(json.dumps(plant_schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _draft7(schema: dict[str, Any]) -> dict[str, Any]:
    made = {key: _part(key, value) for key, value in schema.items() if _kept(key, value)}
    if "const" in made.get("properties", {}).get("kind", {}):
        made["required"] = sorted({*made.get("required", ()), "kind"})
    if "$ref" in made:
        reference = {"$ref": made.pop("$ref").replace("#/$defs/", "#/definitions/")}
        return {"allOf": [reference], **made} if made else reference
    if made.get("type") == "object" and "properties" in made:
        made["properties"] |= {key: said for key, said in _EXPLAINED.items() if key not in made["properties"]}
    if made.get("type") in ("number", "integer"):
        return _explainable(made)
    return made


def _kept(key: str, value: object) -> bool:
    """Editors show scalar defaults; the rest of what is left out says nothing in draft 7."""
    if key == "default":
        return isinstance(value, bool | int | float | str)
    return key not in ("discriminator", "title")


def _part(key: str, value: Any) -> Any:  # noqa: ANN401 - a schema's parts are of any type
    if key == "properties":
        return {name: _draft7(schema) for name, schema in value.items()}
    if key in ("anyOf", "oneOf", "allOf"):
        return [_draft7(schema) for schema in value]
    return _draft7(value) if key in ("items", "additionalProperties") and isinstance(value, dict) else value


def _explainable(number: dict[str, Any]) -> dict[str, Any]:
    """A number, alone or with what explains it."""
    figure = {key: value for key, value in number.items() if key not in ("description", "default")}
    wrapped = {
        "type": "object",
        "properties": {"value": figure, **_EXPLAINED},
        "required": ["value"],
        "additionalProperties": False,
    }
    about: dict[str, Any] = {key: number[key] for key in ("description", "default") if key in number}
    return {"anyOf": [figure, wrapped], **about}


if __name__ == "__main__":
    write_schema()
