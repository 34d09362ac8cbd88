"""The logarithm behind exponential times: right, and the same bits for one number, for many, and compiled."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.draws import Purpose, uniforms
from twin.logarithm import log1m, log1m_of_all

DRAWN = st.integers(0, 2**52 - 1).map(lambda k: (2 * k + 1) * 2.0**-53)
"""What `twin.draws` can give."""


@given(u=DRAWN)
def test_it_is_the_logarithm_to_one_unit_in_the_last_place(u: float) -> None:
    """Of the C library's, which is given 1 - u without loss."""
    assert Fraction(1.0 - u) == 1 - Fraction(u)
    expected = math.log1p(-u)

    assert abs(log1m(u) - expected) <= math.ulp(expected)


@pytest.mark.parametrize("u", [2.0**-53, 3 * 2.0**-53, 0.25, 0.29289321881345254, 0.5, 0.75, 1 - 2.0**-53])
def test_it_is_right_at_the_ends_and_where_the_power_of_two_changes(u: float) -> None:
    """Both sides of sqrt(1/2), and powers of two."""
    for near in (math.nextafter(u, 0), u, math.nextafter(u, 1)):
        if 2.0**-53 <= near < 1:
            assert log1m(near) == pytest.approx(math.log1p(-near), rel=3e-16)


def test_it_falls_as_u_rises() -> None:
    """Common random numbers stay in sequence."""
    numbers = np.sort(np.array(uniforms((3, 4), 0, 20_000, 5, 6, Purpose.PROCESSING)))

    assert (np.diff(log1m_of_all(numbers)) <= 0).all()


def test_many_numbers_get_the_bits_of_single_ones() -> None:
    """NumPy and plain Python."""
    numbers = [2.0**-53, 1 - 2.0**-53, 0.5, *uniforms((1, 2), 0, 20_000, 5, 6, Purpose.PROCESSING)]

    assert log1m_of_all(np.array(numbers)).tolist() == [log1m(u) for u in numbers]
