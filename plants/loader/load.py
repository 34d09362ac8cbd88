"""Load a plant (placeholder of the first hour; the loader with places replaces it)."""

from pathlib import Path
from typing import Any

import yaml

from plants.model.plant import Plant

LIBRARY = Path(__file__).parent.parent / "library"


def load_plant(name: str) -> Plant:
    """A plant from the library by name, or from a file by path."""
    path = LIBRARY / f"{name}.yaml"
    data = yaml.load((path if path.exists() else Path(name)).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return Plant.model_validate(_strip(data))


def _strip(node: Any) -> Any:  # noqa: ANN401
    if isinstance(node, dict):
        return {k: _strip(v) for k, v in node.items() if k not in ("source", "assumed")}
    return [_strip(v) for v in node] if isinstance(node, list) else node
