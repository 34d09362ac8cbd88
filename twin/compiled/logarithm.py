"""The logarithm of 1 - u, compiled: `twin.logarithm` bit by bit, in vector instructions where many are taken in a loop.

Used by the other kernels.
"""

# mypy: disable-error-code="no-any-return"
# Numba has no types.

from twin.compiled.bits import bits_of, float_of
from twin.compiled.jit import inlined_inner
from twin.logarithm import C1, C2, C3, C4, C5, C6, C7, C8, C9, LOG2_HIGH, LOG2_LOW

_EXPONENT_BITS, _BIAS = 52, 1023
_FRACTION = (1 << _EXPONENT_BITS) - 1
_EXPONENT = 0x7FF << _EXPONENT_BITS
_LOWEST_BITS = 0x3FE6A09E00000000
_SHIFT = (_BIAS << _EXPONENT_BITS) - _LOWEST_BITS
_ONE_AND_A_HALF_BITS, _ONE_AND_A_HALF = 0x4338000000000000, 6755399441055744.0
"""3 x 2^51, to which a small whole number can be added in its bits or in its value."""


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
