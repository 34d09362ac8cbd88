"""`--precision`: how a share is written, and how it is told."""

import pytest

from plants.errors import InvalidInput
from plants.kpi import Kpi
from service.cli.figures import parse_precision, spell_precision
from twin.precision import Precision


@pytest.mark.parametrize(("text", "share"), [("1%", 0.01), ("0.5 %", 0.005), ("0.02", 0.02), (None, None)])
def test_a_share_is_read_with_and_without_a_percent_sign(text: str | None, share: float | None) -> None:
    """1% is 0.01."""
    assert parse_precision(text) == share


@pytest.mark.parametrize("text", ["", "narrow", "0", "100%", "1", "-1%", "nan"])
def test_what_is_no_share_is_refused(text: str) -> None:
    """With what to write instead."""
    with pytest.raises(InvalidInput, match="write a share"):
        parse_precision(text)


def test_it_is_told_with_its_target() -> None:
    """Beside the bar and above the result."""
    found = Precision(Kpi.THROUGHPUT, 0.01, 0.0234, 60, False)

    assert spell_precision(found) == "throughput_per_h ± 2.34% (asked for ± 1.00%)"
