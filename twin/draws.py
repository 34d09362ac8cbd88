"""Draws: uniform numbers that are a pure function of their key (ADR 0003). No generator, no state, no order of calls.

Used by every engine, the judge and the virtual plant. Key = (seed, replication); counter = (n, entity, slot, purpose).
"""

import zlib
from enum import IntEnum

import numpy as np

from twin.philox import MASK, word_block, words

_SCALE = 2.0**-53


class Purpose(IntEnum):
    """What a draw is for: the last word of its counter."""

    PROCESSING = 1
    SCRAP = 2
    REWORK = 3
    UPTIME = 4
    REPAIR = 5
    SETUP = 6
    ARRIVAL = 7
    SUPPLY = 8
    MODEL_ERROR = 9
    SENSOR = 10
    DEFECT = 11
    INSPECTION = 12
    MAINTENANCE = 13


def entity_of(name: str | None) -> int:
    """32 bits that stand for a name (CRC-32); 0 for a line without orders."""
    return 0 if name is None else zlib.crc32(name.encode())


def uniform(key: tuple[int, int], n: int, entity: int, slot: int, purpose: Purpose) -> float:
    """One uniform number in the open interval (0, 1)."""
    w0, w1, _, _ = words((key[0] & MASK, key[1] & MASK), (n & MASK, entity, slot, purpose))
    return float((((w0 >> 5) << 26) + (w1 >> 6)) | 1) * _SCALE


def uniforms(key: tuple[int, int], first: int, size: int, entity: int, slot: int, purpose: Purpose) -> list[float]:
    """The uniform numbers n = first … first + size - 1; each equals `uniform` of that n exactly.

    53 bits come from two words; the last bit is set, so that neither 0 nor 1 can occur and every value is exact.
    """
    w0, w1, _, _ = word_block((key[0] & MASK, key[1] & MASK), first, size, (entity, slot, int(purpose)))
    bits = ((w0 >> np.uint64(5)) << np.uint64(26)) + (w1 >> np.uint64(6))
    numbers: list[float] = ((bits | np.uint64(1)).astype(np.float64) * _SCALE).tolist()
    return numbers
