"""The plants that come with Jayul, one YAML file each in `plants/library`."""

from pathlib import Path

LIBRARY = Path(__file__).parent.parent / "library"


def library_names() -> tuple[str, ...]:
    """Names of the library's plants, sorted."""
    return tuple(sorted(path.stem for path in LIBRARY.glob("*.yaml")))


def library_path(name: str) -> Path:
    """Where the file of a library plant is."""
    return LIBRARY / f"{name}.yaml"
