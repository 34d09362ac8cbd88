"""One name or several: a list of names that may be written as a single word."""

from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from plants.frozen import Name

_NAME = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,47}$"}


def _listed(value: object) -> object:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list | tuple):
        raise ValueError("a name, or a list of names, is expected here")
    return tuple(value)


Names = Annotated[
    tuple[Name, ...],
    Field(min_length=1, max_length=200),
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [_NAME, {"type": "array", "items": _NAME, "minItems": 1, "maxItems": 200}]}),
]
"""At least one name; `mill` is read as `[mill]`."""
