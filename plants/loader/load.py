"""Load a plant: by name from the library, or from a file.

Used by the service, the command line, tests and notebooks. All problems of a file come at once, each with its place.
"""

import os
from pathlib import Path

from plants.errors import InvalidInput, UnknownName
from plants.loader.checking import checked
from plants.loader.library import library_names, library_path
from plants.loader.node import Node
from plants.loader.problem import InvalidPlant, Problem, closest
from plants.loader.provenance import Figure, figures_in, stripped
from plants.loader.reading import MAX_BYTES, read
from plants.model.plant import Plant

_SUFFIXES = (".yaml", ".yml", ".json")


def load_plant(name_or_path: str | Path) -> Plant:
    """A plant from the library by name, or from a file by path.

    Raises:
        UnknownName: no library plant has this name, and it is no file.
        InvalidInput: the file cannot be read.
        InvalidPlant: the description has problems; all are listed.
    """
    return load_plant_file(_found(name_or_path))


def load_plant_file(path: str | Path) -> Plant:
    """A plant from a file.

    Raises:
        InvalidInput: the file cannot be read.
        InvalidPlant: the description has problems; all are listed.
    """
    file = Path(path).name
    root, problems = _read(Path(path))
    tree, more = stripped(root, file)
    return checked(tree, file, [*problems, *more])


def figures(name_or_path: str | Path) -> tuple[Figure, ...]:
    """Every figure of a plant file, in the order of the file, with its source or assumption.

    Raises:
        UnknownName: no library plant has this name, and it is no file.
        InvalidInput: the file cannot be read.
        InvalidPlant: it is not YAML; what it describes is not checked here.
    """
    root, problems = _read(_found(name_or_path))
    if problems:
        raise InvalidPlant(problems)
    return tuple(figures_in(root))


def _read(path: Path) -> tuple[Node, list[Problem]]:
    return read(_bytes(path), path.name)


def _found(name_or_path: str | Path) -> Path:
    text = str(name_or_path)
    if not isinstance(name_or_path, Path) and text in library_names():
        return library_path(text)
    path = Path(name_or_path)
    if isinstance(name_or_path, Path) or os.sep in text or path.suffix in _SUFFIXES or _is_file(path):
        return path
    near = closest(text, library_names())
    hint = "." if near is None else f", did you mean '{near}'?"
    raise UnknownName(
        f"no plant is called '{text[:60]}'{hint} The library has: {', '.join(library_names())}. "
        "For a plant of your own give the path of its file."
    )


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InvalidInput(f"there is no file {path}: give the path of a plant file") from None
    except IsADirectoryError:
        raise InvalidInput(f"{path} is a folder: give the path of a plant file") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise InvalidInput(f"{path} cannot be read: {reason}") from None
