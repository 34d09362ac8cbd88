"""Figures and units of a compiled run in the form of the reference engine.

Used by `twin.compiled.network.readout` and `resource_readout`.
"""

from typing import Any

from twin.compiled.network.filling import SAME_OF_PARTS
from twin.compiled.network.world import World
from twin.network.working import PartRun

_FLAGS = frozenset({"finished", "running", "idle", "supplied", "short", "off", "closed", "down", "due", "defective"})
"""Figures that are truths in the reference engine."""


def unit(w: World, p: int) -> PartRun:
    """One unit."""
    part = PartRun(0, 0, 0.0, 0)
    for name in SAME_OF_PARTS:
        setattr(part, name, value_of(w.parts[p], name))
    return part


def value_of(row: Any, name: str) -> Any:  # noqa: ANN401 - a field of a record
    """A figure of a record."""
    return bool(row[name]) if name in _FLAGS else row[name].item()
