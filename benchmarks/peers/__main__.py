"""Our engines beside other simulators, on the reference line, in one table of ratios.

Run: `python -m benchmarks.peers`. Each peer is installed into an environment of its own, under `--folder`; none is a
dependency of ours. A round runs every simulator once, so that all meet the same load; the best of the rounds counts, by
processor time. A peer whose throughput is not the known one (0.762; 0.502 with failures) is told as wrong: its speed
does not count.
prodsys is so slow that it gets a tenth of the horizon, and the compiled engines so fast that they get ten times it;
what is allowed to luck goes by the horizon of each. `--write` stores the figures, with date, versions and load.
"""

import argparse
import datetime as dt
import json
import os
import platform
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.reference_line import EXPECTED

MODELS = Path(__file__).parent / "models"
RESULTS = Path(__file__).parent / "results.json"
ROOT = Path(__file__).parents[2]
STATIONS = 10
LUCK = {"no failures": 0.0042, "with failures": 0.0172}
"""Relative standard deviation of the throughput of one run of 20,000, as found in 300 of ours."""


@dataclass
class Simulator:
    """One row of the table."""

    name: str
    model: str
    requirement: str | None
    """What is installed for it; None for what is ours."""
    stretch: float = 1.0
    """Its horizon, as a multiple of that of the others."""
    parts: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    version: str = ""


SIMULATORS = (
    ("hand-written SimPy", "simpy_line.py", "simpy==4.1.2"),
    ("FactorySimPy", "factorysimpy_line.py", "FactorySimPy==0.1.0b3"),
    ("salabim", "salabim_line.py", "salabim==26.0.9"),
    ("simprocesd (NIST)", "simprocesd_line.py", "simprocesd==0.3.0"),
    ("Ciw", "ciw_line.py", "ciw==3.2.7"),
    ("prodsys", "prodsys_line.py", "prodsys==1.3.1", 0.1),
    ("jayul, SimPy", "jayul_line.py", None),
    ("jayul, compiled events", "jayul_line.py", None, 10.0),
    ("jayul, passage times", "jayul_line.py", None, 10.0),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--horizon", type=float, default=20_000.0)
    parser.add_argument("--folder", type=Path, default=Path(".venv-peers"), help="for the peers' environments")
    parser.add_argument("--write", action="store_true", help=f"store the figures in {RESULTS.name}")
    given = parser.parse_args()
    load = [os.getloadavg()[0]]
    cases = {case: [Simulator(*row) for row in SIMULATORS] for case in EXPECTED}
    for row in SIMULATORS:
        if row[2] is not None:
            install(row[2], given.folder)
    for seed in range(1, given.rounds + 1):
        for case, simulators in cases.items():
            for simulator in simulators:
                once(simulator, case == "with failures", given.horizon, seed, given.folder)
    load.append(os.getloadavg()[0])
    rows = [r for case, simulators in cases.items() for r in table(case, simulators, given.horizon)]
    print(f"load average {load[0]:.2f} to {load[1]:.2f} on {os.cpu_count()} cores")
    if given.write:
        store(rows, load, given)


def python_of(requirement: str, folder: Path) -> Path:
    """The interpreter of a peer's environment."""
    return (folder / requirement.replace("==", "-") / "bin" / "python").absolute()


def install(requirement: str, folder: Path) -> None:
    """Make a peer's environment, unless it is there."""
    python = python_of(requirement, folder)
    done = python.parents[1] / ".installed"
    if done.exists():
        return
    print(f"installing {requirement} ...", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", str(python.parents[1])], check=True)
    wanted = [requirement] if requirement.startswith("simpy") else [requirement, "simpy==4.1.2"]
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted], check=True)
    done.touch()


def once(simulator: Simulator, fails: bool, horizon: float, seed: int, folder: Path) -> None:
    """Run it once in a process of its own, which times the run without its imports."""
    python = sys.executable if simulator.requirement is None else str(python_of(simulator.requirement, folder))
    command = [
        python,
        str(MODELS / simulator.model),
        "--horizon",
        f"{horizon * simulator.stretch:g}",
        "--seed",
        str(seed),
    ]
    command += ["--fails"] if fails else []
    environment = os.environ | {"PYTHONPATH": f"{ROOT}", "JAYUL_PEER": simulator.name}
    done = subprocess.run(command, stdout=subprocess.PIPE, env=environment, check=True, cwd=ROOT)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    simulator.parts.append(told["parts"])
    simulator.seconds.append(told["seconds"])
    simulator.version = told["version"]


def table(case: str, simulators: list[Simulator], horizon: float) -> list[dict[str, Any]]:
    """Print one case; the rows as data."""
    expected = EXPECTED[case]
    peer = max(p * STATIONS / s for p, s in zip(simulators[0].parts, simulators[0].seconds, strict=True))
    print(f"\n{case:26} {'version':>9} {'throughput':>11} {'part-steps/s':>13} {'ratio':>8}")
    rows = []
    for s in simulators:
        until = horizon * s.stretch
        throughput = statistics.mean(s.parts) / until
        rate = max(p * STATIONS / t for p, t in zip(s.parts, s.seconds, strict=True))
        luck = LUCK[case] * (20_000.0 / until / len(s.parts)) ** 0.5
        tolerance = 3 * luck + 40 / until  # the line begins empty
        right = abs(throughput / expected - 1) <= tolerance
        told = f"{rate:13,.0f} {rate / peer:8.3f}" if right else f"wrong: {expected} is known"
        print(f"{s.name:26} {s.version:>9} {throughput:11.4f} {told}")
        speed = {"part_steps_per_s": round(rate), "ratio": round(rate / peer, 4)} if right else {}
        about = {"case": case, "simulator": s.name, "version": s.version, "horizon": until}
        rows.append(about | {"throughput": round(throughput, 4)} | speed)
    return rows


def store(rows: list[dict[str, Any]], load: list[float], given: argparse.Namespace) -> None:
    """Write the result file."""
    about = {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_average": load,
        "horizon": given.horizon,
        "rounds": given.rounds,
    }
    RESULTS.write_text(json.dumps(about | {"rows": rows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
