"""The folder of compiled kernels: one for each file of kernels, named after all that its kernels are compiled from.

Used by `twin.compiled.jit`. Numba itself notices an edit of the called file only. What a kernel is compiled from are
the definitions that it names, those that they name, and so on, wherever in `twin` they stand: so an edit of anything
else (a docstring, a function that is never compiled, the kernels for other plants) costs no compilation.
"""

import ast
import contextlib
import hashlib
import importlib
import importlib.util
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

_PACKAGE = "twin"
_ROOT = Path(__file__).parents[1]


def kernels_digest(file: Path, root: Path = _ROOT, libraries: str = "") -> str:
    """Twelve digits that stand for all that the kernels of a file are compiled from.

    Args:
        file: A file of the package, with decorated functions at its top.
        root: The folder of the package `twin`.
        libraries: Versions of what compiles.
    """
    name = ".".join((_PACKAGE, *file.relative_to(root).with_suffix("").parts))
    found: dict[tuple[str, str], str] = {}
    for node in _definitions(root, name).values():
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            _follow(root, name, node.name, found)
    text = "\n".join(f"{module} {what}\n{body}" for (module, what), body in sorted(found.items()))
    return hashlib.sha256(f"{libraries}\n{text}".encode()).hexdigest()[:12]


def _follow(root: Path, module: str, name: str, found: dict[tuple[str, str], str]) -> None:
    """Add a definition and what it names, if it is one of ours."""
    place = _origin(root, module, name)
    if place is None or place in found:
        return
    found[place], named = _definition(root, *place)
    for other in named:
        _follow(root, place[0], other, found)


@cache
def _origin(root: Path, module: str, name: str) -> tuple[str, str] | None:
    """Module and name of the definition behind a name; None where it is not ours, or is of this module."""
    node = _definitions(root, module).get(name)
    if not isinstance(node, ast.ImportFrom):
        return None if node is None else (module, name)
    if node.module is None or node.module.split(".")[0] != _PACKAGE or node.module == __name__:
        return None
    original = next(a.name for a in node.names if (a.asname or a.name) == name)
    return _origin(root, node.module, original)


@cache
def _definition(root: Path, module: str, name: str) -> tuple[str, tuple[str, ...]]:
    """A definition without docstrings and place, and the names in it."""
    node = _definitions(root, module)[name]
    for inside in ast.walk(node):
        if isinstance(inside, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(inside) is not None:
            inside.body = inside.body[1:] or [ast.Pass()]
    return ast.dump(node), tuple({n.id: None for n in ast.walk(node) if isinstance(n, ast.Name)})


@cache
def _definitions(root: Path, module: str) -> dict[str, ast.stmt]:
    """The statements at the top of a module by the names they bind; none of a package or a module that is not there."""
    path = root.joinpath(*module.split(".")[1:]).with_suffix(".py")
    if not path.is_file():
        return {}
    bound: dict[str, ast.stmt] = {}
    for node in ast.parse(path.read_bytes()).body:
        for name in _names(node):
            bound[name] = node
    return bound


def _names(node: ast.stmt) -> Iterator[str]:
    """What a statement binds."""
    match node:
        case ast.FunctionDef() | ast.ClassDef():
            yield node.name
        case ast.ImportFrom():
            yield from (a.asname or a.name for a in node.names)
        case _:
            yield from (n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))


def cache_root() -> Path | None:
    """Where machine code is kept between processes; None when no such folder can be written."""
    home = os.environ.get("XDG_CACHE_HOME")
    try:
        folder = (Path(home) if home else Path("~/.cache").expanduser()) / "jayul" / "kernels"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return folder if os.access(folder, os.W_OK) else None


@cache
def cache_folder(file: str, libraries: str) -> Path | None:
    """The folder for the kernels of a file; None when none can be written."""
    root, path = cache_root(), Path(file)
    if root is None:
        return None
    name = ".".join(path.relative_to(_ROOT / "compiled").with_suffix("").parts)
    return root / f"{name}-{kernels_digest(path, libraries=libraries)}"


@contextlib.contextmanager
def compiling_alone() -> Iterator[None]:
    """Hold the folder's lock: of several processes that need kernels, one compiles, the others take them from the disk.

    Without a folder, or where the system has no such lock, everyone compiles.
    """
    root = cache_root()
    if root is None or importlib.util.find_spec("fcntl") is None:
        yield
        return
    fcntl: Any = importlib.import_module("fcntl")
    with (root / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
