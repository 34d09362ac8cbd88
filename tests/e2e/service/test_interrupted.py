"""Ctrl-C in the middle of `jayul simulate` and `compare`: a partial result, marked. Real processes, a real SIGINT."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from plants.loader.load import load_plant
from tests.staging import Ran, until
from twin import simulate

LONG = ["--horizon", "1h", "--replications", "60", "--engine", "simpy"]
BY_PRECISION = ["--horizon", "1h", "--replications", "10", "--precision", "0.01%", "--engine", "simpy"]
IN_A_SCRIPT = """
import json
from plants.loader.load import load_plant
from twin import simulate

told = lambda done, total: print(f"{done}/{total}", flush=True)
plant = load_plant("bottling")
result = simulate(plant, horizon_s=3600, replications=60, engine="simpy", progress=told, keep_partial=True)
print(json.dumps(result.as_dict()))
"""


def interrupted(arguments: list[str], folder: Path, after: str) -> Ran:
    """Run Python as a terminal does, and press Ctrl-C once the output tells so many replications."""
    out, err = folder / "out", folder / "err"
    with out.open("w") as stdout, err.open("w") as stderr:
        child = subprocess.Popen([sys.executable, *arguments], stdout=stdout, stderr=stderr, start_new_session=True)
        try:
            until(lambda: after in out.read_text() + err.read_text(), 60, f"no '{after}' is told")
            os.killpg(child.pid, signal.SIGINT)  # a terminal signals the whole group, workers too
            code = child.wait(timeout=30)
        finally:
            child.kill()
    return Ran(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_simulation_that_is_interrupted_tells_what_it_has_and_ends_with_130(tmp_path: Path, workers: str) -> None:
    """In this process, and with two others; after the progress, stderr has one message and no traceback."""
    ran = interrupted(["-m", "service", "simulate", "bottling", *LONG, "--workers", workers], tmp_path, ": 6/60")

    assert ran.code == 130, ran.err
    last = ran.err.splitlines()[-1]
    assert last.startswith("interrupted: the result is that of the first "), ran.err
    done = int(last.split("the first ")[1].split()[0])
    assert 6 <= done < 60
    assert f"{done} of 60 (interrupted) replications" in ran.out
    assert "Traceback" not in ran.err


def test_a_comparison_that_is_interrupted_has_whole_pairs_only(tmp_path: Path) -> None:
    """A pair whose second half is missing tells nothing."""
    change = ["--set", "filler.speed_per_min=620"]

    ran = interrupted(["-m", "service", "compare", "bottling", *change, *LONG], tmp_path, ": 12/120")

    assert ran.code == 130, ran.err
    assert " of 60 (interrupted) paired replications" in ran.out


@pytest.mark.slow
def test_a_run_to_a_precision_that_is_interrupted_says_that_it_was_not_reached(tmp_path: Path) -> None:
    """What there is, and how narrow it is."""
    ran = interrupted(["-m", "service", "simulate", "bottling", *BY_PRECISION], tmp_path, ": 12/20")

    assert ran.code == 130, ran.err
    assert "Precision NOT reached" in ran.out
    assert " of 20 (interrupted)" in ran.out


def test_a_partial_result_is_that_of_as_many_replications(tmp_path: Path) -> None:
    """To the last bit, but for the mark."""
    ran = interrupted(["-c", IN_A_SCRIPT], tmp_path, "7/60")

    found = json.loads(ran.out.splitlines()[-1])
    asked = simulate(load_plant("bottling"), horizon_s=3600, replications=found["replications"], engine="simpy")
    assert ran.code == 0
    assert (found["partial"], found["planned"]) == (True, 60)
    assert found | {"partial": False, "planned": found["replications"]} == json.loads(json.dumps(asked.as_dict()))
