"""Floats as their bits, compiled: for what processors do with whole numbers only, such as choosing without a branch.

Used by the other kernels.
"""

# mypy: disable-error-code="no-any-return"
# Numba has no types.

import importlib
from typing import Any

from twin.compiled.jit import numba

_extending: Any = importlib.import_module("numba.extending")


@_extending.intrinsic  # type: ignore[untyped-decorator]
def bits_of(_: Any, number: Any) -> Any:  # noqa: ANN401, ARG001 - Numba's types
    """The bits of a float as a whole number."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        return builder.bitcast(args[0], context.get_value_type(signature.return_type))

    return numba.types.int64(numba.types.float64), generate


@_extending.intrinsic  # type: ignore[untyped-decorator]
def float_of(_: Any, bits: Any) -> Any:  # noqa: ANN401, ARG001 - Numba's types
    """The float that has these bits."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        return builder.bitcast(args[0], context.get_value_type(signature.return_type))

    return numba.types.float64(numba.types.int64), generate
