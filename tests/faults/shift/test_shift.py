"""Issue: "8 hours of plant time at speed 60 with 20 random faults: mirror equals the plant's own log, memory flat"."""

from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from plants.model.plant import Plant
from tests.faults.links.conftest import QUICK
from tests.faults.shift.planned import KINDS, planned_faults
from tests.faults.shift.shift import Report, Shift, play

_FLAT_MIB = 12.0
"""What may be added between the second and the last quarter of eight hours: queues and windows that still fill."""


@pytest.mark.parametrize("seed", [1])
async def test_after_twenty_minutes_with_three_faults_the_mirror_is_what_the_plant_logged(
    plant: Plant, tmp_path: Path, bytecode: Path, seed: int
) -> None:
    """Every tag at the end, every state and count while the link stood, and no write told otherwise than it was."""
    report = await play(Shift(seed, shift_s=1200.0, faults=3, speed=100.0, options=QUICK), plant, tmp_path, bytecode)

    _agrees(report, faults=3)


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_after_eight_hours_with_twenty_faults_the_mirror_is_what_the_plant_logged_and_memory_is_flat(
    plant: Plant, tmp_path: Path, bytecode: Path
) -> None:
    """The same for a whole shift at speed 60; eight minutes by the clock."""
    report = await play(Shift(seed=6, shift_s=28_800.0, faults=20, speed=60.0), plant, tmp_path, bytecode)

    _agrees(report, faults=20)
    for figures in (report.mirror_mib, report.plant_mib):
        quarter = len(figures) // 4
        assert median(figures[-quarter:]) - median(figures[quarter : 2 * quarter]) <= _FLAT_MIB


def test_a_shift_of_twenty_has_faults_of_twenty_kinds_one_after_the_other() -> None:
    """Drawn anew from another seed, the same from the same."""
    faults = planned_faults(6, 20, 28_800.0, 60.0)

    assert len({fault.kind for fault in faults}) == 20
    assert all(a.at_s + a.for_s < b.at_s for a, b in pairwise(faults))
    assert faults == planned_faults(6, 20, 28_800.0, 60.0) != planned_faults(7, 20, 28_800.0, 60.0)
    assert {fault.kind for seed in range(20) for fault in planned_faults(seed, 20, 28_800.0, 60.0)} == set(KINDS)


def _agrees(report: Report, *, faults: int) -> None:
    on_script = {event.kind for fault in report.faults for event in fault.events}

    assert report.problems == []
    assert len(report.faults) == faults
    assert {event["kind"] for event in report.own.happened} == on_script
    assert report.told.shown > 100
    assert report.plant_exit_code == 0
