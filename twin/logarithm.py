"""The logarithm of 1 - u, as every exponential time needs it: the same bits on every machine, for one number or many.

Used by `twin.sampling`; `twin.compiled.logarithm` is the same in compiled code. Made of additions, multiplications and
divisions only, which IEEE 754 rounds in one way, where `log1p` is a matter of the C library: so NumPy, which takes many
numbers at a time, and compiled code with vector instructions give what plain Python gives.

Method: 1 - u = 2^k (1 + f) with 1 + f between about sqrt(1/2) and sqrt(2); with s = f / (2 + f) and z = s^2,
log(1 + f) = f - (h - s (h + R)), h = f^2 / 2, R = 2 z / 3 + 2 z^2 / 5 + ... (the series of 2 artanh(s), cut where a
term is below 2^-54; the arrangement is that of FDLIBM, `e_log.c`, Sun Microsystems 1993). For the numbers that are
drawn, whose 1 - u is exact, it is at most 1 unit in the last place from what the C library gives.
"""

import math

import numpy as np
import numpy.typing as npt

C1, C2, C3, C4, C5 = 2 / 3, 2 / 5, 2 / 7, 2 / 9, 2 / 11
C6, C7, C8, C9 = 2 / 13, 2 / 15, 2 / 17, 2 / 19
LOG2_HIGH, LOG2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
"""log 2 in two parts: times k, the first is exact."""
LOWEST = float.fromhex("0x1.6a09ep-1")
"""What 1 + f is at least: about sqrt(1/2)."""

Floats = npt.NDArray[np.float64]


def log1m(u: float) -> float:
    """log(1 - u), 0 <= u < 1."""
    m, k = math.frexp(1.0 - u)
    if m < LOWEST:
        m, k = m + m, k - 1
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    h = 0.5 * f * f
    r = z * (C1 + z * (C2 + z * (C3 + z * (C4 + z * (C5 + z * (C6 + z * (C7 + z * (C8 + z * C9))))))))
    return k * LOG2_HIGH - ((h - (s * (h + r) + k * LOG2_LOW)) - f)


def log1m_of_all(u: Floats) -> Floats:
    """The same of many numbers."""
    m, k = np.frexp(1.0 - u)
    low = m < LOWEST
    m, k = np.where(low, m + m, m), k - low
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    h = 0.5 * f * f
    r = z * (C1 + z * (C2 + z * (C3 + z * (C4 + z * (C5 + z * (C6 + z * (C7 + z * (C8 + z * C9))))))))
    logarithm: Floats = k * LOG2_HIGH - ((h - (s * (h + r) + k * LOG2_LOW)) - f)
    return logarithm
