"""How often promises are kept: the demo's loop over many seeds of hidden truth, accelerated; each broken one is told.

    python -m benchmarks.promises --seeds 50

A promise is a 90 % prediction interval. An interval that holds what it says keeps 41 to 49 of 50 with probability 0.97
(Binomial(50, 0.9)).
"""

import argparse
import asyncio
import json
import logging
import multiprocessing
import statistics
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from plants.loader.load import load_plant
from service.accelerated import run_loop
from service.demo.stage import SPEED, service_settings
from service.logs import set_up_logs


def one(seed: int) -> dict[str, Any]:
    """The loop of one seed, as figures."""
    set_up_logs("text", logging.ERROR)
    plant = load_plant("bottling")
    with tempfile.TemporaryDirectory() as folder:
        loop = asyncio.run(
            run_loop(plant, service_settings("solver", seed), seed=seed, speed=SPEED, directory=Path(folder))
        )
    promise, measured = loop.outcome.promise.prediction, loop.outcome.measured
    return {
        "seed": seed,
        "status": loop.outcome.status.value,
        "kept": loop.outcome.kept,
        "low": promise.low,
        "high": promise.high,
        "mean": promise.mean,
        "without": loop.outcome.promise.without.mean,
        "measured": None if measured is None else measured.value,
        "explanation": loop.outcome.explanation,
    }


def main() -> None:
    """Run all seeds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write the rows here too")
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    rows = []
    with ProcessPoolExecutor(options.workers, mp_context=context) as pool:
        for row in pool.map(one, range(1, options.seeds + 1)):
            rows.append(row)
            print(_line(row), flush=True)
    _summary(rows)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2), encoding="utf-8")


def _line(row: dict[str, Any]) -> str:
    measured = "-" if row["measured"] is None else f"{row['measured']:7.1f}"
    kept = {True: "kept", False: "BROKEN", None: "not measured"}[row["kept"]]
    told = "" if row["kept"] else f"  {row['explanation']}"
    promised = f"promised {row['low']:7.1f} to {row['high']:7.1f}"
    return f"seed {row['seed']:3d}  {row['status']:<12} {promised}  measured {measured}  {kept}{told}"


def _summary(rows: list[dict[str, Any]]) -> None:
    kept = sum(row["kept"] is True for row in rows)
    widths = [(row["high"] - row["low"]) / row["mean"] for row in rows]
    print(
        f"\n{kept} of {len(rows)} promises kept; median width {statistics.median(widths):.1%} of the promised mean; "
        f"rolled back {sum(row['status'] == 'rolled_back' for row in rows)}"
    )


if __name__ == "__main__":
    main()
