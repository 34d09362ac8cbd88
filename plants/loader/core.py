"""Scalars by the YAML 1.2 core schema (YAML 1.2.2, 10.3): `22:00:00` and `no` are text, `1e3` and `0o17` numbers."""

import re

from plants.loader.node import Scalar

_NULL = re.compile(r"(?:|~|null|Null|NULL)")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITY = re.compile(r"[-+]?\.(?:inf|Inf|INF)")
_NOT_A_NUMBER = re.compile(r"\.(?:nan|NaN|NAN)")

_LONGEST_NUMBER = 400

_PREFIX = "tag:yaml.org,2002:"
TAGS = frozenset(_PREFIX + name for name in ("null", "bool", "int", "float", "str", "map", "seq"))
"""Tags of the core schema; no other is taken."""


def untagged(text: str) -> Scalar:
    """The value of a plain scalar without a tag.

    Raises:
        ValueError: a number too long to be one.
    """
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
        return text[0] in "tT"
    return _number(text)


def tagged(text: str, tag: str) -> Scalar:
    """The value of a scalar with a tag of the core schema.

    Raises:
        ValueError: the text does not fit the tag.
    """
    name = tag.removeprefix(_PREFIX)
    if name == "str":
        return text
    value = untagged(text)
    if name == "float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if {"null": type(None), "bool": bool, "int": int, "float": float}.get(name) is not type(value):
        raise ValueError(f"'{text[:40]}' is no !!{name}")
    return value


def _number(text: str) -> int | float | str:
    number = _INT.fullmatch(text) or _FLOAT.fullmatch(text) or _OCTAL.fullmatch(text) or _HEX.fullmatch(text)
    if number and len(text) > _LONGEST_NUMBER:
        raise ValueError(f"a number has more than {_LONGEST_NUMBER} characters")
    if _INT.fullmatch(text):
        return int(text)
    if _OCTAL.fullmatch(text) or _HEX.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _INFINITY.fullmatch(text):
        return float("-inf" if text[0] == "-" else "inf")
    return float("nan") if _NOT_A_NUMBER.fullmatch(text) else text
