"""Draws: the published vectors of Philox, uniforms inside the open interval, keys that do not collide."""

import numpy as np
import pytest

from twin.draws import Purpose, entity_of, uniform, uniforms
from twin.philox import word_block, words

VECTORS = [
    ((0, 0), (0, 0, 0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    (
        (0xFFFFFFFF, 0xFFFFFFFF),
        (0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF),
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0xA4093822, 0x299F31D0),
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("key", "counter", "expected"), VECTORS)
def test_scalar_philox_gives_the_published_vectors(
    key: tuple[int, int], counter: tuple[int, int, int, int], expected: tuple[int, int, int, int]
) -> None:
    """Known-answer vectors of Random123 for Philox4x32-10."""
    assert words(key, counter) == expected


@pytest.mark.parametrize(("key", "counter", "expected"), VECTORS)
def test_vectorised_philox_gives_the_published_vectors(
    key: tuple[int, int], counter: tuple[int, int, int, int], expected: tuple[int, int, int, int]
) -> None:
    """The block form is the same function, one counter at a time or many."""
    block = word_block(key, counter[0], 1, counter[1:])

    assert tuple(int(w[0]) for w in block) == expected


def test_a_block_of_uniforms_equals_the_single_ones() -> None:
    """Bit for bit, also far from the start and across a 32-bit boundary of neither word."""
    key, entity = (7, 3), entity_of("o01")

    block = uniforms(key, 1_000_000, 50, entity, 4, Purpose.SCRAP)

    assert block == [uniform(key, 1_000_000 + i, entity, 4, Purpose.SCRAP) for i in range(50)]


def test_uniforms_are_uniform_and_never_reach_the_ends() -> None:
    """Mean, variance and a chi-square over 64 cells of 200,000 draws (fixed seed)."""
    u = np.array(uniforms((1, 0), 0, 200_000, 5, 0, Purpose.PROCESSING))

    counts, _ = np.histogram(u, bins=64, range=(0, 1))
    chi_square = float(((counts - 3125) ** 2 / 3125).sum())

    assert 0 < u.min() < u.max() < 1
    assert abs(u.mean() - 0.5) < 4 * (1 / 12 / 200_000) ** 0.5
    assert chi_square < 113  # 99.99 % quantile with 63 degrees of freedom


def test_each_part_of_the_key_changes_the_draw() -> None:
    """Seed, replication, n, entity, slot and purpose each matter."""
    draws = {
        uniform((1, 0), 0, 0, 0, Purpose.PROCESSING),
        uniform((2, 0), 0, 0, 0, Purpose.PROCESSING),
        uniform((1, 1), 0, 0, 0, Purpose.PROCESSING),
        uniform((1, 0), 1, 0, 0, Purpose.PROCESSING),
        uniform((1, 0), 0, 1, 0, Purpose.PROCESSING),
        uniform((1, 0), 0, 0, 1, Purpose.PROCESSING),
        uniform((1, 0), 0, 0, 0, Purpose.SCRAP),
    }

    assert len(draws) == 7
