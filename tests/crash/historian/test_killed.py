"""A historian that is killed while it records leaves whole batches, and the next one goes on."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from historian.historian import Historian
from plants.loader.load import load_plant
from tests.unit.historian.machine import Machine

_CHILD = """
import sys
from historian.historian import Historian
from plants.loader.load import load_plant
from tests.unit.historian.machine import Machine

historian = Historian(load_plant("bottling"), sys.argv[1])
machine = Machine({"filler.processed": 0.5, "capper.processed": 0.5, "packer.processed": 0.5})
while True:
    historian.record(machine.run(machine.now_s))
    print(historian.plant_time_s(), flush=True)
"""


@pytest.mark.parametrize("ticks", [1, 7, 60])
def test_what_was_recorded_before_a_kill_is_whole(tmp_path: Path, ticks: int) -> None:
    """SIGKILL after some ticks: every tick that was confirmed is there with all its samples, and recording goes on."""
    root = Path(__file__).parents[3]
    path = tmp_path / "h.db"
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(path)], stdout=subprocess.PIPE, text=True, cwd=root
    ) as child:
        assert child.stdout is not None
        confirmed_s = [float(child.stdout.readline()) for _ in range(ticks)][-1]
        child.send_signal(signal.SIGKILL)
        child.wait()

    historian = Historian(load_plant("bottling"), path)
    last_s = historian.plant_time_s()
    counts = {
        alias: len(historian.samples(alias, 0, 1e9))
        for alias in ("line.plant_time_s", "filler.processed", "capper.processed", "packer.processed")
    }
    historian.record(Machine({"filler.processed": 0.5}).run(1e4))
    went_on_s = historian.plant_time_s()
    historian.close()

    assert last_s is not None
    assert last_s >= confirmed_s
    assert set(counts.values()) == {round(last_s / 12) + 1}
    assert went_on_s == 9996.0
