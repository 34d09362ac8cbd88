"""Numbers in pieces, as arrays from a plant need them.

Used by `twin.compiled.network.arrays` and `resource_arrays`.
"""

from collections.abc import Iterable

import numpy as np

from twin.compiled.layout import Integers


class Rows:
    """Numbers one after the other, in pieces that are found by (first, last)."""

    def __init__(self) -> None:
        self.numbers: list[int] = []

    def add(self, numbers: Iterable[int]) -> tuple[int, int]:
        """Where a piece lies."""
        first = len(self.numbers)
        self.numbers += numbers
        return first, len(self.numbers)

    def array(self) -> Integers:
        """All of them."""
        return np.array(self.numbers or [0], np.int64)
