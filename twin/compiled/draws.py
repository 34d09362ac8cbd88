"""Draws, compiled: the numbers of `twin.draws`, bit by bit.

Used by the other kernels. Philox4x32-10 on 64-bit words; a block of counters is drawn in one loop that the compiler
turns into vector instructions.
"""

import numpy as np

from twin.compiled.access import number_at
from twin.compiled.bits import float_of
from twin.compiled.jit import inner
from twin.compiled.layout import BLOCK

_MASK = np.uint64(0xFFFFFFFF)
_HIGH = np.uint64(32)
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_FIVE, _SIX, _ONE = np.uint64(5), np.uint64(6), np.uint64(1)
_WHOLE_BITS, _WHOLE = np.uint64(0x4330000000000000), 2.0**52
"""2^52: a whole number of 32 bits can be put into its last bits (there is no vector instruction to convert one)."""
_HIGH_SCALE, _LOW_SCALE = 2.0**-27, 2.0**-53


@inner
def uniform(key0: np.uint64, key1: np.uint64, n: np.uint64, entity: np.uint64, slot: np.uint64, purpose: int) -> float:
    """One uniform number in the open interval (0, 1): `twin.draws.uniform`."""
    c0, c1, c2, c3 = np.uint64(n) & _MASK, np.uint64(entity), np.uint64(slot), np.uint64(purpose)
    k0, k1 = key0, key1
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0 = (p1 >> _HIGH) ^ c1 ^ k0
        c2 = (p0 >> _HIGH) ^ c3 ^ k1
        c1 = p1 & _MASK
        c3 = p0 & _MASK
        k0 = (k0 + _W0) & _MASK
        k1 = (k1 + _W1) & _MASK
    high = float_of(np.int64((c0 >> _FIVE) | _WHOLE_BITS)) - _WHOLE
    low = float_of(np.int64((c1 >> _SIX) | _ONE | _WHOLE_BITS)) - _WHOLE
    number: float = high * _HIGH_SCALE + low * _LOW_SCALE
    return number


@inner
def fill(
    numbers: int,
    place: int,
    key0: np.uint64,
    key1: np.uint64,
    first: int,
    entity: np.uint64,
    slot: np.uint64,
    purpose: int,
) -> None:
    """The uniform numbers n = first, first + 1, … into BLOCK places of `numbers`."""
    for i in range(BLOCK):
        number_at(numbers, place + i).value = uniform(key0, key1, np.uint64(first + i), entity, slot, purpose)
