"""What orders and arrivals ask of each station."""

from pathlib import Path

import pytest

from plants.loader.load import load_plant
from plants.model.plant import Plant
from plants.model.workload import demand, workloads
from tests.unit.plants.cell import CELL


def _cell(tmp_path: Path, *changes: tuple[str, str]) -> Plant:
    text = CELL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "cell.yaml"
    path.write_text(text, encoding="utf-8")
    return load_plant(path)


def test_work_and_time_are_those_of_a_calculation_by_hand(tmp_path: Path) -> None:
    """Ten shafts and sixteen spare pins until four in the afternoon; the saw works from six to two with a break."""
    plant = _cell(tmp_path)

    found = {w.station: w for w in workloads(plant)}

    assert found["saw"].visits == pytest.approx(10 + 16)
    assert found["saw"].work_s == pytest.approx(26 * 60)
    assert found["saw"].time_s == 7.5 * 3600
    assert found["mill"].work_s == pytest.approx(10 * (90 + 30))
    assert found["mill"].time_s == 2 * 16 * 3600
    assert found["oven"].work_s == pytest.approx(10 * 600 / 6)
    assert found["bench"].share == pytest.approx(10 * 240 / (16 * 3600))


def test_components_are_made_for_what_they_go_into_unless_they_come_by_themselves(tmp_path: Path) -> None:
    """Two pins a shaft; with an arrival of pins the shafts wait for those."""
    arrivals = "arrivals:\n  - {id: spare, product: pin, every: {kind: exponential, mean_s: 3600}}\n"

    assert demand(_cell(tmp_path), 36_000.0) == {"shaft": 10, "pin": 10}
    assert demand(_cell(tmp_path, (arrivals, "")), 36_000.0) == {"shaft": 10, "pin": 20}


def test_a_step_with_several_stations_is_spread_evenly(tmp_path: Path) -> None:
    """Half of the parts at each, in the time that holds there."""
    plant = _cell(
        tmp_path,
        ("stations: saw, materials", "stations: [saw, bench], materials"),
        ("upstream: [saw, oven], downstream: mill, capacity: 9, carrier: agv", "downstream: mill"),
    )

    found = {w.station: w for w in workloads(plant)}

    assert found["saw"].visits == pytest.approx(5 + 16)
    assert found["bench"].work_s == pytest.approx(5 * 120 + 10 * 240)
