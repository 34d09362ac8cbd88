"""The logarithm of 1 - u, compiled: `twin.logarithm` bit by bit, in vector instructions where many are taken in a loop.

Used by the other kernels.
"""

# mypy: disable-error-code="no-any-return"
# Numba has no types.

import importlib
from typing import Any

from twin.compiled.jit import inlined_inner, numba
from twin.logarithm import C1, C2, C3, C4, C5, C6, C7, C8, C9, LOG2_HIGH, LOG2_LOW

_extending: Any = importlib.import_module("numba.extending")

_EXPONENT_BITS, _BIAS = 52, 1023
_FRACTION = (1 << _EXPONENT_BITS) - 1
_EXPONENT = 0x7FF << _EXPONENT_BITS
_LOWEST_BITS = 0x3FE6A09E00000000
_SHIFT = (_BIAS << _EXPONENT_BITS) - _LOWEST_BITS
_ONE_AND_A_HALF_BITS, _ONE_AND_A_HALF = 0x4338000000000000, 6755399441055744.0
"""3 x 2^51, to which a small whole number can be added in its bits or in its value."""


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


@inlined_inner
def log1m(u: float) -> float:
    """log(1 - u), 0 <= u < 1."""
    bits = bits_of(1.0 - u) + _SHIFT
    k = float_of(((bits & _EXPONENT) >> _EXPONENT_BITS) - _BIAS + _ONE_AND_A_HALF_BITS) - _ONE_AND_A_HALF
    f = float_of((bits & _FRACTION) + _LOWEST_BITS) - 1.0
    s = f / (2.0 + f)
    z = s * s
    h = 0.5 * f * f
    r = z * (C1 + z * (C2 + z * (C3 + z * (C4 + z * (C5 + z * (C6 + z * (C7 + z * (C8 + z * C9))))))))
    return k * LOG2_HIGH - ((h - (s * (h + r) + k * LOG2_LOW)) - f)
