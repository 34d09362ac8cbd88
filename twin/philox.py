"""Philox4x32-10, a counter-based generator: a pure function from (key, counter) to four random words.

Used by `twin.draws` only. Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11. Two
forms of one function: `words` for one counter and `word_block` for many counters that differ in their first word.
"""

import numpy as np
import numpy.typing as npt

MASK = 0xFFFFFFFF
_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_WEYL = (0x9E3779B9, 0xBB67AE85)
_ROUNDS = 10

Words = tuple[int, int, int, int]
WordArray = npt.NDArray[np.uint64]


def words(key: tuple[int, int], counter: Words) -> Words:
    """Four 32-bit words for one key (2 x 32 bits) and counter (4 x 32 bits)."""
    k0, k1 = key
    c0, c1, c2, c3 = counter
    m0, m1 = _MULTIPLIERS
    for _ in range(_ROUNDS):
        p0, p1 = m0 * c0, m1 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & MASK, (p0 >> 32) ^ c3 ^ k1, p0 & MASK
        k0, k1 = (k0 + _WEYL[0]) & MASK, (k1 + _WEYL[1]) & MASK
    return c0, c1, c2, c3


def word_block(key: tuple[int, int], first: int, size: int, rest: tuple[int, int, int]) -> tuple[WordArray, ...]:
    """The words of counters (first … first + size - 1, *rest): four arrays of shape (size,), 32 bits each."""
    mask, shift = np.uint64(MASK), np.uint64(32)
    m0, m1 = (np.uint64(m) for m in _MULTIPLIERS)
    k0, k1 = key
    c0 = np.arange(first, first + size, dtype=np.uint64) & mask
    c1, c2, c3 = (np.full(size, word, dtype=np.uint64) for word in rest)
    for _ in range(_ROUNDS):
        p0, p1 = m0 * c0, m1 * c2
        c0, c1 = (p1 >> shift) ^ c1 ^ np.uint64(k0), p1 & mask
        c2, c3 = (p0 >> shift) ^ c3 ^ np.uint64(k1), p0 & mask
        k0, k1 = (k0 + _WEYL[0]) & MASK, (k1 + _WEYL[1]) & MASK
    return c0, c1, c2, c3
