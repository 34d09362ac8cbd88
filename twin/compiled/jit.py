"""Compilation: the one place that knows Numba. Kernels are plain functions under `@jit`, compiled when first called.

Used by the kernels of this package, which must not be imported where Numba is missing (`twin.engines` sees to that).
Machine code is cached on disk in folders named after what it was compiled from (`twin.compiled.cache`).

No fast-math: the same operations in the same sequence as in Python, so that both engines compute the same bits.
"""

import importlib
import inspect
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numpy as np

from twin.compiled.cache import cache_folder
from twin.compiled.linking import InnerCompiler, OuterCompiler

numba: Any = importlib.import_module("numba")

P = ParamSpec("P")
R = TypeVar("R")


_LIBRARIES = f"numba {numba.__version__}, numpy {np.__version__}"


def jit(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function on its first call, without the GIL while it runs, or take it from the disk."""
    return _compile(function, inlined=False)


def inner(function: Callable[P, R]) -> Callable[P, R]:
    """The same for what only kernels call: without a way in from Python, and kept on the disk as a part of them."""
    return _compile(function, inlined=False, inner=True)


def inlined_inner(function: Callable[P, R]) -> Callable[P, R]:
    """`inner`, put into its callers: worth it, in time to compile too, for what each event does once or twice."""
    return _compile(function, inlined=True, inner=True)


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
    folder = None if inner else cache_folder(function.__code__.co_filename, _LIBRARIES)
    before = numba.config.CACHE_DIR
    if folder is not None:
        numba.config.CACHE_DIR = str(folder)
    try:
        compiled: Any = numba.njit(
            nogil=True,
            cache=folder is not None,
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
