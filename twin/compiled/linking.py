"""How kernels that only kernels call are compiled: to code that is linked into its callers, and no further.

Used by `twin.compiled.jit`. Numba makes of each function, with all it calls, optimised machine code, although nobody
calls it from Python; of the kernels for networks that was half the time to compile. Here only what Python calls is made
so, with all that it calls in it.
"""

import importlib
from typing import Any

_codegen: Any = importlib.import_module("numba.core.codegen")
_dynfunc: Any = importlib.import_module("numba._dynfunc")
_compiler: Any = importlib.import_module("numba.core.compiler")


class _Part(_codegen.JITCodeLibrary):  # type: ignore[misc] # Numba has no types
    """Code that is linked into other code."""

    def finalize(self) -> None:
        """Nothing can be added any more; what it calls is linked by whoever is called from Python."""
        self._raise_if_finalized()
        self._finalized = True


class _Whole(_codegen.JITCodeLibrary):  # type: ignore[misc] # Numba has no types
    """Code that Python calls, with all that it calls."""

    _linking_libraries: list[Any]

    def finalize(self) -> None:
        """Link it with all it calls, optimise it, make it machine code."""
        found: list[Any] = []
        ahead = list(self._linking_libraries)
        while ahead:
            library = ahead.pop()
            if library not in found:
                found.append(library)
                ahead += library._linking_libraries if isinstance(library, _Part) else []  # noqa: SLF001 - its own
        self._linking_libraries = found
        super().finalize()


class InnerCompiler(_compiler.Compiler):  # type: ignore[misc] # Numba has no types
    """Compiles a kernel that only kernels call."""

    def define_pipelines(self) -> Any:  # noqa: ANN401 - Numba's types
        """The usual passes, into code to be linked."""
        context = self.state.targetctx
        _write_into(self.state, _Part)
        context.get_executable = _nothing_to_call
        return super().define_pipelines()


class OuterCompiler(_compiler.Compiler):  # type: ignore[misc] # Numba has no types
    """Compiles a kernel that Python calls."""

    def define_pipelines(self) -> Any:  # noqa: ANN401 - Numba's types
        """The usual passes, into code with all that it calls."""
        _write_into(self.state, _Whole)
        return super().define_pipelines()


def _write_into(state: Any, kind: Any) -> None:  # noqa: ANN401 - Numba's types
    state.library = kind(state.targetctx.codegen(), state.func_id.func_qualname)
    state.library.enable_object_caching()


def _nothing_to_call(library: Any, fndesc: Any, env: Any) -> Any:  # noqa: ANN401 - Numba's types
    """What stands for a function that has no machine code of its own: one without an address."""
    name = fndesc.qualname.split(".")[-1]
    return _dynfunc.make_function(fndesc.lookup_module(), name, "", 0, env, (library,))
