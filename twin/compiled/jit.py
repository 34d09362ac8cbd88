"""Compilation: the one place that knows Numba. Kernels are plain functions under `@jit`, compiled when first called.

Used by the kernels of this package, which must not be imported where Numba is missing (`twin.engines` sees to that).
Machine code is cached on disk in a folder named after the text of all kernels: Numba itself looks only at the file of
the function that is called, so an edit of a function that it calls could otherwise leave stale code behind.

No fast-math: the same operations in the same sequence as in Python, so that both engines compute the same bits.
"""

import hashlib
import importlib
import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from twin.compiled.linking import InnerCompiler, OuterCompiler

numba: Any = importlib.import_module("numba")

P = ParamSpec("P")
R = TypeVar("R")


def kernels_digest() -> str:
    """Twelve digits that stand for the text of every file whose functions or constants are compiled in."""
    here = Path(__file__).parent
    constants = (
        "clock",
        "draws",
        "log",
        "philox",
        "sampling",
        "working",
        "network/layout",
        "network/luck",
        "network/working",
    )
    files = [*sorted(here.rglob("*.py")), *(here.parent / f"{name}.py" for name in constants)]
    digest = hashlib.sha256(numba.__version__.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def cache_folder() -> Path | None:
    """Where machine code is kept between processes; None when no such folder can be written."""
    home = os.environ.get("XDG_CACHE_HOME")
    folder = (Path(home) if home else Path("~/.cache").expanduser()) / "jayul" / f"kernels-{kernels_digest()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return folder if os.access(folder, os.W_OK) else None


_FOLDER = cache_folder()


def jit(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function on its first call, without the GIL while it runs, or take it from the disk."""
    return _compile(function, inlined=False)


def inner(function: Callable[P, R]) -> Callable[P, R]:
    """The same for what only kernels call: without a way in from Python, and kept on the disk as a part of them."""
    return _compile(function, inlined=False, inner=True)


def inlined_inner(function: Callable[P, R]) -> Callable[P, R]:
    """`inlined` and `inner` at once."""
    return _compile(function, inlined=True, inner=True)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """The same, put into its callers: worth it, in time to compile too, for what each event does once or twice."""
    return _compile(function, inlined=True)


def only_with(field: str, otherwise: Any = None) -> Callable[[Callable[P, R]], Callable[P, R]]:  # noqa: ANN401 - a constant
    """`inner` for runs whose RUN record has a field; for others nothing is compiled, and a call is a constant.

    The kernel's first argument is the RUN record.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        kernel: Any = inner(function)
        nothing: Any = inner(_CONSTANT[len(inspect.signature(function).parameters)](otherwise))
        template_of, overload_of = kernel.get_call_template, kernel.get_overload

        def template(args: Any, kws: Any) -> Any:  # noqa: ANN401 - Numba's types
            return (template_of if field in args[0].fields else nothing.get_call_template)(args, kws)

        def overload(args: Any) -> Any:  # noqa: ANN401 - Numba's types
            return (overload_of if field in args[0].fields else nothing.get_overload)(args)

        kernel.get_call_template, kernel.get_overload = template, overload
        made: Callable[P, R] = kernel
        return made

    return decorate


_CONSTANT: dict[int, Callable[[Any], Callable[..., Any]]] = {
    1: lambda value: lambda run: value,  # noqa: ARG005 - the shape of a kernel
    2: lambda value: lambda run, one: value,  # noqa: ARG005 - the shape of a kernel
    3: lambda value: lambda run, one, two: value,  # noqa: ARG005 - the shape of a kernel
    4: lambda value: lambda run, one, two, three: value,  # noqa: ARG005 - the shape of a kernel
}
"""Functions of so many arguments that give a constant."""


def _compile(function: Callable[P, R], *, inlined: bool, inner: bool = False) -> Callable[P, R]:
    before = numba.config.CACHE_DIR
    if _FOLDER is not None:
        numba.config.CACHE_DIR = str(_FOLDER)
    try:
        compiled: Any = numba.njit(
            nogil=True,
            cache=_FOLDER is not None and not inner,
            error_model="numpy",
            forceinline=inlined,
            no_cpython_wrapper=inner,
            no_cfunc_wrapper=inner,
            pipeline_class=InnerCompiler if inner else OuterCompiler,
        )(function)
    finally:
        numba.config.CACHE_DIR = before
    if inner:
        compiled.get_call_template = _without_literals(compiled.get_call_template)
    made: Callable[P, R] = compiled
    return made


def _without_literals(template_of: Any) -> Any:  # noqa: ANN401 - Numba's types
    """Numba compiles a function anew for each constant it is called with; this makes it once for all of them."""

    def template(args: Any, kws: Any) -> Any:  # noqa: ANN401 - Numba's types
        general = numba.types.unliteral
        return template_of(tuple(map(general, args)), {name: general(kind) for name, kind in kws.items()})

    return template
