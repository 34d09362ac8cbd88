"""Measured throughput fits any history of a counter, however it was cut into batches and spans."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from historian.historian import Historian
from plants.flow.sample import Sample
from plants.kpi import Kpi
from plants.model.plant import Plant
from tests.unit.historian.machine import sample

_TICK_S = 12.0
_TEXT = {"en": "x", "ko": "x"}
_PLANT = Plant.model_validate(
    {
        "plant": "one",
        "name": _TEXT,
        "flow_unit": {"name": _TEXT, "piece": _TEXT, "pieces": 4},
        "stations": [{"id": "only", "name": _TEXT, "cycle": {"kind": "constant", "mean_s": 1}}],
        "products": [{"id": "thing", "name": _TEXT}],
    }
)
_GAINS = st.lists(st.integers(0, 60), min_size=20, max_size=60)


def _history(gains: list[int]) -> list[Sample]:
    samples = [sample("line.plant_time_s", 0.0, 0), sample("only.processed", 0, 0), sample("only.defective", 0, 0)]
    total = 0
    for n, gain in enumerate(gains, start=1):
        samples.append(sample("line.plant_time_s", n * _TICK_S, n * _TICK_S))
        total += gain
        if gain:
            samples.append(sample("only.processed", total, n * _TICK_S))
    return samples


def _units(historian: Historian, start_s: float, end_s: float) -> float:
    measured = historian.measure(Kpi.THROUGHPUT, start_s, end_s)
    assert measured.sufficient
    assert measured.value is not None
    return measured.value * (end_s - start_s) / 3600


@settings(deadline=None, max_examples=40)
@given(_GAINS, st.data())
def test_spans_add_up_and_whole_ticks_are_exact(gains: list[int], data: st.DataObject) -> None:
    """What was made from a to c is what was made from a to b and from b to c; between ticks it is what was counted."""
    end_s = len(gains) * _TICK_S
    first = data.draw(st.integers(0, len(gains) - 8))
    start_s, stop_s = first * _TICK_S, (first + 8) * _TICK_S
    between_s = data.draw(st.floats(0.3 * end_s, 0.7 * end_s))
    cuts = sorted(data.draw(st.lists(st.integers(0, 3 * len(gains)), max_size=6)))
    samples = _history(gains)

    with tempfile.TemporaryDirectory() as folder:
        historian = Historian(_PLANT, Path(folder) / "h.db")
        for a, b in zip([0, *cuts], [*cuts, len(samples)], strict=True):
            historian.record(samples[a:b])
        exact = _units(historian, start_s, stop_s)
        parts = _units(historian, 0, between_s) + _units(historian, between_s, end_s)
        whole = _units(historian, 0, end_s)
        historian.close()

    assert exact == pytest.approx(sum(gains[first : first + 8]) / 4)
    assert parts == pytest.approx(whole)
    assert whole == pytest.approx(sum(gains) / 4)
